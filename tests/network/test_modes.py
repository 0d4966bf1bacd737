"""The table of the radio's places: who may send it where, and when nothing may."""

import itertools

import pytest

from appliance.errors import Forbidden
from appliance.visit.network import TABLE, WISHES, Around, Mode, Turn, by_itself, wished

CALM = Around(filming=False, phones=0)
BY_ITSELF = [turn for turn in Turn if turn not in WISHES.values()]


@pytest.mark.parametrize(("mode", "wish"), list(itertools.product(Mode, Mode)))
def test_every_wish_is_granted_unless_something_is_filmed(mode: Mode, wish: Mode) -> None:
    assert wished(mode, wish, CALM) is wish
    assert wished(mode, wish, Around(filming=False, phones=3)) is wish, "whoever asks is on the Wi-Fi"
    if mode is wish:
        assert wished(mode, wish, Around(filming=True, phones=1)) is mode, "that changes nothing"
    else:
        with pytest.raises(Forbidden, match="filming"):
            wished(mode, wish, Around(filming=True, phones=0))


@pytest.mark.parametrize(("mode", "turn"), list(itertools.product(Mode, BY_ITSELF)))
@pytest.mark.parametrize("around", [Around(True, 0), Around(False, 1), Around(False, None), Around(True, None)])
def test_nothing_happens_by_itself_while_there_is_film_or_a_phone(mode: Mode, turn: Turn, around: Around) -> None:
    assert by_itself(mode, turn, around) is mode


@pytest.mark.parametrize(("mode", "turn"), list(itertools.product(Mode, BY_ITSELF)))
def test_by_itself_a_box_only_ever_comes_back_to_visits(mode: Mode, turn: Turn) -> None:
    assert by_itself(mode, turn, CALM) in {mode, Mode.VISIT}
    assert by_itself(mode, turn, CALM) is TABLE.get((mode, turn), mode)


def test_a_box_that_was_switched_off_the_air_comes_back_by_the_pen() -> None:
    assert by_itself(Mode.OFF, Turn.PEN, CALM) is Mode.VISIT
