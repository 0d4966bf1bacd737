"""Processes killed while the box films: the film does not care for the pages, and the pages say what is gone."""

import os
import signal
from dataclasses import dataclass
from itertools import pairwise

import psutil
import pytest

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone, until
from tests.process.box import Box, Studio
from tests.process.playing import Played, play


@dataclass(frozen=True, slots=True)
class Deaths:
    """`killed_ms`: how much film there was when the web was killed. `late`: pictures that were never drawn."""

    truth: Played
    killed_ms: int
    late: int
    tagged: int


@pytest.fixture(scope="module")
def phone(box: Box, new_phone: NewPhone) -> Phone:
    phone = new_phone(box)
    phone.pair()
    return phone


@pytest.fixture(scope="module")
def deaths(box: Box, studio: Studio, phone: Phone) -> Deaths:
    """A tag, the web killed, a tag while there is none, the web again, a tag."""
    assert box.web is not None
    phone.goto("/record")
    phone.hold_to("#start", "recording")
    phone.confirm()
    session = str(box.filmed(3_000)["film"]["session"])
    phone.goto("/tags")
    tags = phone.page.locator(".tag:enabled")
    tags.nth(0).click()
    phone.word("#last", "saved")
    killed_ms = int(box.status()["film"]["film_ms"])
    box.web.kill()
    tags.nth(1).click()
    phone.word("#last", "kept on this phone")
    phone.word("#link-word", "waits")
    box.filmed(killed_ms + 3_000)
    box.web.launch()
    box.web.wait_usable()
    phone.word("#last", "saved")
    tags.nth(2).click()
    phone.word("#last", "saved")
    box.filmed(killed_ms + 5_000)
    late = box.late_pictures()
    box.stop_film()
    phone.goto("/unlock")
    phone.unlock()
    phone.page.wait_for_url("**/visit")
    return Deaths(play(box.session(session), studio.office), killed_ms, late, len(phone.moments(session)))


def longest_ms(pictures_ms: list[float]) -> float:
    return max(after - before for before, after in pairwise(pictures_ms))


def test_a_killed_web_disturbs_no_film(deaths: Deaths) -> None:
    times_ms = [shown.at_ms for shown in deaths.truth.pictures]
    before = longest_ms([ms for ms in times_ms if ms < deaths.killed_ms])
    after = longest_ms([ms for ms in times_ms if ms >= deaths.killed_ms])
    missing = sum(deaths.truth.missing())
    print(f"\nlongest between two pictures: {before:.1f} ms before the kill, {after:.1f} ms after; ", end="")
    print(f"{missing} missing, {deaths.late} never drawn")
    assert missing <= deaths.late
    assert deaths.truth.gaps == []
    assert deaths.truth.complaints == ""


def test_a_killed_web_loses_no_tag(deaths: Deaths) -> None:
    assert deaths.tagged == 3


def keepers(box: Box) -> list[psutil.Process]:
    assert box.web is not None
    children = psutil.Process(box.web.pid).children(recursive=True)
    return [each for each in children if any("playback.keeper" in word for word in each.cmdline())]


def test_a_killed_keeper_locks(box: Box, phone: Phone, deaths: Deaths) -> None:
    phone.goto("/sessions")
    phone.page.locator(".film a").first.wait_for()
    (keeper,) = keepers(box)
    os.kill(keeper.pid, signal.SIGKILL)
    phone.page.wait_for_url("**/unlock?next=*")
    phone.page.locator("#locked").wait_for()
    assert phone.ask("/api/sessions")[0] == 403
    phone.unlock()
    phone.page.wait_for_url("**/sessions")
    phone.page.locator(".film a").first.wait_for()


@pytest.mark.usefixtures("deaths")
def test_a_killed_recorder_is_told(box: Box, phone: Phone) -> None:
    phone.goto("/record")
    phone.word("#state", "Ready")
    box.kill()
    phone.page.locator("#faults .fault").first.wait_for()
    said = phone.page.inner_text("#faults")
    print(f"\nthe page says: {said!r}")
    assert "recorder" in said.lower()
    status, body = phone.ask("/api/status")
    assert (status, "recorder" in body) == (503, True)
    box.start()
    phone.word("#state", "Ready")
    until("the fault taken back", lambda: phone.page.inner_text("#faults") == "", phone.page)
