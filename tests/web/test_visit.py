"""One visit over real HTTP: pair, unlock, record, tag, stop, play; recorder, web and keeper are the real processes."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from appliance.commands.demo_box import DemoBox
from tests.web.phone import Phone, until

SMALL = ["--width", "640", "--height", "360", "--bitrate", "1000000"]
PIN = "2580"


def sessions_of(box: DemoBox) -> dict[str, bytes]:
    """Everything below sessions/ that is film, keys or a closed log: nobody but the recorder may change it."""
    return {str(path): path.read_bytes() for path in sorted((box.home / "sessions").rglob("*")) if path.is_file()}


@dataclass
class Visit:
    box: DemoBox
    phone: Phone
    session: str


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    box = DemoBox(tmp_path_factory.mktemp("visit"), SMALL)
    box.prepare()
    try:
        box.launch()
        port = int(box.start_web().rpartition(":")[2])
        box.wait_ready()
        phone = Phone(port)
        pair(box, phone)
        yield Visit(box, phone, film(phone))
        phone.hang_up()
    finally:
        box.stop()


def pair(box: DemoBox, phone: Phone) -> None:
    box.pen_press()
    until("a pairing window", lambda: phone.read("/api/hello")["pairing_open_s"])
    phone.done("/api/pair", pin=PIN)


def film(phone: Phone) -> str:
    """Six seconds with three taps and a star; the session's id."""
    phone.done("/api/recorder/arm", family="F-017", purpose="film")
    phone.done("/api/recorder/start")
    until("three seconds", lambda: acked_ms(phone) >= 3_000)
    clock = phone.read("/api/clock")
    for kind in ("moment", "star", "moment"):
        op = {"id": str(uuid.uuid4()), "kind": kind, "boot": clock["boot"], "at_us": clock["now_us"], "error_ms": 2}
        assert phone.done("/api/ops", ops=[op])["acked"] == [op["id"]]
    until("six seconds", lambda: acked_ms(phone) >= 6_000)
    phone.done("/api/recorder/stop", reason="stop")
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
