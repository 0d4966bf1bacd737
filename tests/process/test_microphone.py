"""The microphone is pulled and put back: the film goes on, silence stands for the sound, and it is said."""

from dataclasses import dataclass

import numpy as np

from appliance.capture.packet import AUDIO_RATE
from appliance.store.verify import Verdict
from tests.process.box import Studio, now_us
from tests.process.playing import Played, play
from tests.process.scenes import scene

SECOND_US = 1_000_000
DEAD_US = 4_000_000


@dataclass(frozen=True, slots=True)
class Deaf:
    """`told_us`, `cleared_us`: from the switch until the Fault stood, and from the switch back until it had gone."""

    verdict: Verdict
    played: Played
    pulled_us: int
    back_us: int
    told_us: int
    cleared_us: int
    lamp: str
    do: str
    late_pictures: int


def pulled_and_put_back(studio: Studio) -> Deaf:
    with studio.box("microphone") as box:
        box.start_film(2_000)
        pulled_us = now_us()
        box.fault("microphone_dead", True)
        status = box.until("told", lambda status: status["faults"])
        told_us = now_us() - pulled_us
        (fault,) = status["faults"]
        assert fault["code"] == "mic-silent"
        box.until("dead for long enough", lambda _: now_us() - pulled_us > DEAD_US)
        back_us = now_us()
        box.fault("microphone_dead", False)
        box.until("cleared", lambda status: not status["faults"])
        cleared_us = now_us() - back_us
        box.filmed(round((now_us() - pulled_us) / 1000) + 4_000)
        session = box.stop_film()
        return Deaf(
            verdict=box.verdict(session),
            played=play(box.session(session), studio.office),
            pulled_us=pulled_us,
            back_us=back_us,
            told_us=told_us,
            cleared_us=cleared_us,
            lamp=status["lamp"]["says"],
            do=fault["do"],
            late_pictures=box.late_pictures(),
        )


@scene(pulled_and_put_back)
def test_the_film_goes_on_without_a_hole_in_the_pictures(take: Deaf) -> None:
    print(f"\nwithout a microphone: {take.played.told()}")
    assert take.verdict.findings == ()
    assert take.played.complaints == ""
    assert sum(take.played.missing()) <= take.late_pictures
    assert [gap for gap in take.played.gaps if gap.what != "sound"] == []


@scene(pulled_and_put_back)
def test_the_hole_in_the_sound_is_logged_and_silent(take: Deaf) -> None:
    gaps = [gap for gap in take.played.gaps if gap.what == "sound"]
    assert {gap.why for gap in gaps} == {"microphone"}
    begin_ms, end_ms = gaps[0].pts_ms, gaps[-1].end_ms
    assert sum(gap.dur_ms for gap in gaps) == end_ms - begin_ms, "the parts of the hole meet"
    start_us = take.played.opened.mono_us
    assert abs(begin_ms - (take.pulled_us - start_us) / 1000) < 200
    assert abs(end_ms - (take.back_us - start_us) / 1000) < 200
    middle = slice((begin_ms + 50) * AUDIO_RATE // 1000, (end_ms - 50) * AUDIO_RATE // 1000)
    assert float(np.abs(take.played.sound[middle]).max()) == 0.0


@scene(pulled_and_put_back)
def test_it_is_told_within_five_seconds_and_clears(take: Deaf) -> None:
    told_s, cleared_s = take.told_us / SECOND_US, take.cleared_us / SECOND_US
    print(
        f"\ntold after {told_s:.1f} s, cleared {cleared_s:.1f} s after the sound was back; the lamp said {take.lamp!r}"
    )
    assert take.told_us < 5 * SECOND_US
    assert take.cleared_us < 5 * SECOND_US
    assert "plug" in take.do


@scene(pulled_and_put_back)
def test_flash_and_beep_meet_before_and_after(take: Deaf) -> None:
    lips_ms = take.played.lips_ms()
    assert len(lips_ms) + take.late_pictures >= 4
    assert max(map(abs, lips_ms)) <= 20
