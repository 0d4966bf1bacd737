"""One browser and one stand-in box for all tests of the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.phone import ARGUMENTS, EXECUTABLE
from tests.pages.stand_in import ShortFilm, StandIn


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not Path(EXECUTABLE).exists():
        pytest.skip("NOT CHECKED: chromium is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> ShortFilm:
    return ShortFilm.make(tmp_path_factory.mktemp("film"))


@pytest.fixture
def stand_in(short_film: ShortFilm) -> Iterator[StandIn]:
    with StandIn(short_film).served() as box:
        yield box
