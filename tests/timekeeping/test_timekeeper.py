"""Where the time is from, and when a phone may give it: on a clock that moves when it is told to."""

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SOURCES, UNSURE, SetClock, read_source
from appliance.errors import BadInput, Fault, Forbidden, RecorderGone
from appliance.timekeeping.dial import EARLIEST_MS
from appliance.timekeeping.timekeeper import LATEST_MS, NEAR_MS, OLD_US, Timekeeper

HOUR_MS = 3_600_000


class Box:
    """A box; it is its own dial and its own recorder. `by_itself`: where its machine has the time from."""

    def __init__(self, place: Path, by_itself: str = UNSURE) -> None:
        self.place, self.by_itself = place, by_itself
        self.clock, self.moves, self.state = SetClock(), list[int](), "ready"
        self.refusal: Fault | None = None
        self.timekeeper = self.start()

    def start(self) -> Timekeeper:
        """The program anew; the RAM disk is as it was."""
        self.timekeeper = Timekeeper(self, self, self.clock, self.place / "source")
        self.timekeeper.turn()
        return self.timekeeper

    def source(self) -> str:
        return self.by_itself

    def move(self, by_ms: int) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.moves.append(by_ms)
        self.clock.now_utc_ms += by_ms

    def ask(self, do: str) -> dict[str, Any]:
        assert do == "status"
        if self.state == "gone":
            raise RecorderGone("The recorder does not answer.")
        return {"state": self.state}

    @property
    def word(self) -> str:
        return read_source(self.place / "source")

    def told(self, off_ms: int = 0, **changed: Any) -> dict[str, Any]:
        """What a phone asks whose clock is so far ahead of the box's."""
        about = {"utc_ms": self.clock.utc_ms() + off_ms, "mono_us": self.clock.monotonic_us()}
        return {"do": "set", "op_id": str(uuid.uuid4()), **about, "boot": self.clock.boot_id(), **changed}

    def give(self, off_ms: int = 0, **changed: Any) -> Any:
        return self.timekeeper.take(self.told(off_ms, **changed))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.mark.parametrize("source", SOURCES)
def test_the_word_is_what_the_machine_says(tmp_path: Path, source: str) -> None:
    box = Box(tmp_path, source)
    assert box.word == source
    assert box.timekeeper.take({"do": "status"}) == {"source": source, "utc_ms": box.clock.utc_ms()}
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    assert (tmp_path / "source").stat().st_mode & 0o777 == 0o640


def test_a_phone_gives_the_time(box: Box) -> None:
    assert box.give(off_ms=40 * 24 * HOUR_MS) == {"source": "phone", "moved_ms": 40 * 24 * HOUR_MS}
    assert box.moves == [40 * 24 * HOUR_MS]
    assert box.word == "phone"


def test_it_may_have_been_ahead_too(box: Box) -> None:
    assert box.give(off_ms=-HOUR_MS)["moved_ms"] == -HOUR_MS


@pytest.mark.parametrize("off_ms", [0, NEAR_MS, -NEAR_MS])
def test_a_clock_that_is_near_is_not_moved_but_is_known_to_be_right(box: Box, off_ms: int) -> None:
    assert box.give(off_ms) == {"source": "phone", "moved_ms": 0}
    assert box.moves == [0]


def test_the_way_from_the_phone_costs_nothing(box: Box) -> None:
    """The phone says what it was when: however long that is under way, the time is exact."""
    told = box.told(HOUR_MS)
    box.clock.advance(ms=20_000)
    assert box.timekeeper.take(told)["moved_ms"] == HOUR_MS


def test_asked_again_it_happens_once(box: Box) -> None:
    told = box.told(HOUR_MS)
    first = box.timekeeper.take(told)
    box.give(off_ms=-HOUR_MS)
    assert box.timekeeper.take(told) == first
    assert box.moves == [HOUR_MS, -HOUR_MS]


def test_after_a_refusal_the_same_may_be_tried_again(box: Box) -> None:
    told, box.refusal = box.told(HOUR_MS), Fault("The box's clock could not be set.")
    with pytest.raises(Fault, match="could not be set"):
        box.timekeeper.take(told)
    assert box.word == UNSURE
    box.refusal = None
    assert box.timekeeper.take(told)["source"] == "phone"


def test_a_later_phone_may_know_better(box: Box) -> None:
    box.give(HOUR_MS)
    assert box.give(-HOUR_MS) == {"source": "phone", "moved_ms": -HOUR_MS}


@pytest.mark.parametrize("state", ["recording", "paused", "finishing", "gone", "something new"])
def test_never_while_something_is_filmed_or_nobody_can_say(box: Box, state: str) -> None:
    box.state = state
    with pytest.raises(Forbidden, match="filming"):
        box.give(HOUR_MS)
    assert (box.moves, box.word) == ([], UNSURE)


@pytest.mark.parametrize("state", ["starting", "ready", "fault"])
def test_otherwise_at_any_time(box: Box, state: str) -> None:
    box.state = state
    assert box.give(HOUR_MS)["source"] == "phone"


@pytest.mark.parametrize("source", ["rtc", "network"])
def test_never_over_a_better_clock(tmp_path: Path, source: str) -> None:
    box = Box(tmp_path, source)
    with pytest.raises(Forbidden, match="better clock"):
        box.give(HOUR_MS)
    assert (box.moves, box.word) == ([], source)


@pytest.mark.parametrize("utc_ms", [0, -1, EARLIEST_MS - 1, LATEST_MS, 1 << 70])
def test_a_date_that_cannot_be_is_refused(box: Box, utc_ms: int) -> None:
    with pytest.raises(BadInput, match="date cannot be right"):
        box.give(utc_ms=utc_ms)
    assert box.moves == []


def test_a_word_of_another_boot_or_from_long_ago_or_ahead_is_refused(box: Box) -> None:
    old = box.told()
    box.clock.advance(us=OLD_US + 1)
    ahead = box.told(mono_us=box.clock.monotonic_us() + 1)
    for told in (old, ahead, box.told(boot="another")):
        with pytest.raises(BadInput, match="too old"):
            box.timekeeper.take(told)
    assert box.moves == []


def test_what_a_phone_said_holds_for_the_next_program_of_this_boot(box: Box) -> None:
    box.give(HOUR_MS)
    box.start()
    assert box.word == "phone"


def test_a_machine_s_own_word_is_looked_for_anew(tmp_path: Path) -> None:
    box = Box(tmp_path, "rtc")
    box.by_itself = UNSURE
    box.start()
    assert box.word == UNSURE


def test_a_network_that_comes_later_leads(box: Box) -> None:
    box.give(HOUR_MS)
    box.by_itself = "network"
    assert box.timekeeper.turn() == "network"
    assert box.word == "network"


def test_it_looks_until_told_to_end(box: Box) -> None:
    stopping, ready = threading.Event(), list[str]()
    (box.place / "source").unlink()

    def end() -> None:
        ready.append(box.word)
        stopping.set()

    box.timekeeper.run(stopping, end)
    assert ready == [UNSURE]
    assert (box.place / "source").exists()


odd = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
)


@given(st.dictionaries(st.sampled_from(["do", "op_id", "utc_ms", "mono_us", "boot", "more"]), odd))
def test_what_is_no_request_is_refused_and_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, asked: dict[str, Any]
) -> None:
    box = Box(tmp_path_factory.mktemp("box"))
    with pytest.raises(BadInput):
        box.timekeeper.take({"do": "set", "op_id": "x", **asked})
    assert box.moves == []
