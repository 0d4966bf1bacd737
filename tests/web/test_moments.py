"""What was tagged, as a page is told it; and film as a player is given it."""

import gzip
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from appliance.errors import FileTampered, Locked, NotFound
from appliance.store.layout import new_id
from tests.store.makers import tree
from tests.web.box import Browser, WebBox, new_op_id
from tests.web.routes import EXAMPLES
from tests.web.stand_ins import StandInKeeper
from web_ui.known import Known

TAG = "orion-8@1/taking-turns"


def op(session: str, lamport: int, kind: str = "moment", lane: str = "web", **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"pts_ms": 10_000, "in_ms": 2_000, "out_ms": 14_000, "tags": [TAG], "note": ""}
    more: dict[str, Any] = told if kind == "moment" else {"pts_ms": 10_000} if kind == "star" else {}
    head = {"v": 1, "id": new_op_id(), "lane": lane, "n": lamport, "device": "d" * 16, "lamport": lamport}
    rest = {"at": 0, "at_source": "rtc", "by": "panel", "subject": session, "kind": kind}
    return {**head, **rest, **more, **fields}


def known(box: WebBox, phone: Browser, session: str) -> Any:
    told = phone.get(f"/api/sessions/{session}/moments")
    assert told.status == 200, told.text
    assert told.json["reading"] is False
    return told.json


def test_moments_come_as_they_are_in_the_film(box: WebBox) -> None:
    session = box.session(12, ago_s=60).id
    first, second = op(session, 2, pts_ms=11_000, in_ms=3_000), op(session, 1, "star", lane="recorder", pts_ms=2_500)
    box.keeper.told = [first, second]
    phone = box.phone()
    assert known(box, phone, session) == {
        "moments": [
            {
                "id": second["id"],
                "pts_ms": 2_500,
                "in_ms": 0,
                "out_ms": 6_500,
                "tags": [],
                "note": "",
                "by": "panel",
                "by_name": None,
                "own": False,
                "star": True,
                "taps": [second["id"]],
                "hidden": False,
            },
            {
                "id": first["id"],
                "pts_ms": 11_000,
                "in_ms": 3_000,
                "out_ms": 12_000,
                "tags": [TAG],
                "note": "",
                "by": "panel",
                "by_name": None,
                "own": False,
                "star": False,
                "taps": [first["id"]],
                "hidden": False,
            },
        ],
        "hidden": [],
        "undone": [],
        "reading": False,
    }


def test_a_coder_is_known_by_the_phone(box: WebBox) -> None:
    """A co-worker tags on a track of their own: each phone by its name, and one's own by more."""
    session, phone = box.session(12, live=True, ago_s=12).id, box.phone()
    box.recorder.pen_press()
    other = box.browser()
    assert other.pair(name="co-worker").status == 200
    (mine, theirs) = (each["id"] for each in phone.get("/api/phones").json["phones"])
    box.keeper.told = [op(session, n, pts_ms=n * 1_000, in_ms=n * 100, by=by) for n, by in enumerate((mine, theirs), 1)]
    told = known(box, phone, session)["moments"]
    assert [(each["by_name"], each["own"]) for each in told] == [("phone 1", True), ("co-worker", False)]
    assert [each["own"] for each in known(box, other, session)["moments"]] == [False, True]


def test_what_is_tagged_later_is_there_the_next_time(box: WebBox) -> None:
    session, phone = box.session(60, ago_s=100).id, box.phone()
    assert known(box, phone, session)["moments"] == []
    star = op(session, 1, "star")
    box.keeper.told = [star]
    assert [moment["id"] for moment in known(box, phone, session)["moments"]] == [star["id"]]
    undo = op(session, 2, "undo", op=star["id"])
    box.keeper.told = [undo]
    told = known(box, phone, session)
    assert told["moments"] == []
    assert [(moment["id"], moment["undos"]) for moment in told["undone"]] == [(star["id"], [undo["id"]])]


def test_a_list_says_what_each_film_holds(box: WebBox) -> None:
    sessions = [box.session(20, ago_s=100 - 20 * n).id for n in range(3)]
    box.keeper.films[sessions[0]] = [b"0"]
    box.keeper.told = [
        op(sessions[0], 1, "session", family="F-017", purpose="review", discreet=False),
        op(sessions[0], 2),
        op(sessions[0], 3, "star"),
        op(sessions[1], 4, "star"),
    ]
    told = box.phone().get("/api/sessions").json
    assert told["reading"] is False
    assert [each["id"] for each in told["sessions"]] == sessions[::-1]
    shown = ("state", "film_ms", "playable", "family", "purpose", "moments", "stars")
    assert [tuple(each[key] for key in shown) for each in told["sessions"]] == [
        ("closed", 20_000, False, None, None, 0, 0),
        ("closed", 20_000, False, None, None, 0, 1),
        ("closed", 20_000, True, "F-017", "review", 1, 1),
    ]


