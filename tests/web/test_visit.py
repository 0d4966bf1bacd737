"""One visit over real HTTP: pair, unlock, record, tag, stop, play; recorder, web and keeper are the real processes."""

import json
import os
import re
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.commands.demo_box import DemoBox
from appliance.store.layout import LOG
from tests.web.phone import Phone, until
from tests.web.served import descendants

SMALL = ["--width", "640", "--height", "360", "--bitrate", "1000000"]
PIN = "2580"


def sessions_of(box: DemoBox) -> dict[str, bytes]:
    """Everything below sessions/ that is film, keys or a closed log: nobody but the recorder may change it."""
    return {str(path): path.read_bytes() for path in sorted((box.home / "sessions").rglob("*")) if path.is_file()}


@dataclass(frozen=True, slots=True)
class Tapped:
    """One tap of the visit. `took_ms`: until it was acknowledged."""

    id: str
    kind: str
    at_us: int
    took_ms: float


@dataclass(slots=True)
class Visit:
    box: DemoBox
    phone: Phone
    session: str
    taps: list[Tapped]
    usable_ms: float


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    box = DemoBox(tmp_path_factory.mktemp("visit"), SMALL)
    box.prepare()
    try:
        begun = time.monotonic()
        box.launch()
        port = int(box.start_web().rpartition(":")[2])
        usable_ms = (time.monotonic() - begun) * 1000
        box.wait_ready()
        phone, taps = Phone(port), list[Tapped]()
        pair(box, phone)
        yield Visit(box, phone, film(box, phone, taps), taps, usable_ms)
        phone.hang_up()
    finally:
        box.stop()


def pair(box: DemoBox, phone: Phone) -> None:
    box.pen_press()
    until("a pairing window", lambda: phone.read("/api/hello")["pairing_open_s"])
    phone.done("/api/pair", pin=PIN)


def film(box: DemoBox, phone: Phone, taps: list[Tapped]) -> str:
    """Six seconds with thirty taps and a star by the panel; the session's id."""
    phone.done("/api/recorder/arm", family="F-017", purpose="film")
    phone.done("/api/recorder/start")
    until("three seconds", lambda: acked_ms(phone) >= 3_000)
    box.press()
    for n in range(30):
        taps.append(tap(phone, "star" if n % 3 == 1 else "moment"))
    until("six seconds", lambda: acked_ms(phone) >= 6_000)
    phone.done("/api/recorder/stop", reason="stop")
    session = closed(phone)
    assert phone.get(f"/sessions/{session}/0.m4s").status == 409, "nobody has confirmed consent"
    phone.done(f"/api/sessions/{session}/confirm")
    return session


def tap(phone: Phone, kind: str) -> Tapped:
    clock = phone.read("/api/clock")
    op = {"id": str(uuid.uuid4()), "kind": kind, "boot": clock["boot"], "at_us": clock["now_us"], "error_ms": 2}
    begun = time.monotonic()
    assert phone.done("/api/ops", ops=[op])["acked"] == [op["id"]]
    return Tapped(op["id"], kind, clock["now_us"], (time.monotonic() - begun) * 1000)


def closed(phone: Phone) -> str:
    status = until("stopped", lambda: s if (s := phone.read("/api/status"))["film"] is None else None)
    return str(status["last_session"])


def acked_ms(phone: Phone) -> int:
    return int((phone.read("/api/status")["film"] or {"acked_ms": 0})["acked_ms"])


