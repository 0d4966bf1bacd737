"""Two phones and the box's own button at once: what each of them tagged is there, and once."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

import pytest

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone, until
from tests.journeys.test_visit import kept_ids
from tests.process.box import Box

LENGTH_S: Final = 60.0
PRESS_EVERY_S: Final = 1.2
BUTTONS: Final = ("#moment", ".tag >> nth=0", ".tag >> nth=1", ".tag >> nth=2")


@dataclass(frozen=True, slots=True)
class Together:
    """`taps`: how many each phone made. `presses`: of the button while it filmed."""

    phones: tuple[Phone, Phone]
    session: str
    taps: tuple[int, int]
    presses: int


def pair_both(box: Box, new_phone: NewPhone) -> tuple[Phone, Phone]:
    first, second = new_phone(box), new_phone(box)
    first.pair("first")
    second.pair("second")
    return first, second


def press_until(box: Box, end: float, pressed: list[float]) -> None:
    while time.monotonic() < end:
        box.press()
        pressed.append(time.monotonic())
        time.sleep(PRESS_EVERY_S)


@pytest.fixture(scope="module")
def together(box: Box, new_phone: NewPhone) -> Together:
    phones = pair_both(box, new_phone)
    phones[0].hold_to("#start", "recording")
    session = str(box.filmed(1_000)["film"]["session"])
    for phone in phones:
        phone.goto("/tags")
        phone.page.locator(".tag:enabled").first.wait_for()
    taps, pressed = [0, 0], list[float]()
    end = time.monotonic() + LENGTH_S
    panel = threading.Thread(target=press_until, args=(box, end, pressed))
    panel.start()
    draw = random.Random(5)
    while time.monotonic() < end:
        who = draw.randrange(2)
        phones[who].page.locator(draw.choice(BUTTONS)).click()
        taps[who] += 1
        phones[who].page.wait_for_timeout(draw.randrange(200))
    panel.join()
    for phone in phones:
        until("all delivered", lambda phone=phone: kept_ids(phone.page) == [], phone.page)  # type: ignore[misc]
    box.until("every press a star", lambda status: status["film"]["stars"] >= len(pressed))
    assert box.stop_film() == session
    return Together(phones, session, (taps[0], taps[1]), len(pressed))


def test_nothing_is_lost_and_nothing_doubled(together: Together) -> None:
    moments = [phone.moments(together.session) for phone in together.phones]
    own = [[moment.pop("own") for moment in each] for each in moments]
    assert not any(first and second for first, second in zip(*own, strict=True))
    assert moments[0] == moments[1]
    taps = Counter(moment["by"] for moment in moments[0] for _ in moment["taps"])
    ids = [tap for moment in moments[0] for tap in moment["taps"]]
    print(f"\ntaps {together.taps}, presses {together.presses}: {len(moments[0])} moments of {len(ids)} taps, {taps}")
    assert len(set(ids)) == len(ids) == sum(together.taps) + together.presses
    assert sorted(taps.values()) == sorted([*together.taps, together.presses])