def test_what_is_read_raises_the_lamport_of_what_is_written(box: WebBox) -> None:
    """So that an undo made after looking comes after what it undoes, whoever's clock is behind."""
    session, phone = box.session(20, ago_s=100).id, box.phone()
    star = op(session, 70_000, "star", lane="recorder")
    box.keeper.told = [star]
    known(box, phone, session)
    phone.tag({"id": new_op_id(), "kind": "undo", "op": star["id"], "session": session})
    (written,) = box.ops()
    assert written["lamport"] == 70_001


def test_nothing_that_was_read_outlives_the_lock(box: WebBox) -> None:
    session, phone = box.session(20, ago_s=100).id, box.phone()
    box.keeper.told = [op(session, 1)]
    assert len(known(box, phone, session)["moments"]) == 1
    phone.post("/api/lock")
    with pytest.raises(Locked):
        box.site.known.moments_of(session)
    assert phone.unlock().status == 200
    assert known(box, phone, session)["moments"] == [], "this keeper was told nothing"


class Helpings(StandInKeeper):
    """Gives one op at a time, as many as it was told; the first only when `go` is set."""

    go = threading.Event()

    def ops(self) -> Sequence[dict[str, Any]]:
        self.go.wait(10)
        return [self.told.pop()] if self.told else []


def test_a_page_does_not_wait_for_all_that_was_ever_tagged(box: WebBox) -> None:
    """While they are being read it shows what there is, and says so."""
    session = box.session(20, ago_s=100).id
    keeper = Helpings(unlocked=True, told=[op(session, n) for n in range(1, 16)])
    known = Known(keeper, box.site.lane)
    known.begin()
    with known.turn() as whole:
        assert not whole
        assert known.moments_of(session) == ()
    keeper.go.set()
    while not whole:
        with known.turn() as whole:
            pass
    assert len(known.moments_of(session)) + len(known.moments_of(session)[0].taps) - 1 == 15


def test_tag_sets_are_the_newest_the_usual_one_first(box: WebBox) -> None:
    told = box.paired().get("/api/tag-sets").json["tag_sets"]
    assert told[0]["name"] == "orion-8"
    assert {each["name"] for each in told} == {"orion-8", "attunement-6", "find-5", "own-practice", "family"}
    tag = next(tag for tag in told[0]["tags"] if tag["key"] == "taking-turns")
    assert tag["ref"] == TAG
    assert tag["wording"].keys() >= {"en", "nl", "es", "he"}


# ---- film


@pytest.fixture
def film(box: WebBox) -> tuple[Browser, str]:
    session = box.session(5, ago_s=60).id
    box.keeper.films[session] = [b"0", b"1", b"2", b"3", b"4"]
    return box.phone(), f"/sessions/{session}"


