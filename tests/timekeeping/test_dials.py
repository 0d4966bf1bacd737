"""A real box's dial on files made by hand and a clock that moves when it is told to; and the bench's."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SOURCES, UNSURE, SetClock
from appliance.errors import Fault, RecorderGone
from appliance.timekeeping.bench_dial import BenchDial
from appliance.timekeeping.dial import EARLIEST_MS
from appliance.timekeeping.system_dial import RTC_TRUST_S, SystemDial
from tests.timekeeping.contract import DialContract


class Board:
    """A false root. `rtc`: what a real-time clock shows, in seconds. `refuses`: as a kernel does."""

    def __init__(self, root: Path) -> None:
        self.root, self.clock, self.refuses = root, SetClock(), False
        self.mark = root / "synchronized"
        self.dial = SystemDial(root / "sys", self.mark, self.clock, self._set_time)

    def rtc(self, shows: object, number: int = 0) -> None:
        folder = self.root / f"sys/class/rtc/rtc{number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "since_epoch").write_bytes(shows if isinstance(shows, bytes) else f"{shows}\n".encode())

    @property
    def now_s(self) -> int:
        return self.clock.utc_ms() // 1000

    def _set_time(self, utc_ms: int) -> None:
        if self.refuses:
            raise PermissionError(1, "Operation not permitted")
        self.clock.now_utc_ms = utc_ms


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


class TestSystemDial(DialContract):
    @pytest.fixture(autouse=True)
    def in_a_folder(self, tmp_path: Path) -> None:
        self.place, self.made = tmp_path, 0

    def sources(self) -> tuple[str, ...]:
        return (UNSURE, "rtc", "network")

    def make(self, source: str) -> SystemDial:
        self.made += 1
        board = Board(self.place / str(self.made))
        board.root.mkdir()
        if source == "rtc":
            board.rtc(board.now_s)
        if source == "network":
            board.mark.touch()
        return board.dial


class Bench:
    """What a bench answers; `gone`: it does not."""

    def __init__(self, source: object = UNSURE) -> None:
        self.health: dict[str, Any] = {"utc_source": source}
        self.gone = False

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if self.gone:
            raise RecorderGone("The recorder does not answer.")
        assert do in {"look", "health"}
        self.health.update(fields)
        return {"health": self.health} if do == "look" else {}


class TestBenchDial(DialContract):
    def sources(self) -> tuple[str, ...]:
        return SOURCES

    def make(self, source: str) -> BenchDial:
        return BenchDial(Bench(source))


def test_on_this_machine() -> None:
    assert SystemDial().source() in SOURCES


def test_a_move_is_exact_and_nothing_is_touched_where_none_is_needed(board: Board) -> None:
    before = board.clock.utc_ms()
    board.refuses = True
    board.dial.move(0)
    board.refuses = False
    board.dial.move(-3_600_123)
    assert board.clock.utc_ms() == before - 3_600_123


def test_a_machine_that_lets_nobody_set_it_says_so(board: Board) -> None:
    board.refuses = True
    with pytest.raises(Fault, match="could not be set"):
        board.dial.move(5_000)


@pytest.mark.parametrize(
    ("rtc_off_s", "source"), [(0, "rtc"), (RTC_TRUST_S, "rtc"), (-RTC_TRUST_S, "rtc"), (RTC_TRUST_S + 1, UNSURE)]
)
def test_a_clock_is_trusted_that_agrees(board: Board, rtc_off_s: int, source: str) -> None:
    board.rtc(board.now_s + rtc_off_s)
    assert board.dial.source() == source


def test_one_that_agrees_is_enough(board: Board) -> None:
    board.rtc(0, number=0)
    board.rtc(board.now_s, number=1)
    assert board.dial.source() == "rtc"


def test_a_clock_with_an_empty_battery_is_not_trusted_even_where_the_system_believes_it(board: Board) -> None:
    board.clock.now_utc_ms = EARLIEST_MS - 1000
    board.rtc(board.now_s)
    assert board.dial.source() == UNSURE


def test_a_clock_that_comes_late_is_found_and_then_kept(board: Board) -> None:
    assert board.dial.source() == UNSURE
    board.rtc(board.now_s)
    assert board.dial.source() == "rtc"
    board.clock.advance(ms=60_000)
    assert board.dial.source() == "rtc"


def test_a_time_server_leads(board: Board) -> None:
    board.rtc(board.now_s)
    board.mark.touch()
    assert board.dial.source() == "network"


@given(st.binary(max_size=40) | st.integers().map(lambda number: str(number).encode()))
def test_nonsense_is_unknown_and_never_raised(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    board = Board(tmp_path_factory.mktemp("board"))
    board.rtc(content)
    assert board.dial.source() in {UNSURE, "rtc"}


def test_the_bench_is_told_that_a_phone_gave_the_time() -> None:
    bench = Bench()
    BenchDial(bench).move(0)
    assert bench.health["utc_source"] == "phone"


@pytest.mark.parametrize("word", ["a star", 7, None])
def test_a_bench_that_talks_nonsense_knows_no_time(word: object) -> None:
    assert BenchDial(Bench(word)).source() == UNSURE


def test_a_bench_that_is_gone_knows_no_time_and_takes_none() -> None:
    bench = Bench("rtc")
    bench.gone = True
    assert BenchDial(bench).source() == UNSURE
    with pytest.raises(RecorderGone):
        BenchDial(bench).move(0)
