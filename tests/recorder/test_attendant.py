"""Fingers in, film and lamp out: the recorder's behaviour with the time as a parameter."""

from pathlib import Path
from typing import Any

import pytest

from appliance.assembly import interrupted
from appliance.capture.camera import Level
from appliance.errors import (
    CameraLost,
    CardFull,
    CardWorn,
    ClockNotSet,
    Forbidden,
    MicSilent,
    PowerLow,
)
from appliance.panel.panel import Button, Colour
from appliance.recorder.notices import CameraBack, CameraFailed, Closed, Kept, Opened
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.store.verify import verify_session
from appliance.visit.session import Arming, Purpose
from appliance.visit.states import Event, State
from appliance.worker import StuckWorker
from tests.recorder.hand_box import HandBox, ops
from tests.segment.fakes import SPS


@pytest.fixture
def box(tmp_path: Path) -> HandBox:
    return HandBox(tmp_path / "home").boot()


def log_kinds(box: HandBox, n: int = 0) -> list[str]:
    lines = (box.home.session(box.sessions[n].id) / "log.jsonl").read_text().splitlines()
    return [line.split('"t":"')[1].split('"')[0] for line in lines]


def sound(box: HandBox, session: str) -> bool:
    return verify_session(box.home.session(session), check_signature, check_certificate).sound


def test_booted_is_ready_and_white(box: HandBox) -> None:
    assert box.stands(State.READY)
    assert box.shows(Colour.WHITE)
    assert box.sessions == []


def test_press_film_hold(box: HandBox) -> None:
    box.press()
    box.wait(5)
    assert box.stands(State.RECORDING)
    assert box.shows(Colour.RED)
    box.press(2.1)
    box.wait(0.5)
    assert box.stands(State.READY)
    (facts,) = box.sessions
    assert facts.state == "closed"
    assert facts.film_ms == pytest.approx(7_200, abs=200)
    assert log_kinds(box)[0] == "opened"
    assert log_kinds(box)[-1] == "closed"


def test_the_lamp_is_red_only_once_something_is_on_the_card(box: HandBox) -> None:
    box.filming = False
    box.press(0.1)
    assert box.stands(State.RECORDING)
    assert box.shows(Colour.WHITE)
    box.filming = True
    box.wait(0.1)
    assert box.shows(Colour.RED)
    assert box.seen(Opened)
    assert not box.seen(Kept)


def test_a_press_while_recording_is_a_star_at_finger_down(box: HandBox) -> None:
    box.press()
    box.wait(3)
    at_us = box.clock.monotonic_us()
    box.press()
    box.wait(1)
    (opened,) = box.seen(Opened)
    assert isinstance(opened, Opened)
    star = next(op for op in ops(box, opened.session) if op["kind"] == "star")
    assert star["pts_ms"] == (at_us - opened.start_us) // 1000
    assert star["subject"] == opened.session
    assert star["by"] == "panel"


def test_a_star_before_the_first_picture_waits_for_its_session(box: HandBox) -> None:
    box.filming = False
    box.press()
    box.wait(1)
    star = box.attendant.star(box.clock.monotonic_us())
    box.settle()
    assert not star.done()
    box.filming = True
    box.wait(1)
    assert star.done()
    assert [op["kind"] for op in ops(box, box.sessions[0].id)] == ["session", "star"]


def test_two_presses_pause_and_nothing_is_encoded(box: HandBox) -> None:
    box.press()
    box.wait(2.5)
    box.press()
    box.wait(0.1)
    box.press()
    assert box.stands(State.PAUSED)
    assert box.camera.sink is None
    box.wait(10)
    box.press()
    box.wait(2)
    box.press(2.1)
    box.wait(0.5)
    kinds = log_kinds(box)
    assert kinds.index("paused") + 1 == kinds.index("gap")
    assert box.sessions[0].film_ms == pytest.approx(17_200, abs=500)
    assert sound(box, box.sessions[0].id)


