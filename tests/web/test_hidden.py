"""Hidden film: no address gives a picture or a sound of it, on whatever way, until it is shown again."""

import re
import time
from typing import Any

import pytest

from tests.store.makers import film as film_seconds
from tests.web.box import Browser, Got, WebBox
from tests.web.test_moments import op
from web_ui import known

SECONDS = 6
ALL = set(range(SECONDS))


@pytest.fixture
def session(box: WebBox) -> str:
    session = box.session(SECONDS, ago_s=60).id
    box.keeper.films[session] = [b"film %d" % n for n in range(SECONDS + 3)]
    return session


def hide(session: str, lamport: int, in_ms: int, out_ms: int | None, why: str = "visitor") -> dict[str, Any]:
    return op(session, lamport, "hide", in_ms=in_ms, out_ms=out_ms, why=why)


def listed(phone: Browser, session: str) -> tuple[set[int], int]:
    """The seconds that a playlist gives, and how many it says are gaps."""
    text = phone.get(f"/sessions/{session}/index.m3u8").text
    return {int(n) for n in re.findall(r"^(\d+)\.m4s$", text, re.MULTILINE)}, text.count("#EXT-X-GAP")


def given(phone: Browser, path: str) -> bool:
    """Whether film comes; it is refused as hidden or not at all."""
    answer: Got = phone.get(path)
    assert answer.status == 200 or (answer.status, answer.code) == (409, "hidden"), answer.text
    return answer.status == 200


def shown(phone: Browser, session: str, seconds: int = SECONDS) -> set[int]:
    """The seconds of which anything is given, by every way that there is; all of them say the same."""
    at = f"/sessions/{session}"
    segments = {n for n in range(seconds) if given(phone, f"{at}/{n}.m4s")}
    frames = {n for n in range(seconds) if given(phone, f"{at}/frame.jpg?pts_ms={n * 1000 + 999}")}
    times = {n for n in range(seconds) if given(phone, f"{at}/pts.json?n={n}&count=1")}
    assert segments == frames == times == listed(phone, session)[0]
    return segments


def test_what_a_stretch_touches_is_given_on_no_way(box: WebBox, session: str) -> None:
    phone = box.phone()
    assert shown(phone, session) == ALL
    box.keeper.told = [hide(session, 1, 2_900, 4_001)]
    assert shown(phone, session) == {0, 1, 5}
    assert listed(phone, session) == ({0, 1, 5}, 3)
    told = phone.get(f"/sessions/{session}/pts.json?n=0&count=6").json
    assert (told["n"], told["start_ms"]) == ([0, 1, 5], [0, 1_000, 5_000])


def test_it_is_hidden_until_the_undo_and_again_after_the_undo_of_that(box: WebBox, session: str) -> None:
    phone, visitor = box.phone(), hide(session, 1, 1_000, None)
    box.keeper.told = [visitor]
    assert shown(phone, session) == {0}
    box.keeper.told = [op(session, 2, "edit", op=visitor["id"], out_ms=3_000)]
    assert shown(phone, session) == {0, 3, 4, 5}
    agreed = op(session, 3, "undo", op=visitor["id"])
    box.keeper.told = [agreed]
    assert shown(phone, session) == ALL
    box.keeper.told = [op(session, 4, "undo", op=agreed["id"])]
    assert shown(phone, session) == {0, 3, 4, 5}


def test_hiding_begun_at_the_live_edge_takes_the_next_second(box: WebBox) -> None:
    writer = box.session(3, live=True)
    box.keeper.films[writer.id] = [b"film %d" % n for n in range(6)]
    phone = box.phone()
    assert shown(phone, writer.id, 3) == {0, 1, 2}
    box.keeper.told = [hide(writer.id, 1, 2_500, None)]
    film_seconds(writer, 2, first=3)
    assert shown(phone, writer.id, 5) == {0, 1}


def test_the_last_picture_before_a_pause_stands_for_the_pause(box: WebBox) -> None:
    writer = box.session(2, live=True)
    writer.paused()
    writer.gap(2_000, 5_000, "all", "pause")
    box.keeper.films[writer.id] = [b"film"] * 3
    box.keeper.told = [hide(writer.id, 1, 1_900, 2_000)]
    phone = box.phone()
    assert not given(phone, f"/sessions/{writer.id}/frame.jpg?pts_ms=6000"), "its picture is a hidden one"
    assert given(phone, f"/sessions/{writer.id}/frame.jpg?pts_ms=900")


def test_moments_say_whether_all_of_them_is_hidden(box: WebBox, session: str) -> None:
    within = op(session, 1, pts_ms=2_000, in_ms=1_500, out_ms=2_500)
    over = op(session, 2, pts_ms=2_600, in_ms=1_600, out_ms=5_000, tags=[])
    visitor = hide(session, 3, 1_000, 3_000)
    box.keeper.told = [within, over, visitor]
    told = box.phone().get(f"/api/sessions/{session}/moments").json
    assert [(each["id"], each["hidden"]) for each in told["moments"]] == [(within["id"], True), (over["id"], False)]
    stretch = {"id": visitor["id"], "in_ms": 1_000, "out_ms": 3_000, "why": "visitor", "by": "panel"}
    assert told["hidden"] == [stretch]


def test_a_film_waits_until_all_ops_are_read(box: WebBox, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes last may be what hides it: without all of it nothing is served, and nobody is told it is gone."""
    monkeypatch.setattr(known, "WAIT_S", 0.02)
    phone = box.phone()
    visitor, helpings = hide(session, 1, 0, None), [True]

    def endless() -> list[dict[str, Any]]:
        time.sleep(0.002)
        return [op(session, 2, "star")] if helpings else []

    monkeypatch.setattr(box.keeper, "ops", endless)
    monkeypatch.setattr(known, "WHOLE_S", 0.1)
    for path in ("index.m3u8", "1.m4s", "frame.jpg?pts_ms=1500", "pts.json?n=1"):
        answer = phone.get(f"/sessions/{session}/{path}")
        assert (answer.status, answer.code) == (503, "still-reading"), path
    helpings.clear()
    assert shown(phone, session) == ALL
    monkeypatch.undo()
    box.keeper.told = [visitor]
    assert shown(phone, session) == set()


def test_a_hidden_film_is_still_listed_and_its_page_opens(box: WebBox, session: str) -> None:
    box.keeper.told = [hide(session, 1, 0, None, "quiet")]
    phone = box.phone()
    assert phone.get(f"/sessions/{session}").status == 200
    assert listed(phone, session) == (set(), SECONDS)
