"""What the recorder does with what it sees and hears: Faults, advice, and the question of ten quiet minutes."""

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.capture.camera import Level
from appliance.capture.framing import Look
from appliance.errors import LensCovered, MicSilent
from appliance.recorder.notices import Seen
from appliance.recorder.quiet import Patience
from appliance.recorder.report import status
from appliance.recorder.senses import Senses
from appliance.visit.lamp import Lamp
from appliance.visit.states import Event, State
from tests.recorder.hand_box import HandBox

ASK_S, ANSWER_S = 60, 30
"""In place of ten and five minutes: each second of film here is one that is really sealed."""
STILL, STIRRING, COVERED = Look(), Look(motion=True), Look(covered=True)


class Watched(HandBox):
    """A HandBox that is looked at once a second; `sees` and the microphone's `loudness` are what there is."""

    sees: Look | None = STIRRING

    def live(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            if self.sees is not None:
                self.attendant.notify(Seen(self.sees, self.clock.monotonic_us()))
            self.camera.send_picture(self.clock.monotonic_us())
            self.microphone.send_sound(self.clock.monotonic_us())
            for _ in range(4):
                self.clock.advance(ms=250)
                self.camera.send_picture(self.clock.monotonic_us())
                self.microphone.send_sound(self.clock.monotonic_us())
                self.settle()

    def told(self) -> dict[str, Any]:
        return status(self.attendant, self.showing, self.packets)

    @property
    def advised(self) -> list[str]:
        return [each["code"] for each in self.told()["advice"]]


@pytest.fixture
def box(tmp_path: Path) -> Watched:
    box = Watched(tmp_path / "home")
    box.attendant.senses = Senses(box.attendant.standing, Patience(ASK_S * 1_000_000, ANSWER_S * 1_000_000))
    box.boot()
    return box


def film(box: Watched) -> None:
    box.press()
    box.live(3)
    assert box.stands(State.RECORDING)


def test_a_covered_lens_is_a_fault_while_filming_and_advice_before(box: Watched) -> None:
    box.sees = COVERED
    box.live(2)
    assert (box.faults, box.advised) == ([], ["lens-covered"])
    film(box)
    assert LensCovered in box.faults
    assert box.advised == []
    assert box.showing.says is Lamp.ATTENTION
    box.sees = STIRRING
    box.live(2)
    assert box.faults == []


def test_a_microphone_that_hears_nothing_likewise(box: Watched) -> None:
    box.microphone.loudness = None
    box.live(4)
    assert (box.faults, box.advised) == ([], ["mic-silent"])
    box.sounding = False
    box.press()
    box.wait(4)
    assert MicSilent in box.faults
    assert box.advised == []


def test_what_was_seen_long_ago_is_not_said(box: Watched) -> None:
    box.sees = COVERED
    box.live(2)
    box.sees = None
    box.live(13)
    assert box.told()["picture"] is None
    assert box.advised == []


def reason(box: HandBox, session: str) -> str:
    lines = [json.loads(line) for line in (box.home.session(session) / "log.jsonl").read_text().splitlines()]
    return next(str(line["reason"]) for line in lines if line["t"] == "closed")


def test_it_is_ten_minutes_and_five() -> None:
    assert Patience() == Patience(600_000_000, 300_000_000)


def test_ten_quiet_minutes_ask_and_five_more_end_the_film(box: Watched) -> None:
    film(box)
    box.live(30)
    box.sees = STILL
    began_us = box.clock.monotonic_us()
    box.live(ASK_S - 2)
    assert box.told()["quiet"] is None
    box.live(4)
    asked = box.told()["quiet"]
    assert isinstance(asked, dict)
    assert asked["since_us"] == pytest.approx(began_us, abs=2_000_000)
    assert asked["stops_at_us"] - asked["since_us"] == (ASK_S + ANSWER_S) * 1_000_000
    box.live(ANSWER_S)
    assert box.stands(State.READY)
    ended = box.told()["quiet_end"]
    assert isinstance(ended, dict)
    (session,) = box.sessions
    assert session.id == ended["session"]
    assert reason(box, session.id) == "quiet"
    assert session.film_ms - ended["from_ms"] == pytest.approx((ASK_S + ANSWER_S) * 1000, abs=3_000)


@pytest.mark.parametrize("answer", ["go_on", "star", "motion", "voice"])
def test_an_answer_or_a_sign_of_life_goes_on(box: Watched, answer: str) -> None:
    film(box)
    box.sees = STILL
    box.live(ASK_S + 10)
    assert box.told()["quiet"] is not None
    match answer:
        case "go_on":
            box.attendant.stay()
        case "star":
            box.attendant.star(box.clock.monotonic_us())
        case "motion":
            box.attendant.notify(Seen(STIRRING, box.clock.monotonic_us()))
        case _:
            box.microphone.loudness = Level(-12.0, -6.0)
    box.live(2)
    box.microphone.loudness = Level(-30.0, -20.0)
    assert box.told()["quiet"] is None
    box.live(ASK_S - 5)
    assert box.told()["quiet"] is None
    assert box.stands(State.RECORDING)
    box.live(ANSWER_S + 15)
    assert box.stands(State.READY), "and if it is quiet again, it is asked again"


def test_a_box_that_cannot_see_ends_nothing(box: Watched) -> None:
    film(box)
    box.sees = None
    box.live(ASK_S + ANSWER_S + 10)
    assert box.told()["quiet"] is None
    assert box.stands(State.RECORDING)


def test_a_privacy_pause_is_not_quiet(box: Watched) -> None:
    film(box)
    box.sees = STILL
    box.live(ASK_S - 5)
    box.attendant.happen(Event.PAUSE)
    box.live(ASK_S + ANSWER_S)
    assert box.stands(State.PAUSED)
    assert box.told()["quiet"] is None
    assert box.told()["picture"] is None
