"""One office and one browser for all journeys; each journey has a box of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from appliance.commands.demo_box import PASSPHRASE, DemoBox
from appliance.sealing.identities import read_identities
from tests.journeys.phone import ARGUMENTS, EXECUTABLE, Phone
from tests.process.box import Box, Studio

NewPhone = Callable[[Box], Phone]


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    place = tmp_path_factory.mktemp("journeys")
    made = DemoBox(place / "keys", [])
    made.prepare()
    return Studio(made.folder, place, read_identities(made.office_key.read_bytes(), lambda: PASSPHRASE))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def box(studio: Studio, request: pytest.FixtureRequest) -> Iterator[Box]:
    """A running box of this module, with its pages."""
    with studio.box(request.module.__name__.rsplit(".", 1)[-1]) as box:
        box.start_web(0)
        yield box


@pytest.fixture(scope="module")
def new_phone(browser: Browser) -> Iterator[NewPhone]:
    """Gives phones; none of them may have found an error on a page when all is over."""
    with ExitStack() as stack:
        phones: list[Phone] = []

        def make(box: Box) -> Phone:
            assert box.web is not None
            phone = Phone.new(browser, box, box.web.address)
            stack.callback(phone.context.close)
            phones.append(phone)
            return phone

        yield make
        assert [each for phone in phones for each in phone.complaints] == []
