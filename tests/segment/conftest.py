"""One take of real pictures and sound for all tests of this station."""

import pytest

from tests.segment.codecs import Take, film


@pytest.fixture(scope="session")
def take() -> Take:
    """Six seconds, a key frame each second, and two seconds of sound more."""
    return Take(film(6).pictures, film(8).sound)
