"""The real courier beside the real recorder: a press ends the carrying within a second or two, and it goes on after."""

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from appliance.errors import RecorderGone
from appliance.intercom import Line
from appliance.said.trusted import Office, write_office
from appliance.sealing.signing import WriterKey
from appliance.store.layout import Home
from appliance.store.parcels import read_name
from appliance.store.sessions import Opening, SessionWriter
from tests.office.carrying import session_parcels
from tests.process.box import LOOK_S, PATIENCE_S, Box, Studio
from tests.said.makers import STORE, STORE_ID, public_of
from tests.store.makers import BOOT, sealed

SLOW = "8M"
"""Bytes a second: what is to be interrupted must last longer than a finger takes."""


def film_of(home: Home, seconds: int) -> str:
    """A closed session of noise, two hundred kilobytes a second, in the recorder's name; its id."""
    now_ms = time.time_ns() // 1_000_000
    opening = Opening("age1pq1test", BOOT, 5_000_000, now_ms, "rtc", None, 1920, 1080, 30, 8_000_000)
    writer = SessionWriter.begin(home, opening, sealed("key"), sealed("local"), WriterKey.load(home.device, "recorder"))
    writer.init(sealed("init"))
    for n in range(seconds):
        writer.segment(n, n * 1000, 1000, sealed(f"second {n} of {writer.id}", 200_000))
    writer.close("stop", now_ms, "rtc")
    return writer.id


def slow_down(run: Path) -> None:
    """Tell the courier's rclone that the road is narrow."""
    line = http.client.HTTPConnection("localhost")
    line.sock = socket.socket(socket.AF_UNIX)
    line.sock.connect(str(run / "courier" / "rclone.sock"))
    line.request("POST", "/core/bwlimit", json.dumps({"rate": SLOW}), {"Content-Type": "application/json"})
    assert line.getresponse().status == http.client.OK
    line.close()


class Carried:
    """What the courier says, and what stands in the folder that it carries to."""

    def __init__(self, box: Box) -> None:
        self.line, self.drop = Line(box.run / "courier.sock"), box.folder / "drop"

    def until(self, what: str, done: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        deadline, status = time.monotonic() + PATIENCE_S, dict[str, Any]()
        while time.monotonic() < deadline:
            with suppress(RecorderGone):
                status = self.line.ask("status")
                if status and done(status):
                    return status
            time.sleep(LOOK_S)
        raise AssertionError(f"not {what}: {status}")

    def sent(self, sessions: int) -> dict[str, Any]:
        self.line.ask("go")
        return self.until("sent", lambda s: [each["state"] for each in s["sessions"]] == ["sent"] * sessions)

    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.drop.iterdir())

    def whole(self) -> set[str]:
        """Parcels whose bytes fit their names, without the attempt."""
        found = set()
        for path in self.drop.iterdir():
            name = read_name(path.name)
            assert name is not None
            if hashlib.sha256(path.read_bytes()).hexdigest() == name.sha256:
                found.add(path.name.rpartition("~")[0])
        return found


def test_a_press_ends_the_carrying_and_it_goes_on_after(studio: Studio) -> None:
    with studio.box("carrying") as box:
        carried = Carried(box)
        target = {"store": STORE_ID, "remote": str(carried.drop), "pickup": None, "needs": "network"}
        write_office(box.layout, Office({STORE_ID: public_of(STORE)}, frozenset(), 1, (target,)))
        film_of(box.layout, 1)
        box.launch_courier()
        carried.until("up", lambda _status: True)
        carried.sent(1)
        slow_down(box.run)
        session = film_of(box.layout, 150)
        carried.line.ask("go")
        carried.until("carrying", lambda s: s["state"] == "carrying" and s["sent_bytes"] > 3_000_000 and s["eta_s"])
        assert box.until("syncing", lambda s: s["lamp"]["says"] == "syncing")
        box.press()
        pressed = time.monotonic()
        carried.until("recording", lambda s: s["state"] == "recording")
        ended_s, held = time.monotonic() - pressed, carried.bytes()
        box.filmed(2_000)
        assert carried.bytes() == held, "something moved while the box recorded"
        assert box.status()["lamp"]["says"] == "recording"
        filmed = box.stop_film()
        carried.line.ask("go")
        carried.until("idle", lambda s: s["state"] == "idle" and len(s["sessions"]) == 3)
        carried.sent(3)
        needed = {
            name.rpartition("~")[0]
            for each in (session, filmed)
            for name, _ in session_parcels(box.session(each), a_tar=60)
        }
        assert needed <= carried.whole()
        carried.line.close()
    print(f"the carrying ended {ended_s:.2f} s after the press")
    assert ended_s < 3.0
