"""Hours of a sound card that runs too fast or too slow, read by a machine that is late at random."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.microphone import Frames
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE
from appliance.capture.sample_clock import LOST_US, SampleClock

PERIOD = 1024
BEGAN_US = 9_000_000_000


def run(seconds: float, *, ppm: float, late_us: int, seed: int, settle_at_s: float | None = None) -> list[float]:
    """What each frame's time is off by, in microseconds; reads are up to `late_us` late, and sometimes much more."""
    chance, clock, given, errors = random.Random(seed), SampleClock(), 0, []
    true_rate = AUDIO_RATE * (1 + ppm / 1e6)
    for period in range(1, int(seconds * AUDIO_RATE / PERIOD)):
        heard_us = BEGAN_US + period * PERIOD / true_rate * 1e6
        late = chance.random() * late_us if chance.random() > 0.02 else chance.random() * 200_000
        clock.heard(PERIOD, round(heard_us + late))
        if settle_at_s is not None and period * PERIOD / AUDIO_RATE > settle_at_s:
            clock.settle()
        corrected = clock.correction()
        first_us = heard_us - PERIOD / true_rate * 1e6
        errors.append(clock.time_us(given) - first_us)
        given += PERIOD + corrected
        assert not clock.lost
    return errors


@settings(max_examples=8)
@given(st.floats(-200, 200), st.integers(0, 8_000), st.integers(0, 1000))
def test_half_an_hour_of_drift_stays_within_the_lips(ppm: float, late_us: int, seed: int) -> None:
    errors = run(1800, ppm=ppm, late_us=late_us, seed=seed)
    assert max(abs(error) for error in errors[200:]) < 12_000


def test_without_drift_nothing_is_ever_corrected() -> None:
    clock = SampleClock()
    for period in range(1, 20_000):
        clock.heard(PERIOD, BEGAN_US + round(period * PERIOD * 1e6 / AUDIO_RATE) + period * 7919 % 3000)
        assert clock.correction() == 0


@pytest.mark.parametrize("ppm", [-80.0, 0.0, 35.0])
def test_the_drift_is_measured_in_ppm(ppm: float) -> None:
    """After ten minutes of reads that are up to 8 ms late, within 3 ppm."""
    chance, clock = random.Random(ppm), SampleClock()
    for period in range(1, 600 * AUDIO_RATE // PERIOD):
        heard_us = BEGAN_US + period * PERIOD / (AUDIO_RATE * (1 + ppm / 1e6)) * 1e6
        clock.heard(PERIOD, round(heard_us + chance.random() * 8_000))
        clock.correction()
    assert clock.ppm == pytest.approx(ppm, abs=3)
    assert clock.windows == 74


def test_the_least_late_read_is_the_anchor() -> None:
    clock = SampleClock()
    for period, late_us in enumerate((9000, 4000, 300, 7000), start=1):
        clock.heard(PERIOD, BEGAN_US + round(period * PERIOD * 1e6 / AUDIO_RATE) + late_us)
    assert clock.time_us(0) == pytest.approx(BEGAN_US + 300, abs=2)


def test_a_settled_anchor_does_not_move() -> None:
    clock = SampleClock()
    clock.heard(PERIOD, BEGAN_US + 21_333 + 4_000)
    clock.settle()
    before = clock.time_us(0)
    clock.heard(PERIOD, BEGAN_US + 2 * 21_333)
    assert clock.time_us(0) == before


def test_lost_samples_are_noticed() -> None:
    clock = SampleClock()
    for period in range(1, 1500):
        skipped_us = LOST_US + 50_000 if period > 600 else 0
        clock.heard(PERIOD, BEGAN_US + skipped_us + round(period * PERIOD * 1e6 / AUDIO_RATE))
        clock.correction()
    assert clock.lost


@given(st.binary(max_size=30_000), st.lists(st.integers(1, 9_000), max_size=20))
def test_reads_of_any_size_give_the_same_frames(data: bytes, cuts: list[int]) -> None:
    frames, out, rest = Frames(SampleClock()), [], data
    for cut in [*cuts, len(data)]:
        out += [samples for samples, _ in frames.take(rest[:cut], BEGAN_US)]
        rest = rest[cut:]
    whole = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")
    assert all(samples.shape == (AUDIO_FRAME,) for samples in out)
    assert len(out) == max(0, (whole.size - 1) // AUDIO_FRAME)
    if out:
        assert (np.concatenate(out) == whole[: len(out) * AUDIO_FRAME]).all()


@pytest.mark.parametrize("ppm", [-150.0, 150.0])
def test_corrected_frames_stay_whole_and_continuous(ppm: float) -> None:
    frames = Frames(SampleClock())
    ramp = (np.arange(AUDIO_RATE * 120) % 20_000).astype("<i2")
    jumps, last, times = 0, None, []
    for period in range(1, ramp.size // PERIOD):
        now_us = BEGAN_US + round(period * PERIOD / (AUDIO_RATE * (1 + ppm / 1e6)) * 1e6)
        for samples, at_us in frames.take(ramp[(period - 1) * PERIOD : period * PERIOD].tobytes(), now_us):
            assert samples.shape == (AUDIO_FRAME,)
            steps = np.diff(samples if last is None else np.append(last, samples))
            odd = steps[(steps != 1) & (steps != -19_999)]
            assert set(odd.tolist()) <= {0, 2, -19_998}, "one sample twice, or one left out"
            jumps, last = jumps + odd.size, samples[-1]
            times.append(at_us)
    assert jumps > 100
    assert np.abs(np.diff(times) - AUDIO_FRAME * 1e6 / AUDIO_RATE).max() < 5
