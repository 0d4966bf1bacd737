"""The plug is pulled while a box films, and put in again: the whole way from its start to a film that is in order.

CUTS=n says how often. Here the drive's cache is QEMU's, and what a real card may lose is modelled by tests/powercut:
what this adds is the order of a real start, and the box as people meet it afterwards.
"""

import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from appliance.store.layout import Home
from appliance.store.listing import list_sessions
from tests.lab.image import Image
from tests.lab.machine import Machine
from tests.machine.board import RECORD, Board
from tests.machine.films import opened_film
from tests.pi.box import HOME

pytestmark = [pytest.mark.lab, pytest.mark.timeout(7200)]
CUTS: Final = int(os.environ.get("CUTS") or (5 if os.environ.get("FIELDREEL_PI_FULL") else 2))
CACHES: Final = ("none", "writeback")
SEED: Final = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))


@dataclass(frozen=True, slots=True)
class Cut:
    """`acked_ms`, `film_ms`: as the recorder told them last; `ops`: the lane's, once it had said that a star was in."""

    session: str
    acked_ms: int
    film_ms: int
    ops: frozenset[str]


@pytest.mark.parametrize("cache", CACHES)
def test_what_was_acknowledged_is_there_after_each_cut(
    cache: str, board_image: Image, frozen: Path, tmp_path: Path
) -> None:
    chance = random.Random(f"{SEED} {cache}")
    number = CUTS // 2 + (CUTS % 2 if cache == "none" else 0)
    print(f"\n{number} cuts with cache={cache}, SEED={SEED}")
    with Machine(board_image, tmp_path / "machine", frozen=frozen, cache=cache) as machine:
        board = Board(machine)
        for nth in range(number):
            cut = film_and_cut(board, chance)
            machine.start()
            look_at(board, cut, nth + 1, board_image, tmp_path / f"cut{nth}")


def film_and_cut(board: Board, chance: random.Random) -> Cut:
    board.finger(f"press {RECORD} 0.3")
    board.film_until(chance.randrange(1_500, 8_000))
    board.ask("star")
    ops = frozenset(board.run(f"ls {HOME}/lanes/recorder").split())
    board.film_until(chance.randrange(1_500, 9_000))
    status = board.ask("status")
    board.machine.cut()
    film = status["film"]
    return Cut(film["session"], film["acked_ms"], film["film_ms"], ops)


def look_at(board: Board, cut: Cut, nth: int, image: Image, folder: Path) -> None:
    """The box is ready, not filming: whoever put the plug in need not want film. What was filmed is whole."""
    board.until_answers()
    assert board.finger("lamp") == "111"
    assert cut.ops <= set(board.run(f"ls {HOME}/lanes/recorder").split()), "so is the star"
    film = opened_film(board, cut.session, image, folder)
    (facts,) = [each for each in list_sessions(Home(folder / f"home-{cut.session[:8]}")) if each.id == cut.session]
    assert (facts.state, film.sound, film.facts.reason) == ("recovered", True, "interrupted")
    assert film.facts.film_ms >= cut.acked_ms, "what was acknowledged is durable"
    print(
        f"cut {nth}: {cut.acked_ms} ms acknowledged of {cut.film_ms}, {film.facts.film_ms} ms there: "
        f"{(cut.film_ms - film.facts.film_ms) / 1000:.1f} s lost"
    )
