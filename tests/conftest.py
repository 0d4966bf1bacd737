"""What all tests share: where the checkout is, a folder in memory, and how hypothesis searches."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

# Cores are shared in CI: a slow example is no failure, and a failure prints what repeats it.
settings.register_profile(
    "fieldreel", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("fieldreel")


MEMORY: Final = Path("/dev/shm")


@pytest.fixture(scope="session")
def memory_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    """New folders, gone in the end; in memory where the machine has some, for small tests mostly wait for fsync.

    Not for what shows that something lasts, nor for films, which fill it.
    """
    with ExitStack() as stack:
        yield lambda: stack.enter_context(_memory_place(tmp_path_factory))


@pytest.fixture
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same for one test."""
    with _memory_place(tmp_path_factory) as place:
        yield place


@contextmanager
def _memory_place(otherwise: pytest.TempPathFactory) -> Iterator[Path]:
    if not os.access(MEMORY, os.W_OK):
        yield otherwise.mktemp("place")
        return
    with TemporaryDirectory(prefix="fieldreel-", dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the work tree that is being tested."""
    return Path(__file__).resolve().parent.parent
