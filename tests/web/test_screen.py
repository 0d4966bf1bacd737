"""The family's screen: who becomes it, what it may be served, and every show that is forbidden tried and refused."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from appliance.segment.fmp4 import PICTURE_TRACK, Run, Sample, media_segment
from tests.practice.makers import Writer
from tests.web.box import Browser, Got, WebBox, new_op_id
from tests.web.routes import EXAMPLES, TOKEN
from web_ui.guard import ROUTES
from web_ui.screens import LIVES_US, OF_ONE_MOST, SILENT_US, WAITING_MOST
from web_ui.showing import PHONES_MOST, SCREENS_MOST
from web_ui.visitor import Role
from web_ui.watching import look

FILM_S = 8
REEL = "11111111-2222-4333-8444-555555555555"


def second(n: int) -> bytes:
    """A second of film that is one: 30 pictures, each saying which it is."""
    pictures = [Sample(3_000, k == 0, b"picture %d of %d" % (k, n)) for k in range(30)]
    return media_segment(n, [Run(PICTURE_TRACK, n * 90_000, pictures)])


@dataclass
class Room:
    """A family in front of a screen, a phone, and a film of which 2.5 s to 4.5 s are a moment.

    `writer`: a lane in which a test tells what else was written.
    """

    box: WebBox
    phone: Browser
    screen: Browser
    session: str
    moment: str = ""
    writer: Writer = field(default_factory=lambda: Writer("desk"))

    @classmethod
    def of(cls, box: WebBox, *, take: bool = True, confirmed: bool = True) -> "Room":
        session = box.session(FILM_S, ago_s=60, confirmed=confirmed).id
        box.keeper.films[session] = [second(n) for n in range(FILM_S)]
        room = cls(box, box.phone(), box.browser(), session)
        room.moment = room.tell(
            room.writer.tap(4_000, "orion-8@1/taking-turns", in_ms=2_500, out_ms=4_500, subject=session)
        )
        if take:
            room.take()
        return room

    def tell(self, op: dict[str, Any]) -> str:
        self.box.keeper.told.append(op)
        return str(op["id"])

    def take(self) -> None:
        code = self.screen.post("/api/screen/ask").json["code"]
        assert self.phone.post("/api/remote/take", {"code": code}).status == 200

    def show(self, **asked: Any) -> Got:
        wanted = asked or {"session": self.session, "moment": self.moment}
        return self.phone.post("/api/remote/show", wanted)

    def do(self, event: str) -> Got:
        return self.phone.post(f"/api/remote/do/{event}")

    def told(self) -> Any:
        answer = self.screen.get("/api/screen")
        assert answer.status == 200, answer.text
        return answer.json

    def address(self) -> str:
        return str(self.told()["item"]["address"])

    def reel(self, *items: dict[str, Any], approved: bool = True) -> None:
        told: dict[str, Any] = {"reel": REEL, "title": "For today", "approved": approved, "items": list(items)}
        self.tell(self.writer.op("reel", self.session, **told))

    def clip(self, in_ms: int, out_ms: int, session: str | None = None) -> dict[str, Any]:
        return {"kind": "clip", "session": session or self.session, "in_ms": in_ms, "out_ms": out_ms}


@pytest.fixture
def room(box: WebBox) -> Room:
    return Room.of(box)


# ---- who becomes the screen


def test_a_number_on_the_screen_is_chosen_on_the_phone(box: WebBox) -> None:
    room = Room.of(box, take=False)
    assert room.screen.get("/api/screen").code == "screen-gone"
    code = room.screen.post("/api/screen/ask").json["code"]
    assert (len(code), code.isdigit()) == (4, True)
    assert room.screen.get("/api/screen/code").json == {"code": code, "taken": False}
    assert room.screen.get("/api/screen").code == "screen-gone", "waiting is not being it"
    assert room.phone.get("/api/remote").json["waiting"] == [code]
    assert room.phone.post("/api/remote/take", {"code": code}).status == 200
    assert room.screen.get("/api/screen/code").json == {"code": None, "taken": True}
    assert room.told()["face"] == "curtain"
    assert room.phone.get("/api/remote").json["waiting"] == []


def test_a_number_is_for_once_and_for_a_while(box: WebBox) -> None:
    room = Room.of(box, take=False)
    code = room.screen.post("/api/screen/ask").json["code"]
    for _ in range(LIVES_US // SILENT_US + 1):
        assert room.screen.get("/api/screen/code").json["code"] == code
        box.clock.advance(ms=SILENT_US // 1000 - 100)
    assert room.screen.get("/api/screen/code").json["code"] is None, "it lives five minutes"
    room.phone.unlock()
    closed = room.screen.post("/api/screen/ask").json["code"]
    box.clock.advance(ms=SILENT_US // 1000 + 1)
    assert room.phone.post("/api/remote/take", {"code": closed}).code == "not-found", "its page was closed"
    assert room.phone.post("/api/remote/take", {"code": "x"}).code == "bad-input"


def test_who_asks_for_many_numbers_pushes_nobody_out(box: WebBox) -> None:
    """Two of one address; others keep theirs. More asking is put off."""
    room = Room.of(box, take=False)
    first = room.screen.post("/api/screen/ask").json["code"]
    greedy = box.browser()
    greedy.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    answers = [greedy.post("/api/screen/ask") for _ in range(20)]
    assert {answer.status for answer in answers} == {200, 429}
    codes = room.phone.get("/api/remote").json["waiting"]
    assert first in codes
    assert len(codes) == 1 + OF_ONE_MOST <= WAITING_MOST


def test_another_screen_takes_its_place(room: Room) -> None:
    room.show()
    old, old_address = room.screen, room.address()
    room.screen = room.box.browser()
    room.take()
    assert room.told()["face"] == "curtain", "what was on the other is not on this"
    assert old.get("/api/screen").code == old.get(f"{old_address}/init.mp4").code == "screen-gone"
    assert room.phone.post("/api/remote/let-go").status == 200
    assert room.screen.get("/api/screen").code == "screen-gone"
    assert room.show().code == "forbidden"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.endpoint)
def test_the_screens_cookie_opens_the_screens_pages_only(room: Room, example: Any) -> None:
    """The route map once more, by the browser that is the screen."""
    room.show()
    path = example.path.format(session=room.session).replace(TOKEN, room.address().rpartition("/")[2])
    path = path.replace("1.m4s", "3.m4s").replace("n=1", "n=3").replace("pts_ms=1500", "pts_ms=3000")
    answer = room.screen.get(path) if example.body is None else room.screen.post(path, example.body)
    access = ROUTES[example.endpoint]
    if access.role is Role.STRANGER or access.screen:
        assert answer.status == example.status, answer.text
    else:
        assert (answer.status, answer.code) == (401, "not-paired")


# ---- what it is served


def test_a_moment_is_served_and_nothing_around_it(room: Room) -> None:
    assert room.show().status == 200
    address = room.address()
    listed = room.screen.get(f"{address}/index.m3u8").text.splitlines()
    assert [row for row in listed if row.endswith(".m4s") and row != "gap.m4s"] == ["2.m4s", "3.m4s", "4.m4s"]
    long_s = sum(float(row.removeprefix("#EXTINF:").rstrip(",")) for row in listed if row.startswith("#EXTINF"))
    assert long_s == 4.5
    assert "#EXT-X-ENDLIST" in listed
    got = {n: room.screen.get(f"{address}/{n}.m4s") for n in range(FILM_S + 1)}
    assert {n: answer.status for n, answer in got.items()} == {n: 200 if n in (2, 3, 4) else 409 for n in got}
    assert b"picture 14 of 4" in got[4].data
    assert b"picture 15 of 4" not in got[4].data, "what comes after the clip is not in its last second"
    assert got[3].data == second(3)
    pictures = {
        ms: room.screen.get(f"{address}/frame.jpg?pts_ms={ms}").status for ms in (0, 2_499, 2_500, 4_499, 4_600)
    }
    assert pictures == {0: 409, 2_499: 409, 2_500: 200, 4_499: 200, 4_600: 409}
    times = room.screen.get(f"{address}/pts.json?n=0&count=9").json
    assert times["n"] == [2, 3, 4]
    assert {bool(2_500 <= pts / 90 < 4_500) for row in times["pts90k"] for pts in row} == {True}


def test_the_lamp_says_that_film_is_shown(room: Room) -> None:
    room.show()
    room.told()
    look(room.box.site)
    assert ("show", "playing") in [(do, fields.get("what")) for do, fields in room.box.recorder.asked]
    room.do("curtain")
    look(room.box.site)
    assert room.box.recorder.asked[-1][1]["what"] == "nothing"


def test_the_screen_is_told_no_session_and_no_prompt(room: Room) -> None:
    room.reel({**room.clip(1_000, 2_000), "prompts": ["And what did you feel?"]})
    room.show(reel=REEL, place=0)
    told = room.screen.get("/api/screen").text
    assert room.session not in told
    assert "what did you feel" not in told
    assert room.phone.get("/api/remote").json["item"]["prompts"] == ["And what did you feel?"]


def test_a_reel_is_shown_item_by_item(room: Room) -> None:
    still = {"kind": "still", "session": room.session, "pts_ms": 6_000}
    room.reel({"kind": "card", "text": "Look how you wait"}, room.clip(1_000, 2_000), still)
    assert room.show(reel=REEL, place=0).status == 200
    assert (room.told()["face"], room.told()["item"]["text"]) == ("card", "Look how you wait")
    assert room.phone.get("/api/remote").json["next"]["kind"] == "clip"
    room.show(reel=REEL, place=1)
    assert room.told()["face"] == "playing"
    room.show(reel=REEL, place=2)
    address = room.address()
    assert room.screen.get(f"{address}/frame.jpg?pts_ms=6000").status == 200
    refused = ["frame.jpg?pts_ms=6001", "index.m3u8", "init.mp4", "6.m4s", "pts.json?n=6"]
    assert {room.screen.get(f"{address}/{each}").status for each in refused} == {409}
    assert room.show(reel=REEL, place=3).code == "not-found"


def test_words_of_the_tag_are_shown_if_wanted(room: Room) -> None:
    room.show()
    assert room.told()["tags"] == []
    room.do("words")
    assert room.told()["tags"][0]["nl"] == "om de beurt gaan"


# ---- every forbidden show


Forbidden = Callable[[Room], Got]


def _old_token(room: Room) -> Got:
    room.show()
    old = room.address()
    room.show()
    assert room.address() != old
    return room.screen.get(f"{old}/3.m4s")


def _token_of_the_curtain(room: Room) -> Got:
    room.show()
    old = room.address()
    room.do("curtain")
    return room.screen.get(f"{old}/init.mp4")


def _any_token(room: Room) -> Got:
    room.show()
    return room.screen.get(f"/screen/{'A' * 22}/init.mp4")


def _no_token_while_a_card_is_on(room: Room) -> Got:
    room.show(card="Well done")
    return room.screen.get("/screen/%20/index.m3u8")


def _another_session(room: Room) -> Got:
    other = room.box.session(FILM_S, ago_s=30).id
    room.box.keeper.films[other] = [second(n) for n in range(FILM_S)]
    room.show()
    return room.screen.get(f"/sessions/{other}/3.m4s")


def _the_session_itself(room: Room) -> Got:
    room.show()
    return room.screen.get(f"/sessions/{room.session}/3.m4s")


def _a_moment_of_another_session(room: Room) -> Got:
    other = room.box.session(FILM_S, ago_s=30).id
    room.box.keeper.films[other] = [second(0)]
    return room.show(session=other, moment=room.moment)


def _an_undone_moment(room: Room) -> Got:
    room.tell(room.writer.op("undo", room.session, op=room.moment))
    return room.show()


def _an_unapproved_reel(room: Room) -> Got:
    room.reel(room.clip(1_000, 2_000), approved=False)
    return room.show(reel=REEL, place=0)


def _a_reel_that_is_approved_no_more(room: Room) -> Got:
    room.reel(room.clip(1_000, 2_000))
    room.reel(room.clip(1_000, 2_000), approved=False)
    return room.show(reel=REEL, place=0)


def _an_unknown_reel(room: Room) -> Got:
    return room.show(reel=REEL, place=0)


def _a_film_kept_for_the_office(room: Room) -> Got:
    (room.box.home.sessions / room.session / "local.age").unlink()
    return room.show()


def _a_hidden_moment(room: Room) -> Got:
    room.tell(room.writer.op("hide", room.session, in_ms=0, out_ms=None, why="visitor"))
    return room.show()


def _a_second_that_was_hidden_since(room: Room) -> Got:
    room.show()
    address = room.address()
    assert room.screen.get(f"{address}/3.m4s").status == 200
    room.tell(room.writer.op("hide", room.session, in_ms=3_200, out_ms=3_300, why="visitor"))
    assert room.screen.get(f"{address}/2.m4s").status == 200
    assert "3.m4s" not in room.screen.get(f"{address}/index.m3u8").text.splitlines()
    assert room.screen.get(f"{address}/frame.jpg?pts_ms=3900").code == "hidden"
    return room.screen.get(f"{address}/3.m4s")


def _a_phone_that_is_locked(room: Room) -> Got:
    room.phone.post("/api/lock")
    return room.show()


def _a_stranger_who_sends(room: Room) -> Got:
    room.phone = room.box.browser()
    return room.show()


def _a_screen_that_sends(room: Room) -> Got:
    room.phone = room.screen
    return room.show()


def _a_stranger_with_the_address(room: Room) -> Got:
    room.show()
    return room.box.browser().get(f"{room.address()}/3.m4s")


def _an_unlocked_phone_with_the_address(room: Room) -> Got:
    room.show()
    return room.phone.get(f"{room.address()}/3.m4s")


def _a_forged_cookie(room: Room) -> Got:
    forger = room.box.browser()
    forger.take_cookie("screen", "é" if room is None else "A" * 43)
    return forger.get("/api/screen")


def _after_a_lock(room: Room) -> Got:
    room.show()
    address = room.address()
    room.phone.post("/api/lock")
    return room.screen.get(f"{address}/3.m4s")


def _after_the_visits_end(room: Room) -> Got:
    room.show()
    address = room.address()
    room.phone.post("/api/end-visit", {"keep": [room.session]})
    return room.screen.get(f"{address}/3.m4s")


def _after_the_keeper_died(room: Room) -> Got:
    room.show()
    address = room.address()
    room.box.keeper.unlocked = False
    return room.screen.get(f"{address}/3.m4s")


def _a_session_that_was_erased(room: Room) -> Got:
    room.show()
    address = room.address()
    (room.box.home.sessions / room.session / "ERASING").touch()
    return room.screen.get(f"{address}/3.m4s")


def _a_reel_item_of_a_film_that_is_gone(room: Room) -> Got:
    room.reel(room.clip(0, 1_000, "0" * 32))
    return room.show(reel=REEL, place=0)


def _a_parent_without_the_remote(room: Room) -> Got:
    room.show()
    return room.screen.post("/api/screen/told", {"do": "again", "turn": 1})


def _a_screen_that_opens_its_own_curtain(room: Room) -> Got:
    return room.screen.post("/api/screen/told", {"do": "parent", "turn": 1})


def _two_things_at_once(room: Room) -> Got:
    return room.show(session=room.session, moment=room.moment, card="x")


FORBIDDEN: dict[Forbidden, tuple[int, str]] = {
    _old_token: (404, "not-found"),
    _token_of_the_curtain: (404, "not-found"),
    _any_token: (404, "not-found"),
    _no_token_while_a_card_is_on: (404, "not-found"),
    _another_session: (401, "not-paired"),
    _the_session_itself: (401, "not-paired"),
    _a_moment_of_another_session: (404, "not-found"),
    _an_undone_moment: (404, "not-found"),
    _an_unapproved_reel: (409, "forbidden"),
    _a_reel_that_is_approved_no_more: (409, "forbidden"),
    _an_unknown_reel: (404, "not-found"),
    _a_film_kept_for_the_office: (409, "forbidden"),
    _a_hidden_moment: (409, "hidden"),
    _a_second_that_was_hidden_since: (409, "forbidden"),
    _a_phone_that_is_locked: (403, "locked"),
    _a_stranger_who_sends: (401, "not-paired"),
    _a_screen_that_sends: (401, "not-paired"),
    _a_stranger_with_the_address: (401, "screen-gone"),
    _an_unlocked_phone_with_the_address: (401, "screen-gone"),
    _a_forged_cookie: (401, "screen-gone"),
    _after_a_lock: (401, "screen-gone"),
    _after_the_visits_end: (401, "screen-gone"),
    _after_the_keeper_died: (403, "locked"),
    _a_session_that_was_erased: (404, "not-found"),
    _a_reel_item_of_a_film_that_is_gone: (404, "not-found"),
    _a_parent_without_the_remote: (409, "forbidden"),
    _a_screen_that_opens_its_own_curtain: (409, "forbidden"),
    _two_things_at_once: (400, "bad-input"),
}


@pytest.mark.parametrize("show", FORBIDDEN, ids=lambda show: show.__name__.strip("_"))
def test_a_forbidden_show_is_refused(room: Room, show: Forbidden) -> None:
    answer = show(room)
    assert (answer.status, answer.code) == FORBIDDEN[show], answer.text


def test_without_a_confirmed_consent_nothing_is_shown(box: WebBox) -> None:
    room = Room.of(box, confirmed=False)
    assert room.show().code == "forbidden"
    room.reel(room.clip(1_000, 2_000))
    assert room.show(reel=REEL, place=0).code == "forbidden"
    assert room.told()["face"] == "curtain"


# ---- the curtain, and who is told


def test_the_curtain_is_there_as_soon_as_the_keeper_is_not(room: Room) -> None:
    room.show()
    room.box.keeper.unlocked = False
    assert room.screen.get("/api/screen").code == "locked"
    assert room.screen.get("/api/screen").code == "screen-gone", "and it is no screen any more"
    assert room.phone.unlock().status == 200
    assert room.phone.get("/api/remote").json["taken"] is False


def test_a_restart_forgets_the_screen(room: Room) -> None:
    room.show()
    room.box.start()
    assert room.box.again(room.screen).get("/api/screen").code == "screen-gone"


def test_whoever_waits_is_told_at_once(room: Room) -> None:
    """The screen's question is held until the phone presses; here by a thread, as a server would."""
    rev, took_s = room.told()["rev"], []

    def wait() -> None:
        client = room.box.browser()
        client.take_cookie("screen", room.screen.cookie("screen") or "")
        began = time.monotonic()
        answer = client.get(f"/api/screen?rev={rev}&wait_ms=2000").json
        took_s.append((time.monotonic() - began, answer["face"]))

    waiting = threading.Thread(target=wait)
    waiting.start()
    room.show(card="Look")
    waiting.join()
    assert took_s[0][1] == "card"
    assert took_s[0][0] < 1.9


