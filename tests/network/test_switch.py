"""The network's program with stand-ins of nmcli and iw, of recorder and courier."""

from dataclasses import dataclass
from typing import Any

import pytest

from appliance.clock import SystemClock
from appliance.errors import BadInput, Forbidden, RecorderGone
from appliance.intercom import Answer, Request
from appliance.network.nmcli_radio import NmcliRadio, run_program
from appliance.network.switch import LEAVE_US, TRY_US, Switch
from appliance.visit.network import IDLE_US, Mode
from tests.network.programs import FIVE, OFFICE, TWO, Programs


class HandClock(SystemClock):
    now_us = 0

    def monotonic_us(self) -> int:
        return self.now_us


@dataclass
class Asked:
    """Another program of the box; `status` None: it does not answer."""

    status: dict[str, Any] | None

    def ask(self, do: str) -> dict[str, Any]:
        assert do == "status"
        if self.status is None:
            raise RecorderGone("It does not answer.")
        return self.status


class World:
    """A box at a hand clock; `recorder` and `courier`: what they answer to `status`."""

    def __init__(self) -> None:
        self.radio, self.clock = Programs(), HandClock()
        self.recorder: dict[str, Any] = {"state": "ready", "pairing_until_us": None}
        self.courier: dict[str, Any] = {"state": "idle"}
        self.switch = Switch(NmcliRadio(self.radio.run), Asked(self.recorder), Asked(self.courier), self.clock)

    def later(self, us: int) -> None:
        self.clock.now_us += us
        self.switch.turn()

    def wish(self, mode: str) -> Answer:
        return self.switch.take({"do": "mode", "mode": mode, "op_id": "x"})

    def granted(self, mode: str) -> None:
        self.wish(mode)
        self.later(LEAVE_US)


@pytest.fixture
def world() -> World:
    return World()


def test_a_box_starts_with_its_own_wifi_on_the_better_band(world: World) -> None:
    world.switch.turn()
    assert world.radio.up == FIVE
    told = {"mode": "visit", "next": None, "up": FIVE, "phones": 0, "given": True}
    assert world.switch.take({"do": "status"}) == told


def test_where_the_better_band_cannot_be_had_the_other_is(world: World) -> None:
    world.radio.refuses = {FIVE}
    world.switch.turn()
    assert world.radio.up == TWO


def test_a_network_that_joined_by_itself_gives_way_to_the_own_one(world: World) -> None:
    world.radio.up = OFFICE
    world.switch.turn()
    assert world.radio.up == FIVE


def test_a_wifi_that_went_comes_back_soon_and_is_not_tried_all_the_time(world: World) -> None:
    world.radio.refuses = {FIVE, TWO}
    world.switch.turn()
    tried = len(world.radio.asked)
    world.later(1_000_000)
    assert not [words for words in world.radio.asked[tried:] if "up" in words]
    world.radio.refuses = set()
    world.later(TRY_US)
    assert world.radio.up == FIVE


@pytest.mark.parametrize("state", ["recording", "paused", "finishing"])
@pytest.mark.parametrize("mode", ["office", "off"])
def test_nobody_takes_the_wifi_from_a_film(world: World, state: str, mode: str) -> None:
    world.switch.turn()
    world.recorder["state"] = state
    with pytest.raises(Forbidden):
        world.wish(mode)
    assert (world.radio.up, world.switch.mode) == (FIVE, Mode.VISIT)


def test_a_recorder_that_does_not_answer_may_be_filming(world: World) -> None:
    world.switch.recorder = Asked(None)
    with pytest.raises(Forbidden):
        world.wish("off")


def test_at_the_office_it_joins_and_comes_back_when_nothing_was_carried_for_a_while(world: World) -> None:
    world.switch.turn()
    world.granted("office")
    assert world.radio.up == OFFICE
    world.courier["state"] = "carrying"
    world.later(IDLE_US)
    world.courier["state"] = "idle"
    world.later(IDLE_US - 1)
    assert world.radio.up == OFFICE
    world.later(1)
    world.later(1_000_000)
    assert (world.switch.mode, world.radio.up) == (Mode.VISIT, FIVE)


