"""`fieldreel demo`: what a newcomer types first, with a terminal and without."""

import json
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.visit.lamp import Lamp
from appliance.visit.lamp_words import MEANING
from tests.process.box import PATIENCE_S, SMALL, Studio
from tests.process.scenes import scene

DEMO = (sys.executable, "-m", "appliance", "demo", *SMALL)
ENDS_S = 120
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Shown:
    """`said`: everything on the screen, escapes taken out; `film`: what ffprobe tells of the MP4 that it left."""

    exit_code: int
    said: str
    film: dict[str, dict[str, Any]]
    left: set[str]


def without_a_terminal(studio: Studio) -> Shown:
    """From nothing: the keys are made as well."""
    folder = studio.place / "demo"
    command = [*DEMO, "--seconds", "5", "--folder", str(folder)]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ENDS_S, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Shown(done.returncode, done.stdout + done.stderr, probe(folder), {path.name for path in folder.iterdir()})


@dataclass(slots=True)
class Terminal:
    """A demo at a terminal, and whoever sits before it."""

    end: int
    said: str = ""
    seen_to: int = field(default=0)

    def see(self, words: str) -> None:
        """Wait until these words come on the screen, after those seen last."""
        deadline = time.monotonic() + PATIENCE_S
        while (at := self.said.find(words, self.seen_to)) < 0:
            if time.monotonic() > deadline:
                raise AssertionError(f"{words!r} did not come: {self.said[-2000:]}")
            self._read(0.1)
        self.seen_to = at + len(words)

    def type(self, key: str) -> None:
        os.write(self.end, key.encode())

    def read_out(self) -> None:
        """What is left when the program has ended."""
        while self._read(0.2):
            pass

    def _read(self, wait_s: float) -> bool:
        if not select.select([self.end], [], [], wait_s)[0]:
            return False
        try:
            self.said += ESCAPES.sub("", os.read(self.end, 65536).decode(errors="replace"))
        except OSError:  # Linux: the program's end is closed
            return False
        return True


def at_a_terminal(studio: Studio) -> Shown:
    """Space, space, h, q: film, star, stop, switch off."""
    box = studio.unstarted("demo-by-hand")
    terminal_end, program_end = os.openpty()
    command = [*DEMO, "--folder", str(box.folder)]
    process = subprocess.Popen(
        command, stdin=program_end, stdout=program_end, stderr=program_end, start_new_session=True
    )  # fmt: skip
    os.close(program_end)
    terminal = Terminal(terminal_end)
    try:
        terminal.see(f"READY      {MEANING[Lamp.READY].sentence}")
        terminal.type(" ")
        terminal.see(f"RECORDING  {MEANING[Lamp.RECORDING].sentence}")
        terminal.see("safe on the card 0:02")
        terminal.type(" ")
        terminal.see("stars 1")
        terminal.type("h")
        terminal.see("This session is sound.")
        terminal.see(f"READY      {MEANING[Lamp.READY].sentence}")
        terminal.type("q")
        terminal.read_out()
        code = process.wait(PATIENCE_S)
        return Shown(code, terminal.said, probe(box.folder), {path.name for path in box.folder.iterdir()})
    finally:
        process.kill()
        process.wait()
        os.close(terminal_end)


def probe(folder: Path) -> dict[str, dict[str, Any]]:
    """Streams by their type, of the one MP4 in the folder."""
    (film,) = folder.glob("*.mp4")
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", film], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    return {stream["codec_type"]: stream for stream in json.loads(told.stdout)["streams"]}


@scene(without_a_terminal)
def test_it_films_opens_and_ends_by_itself(take: Shown) -> None:
    print(f"\n{take.said}")
    assert take.exit_code == 0
    assert "This session is sound." in take.said
    assert (take.film["video"]["width"], take.film["video"]["height"]) == (640, 360)
    assert float(take.film["video"]["duration"]) >= 5
    assert float(take.film["audio"]["duration"]) >= 5
    assert {"home", "office.key", "office.pub", "escrow.key", "escrow.pub", "recorder.log"} <= take.left


@scene(at_a_terminal)
def test_keys_are_fingers_on_the_buttons(take: Shown) -> None:
    assert take.exit_code == 0
    assert float(take.film["video"]["duration"]) >= 2
    assert "The film, opened with the office's key" in take.said
    assert "Traceback" not in take.said