def test_no_more_wait_than_the_server_has_threads_for(room: Room) -> None:
    showing, held = room.box.site.showing, []
    for screen, most in ((True, SCREENS_MOST), (False, PHONES_MOST)):
        rev = showing.rev
        held += [
            threading.Thread(target=showing.wait, args=(rev, 20.0), kwargs={"screen": screen}) for _ in range(most)
        ]
    for each in held:
        each.start()
    slots = showing._slots
    while any(each._value for each in slots.values()):
        time.sleep(0.001)
    rev = showing.rev
    assert room.screen.get(f"/api/screen?rev={rev}&wait_ms=1000").code == "too-often"
    assert room.phone.get(f"/api/remote?rev={rev}&wait_ms=1000").code == "too-often"
    assert SCREENS_MOST + PHONES_MOST <= 12, "a third of the server's threads"
    room.show(card="Look")
    for each in held:
        each.join()
    assert room.screen.get("/api/screen").status == 200


def test_the_remote_keeps_nothing_unlocked_by_asking(room: Room) -> None:
    for _ in range(31):
        room.box.clock.advance(ms=10_000)
        answer = room.phone.get("/api/remote")
    assert answer.code == "locked"


# ---- what is noted


def noted(room: Room) -> list[tuple[str, int]]:
    return [(op["action"], op["pts_ms"]) for op in room.box.ops() if op["kind"] == "shown"]


