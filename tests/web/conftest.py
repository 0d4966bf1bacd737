"""A box for each test that asks for one."""

from pathlib import Path

import pytest

from tests.web.box import WebBox


@pytest.fixture
def box(in_memory: Path) -> WebBox:
    return WebBox(in_memory)
