"""The real web process and keeper on a home with one session, and what tests ask of processes.

Apart from the tests of serving because those of a whole visit ask it too.
"""

from pathlib import Path
from typing import Any

from appliance.clock import SystemClock
from appliance.commands.demo_web import DemoWeb
from appliance.intercom import Intercom
from tests.web.box import WebBox, tap
from tests.web.phone import Phone


class Served:
    """The real web process and keeper on a home with one session; the recorder is a stand-in on a real socket."""

    def __init__(self, place: Path, *options: str) -> None:
        self.box = WebBox(place)
        self.box.clock.boot = SystemClock().boot_id()
        self.box.clock.now_us = SystemClock().monotonic_us()
        self.session = self.box.session(30, ago_s=31)
        self.web = DemoWeb(self.box.home.root, self.box.config.run, place / "web.log", 0, list(options))
        self.recorder = Intercom(self.box.config.intercom, lambda request: dict(self.answer(request)))
        self.recorder.open()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.box.clock.now_us = SystemClock().monotonic_us()
        return self.box.recorder.ask(**request)

    def phone(self) -> Phone:
        return Phone(self.web.port)

    def paired(self) -> Phone:
        phone = self.phone()
        self.answer({"do": "status"})
        self.box.recorder.pen_press()
        phone.done("/api/pair", pin="2580")
        return phone

    def start(self) -> None:
        self.web.launch()
        self.web.wait_usable()

    def end(self) -> None:
        self.web.stop()
        self.recorder.close()

    @property
    def told(self) -> str:
        return self.web.told.read_text()

    def tap(self) -> dict[str, Any]:
        return tap(self.box, 20)


def descendants(pid: int) -> set[int]:
    found = {int(text) for path in Path(f"/proc/{pid}/task").glob("*/children") for text in path.read_text().split()}
    return found | {deeper for child in found for deeper in descendants(child)}


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