def test_whoever_asks_hears_the_answer_before_the_wifi_goes(world: World) -> None:
    world.switch.turn()
    told = world.wish("office")
    assert (told["mode"], told["next"]) == ("visit", "office")
    world.later(LEAVE_US - 1)
    assert world.radio.up == FIVE
    world.later(1)
    told = world.switch.take({"do": "status"})
    assert (world.radio.up, told["mode"], told["next"]) == (OFFICE, "office", None)


def test_a_wish_is_taken_back_by_asking_to_stay(world: World) -> None:
    world.switch.turn()
    world.wish("off")
    assert world.wish("visit")["next"] is None
    world.later(LEAVE_US)
    assert (world.switch.mode, world.radio.up) == (Mode.VISIT, FIVE)


def test_a_film_that_begins_after_a_wish_keeps_the_wifi(world: World) -> None:
    world.switch.turn()
    world.wish("off")
    world.recorder["state"] = "recording"
    world.later(LEAVE_US)
    world.recorder["state"] = "ready"
    world.later(LEAVE_US)
    assert (world.switch.mode, world.radio.up) == (Mode.VISIT, FIVE)


def test_a_box_without_an_office_s_network_says_so(world: World) -> None:
    del world.radio.profiles[OFFICE]
    assert world.switch.take({"do": "status"})["given"] is False
    world.radio.profiles[OFFICE] = "cccc"
    assert world.switch.take({"do": "status"})["given"] is True, "NetworkManager was only starting"


def test_an_office_that_cannot_be_joined_is_left_at_once(world: World) -> None:
    world.radio.refuses = {OFFICE}
    world.granted("office")
    world.later(1_000_000)
    assert (world.switch.mode, world.radio.up) == (Mode.VISIT, FIVE)


def test_the_office_is_not_left_in_the_middle_of_a_film(world: World) -> None:
    world.granted("office")
    world.recorder["state"] = "recording"
    world.later(2 * IDLE_US)
    assert (world.switch.mode, world.radio.up) == (Mode.OFFICE, OFFICE)


def test_off_the_air_until_the_pen(world: World) -> None:
    world.switch.turn()
    world.granted("off")
    world.later(IDLE_US)
    assert world.radio.up is None
    world.recorder["pairing_until_us"] = 5
    world.later(1_000_000)
    world.recorder["pairing_until_us"] = None
    world.later(1_000_000)
    assert world.switch.take({"do": "status"})["mode"] == "visit"
    assert [world.radio.up] == [FIVE]


def test_phones_are_counted(world: World) -> None:
    world.radio.phones = 2
    assert world.switch.take({"do": "status"})["phones"] == 2
    world.radio.has_iw = False
    assert world.switch.take({"do": "status"})["phones"] is None


@pytest.mark.parametrize(
    "request_", [{"do": "x"}, {"do": "mode"}, {"do": "mode", "mode": 3}, {"do": "mode", "mode": "up"}]
)
def test_anything_else_is_refused(world: World, request_: Request) -> None:
    with pytest.raises(BadInput):
        world.switch.take(request_)


def test_no_word_of_a_password_is_on_a_command_line(world: World) -> None:
    world.switch.turn()
    world.granted("office")
    assert not [word for words in world.radio.asked for word in words if "psk" in word or "password" in word]


def test_a_program_that_fails_hangs_or_is_missing_says_nothing() -> None:
    assert run_program(["/bin/echo", "a"], 5) == "a\n"
    assert run_program(["/bin/false"], 5) is None
    assert run_program(["/no/such/program"], 5) is None
    assert run_program(["/bin/sleep", "60"], 0.05) is None
