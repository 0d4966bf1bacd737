"""Plays scenes with real recorders, several at once, because nearly all of their time is spent waiting for film.

Apart from the tests because pytest asks for one result after the other, and sums of waiting are longer than CI has.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from tests.process.box import Studio

Scene = Callable[[Studio], Any]
"""Records something and gives what a test wants to know; what it raises is raised in the test."""
AT_ONCE = 3


def scene(play: Scene, *, alone: bool = False) -> pytest.MarkDecorator:
    """Marks a test: `play` is filmed for it, and what came of it is its fixture `take`."""
    return pytest.mark.scene.with_args(play, alone=alone)


class Filming:
    """Each scene is played once; `alone` ones first and by themselves, for they must not lose a picture."""

    def __init__(self, studio: Studio, scenes: Iterable[Scene], alone: Iterable[Scene]) -> None:
        self._studio = studio
        self._quiet = ThreadPoolExecutor(1, "alone")
        self._busy = ThreadPoolExecutor(AT_ONCE, "scene")
        self._takes: dict[Scene, Future[Any]] = {each: self._quiet.submit(each, studio) for each in alone}
        first = list(self._takes.values())
        for scene in scenes:
            if scene not in self._takes:
                self._takes[scene] = self._busy.submit(self._after, first, scene)

    def take(self, scene: Scene) -> Any:
        return self._takes[scene].result()

    def end(self) -> None:
        for pool in (self._quiet, self._busy):
            pool.shutdown(cancel_futures=True)

    def _after(self, first: list[Future[Any]], scene: Scene) -> Any:
        wait(first)
        return scene(self._studio)
