"""Which film a recorder that starts goes on with: time is a parameter here, sessions are real."""

from pathlib import Path

import pytest

from appliance.assembly import GO_ON_US, interrupted
from appliance.clock import SetClock
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.layout import Home
from appliance.store.recovery import recover
from appliance.store.sessions import Opening, SessionWriter

SECOND_US = 1_000_000
FILM_S = 3


class Past:
    """A home whose sessions are written, and cut off, at the moments of a clock moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.home, self.clock, self.office = Home(folder), SetClock(), HybridIdentity.generate()
        make_device(self.home.device, ["recorder"], f"{self.office.recipient.text}\n")
        self.signer = WriterKey.load(self.home.device, "recorder")

    def film(self, *, seconds: int = FILM_S, continues: str | None = None) -> SessionWriter:
        clock, recipient = self.clock, self.office.recipient
        now = (clock.boot_id(), clock.monotonic_us(), clock.utc_ms(), clock.utc_source())
        opening = Opening(recipient.text, *now, continues, 640, 360, 30, 1_000_000)
        key = seal(b"key", [recipient])
        writer = SessionWriter.begin(self.home, opening, key, None, self.signer)
        writer.init(seal(b"init", [recipient]))
        for n in range(seconds):
            writer.segment(n, n * 1000, 1000, seal(b"film", [recipient]))
            clock.advance(us=SECOND_US)
        return writer

    def cut(self, writer: SessionWriter) -> str:
        """The process ends: the kernel lets go of the folder, and the next process recovers."""
        writer._lock.release()
        clock = self.clock
        recover(
            self.home, self.signer, boot=clock.boot_id(), utc_ms=clock.utc_ms(), utc_source=clock.utc_source()
        )  # fmt: skip
        return writer.id

    def stop(self, writer: SessionWriter, reason: str = "stop") -> str:
        writer.close(reason, self.clock.utc_ms(), self.clock.utc_source())
        return writer.id

    @property
    def gone_on_with(self) -> str | None:
        return interrupted(self.home, self.clock)


@pytest.fixture
def past(tmp_path: Path) -> Past:
    (tmp_path / "home").mkdir()
    return Past(tmp_path / "home")


def test_nothing_was_ever_filmed(past: Past) -> None:
    assert past.gone_on_with is None


def test_an_interrupted_film_is_gone_on_with_for_thirty_seconds(past: Past) -> None:
    session = past.cut(past.film())
    assert past.gone_on_with == session
    past.clock.advance(us=GO_ON_US - 1)
    assert past.gone_on_with == session
    past.clock.advance(us=1)
    assert past.gone_on_with is None


def test_a_stopped_film_is_not(past: Past) -> None:
    past.stop(past.film())
    assert past.gone_on_with is None


def test_a_film_that_lost_its_camera_is(past: Past) -> None:
    session = past.stop(past.film(), "camera-lost")
    assert past.gone_on_with == session


@pytest.mark.parametrize("reason", ["limit", "card-full", "shutdown", "quiet", "power"])
def test_a_film_that_ended_otherwise_is_not(past: Past, reason: str) -> None:
    past.stop(past.film(), reason)
    assert past.gone_on_with is None


def test_a_paused_film_is_not(past: Past) -> None:
    writer = past.film()
    writer.paused()
    past.cut(writer)
    assert past.gone_on_with is None


def test_a_film_that_went_on_after_a_pause_is(past: Past) -> None:
    writer = past.film(seconds=1)
    writer.paused()
    past.clock.advance(us=SECOND_US)
    writer.gap(1000, 1000, "all", "pause")
    writer.segment(1, 2000, 1000, seal(b"film", [past.office.recipient]))
    past.clock.advance(us=SECOND_US)
    assert past.gone_on_with is None, "it is still being written"
    assert past.cut(writer) == past.gone_on_with


def test_after_a_power_cut_only_a_press_starts(past: Past) -> None:
    past.cut(past.film())
    past.clock.boot = past.clock.boot.replace("1", "2")
    assert past.gone_on_with is None


def test_a_clock_before_the_film_is_another_boot(past: Past) -> None:
    past.cut(past.film())
    past.clock.now_us -= 10 * SECOND_US
    assert past.gone_on_with is None


def test_the_newest_of_two_interrupted_films_counts(past: Past) -> None:
    first = past.cut(past.film())
    second = past.cut(past.film(continues=first))
    assert past.gone_on_with == second


def test_a_film_that_was_gone_on_with_and_stopped_stays_stopped(past: Past) -> None:
    first = past.cut(past.film())
    past.stop(past.film(continues=first))
    assert past.gone_on_with is None


def test_interrupted_again_before_the_first_second_it_is_still_the_same_film(past: Past) -> None:
    first = past.cut(past.film())
    past.cut(past.film(seconds=0, continues=first))
    assert past.gone_on_with == first


def test_a_press_that_came_to_nothing_wakes_no_older_film(past: Past) -> None:
    past.cut(past.film())
    past.cut(past.film(seconds=0))
    assert past.gone_on_with is None
