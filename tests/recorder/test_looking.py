"""When the recorder looks, and when it looks away."""

import pytest

from appliance.capture.camera import Picture
from appliance.clock import SetClock
from appliance.recorder.looking import FACES_US, Looking
from appliance.recorder.notices import Notice, Seen
from appliance.visit.states import State
from appliance.worker import Worker
from tests.capture.framing_cases import CASES, Luma, room
from tests.capture.test_framing import picture
from tests.recorder.hand_box import HandCamera


class Lens(HandCamera):
    """Shows `luma`, or nothing; each picture takes `takes_ms` of the clock; `broken` raises."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__()
        self.clock, self.luma, self.takes_ms, self.broken, self.asked = clock, room(), 0, False, 0

    luma: Luma | None

    def picture(self) -> Picture | None:
        self.asked += 1
        self.clock.advance(ms=self.takes_ms)
        if self.broken:
            raise ValueError("no")
        return None if self.luma is None else picture(self.luma, self.clock.monotonic_us() / 1e6)


class Watching:
    def __init__(self) -> None:
        self.clock, self.notices = SetClock(), list[Notice]()
        self.lens = Lens(self.clock)
        self.state, self.since_us, self.shown = State.READY, None, False
        self.looking = Looking(
            self.lens,
            self.clock,
            self.notices.append,
            state=lambda: self.state,
            filming_since_us=lambda: self.since_us,
            framing=lambda: self.shown,
        )

    since_us: int | None

    def live(self, seconds: int) -> int:
        """How often it looked in so many seconds."""
        before = self.lens.asked
        end_us = self.clock.monotonic_us() + seconds * 1_000_000
        while self.clock.monotonic_us() < end_us:
            self.looking.look()
            self.clock.advance(ms=250)
        return self.lens.asked - before

    def film(self) -> None:
        self.state, self.since_us = State.RECORDING, self.clock.monotonic_us()


@pytest.fixture
def watching() -> Watching:
    return Watching()


def test_each_second_while_filming_and_each_five_while_not(watching: Watching) -> None:
    assert watching.live(20) == 4
    watching.film()
    assert watching.live(20) == 20
    watching.state, watching.since_us = State.READY, None
    watching.live(6)
    watching.shown = True
    assert watching.live(10) == pytest.approx(10, abs=1), "a phone shows the picture"


def test_in_a_pause_nothing_looks(watching: Watching) -> None:
    watching.film()
    watching.live(3)
    for state in set(State) - {State.READY, State.RECORDING}:
        watching.state = state
        assert watching.live(8) == 0


def test_it_rests_three_times_as_long_as_it_looked(watching: Watching) -> None:
    watching.film()
    watching.lens.takes_ms = 2_000
    assert watching.live(60) <= 8


def test_what_it_sees_is_told_and_a_reference_is_taken_when_filming_begins(watching: Watching) -> None:
    watching.film()
    watching.lens.luma = CASES["a cap"][0]
    watching.live(3)
    seen = [notice for notice in watching.notices if isinstance(notice, Seen)]
    assert seen[-1].look.covered
    assert len(seen) == 3


def test_faces_are_looked_for_seldom_while_nobody_looks_on(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def find(*_: object) -> tuple[()]:
        asked.append(watching.clock.now_us)
        return ()

    monkeypatch.setattr("appliance.capture.faces.Faces.find", find)
    watching.film()
    watching.live(40)
    assert len(asked) == pytest.approx(40_000_000 / FACES_US, abs=1)
    asked.clear()
    watching.shown = True
    watching.live(20)
    assert len(asked) == pytest.approx(10, abs=1)


def test_a_camera_without_a_picture_or_with_a_bad_one_ends_nothing(
    watching: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    watching.film()
    watching.lens.luma = None
    watching.live(3)
    watching.lens.broken = True
    watching.live(5)
    assert watching.notices == []
    assert [record.getMessage() for record in caplog.records] == ["looking: ValueError"]
    watching.lens.broken, watching.lens.luma = False, room()
    watching.live(3)
    assert watching.notices


def test_it_ends_when_asked(watching: Watching) -> None:
    worker = Worker("looking", watching.looking.run).start()
    worker.stop(timeout_s=5)
    assert worker.failure is None
