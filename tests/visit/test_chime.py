"""Three short beeps, once."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.visit.chime import BEEP_US, buzzing_at, next_change_us

DUE_US = 7_000_000


def test_three_beeps_and_then_silence() -> None:
    edges: list[tuple[int, bool]] = []
    now_us = next_change_us(DUE_US, 0)
    while now_us is not None:
        edges.append((now_us - DUE_US, buzzing_at(DUE_US, now_us)))
        now_us = next_change_us(DUE_US, now_us)
    assert edges == [(part * BEEP_US, part % 2 == 0) for part in range(6)]
    assert not buzzing_at(DUE_US, DUE_US - 1)
    assert not buzzing_at(DUE_US, 1 << 60)


def test_no_chime_no_sound() -> None:
    assert not buzzing_at(None, DUE_US)
    assert next_change_us(None, DUE_US) is None


@given(st.integers(-1_000_000, 2_000_000), st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_change(after_us: int, part: float) -> None:
    now_us = DUE_US + after_us
    then_us = next_change_us(DUE_US, now_us)
    later_us = now_us + int(part * ((1 << 40) if then_us is None else then_us - now_us))
    assert then_us is None or then_us > now_us
    assert buzzing_at(DUE_US, later_us) == buzzing_at(DUE_US, now_us)