def test_a_playlist_is_the_log_s(film: tuple[Browser, str]) -> None:
    phone, base = film
    plain = phone.get(f"{base}/index.m3u8")
    assert plain.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert plain.text.count("#EXTINF:1.000,") == 5
    assert "#EXT-X-ENDLIST" in plain.text
    packed = phone.get(f"{base}/index.m3u8", **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data


def test_a_film_in_progress_has_no_end(box: WebBox) -> None:
    writer = box.session(3, live=True)
    text = box.phone().get(f"/sessions/{writer.id}/index.m3u8").text
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in text
    assert "#EXT-X-ENDLIST" not in text


def test_film_and_pictures_come_from_the_keeper(film: tuple[Browser, str]) -> None:
    phone, base = film
    kinds = {}
    for name in ("init.mp4", "3.m4s", "frame.jpg?pts_ms=1500", "frame.jpg?pts_ms=1500&width=320"):
        got = phone.get(f"{base}/{name}")
        assert got.status == 200
        assert got.headers["Cache-Control"] == "no-store"
        kinds[name] = (got.headers["Content-Type"], got.data)
    assert kinds == {
        "init.mp4": ("video/mp4", b"init of 0"),
        "3.m4s": ("video/mp4", b"3"),
        "frame.jpg?pts_ms=1500": ("image/jpeg", b"\xff\xd8 1500 00"),
        "frame.jpg?pts_ms=1500&width=320": ("image/jpeg", b"\xff\xd8 1500 3200"),
    }


def test_times_of_pictures(film: tuple[Browser, str]) -> None:
    phone, base = film
    told = phone.get(f"{base}/pts.json?n=3&count=5").json
    assert (told["first"], told["n"], told["start_ms"]) == (3, [3, 4], [3_000, 4_000])
    assert [times[0] for times in told["pts90k"]] == [270_000, 360_000]


@pytest.mark.parametrize(
    "path",
    [
        "frame.jpg",
        "frame.jpg?pts_ms=x",
        "frame.jpg?pts_ms=-1",
        "frame.jpg?pts_ms=1.5",
        "frame.jpg?pts_ms=999999999999",
        "frame.jpg?pts_ms=1&width=0",
        "frame.jpg?pts_ms=1&width=99999",
        "frame.jpg?pts_ms=%D9%A1",
        "pts.json",
        "pts.json?n=0&count=0",
        "pts.json?n=0&count=61",
    ],
)
def test_times_and_sizes_out_of_range(film: tuple[Browser, str], path: str) -> None:
    phone, base = film
    got = phone.get(f"{base}/{path}")
    assert (got.status, got.code) == (400, "bad-input")


@pytest.mark.parametrize("path", ["5.m4s", "99999999999999999999.m4s", "-1.m4s", "x.m4s", "pts.json?n=5", "gap.m4s"])
def test_segments_that_are_not_there(box: WebBox, film: tuple[Browser, str], path: str) -> None:
    phone, base = film
    box.keeper.films[base.rpartition("/")[2]] = Missing()
    got = phone.get(f"{base}/{path}")
    assert (got.status, got.code) == (404, "not-found")


class Missing(list[bytes]):
    """The keeper's answer for a segment that the log does not have."""

    def __getitem__(self, n: Any) -> Any:
        raise NotFound("This session has no such segment.")


@pytest.mark.parametrize("session", [new_id(), "0" * 31, "F" * 32, "..%2f..%2fdevice", "%00"])
@pytest.mark.parametrize("path", ["", "/index.m3u8", "/init.mp4", "/0.m4s", "/frame.jpg?pts_ms=0", "/pts.json?n=0"])
def test_sessions_that_are_not_there(box: WebBox, session: str, path: str) -> None:
    got = box.phone().get(f"/sessions/{session}{path}")
    assert (got.status, got.code) == (404, "not-found")


def test_what_is_not_kept_says_so(box: WebBox) -> None:
    session = box.session(5, ago_s=60).id
    got = box.phone().get(f"/sessions/{session}/0.m4s")
    assert (got.status, got.code) == (403, "wrong-key")


def test_tampered_film_says_so(box: WebBox, film: tuple[Browser, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def tampered(*_: object) -> bytes:
        raise FileTampered("000001.m4s.age is not what was recorded.")

    monkeypatch.setattr(box.keeper, "segment", tampered)
    got = film[0].get(f"{film[1]}/1.m4s")
    assert (got.status, got.code) == (422, "file-tampered")


def test_the_lamp_shows_that_film_is_played(box: WebBox, film: tuple[Browser, str]) -> None:
    """From the first piece fetched until ten seconds after the last, or the lock."""
    phone, base = film

    def shows() -> list[str]:
        return [fields["what"] for verb, fields in box.recorder.asked if verb == "show"]

    box.site.playing.look()
    assert shows() == []
    for _ in range(3):
        phone.get(f"{base}/1.m4s")
        box.site.playing.look()
        box.clock.advance(ms=8_000)
    assert shows() == ["playing"]
    box.clock.advance(ms=3_000)
    box.site.playing.look()
    box.site.playing.look()
    assert shows() == ["playing", "nothing"]
    phone.get(f"{base}/1.m4s")
    box.recorder.gone = True
    box.site.playing.look()
    box.recorder.gone = False
    box.site.playing.look()
    assert shows() == ["playing", "nothing", "playing"]
    phone.post("/api/lock")
    box.site.playing.look()
    assert shows()[-1] == "nothing"


def test_nothing_is_written_below_sessions(box: WebBox) -> None:
    session = box.session(5, ago_s=60).id
    box.keeper.films[session] = [b"0", b"1", b"2", b"3", b"4"]
    phone, before = box.phone(), tree(box.home.sessions)
    for example in EXAMPLES:
        path = example.path.format(session=session)
        phone.get(path) if example.body is None else phone.post(path, example.body)
        if not box.keeper.unlocked:
            phone.unlock()
    assert tree(box.home.sessions) == before
