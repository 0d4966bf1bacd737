"""A desk for each test that asks for one."""

from pathlib import Path

import pytest

from tests.desk.desk import Desk


@pytest.fixture
def desk(in_memory: Path) -> Desk:
    return Desk(in_memory)
