"""What all tests share: where the checkout is, and how hypothesis searches."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Cores are shared in CI: a slow example is no failure, and a failure prints what repeats it.
settings.register_profile(
    "fieldreel", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("fieldreel")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the work tree that is being tested."""
    return Path(__file__).resolve().parent.parent
