"""Three phones tag for an hour through drops and restarts: no moment is lost, none is doubled, each is where it was.

The pages' own queue and clock run in node in simulated time (soak/soak.mjs), against the real web app. Longer:
`FIELDREEL_SOAK_MINUTES=600 pytest tests/pages/test_soak.py`; another course of events: `FIELDREEL_SOAK_SEED=7`.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.practice.fold import fold
from appliance.store.sessions import SessionWriter
from tests.pages.tools import modules, node
from tests.store.makers import sealed
from tests.web.box import Browser, WebBox

MINUTES: Final = int(os.environ.get("FIELDREEL_SOAK_MINUTES", "60"))
SEED: Final = os.environ.get("FIELDREEL_SOAK_SEED", "20261127")
START_US: Final = 5_000_000_000
SEGMENT_MS: Final = 10_000
NEAR_MS: Final = 50
"""How far off a tap may be beside what it says itself: both clocks count whole milliseconds."""


@dataclass
class Filming:
    """A box that films, and three phones that are paired with it and locked; simulated time is set from outside."""

    box: WebBox
    film: SessionWriter
    phones: list[Browser]
    segments: int = 0
    _end: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, place: Path) -> "Filming":
        box = WebBox(place)
        box.clock.boot, box.clock.now_us = "boot", START_US - 60_000_000
        phones = [box.phone() for _ in range(3)]
        assert phones[0].post("/api/lock").status == 200
        box.clock.now_us = START_US
        return cls(box, box.session(0, live=True), phones)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        now_us = START_US + round(asked["now_ms"] * 1000)
        self.box.clock.now_us = max(self.box.clock.now_us, now_us)
        self._film_on(int(asked["now_ms"]))
        match asked["do"]:
            case "ops":
                got = self.phones[asked["phone"]].post("/api/ops", {"ops": asked["ops"]})
                return {"status": got.status, "body": got.json, "wait_s": int(got.headers.get("Retry-After", 0))}
            case "restart":
                self.box.start()
                self.phones = [self.box.again(phone) for phone in self.phones]
                return {}
        self._end = asked
        return {}

    def _film_on(self, to_ms: int) -> None:
        while (self.segments + 1) * SEGMENT_MS <= to_ms:
            self.film.segment(self.segments, self.segments * SEGMENT_MS, SEGMENT_MS, sealed("film"))
            self.segments += 1

    def run(self, place: Path) -> dict[str, Any]:
        """What the phones say at the end."""
        shutil.copy(Path(__file__).parent / "soak" / "soak.mjs", modules(place) / "soak.mjs")
        command = [node(), "soak.mjs", str(MINUTES), SEED]
        with subprocess.Popen(command, cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as phones:
            assert phones.stdin is not None
            assert phones.stdout is not None
            for line in phones.stdout:
                phones.stdin.write(f"{json.dumps(self.answer(json.loads(line)))}\n")
                phones.stdin.flush()
        assert phones.returncode == 0
        return self._end


def test_an_hour_of_drops_and_restarts_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    filming = Filming.begin(tmp_path / "box")
    (tmp_path / "phones").mkdir()
    end = filming.run(tmp_path / "phones")
    taps = {each["id"]: each for phone in end["taps"] for each in phone}
    ops = filming.box.ops()
    print(f"\n{len(taps)} ops of three phones in {MINUTES} min: {end['counted']}")
    assert all(count > 0 for count in end["counted"].values()), "each of these happened"
    assert end["refused"] == []
    assert end["waiting"] == 0
    assert Counter(op["id"] for op in ops) == Counter(list(taps)), "each once"
    places = [(op["pts_ms"] - taps[op["id"]]["film_ms"], op["error_ms"]) for op in ops if op["kind"] == "moment"]
    print(f"{len(places)} moments, at most {max(abs(off) for off, _ in places):.0f} ms from where they were tapped")
    assert [off for off, error_ms in places if abs(off) > error_ms + NEAR_MS] == []
    held_to_the_fold(ops, taps)


def held_to_the_fold(ops: list[dict[str, Any]], taps: dict[str, dict[str, Any]]) -> None:
    """Every tap that was not taken back is part of one moment, and of one only."""
    (view,) = fold(ops).sessions.values()
    undone = {each["op"] for each in taps.values() if each["kind"] == "undo"}
    wanted = {id_ for id_, each in taps.items() if each["kind"] == "moment"} - undone
    assert Counter(tap for moment in view.moments for tap in moment.taps) == Counter(wanted)
