"""The bench of a board against a real recorder process, as far as it needs no board: film, verify, sync, ask."""

import io
from collections.abc import Callable, Iterator

import pytest

from appliance.commands.demo_box import DemoBox
from tests.board.bench import Refused, film
from tests.board.check import Mark
from tests.board.checks import card, panel, sound
from tests.board.real import RealBench
from tests.process.box import Box, Studio


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    place = tmp_path_factory.mktemp("board")
    made = DemoBox(place / "keys", [])
    made.prepare()
    with Studio(made.folder, place, []).box("box") as box:
        box.state("ready")
        yield box


class Handy(RealBench):
    """A person whose hands are the bench's."""

    box: Box

    def tell(self, text: str) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "Press the round button once.": self.box.press,
            "Press the forward button of the clicker. Without one, wait.": self.box.click,
            "Pull the microphone's plug.": lambda: self._microphone(dead=True),
            "Plug the microphone in again.": lambda: self._microphone(dead=False),
        }
        deeds[text]()

    def _microphone(self, *, dead: bool) -> None:
        self.box.fault("microphone_dead", dead)


@pytest.fixture
def bench(box: Box) -> Iterator[Handy]:
    bench = Handy(box.home, box.run, lambda: None)
    bench.box = box
    yield bench
    bench.close()


def test_a_film_is_made_kept_and_verified(bench: Handy) -> None:
    kept = bench.kept(film(bench, 2))
    assert (kept.state, kept.reason, kept.sound) == ("closed", "stop", True)
    assert kept.film_ms >= 2_000
    assert bench.kept("0" * 32).state == "missing"


def test_checks_pass_on_a_recorder_that_is_well(bench: Handy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "long_s", lambda seconds: min(seconds, 3.0))
    for act in (panel.star, panel.clicker, sound.microphone_pulled, card.sync_p99, card.queue):
        outcome = act(bench)
        assert outcome.mark is Mark.PASSED, (act.__name__, outcome)
        bench.box.state("ready")


def test_nothing_is_left_beside_the_films(bench: Handy, box: Box) -> None:
    assert len(bench.synced_ms(3, 10_000)) == 3
    assert not list(box.layout.sessions.glob("board-check*"))


def test_a_person_may_answer_nothing_or_nonsense(bench: Handy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("perhaps\nY\nno\n\ntwelve\n12,5\n\n"))
    assert [bench.yes("?"), bench.yes("?"), bench.yes("?")] == [True, False, None]
    assert [bench.number("?"), bench.number("?")] == [12.5, None]


def test_a_program_that_fails_says_why(bench: Handy) -> None:
    assert bench.run("echo", "well") == "well\n"
    with pytest.raises(Refused, match="no such thing"):
        bench.run("sh", "-c", "echo no such thing >&2; exit 3")
