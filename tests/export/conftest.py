"""One real session for all tests here: encoding it is the dear part."""

import shutil
from pathlib import Path

import pytest

from appliance.segment.events import Event
from tests.export.makers import events, write_session
from tests.segment.codecs import film


@pytest.fixture(scope="session")
def paused_take() -> list[Event]:
    """Six seconds of pictures and sound with a pause of five after the third."""
    return events(film(6), pause_at_s=3, pause_s=5)


@pytest.fixture(scope="session")
def recorded(paused_take: list[Event], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_session(tmp_path_factory.mktemp("home"), paused_take)


@pytest.fixture
def session(recorded: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(recorded, tmp_path / "home" / "sessions" / recorded.name))
