"""Press, film, star, pause, go on, stop: one visit, and the film that comes of it."""

from dataclasses import dataclass

import pytest

from appliance.capture.packet import AUDIO_RATE
from appliance.store.listing import SessionFacts
from appliance.store.verify import Verdict
from tests.process.box import Studio, now_us
from tests.process.lanes import Op, ops_about
from tests.process.playing import TOGETHER_MS, Played, play
from tests.process.scenes import scene

LIPS_MS = 20
PAUSE_US = 1_500_000


@dataclass(frozen=True, slots=True)
class Visit:
    """Times in µs on CLOCK_MONOTONIC. `lamps`: (state, what the lamp said, its colour)."""

    sessions: list[SessionFacts]
    verdict: Verdict
    played: Played
    ops: list[Op]
    pressed_us: int
    starred_us: int
    asked_us: int
    asked_id: str
    lamps: list[tuple[str, str, str]]
    late_pictures: int
    exit_code: int
    told: str


def visit(studio: Studio) -> Visit:
    lamps: list[tuple[str, str, str]] = []

    def note_lamp() -> None:
        status = box.status()
        lamps.append((status["state"], status["lamp"]["says"], box.look()["colour"]))

    with studio.box("visit") as box:
        note_lamp()
        pressed_us = now_us()
        box.start_film(3_000)
        note_lamp()
        starred_us = now_us()
        box.press()
        box.until("one star", lambda status: status["film"]["stars"] == 1)
        asked_us = now_us()
        asked_id = box.ask("star", at_us=asked_us)["id"]
        box.filmed(6_000)
        box.double_press()
        box.state("paused")
        note_lamp()
        paused_us = now_us()
        box.until("paused for long enough", lambda _: now_us() - paused_us > PAUSE_US)
        box.press()
        box.state("recording")
        box.filmed(12_000)
        box.hold()
        session = box.closed()
        note_lamp()
        late_pictures = box.late_pictures()
        exit_code = box.stop()
        return Visit(
            sessions=box.sessions(),
            verdict=box.verdict(session),
            played=play(box.session(session), studio.office),
            ops=ops_about(box.layout, session, studio.office),
            pressed_us=pressed_us,
            starred_us=starred_us,
            asked_us=asked_us,
            asked_id=asked_id,
            lamps=lamps,
            late_pictures=late_pictures,
            exit_code=exit_code,
            told=box.told,
        )


pytestmark = scene(visit, alone=True)


def test_the_session_is_closed_and_sound(take: Visit) -> None:
    assert [facts.state for facts in take.sessions] == ["closed"]
    assert take.verdict.findings == ()
    assert take.verdict.facts is not None
    assert take.verdict.facts.reason == "stop"
    assert take.exit_code == 0
    assert take.told == ""


def test_every_picture_is_in_the_film_but_for_the_pause(take: Visit) -> None:
    film = take.played
    print(f"\na visit: {film.told()}; the camera was late for {take.late_pictures}")
    assert film.complaints == ""
    assert sum(film.missing()) <= take.late_pictures
    assert film.off_the_grid_ms() < TOGETHER_MS
    (gap,) = film.gaps
    assert (gap.what, gap.why) == ("all", "pause")
    before, after = (run[edge] for run, edge in zip(film.runs(), (-1, 0), strict=True))
    frame_ms = 1000 / film.fps
    assert gap.pts_ms == pytest.approx(before.at_ms + frame_ms, abs=1)
    assert gap.pts_ms + gap.dur_ms == pytest.approx(after.at_ms, abs=1)
    assert after.at_ms - before.at_ms == pytest.approx((after.number or 0) * frame_ms - (before.number or 0) * frame_ms)
    assert gap.dur_ms * 1000 > PAUSE_US


def test_flash_and_beep_meet(take: Visit) -> None:
    lips_ms = take.played.lips_ms()
    assert len(lips_ms) + take.late_pictures >= 8
    assert max(map(abs, lips_ms)) <= LIPS_MS


def test_the_film_is_on_the_monotonic_clock(take: Visit) -> None:
    """The patch turns white on full seconds of the clock that the log's mono_us is on."""
    start_us = take.played.opened.mono_us
    off_us = [(start_us + round(at * 1000) + 500_000) % 1_000_000 - 500_000 for at in take.played.flashes_ms()]
    assert max(map(abs, off_us)) < 1_000
    begun_ms = (start_us - take.pressed_us) / 1000
    print(f"\nfrom the finger to the first picture: {begun_ms:.0f} ms")
    assert begun_ms > 0, "something was filmed before the press"


def test_sound_runs_as_long_as_the_pictures(take: Visit) -> None:
    assert abs(take.played.sound.size * 1000 / AUDIO_RATE - take.played.film_ms) < 1_000 / 40


def test_stars_stand_where_the_finger_was(take: Visit) -> None:
    stars = {op["id"]: op for op in take.ops if op["kind"] == "star"}
    assert len(stars) == 2
    asked = stars.pop(take.asked_id)
    (pressed,) = stars.values()
    assert asked["pts_ms"] == (take.asked_us - take.played.opened.mono_us) // 1000
    late_ms = pressed["pts_ms"] - (take.starred_us - take.played.opened.mono_us) / 1000
    print(f"\npanel star: {late_ms:.0f} ms after the finger was sent down")
    assert -1 <= late_ms < 250
    assert (pressed["by"], asked["by"]) == ("panel", "request")


def test_what_the_session_is_for_is_said_once(take: Visit) -> None:
    said = [(op["family"], op["purpose"], op["discreet"]) for op in take.ops if op["kind"] == "session"]
    assert said == [(None, "film", False)]


def test_the_lamp_says_what_is_done(take: Visit) -> None:
    assert [(state, says) for state, says, _ in take.lamps] == [
        ("ready", "ready"),
        ("recording", "recording"),
        ("paused", "paused"),
        ("ready", "ready"),
    ]
    ready, recording, paused, _ = (colour for _, _, colour in take.lamps)
    assert (ready, recording) == ("white", "red")
    assert paused in {"red", "white"}
