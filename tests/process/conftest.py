"""One office for all boxes, and the scenes that the chosen tests ask for, filmed while they wait."""

from collections.abc import Iterator
from typing import Any

import pytest

from appliance.commands.demo_box import PASSPHRASE, DemoBox
from appliance.sealing.identities import read_identities
from tests.process.box import Studio
from tests.process.scenes import Filming


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scene(play, alone=False): what is filmed for this test; it is given as `take`")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    place = tmp_path_factory.mktemp("process")
    made = DemoBox(place / "keys", [])
    made.prepare()
    return Studio(made.folder, place, read_identities(made.office_key.read_bytes(), lambda: PASSPHRASE))


@pytest.fixture(scope="session")
def filming(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Filming]:
    marks = [mark for item in request.session.items for mark in item.iter_markers("scene")]
    alone = [mark.args[0] for mark in marks if mark.kwargs.get("alone")]
    filming = Filming(studio, [mark.args[0] for mark in marks], dict.fromkeys(alone))
    yield filming
    filming.end()


@pytest.fixture
def take(request: pytest.FixtureRequest, filming: Filming) -> Any:
    """What the test's scene came to; all scenes are being played from the first use on."""
    mark = request.node.get_closest_marker("scene")
    assert mark is not None
    return filming.take(mark.args[0])