def test_what_was_on_the_screen_is_noted_in_the_session(room: Room) -> None:
    room.box.recorder.film = {"session": "e" * 32}
    room.show()
    turn = room.told()["turn"]
    room.screen.post("/api/screen/told", {"do": "went", "turn": turn, "at_ms": 2_500})
    room.box.clock.advance(ms=700)
    room.do("hold")
    for _ in range(40):
        room.told()
        room.do("hold")
    turn = room.told()["turn"]
    room.screen.post("/api/screen/told", {"do": "stood", "turn": turn, "at_ms": 3_300})
    room.do("again")
    room.do("curtain")
    actions = noted(room)
    assert [action for action, _ in actions] == ["play", "hold", "again", "stop"]
    assert (actions[0][1], actions[2][1]) == (2_500, 2_500)
    assert 3_200 <= actions[1][1] <= 3_400
    shown = [op for op in room.box.ops() if op["kind"] == "shown"]
    assert {(op["subject"], op["during"], op["reel"]) for op in shown} == {(room.session, "e" * 32, None)}


def test_that_one_is_a_moment_of_the_familys_own(room: Room) -> None:
    room.show()
    assert room.do("parent").status == 200
    asked = {"op_id": new_op_id(), "do": "that-one", "turn": room.told()["turn"], "at_ms": 3_200}
    for _ in range(2):
        assert room.screen.post("/api/screen/told", asked).status == 200
    ops = [op for op in room.box.ops() if op["kind"] in ("moment", "shown")]
    assert [(op["kind"], op.get("action")) for op in ops] == [
        ("shown", "play"),
        ("shown", "that-one"),
        ("moment", None),
    ]
    assert (ops[-1]["pts_ms"], ops[-1]["tags"], ops[-1]["by"]) == (3_200, ["family@1/that-one"], "screen")
    again = {**asked, "op_id": new_op_id(), "at_ms": 99_000}
    room.screen.post("/api/screen/told", again)
    assert room.box.ops()[-1]["pts_ms"] == 4_499, "it is within what was shown"


def test_a_parent_plays_and_stops(room: Room) -> None:
    room.show()
    room.do("parent")
    for event, face in (("here", "held"), ("play", "playing"), ("again", "playing")):
        told = room.told()
        answer = room.screen.post("/api/screen/told", {"do": event, "turn": told["turn"], "at_ms": 3_000})
        assert answer.status == 200, answer.text
        assert room.told()["face"] == face
    assert [action for action, _ in noted(room)] == ["play", "here", "play", "again"]
    room.do("parent")
    assert room.screen.post("/api/screen/told", {"do": "play", "turn": 1}).code == "forbidden"


def test_a_full_card_stops_no_review(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from appliance.errors import CardFull

    def refuse(*_: object) -> None:
        raise CardFull("There is no room left on the card.")

    monkeypatch.setattr(room.box.site.lane, "write", refuse)
    assert room.show().status == 200
    assert room.told()["face"] == "playing"


def test_a_touch_too_many_is_refused(room: Room) -> None:
    room.show()
    answers = {room.screen.post("/api/screen/told", {"do": "stood", "turn": 0}).status for _ in range(60)}
    assert answers == {200, 429}
