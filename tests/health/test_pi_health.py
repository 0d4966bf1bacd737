"""A Pi's health read from a /sys made by hand: boards with everything, with nothing, and with nonsense."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.health.bench_gauge import BenchGauge
from appliance.health.gauge import Charge
from appliance.health.health import Reading
from appliance.health.pi_health import PiHealth
from tests.health.contract import HealthContract, plausible

FILES = {
    "temperature": "sys/class/thermal/thermal_zone0/temp",
    "alarm": "sys/class/hwmon/hwmon1/in0_lcrit_alarm",
    "throttled": "sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware/get_throttled",
}


class Board:
    """A false root: `write` is the kernel. `source`: what the clock program says; `gauge`: the battery board."""

    def __init__(self, root: Path) -> None:
        self.root, self.source, self.gauge = root, "rtc", BenchGauge()
        self.health = PiHealth(lambda: self.source, self.gauge, sys=root / "sys")

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def well(self) -> "Board":
        """A Pi 4 at 51.6 degrees; hwmon0 is another chip."""
        self.write("sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
        self.write("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
        self.write("sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        self.write(FILES["temperature"], "51608\n")
        self.write(FILES["alarm"], "0\n")
        self.write(FILES["throttled"], "0\n")
        return self


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


class TestPiHealth(HealthContract):
    @pytest.fixture(autouse=True)
    def on_a_board(self, tmp_path: Path) -> None:
        self.root = tmp_path

    def make(self) -> PiHealth:
        return Board(self.root).well().health


class TestPiHealthOnThisMachine(HealthContract):
    def make(self) -> PiHealth:
        return PiHealth()


def test_a_board_that_is_well(board: Board) -> None:
    assert board.well().health.read() == Reading(51.608, undervoltage=False, throttled=False, utc_source="rtc")


def test_a_machine_with_none_of_it(board: Board) -> None:
    assert board.health.read() == Reading(utc_source="rtc")


def test_undervoltage_is_seen_and_passes(board: Board) -> None:
    board.well().write(FILES["alarm"], "1\n")
    assert board.health.read().undervoltage is True
    board.write(FILES["alarm"], "0\n")
    assert board.health.read().undervoltage is False


def test_an_unreadable_chip_does_not_hide_the_next(board: Board) -> None:
    board.well().write("sys/class/hwmon/hwmon0/name", b"\xff\xfe")
    board.write(FILES["alarm"], "1\n")
    assert board.health.read().undervoltage is True


def test_a_temperature_beyond_all_sense_is_unknown(board: Board) -> None:
    board.well().write(FILES["temperature"], "9" * 400)
    assert board.health.read().temperature_c is None


@pytest.mark.parametrize(
    ("bits", "throttled"),
    [("0", False), ("1", False), ("2", True), ("4", True), ("8", True), ("f0000", False), ("50005", True)],
)
def test_only_what_slows_the_board_now_is_throttled(board: Board, bits: str, throttled: bool) -> None:
    board.well().write(FILES["throttled"], f"{bits}\n")
    assert board.health.read().throttled is throttled


def test_the_battery_board_s_words_are_in_it(board: Board) -> None:
    board.gauge.charge = Charge(61, plugged_in=True)
    reading = board.well().health.read()
    assert (reading.battery_percent, reading.plugged_in) == (61, True)


def test_where_the_time_is_from_is_asked_each_time(board: Board) -> None:
    assert board.well().health.read().utc_source == "rtc"
    board.source = "phone"
    assert board.health.read().utc_source == "phone"


def test_files_that_cannot_be_read_are_unknown(board: Board) -> None:
    board.well()
    for path in FILES.values():
        (board.root / path).unlink(missing_ok=True)
        (board.root / path).mkdir(parents=True)  # reading a folder fails for root as well
    assert board.health.read() == Reading(utc_source="rtc")


@given(
    content=st.binary(max_size=40) | st.integers().map(lambda number: str(number).encode()),
    name=st.sampled_from(sorted(FILES)),
)
def test_nonsense_is_unknown_and_never_raised(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    board = Board(tmp_path_factory.mktemp("board")).well()
    board.write(FILES[name], content)
    assert plausible(board.health.read())
