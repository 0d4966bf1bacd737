"""Loudness without the offset, and dead microphones told from quiet rooms."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.level import FLOOR_DBFS, DeadEar, measure
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE


def sine(amplitude: float, offset: int = 0, count: int = 4800) -> npt.NDArray[np.int16]:
    return (amplitude * 32767 * np.sin(2 * np.pi * np.arange(count) / 48) + offset).astype(np.int16)


@pytest.mark.parametrize(("amplitude", "peak", "rms"), [(1.0, 0.0, -3.01), (0.1, -20.0, -23.01), (0.001, -60, -63)])
def test_a_sine_has_its_level_whatever_the_offset(amplitude: float, peak: float, rms: float) -> None:
    for offset in (0, 0 if amplitude > 0.9 else 2000):
        level = measure(sine(amplitude, offset))
        assert level.peak_dbfs == pytest.approx(peak, abs=0.3)
        assert level.rms_dbfs == pytest.approx(rms, abs=0.3)


def test_digital_silence_and_a_stuck_offset_are_the_floor() -> None:
    for value in (0, 1234, -32768):
        level = measure(np.full(1024, value, dtype=np.int16))
        assert level.rms_dbfs == level.peak_dbfs == FLOOR_DBFS
    assert measure(np.zeros(0, dtype=np.int16)).rms_dbfs == FLOOR_DBFS


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=2000))
def test_rms_is_between_floor_and_peak(values: list[int]) -> None:
    level = measure(np.array(values, dtype=np.int16))
    assert FLOOR_DBFS <= level.rms_dbfs <= level.peak_dbfs + 1e-9 <= 6.1


def heard(ear: DeadEar, samples: npt.NDArray[np.int16]) -> bool:
    for start in range(0, samples.size - AUDIO_FRAME + 1, AUDIO_FRAME):
        ear.take(samples[start : start + AUDIO_FRAME])
    return ear.dead


@pytest.mark.parametrize("values", [[0], [5], [0, 1], [-1, 0]])
def test_one_or_two_values_for_two_seconds_are_dead(values: list[int]) -> None:
    flat = np.resize(np.array(values, dtype=np.int16), int(2.2 * AUDIO_RATE))
    assert not heard(DeadEar(), flat[: int(1.8 * AUDIO_RATE)])
    assert heard(DeadEar(), flat)


def test_a_quiet_room_is_not_dead() -> None:
    noise = np.random.default_rng(3).normal(0, 1.2, 5 * AUDIO_RATE).round().astype(np.int16)
    assert not heard(DeadEar(), noise)


def test_a_dead_ear_that_hears_again_is_alive() -> None:
    ear = DeadEar()
    assert heard(ear, np.zeros(3 * AUDIO_RATE, dtype=np.int16))
    assert not heard(ear, sine(0.1, count=3 * AUDIO_RATE))