def test_it_stops_by_itself_at_the_limit(box: HandBox) -> None:
    box.attendant.arm(Arming(purpose=Purpose.FILM, target_min=1))
    box.press()
    box.wait(2)
    box.clock.advance(ms=60 * 60_000)
    box.wait(1)
    assert box.stands(State.READY)
    closed = box.seen(Closed)[-1]
    assert isinstance(closed, Closed)
    assert closed.reason == "limit"


def test_enough_film_is_shown_three_times(box: HandBox) -> None:
    box.attendant.arm(Arming(target_min=1))
    box.press()
    box.wait(66.5)
    swaps = [colour for _, colour in box.panel.history][3:]
    assert swaps == [Colour.WHITE, Colour.RED] * 3


def test_a_card_without_room_is_said_before_and_not_after(box: HandBox) -> None:
    box.space.said = 0
    box.press()
    box.wait(0.5)
    assert box.stands(State.FAULT)
    assert CardFull in box.faults
    assert box.camera.calls == ["open"]
    box.space.said = 100
    box.press()
    box.wait(0.5)
    assert box.stands(State.READY)
    assert CardFull not in box.faults


def test_a_card_that_fills_up_closes_the_film(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.space.said = 0
    box.wait(1)
    assert box.stands(State.READY, State.FAULT)
    assert '"reason":"card-full"' in (box.home.session(box.sessions[0].id) / "log.jsonl").read_text()


def test_few_minutes_ask_for_a_look(box: HandBox) -> None:
    box.press()
    box.space.said = 9
    box.wait(3)
    assert box.stands(State.RECORDING)
    assert CardFull in box.faults
    assert Colour.OFF in [colour for _, colour in box.panel.history][3:]


def test_a_silent_microphone_is_noticed_and_forgiven(box: HandBox) -> None:
    box.press()
    box.wait(2)
    box.sounding = False
    box.microphone.loudness = None
    box.wait(4)
    assert MicSilent in box.faults
    box.sounding = True
    box.microphone.loudness = Level(-30, -20)
    box.wait(2)
    assert MicSilent not in box.faults
    assert "gap" in log_kinds(box)


def test_digital_silence_is_a_dead_microphone(box: HandBox) -> None:
    box.press()
    box.microphone.loudness = Level(-120, -120)
    box.wait(4)
    assert MicSilent in box.faults


def test_a_silent_camera_is_opened_anew_and_the_session_goes_on(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.filming = False
    box.wait(2.2)
    assert box.seen(CameraBack)
    box.filming = True
    box.wait(3)
    assert CameraLost not in box.faults
    assert box.camera.calls == ["open", "start", "stop", "close", "open", "start"]
    box.press(2.1)
    box.wait(0.5)
    assert len(box.sessions) == 1
    assert "gap" in log_kinds(box)


def test_a_lost_camera_closes_the_film_and_is_mended_by_itself(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.camera.refuse = {"open": CameraLost("No camera.")}
    box.filming = False
    box.wait(3)
    assert box.stands(State.FAULT)
    assert box.sessions[0].state == "closed"
    assert box.attendant.exit_code == 0
    box.camera.refuse = {}
    box.filming = True
    box.wait(11)
    assert box.stands(State.READY)


def test_a_stuck_camera_ends_the_process_after_closing(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.camera.refuse = {"close": StuckWorker("close did not end")}
    box.filming = False
    box.wait(4)
    assert box.stands(State.OFF)
    assert box.attendant.exit_code == 70
    assert box.sessions[0].state == "closed"


def test_a_camera_lost_in_a_film_is_for_the_next_process_where_there_is_one(tmp_path: Path) -> None:
    box = HandBox(tmp_path, supervised=True).boot()
    box.press()
    box.wait(3)
    box.camera.refuse = {"open": CameraLost("No camera.")}
    box.filming = False
    box.wait(3)
    assert box.stands(State.OFF)
    assert box.attendant.exit_code == 70
    assert box.mark.wanted
    assert interrupted(box.home, box.clock) == box.sessions[0].id
    again = HandBox(tmp_path, continues=box.sessions[0].id).boot()
    again.wait(2)
    assert [facts.continues for facts in again.sessions] == [None, box.sessions[0].id]


def test_a_camera_lost_before_a_film_is_waited_for(tmp_path: Path) -> None:
    box = HandBox(tmp_path, supervised=True)
    box.camera.refuse = {"open": CameraLost("No camera.")}
    box.boot()
    assert box.stands(State.FAULT)
    assert box.attendant.exit_code == 0
    box.camera.refuse = {}
    box.wait(11)
    assert box.stands(State.READY)


def test_after_a_pause_no_process_films_by_itself(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.press()
    box.wait(0.1)
    box.press()
    box.wait(1)
    assert box.stands(State.PAUSED)
    box.attendant.notify(CameraFailed(CameraLost("The camera does not answer."), stuck=True))
    box.wait(1)
    assert box.attendant.exit_code == 70
    assert not box.mark.wanted


def test_changed_parameter_sets_continue_in_a_new_session(box: HandBox) -> None:
    box.press()
    box.wait(3)
    box.camera.sps = SPS[:3] + bytes([SPS[3] + 1]) + SPS[4:]
    box.wait(3)
    box.press(2.1)
    box.wait(0.5)
    first, second = box.sessions
    assert second.continues == first.id
    assert "parameters-changed" in (box.home.session(first.id) / "log.jsonl").read_text()
    assert all(sound(box, facts.id) for facts in box.sessions)


def test_the_recessed_button_pairs_and_switches_off(box: HandBox) -> None:
    box.press(button=Button.RECESSED)
    box.wait(0.1)
    assert box.attendant.pairing_until_us > box.clock.monotonic_us()
    box.press(5.2, Button.RECESSED)
    assert box.stands(State.OFF)
    assert box.shows(Colour.OFF)


def test_switching_off_closes_the_film_first(box: HandBox) -> None:
    box.press()
    box.wait(2)
    box.press(5.2, Button.RECESSED)
    box.wait(0.5)
    assert box.stands(State.OFF)
    assert '"reason":"shutdown"' in (box.home.session(box.sessions[0].id) / "log.jsonl").read_text()


@pytest.mark.parametrize(("plugged_in", "few", "floor"), [(None, 15, 7), (False, 15, 7), (True, 7, 3)])
def test_a_battery_at_the_floor_closes_and_switches_off(
    box: HandBox, plugged_in: bool | None, few: int, floor: int
) -> None:
    """While power comes in the box need not go so early, and only falls so far if that is too little."""
    box.press()
    box.wait(2)
    box.health.set(battery_percent=few + 1, plugged_in=plugged_in)
    box.wait(1)
    assert PowerLow not in box.faults
    box.health.set(battery_percent=few)
    box.wait(1)
    assert PowerLow in box.faults
    box.health.set(battery_percent=floor + 1)
    box.wait(1)
    assert box.stands(State.RECORDING)
    box.health.set(battery_percent=floor)
    box.wait(1)
    assert box.stands(State.OFF)
    assert '"reason":"power"' in (box.home.session(box.sessions[0].id) / "log.jsonl").read_text()


def test_a_gauge_that_goes_silent_ends_no_film(box: HandBox) -> None:
    box.press()
    box.wait(2)
    box.health.set(battery_percent=8)
    box.wait(1)
    box.health.set(battery_percent=None)
    box.wait(5)
    assert box.stands(State.RECORDING)
    assert PowerLow not in box.faults


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({"battery_percent": 12}, "The battery is at 12 %."),
        ({"battery_percent": 6, "plugged_in": True}, "The battery is at 6 %, plugged in."),
        ({"battery_percent": 80, "undervoltage": True}, "The power supply is too weak."),
        ({"undervoltage": True}, "The power supply is too weak."),
    ],
)
def test_what_is_said_of_low_power_fits_what_is_wrong(box: HandBox, reading: dict[str, Any], said: str) -> None:
    box.health.set(**reading)
    box.wait(1)
    assert [fault.what for fault in box.attendant.standing.faults] == [said]


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({"card_errors": 3}, "The card's file system has found 3 errors."),
        ({"card_errors": 3, "card_read_only": True}, "The card takes nothing any more."),
    ],
)
def test_a_card_that_wears_out_is_said_and_filmed_on(box: HandBox, reading: dict[str, Any], said: str) -> None:
    box.press()
    box.wait(2)
    box.health.set(**reading)
    box.wait(1)
    assert box.stands(State.RECORDING)
    assert [fault.what for fault in box.attendant.standing.faults] == [said]
    box.health.set(card_errors=0, card_read_only=False)
    box.wait(1)
    assert CardWorn not in box.faults


def test_an_unknown_clock_is_said_and_no_reason_not_to_film(box: HandBox) -> None:
    box.health.set(utc_source="last known")
    box.press()
    box.wait(1)
    assert ClockNotSet in box.faults
    assert box.shows(Colour.RED)


def test_an_interrupted_film_goes_on_by_itself(tmp_path: Path) -> None:
    box = HandBox(tmp_path / "home", continues="ab" * 16).boot()
    box.wait(2)
    assert box.stands(State.RECORDING)
    assert box.sessions[0].continues == "ab" * 16


def test_after_going_on_the_next_film_is_its_own(tmp_path: Path) -> None:
    box = HandBox(tmp_path / "home", continues="ab" * 16).boot()
    box.wait(2)
    box.press(2.1)
    box.wait(0.5)
    box.press()
    box.wait(2)
    assert [facts.continues for facts in box.sessions] == ["ab" * 16, None]


def test_what_is_not_possible_is_forbidden_and_changes_nothing(box: HandBox) -> None:
    with pytest.raises(Forbidden):
        box.attendant.happen(Event.PAUSE)
    with pytest.raises(Forbidden):
        box.attendant.star(0)
    assert box.stands(State.READY)


def test_arming_while_filming_says_what_this_film_is_for(box: HandBox) -> None:
    box.press()
    box.wait(1)
    box.attendant.arm(Arming("F-017", Purpose.REVIEW))
    box.settle()
    facts = [op for op in ops(box, box.sessions[0].id) if op["kind"] == "session"]
    assert [fact["family"] for fact in facts] == [None, "F-017"]
    assert box.attendant.arming == Arming()


def test_an_arming_for_a_visit_lasts_for_all_its_films(box: HandBox) -> None:
    visit = "6f1c2f5e-3f0c-4b7e-9d55-0c2f1a7be001"
    box.attendant.arm(Arming("F-017", visit=visit))
    box.press()
    box.wait(1)
    box.press(2.1)
    box.wait(0.5)
    assert box.attendant.arming == Arming("F-017", visit=visit)
    (fact,) = (op for op in ops(box, box.sessions[0].id) if op["kind"] == "session")
    assert (fact["family"], fact["visit"]) == ("F-017", visit)
    box.attendant.arm(Arming())
    assert box.attendant.arming == Arming()


def test_wall_clock_jumps_are_logged_and_nothing_else(box: HandBox) -> None:
    box.press()
    box.wait(2)
    box.clock.now_utc_ms += 3_600_000
    box.wait(2)
    assert log_kinds(box).count("clock") == 1


def test_the_mark_follows_the_finger_and_not_the_card(box: HandBox) -> None:
    """A recorder killed now goes on by itself only if film is wanted now, whatever its log says yet."""
    wanted = [box.mark.wanted]
    for event in (Event.START, Event.PAUSE, Event.RESUME, Event.STOP):
        box.attendant.happen(event)
        wanted.append(box.mark.wanted)
    assert wanted == [False, True, False, True, False]