def test_the_session_is_listed_and_plays(visit: Visit) -> None:
    before = sessions_of(visit.box)
    (facts,) = visit.phone.read("/api/sessions")["sessions"]
    assert (facts["id"], facts["state"], facts["playable"]) == (visit.session, "closed", True)
    base = f"/sessions/{visit.session}"
    playlist = visit.phone.get(f"{base}/index.m3u8", **{"Accept-Encoding": "gzip"})
    assert playlist.headers["Content-Encoding"] == "gzip"
    assert "#EXT-X-ENDLIST" in playlist.text
    names = re.findall(r"^\d+\.m4s$", playlist.text, re.MULTILINE)
    assert len(names) >= 6
    film = b"".join(visit.phone.get(f"{base}/{name}").data for name in ("init.mp4", *names))
    assert film[4:8] == b"ftyp"
    assert film.count(b"moof") == len(names)
    assert visit.phone.get(f"{base}/frame.jpg?pts_ms=2500&width=320").data[:2] == b"\xff\xd8"
    pts = visit.phone.read(f"{base}/pts.json?n=1&count=3")
    assert pts["first"] == 1
    assert [times[0] // 90 for times in pts["pts90k"]] == pytest.approx(pts["start_ms"], abs=1)
    assert sessions_of(visit.box) == before


def test_the_first_page_is_soon_there(visit: Visit) -> None:
    print(f"\nstart to the first page: {visit.usable_ms:.0f} ms, recorder and web started at once")
    assert visit.usable_ms < 20_000


def test_every_tap_stands_where_the_finger_was(visit: Visit) -> None:
    told = visit.phone.read(f"/api/sessions/{visit.session}/moments")
    assert told["reading"] is False
    opened = json.loads((visit.box.home / "sessions" / visit.session / LOG).read_text().splitlines()[0])
    by_id = {moment["id"]: moment for moment in told["moments"]}
    for each in visit.taps:
        moment = by_id.pop(each.id)
        assert moment["pts_ms"] == (each.at_us - opened["mono_us"]) // 1000
        assert (moment["star"], moment["in_ms"]) == (True, max(0, moment["pts_ms"] - 8_000))
    (by_panel,) = by_id.values()
    assert (by_panel["by"], by_panel["star"]) == ("panel", True)
    took_ms = sorted(each.took_ms for each in visit.taps)
    print(f"\na tap until it is durable, while recording: median {took_ms[15]:.1f} ms, longest {took_ms[-1]:.1f} ms")


def test_the_list_knows_what_the_press_was_for(visit: Visit) -> None:
    facts = next(each for each in visit.phone.read("/api/sessions")["sessions"] if each["id"] == visit.session)
    assert (facts["family"], facts["purpose"], facts["moments"], facts["stars"]) == ("F-017", "film", 0, 31)


def test_a_lock_ends_the_keeper_and_closes_the_film(visit: Visit) -> None:
    phone = visit.phone
    (keeper,) = keepers(visit)
    phone.done("/api/lock")
    assert keepers(visit) == []
    assert not os.path.exists(f"/proc/{keeper}")
    for path in ("0.m4s", "init.mp4", "index.m3u8", "frame.jpg?pts_ms=0", "pts.json?n=0"):
        reply = phone.get(f"/sessions/{visit.session}/{path}")
        assert (reply.status, reply.json["fault"]["code"]) == (403, "locked")
    wrong = phone.post("/api/unlock", pin="1357")
    assert (wrong.status, wrong.json["fault"]["code"]) == (403, "wrong-key")
    assert keepers(visit) == []
    unlock(phone)
    assert phone.get(f"/sessions/{visit.session}/0.m4s").status == 200


def test_a_keeper_that_is_killed_is_a_lock(visit: Visit) -> None:
    (keeper,) = keepers(visit)
    os.kill(keeper, signal.SIGKILL)
    until("locked", lambda: not visit.phone.read("/api/hello")["unlocked"])
    assert visit.phone.get(f"/sessions/{visit.session}/0.m4s").status == 403
    unlock(visit.phone)
    assert visit.phone.get(f"/sessions/{visit.session}/0.m4s").status == 200


def test_a_second_phone_and_one_taken_out(visit: Visit) -> None:
    second = Phone(visit.phone.port)
    visit.box.pen_press()
    until("a pairing window", lambda: second.read("/api/hello")["pairing_open_s"])
    paired = second.done("/api/pair", pin="864209", name="Bo's tablet")
    assert second.get(f"/sessions/{visit.session}/0.m4s").status == 200
    visit.phone.done("/api/lock")
    assert second.get(f"/sessions/{visit.session}/0.m4s").status == 403
    unlock(second, "864209")
    assert second.get(f"/sessions/{visit.session}/0.m4s").status == 200
    unlock(visit.phone)
    visit.phone.done(f"/api/phones/{paired['pairing']}/revoke")
    assert second.post("/api/unlock", pin="864209").status == 401
    assert second.get("/api/status").status == 401
    second.hang_up()


def test_killing_web_loses_nothing_of_the_film(visit: Visit) -> None:
    """And what was kept on the phone meanwhile finds its place afterwards."""
    phone, box = visit.phone, visit.box
    phone.done("/api/recorder/start")
    until("two seconds", lambda: acked_ms(phone) >= 2_000)
    clock = phone.read("/api/clock")
    assert box.web is not None
    box.web.kill()
    phone.hang_up()
    until("two seconds more", lambda: box.status()["film"]["acked_ms"] >= 4_000)
    box.web.launch()
    box.web.wait_usable()
    op = {"id": str(uuid.uuid4()), "kind": "star", "boot": clock["boot"], "at_us": clock["now_us"]}
    assert phone.done("/api/ops", ops=[op])["acked"] == [op["id"]]
    assert phone.read("/api/hello")["unlocked"] is False
    until("six seconds", lambda: acked_ms(phone) >= 6_000)
    phone.done("/api/recorder/stop")
    session = closed(phone)
    unlock(phone)
    (moment,) = phone.read(f"/api/sessions/{session}/moments")["moments"]
    assert (moment["id"], 1_000 < moment["pts_ms"] < 4_500) == (op["id"], True)
    phone.done(f"/api/sessions/{session}/confirm")
    playlist = phone.get(f"/sessions/{session}/index.m3u8").text
    assert "#EXTINF" in playlist
    assert "EXT-X-GAP" not in playlist


def test_a_recorder_that_is_killed_is_told_and_found_again(visit: Visit) -> None:
    visit.box.kill()
    gone = visit.phone.get("/api/status")
    assert (gone.status, gone.json["fault"]["code"]) == (503, "recorder-gone")
    assert visit.phone.get(f"/sessions/{visit.session}/0.m4s").status == 200, "playing needs no recorder"
    visit.box.start()
    assert visit.phone.read("/api/status")["state"] == "ready"


def test_the_plug_can_be_pulled(visit: Visit) -> None:
    """A power cut while it films: everything dies, starts again, and the film that was is there."""
    phone = visit.phone
    phone.done("/api/recorder/start")
    until("two seconds", lambda: acked_ms(phone) >= 2_000)
    pids = {visit.box.pid, visit.box.web.pid if visit.box.web is not None else None, *keepers(visit)}
    phone.done("/api/bench/pull-the-plug")
    until("dark", lambda: visit.box.unplugged)
    until("light", lambda: not visit.box.unplugged)
    until("nothing of it left", lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))
    phone.hang_up()
    status = until("a recorder", lambda: phone.read("/api/status"))
    assert status["unlocked"] is False
    if status["film"] is not None:  # the same boot: it goes on by itself
        phone.done("/api/recorder/stop")
        closed(phone)
    unlock(phone)
    states = [facts["state"] for facts in phone.read("/api/sessions")["sessions"]]
    assert "recovered" in states


def test_the_end_of_the_visit(visit: Visit) -> None:
    """The last of these tests: what is not kept cannot be played here any more, unlocked or not."""
    phone = visit.phone
    kept = visit.session
    told = phone.done("/api/end-visit", keep=[kept])
    assert len(told["forgotten"]) >= 2
    unlock(phone)
    phone.done(f"/api/sessions/{told['forgotten'][0]}/confirm")
    playable = {facts["id"]: facts["playable"] for facts in phone.read("/api/sessions")["sessions"]}
    assert playable == {kept: True, **dict.fromkeys(told["forgotten"], False)}
    reply = phone.get(f"/sessions/{told['forgotten'][0]}/0.m4s")
    assert (reply.status, reply.json["fault"]["code"]) == (403, "wrong-key")


def unlock(phone: Phone, pin: str = PIN) -> None:
    """As soon as the box takes a PIN."""
    until("unlocked", lambda: phone.post("/api/unlock", pin=pin).status == 200)


def keepers(visit: Visit) -> list[int]:
    assert visit.box.web is not None
    assert visit.box.web.pid is not None
    below = descendants(visit.box.web.pid)
    return [pid for pid in below if b"appliance.playback.keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()]
