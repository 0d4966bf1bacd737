"""Switches take what they are for, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.faults import Faults, Switches
from appliance.errors import BadInput


def test_set_shows_and_clears() -> None:
    faults = Faults()
    for name, value in (("drop_frames", 0.25), ("low_light", True), ("clock_jump_us", -5_000_000)):
        faults.set(name, value)
        assert faults.as_dict()[name] == value
    assert faults.now.low_light
    faults.clear()
    assert faults.now == Switches()


@pytest.mark.parametrize(
    ("name", "value"),
    [("colour", True), ("low_light", 1), ("low_light", 0.5), ("drop_frames", 1), ("drop_frames", -0.1),
     ("drop_frames", True), ("clock_jump_us", 0.5), ("clock_jump_us", True)],
)  # fmt: skip
def test_refuses_what_no_switch_takes(name: str, value: float) -> None:
    faults = Faults()
    with pytest.raises(BadInput):
        faults.set(name, value)
    assert faults.now == Switches()


@given(st.floats(0.05, 0.95))
def test_a_share_of_pictures_is_lost(share: float) -> None:
    switches = Switches(drop_frames=share)
    lost = sum(switches.drops(number) for number in range(3000)) / 3000
    assert abs(lost - share) < 0.03


def test_every_nth_picture_is_lost() -> None:
    assert [number for number in range(12) if Switches(drop_frames=4).drops(number)] == [0, 4, 8]
    assert not any(Switches().drops(number) for number in range(100))
