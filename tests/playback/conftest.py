"""A few seconds of film for all tests here: encoding them is the dear part."""

import pytest

from tests.playback.homes import Film, drawn, filmed

HOLE_US = 4_000_000


@pytest.fixture(scope="session")
def card() -> Film:
    """Eight seconds of test card and beeps, as the capture stations film them."""
    return filmed(8)


@pytest.fixture(scope="session")
def uneven() -> Film:
    """Pictures at uneven times, 15 a second in between, a hole of four seconds, and a picture that stands for 0.9 s."""
    times, at_us = [], 0
    for number in range(210):
        times.append(at_us)
        at_us += (33_333, 33_334, 41_000, 25_667)[number % 4] if not 60 <= number < 120 else 66_667
        at_us += HOLE_US if number == 149 else 0
        at_us += 900_000 if number == 170 else 0
    return drawn(times)
