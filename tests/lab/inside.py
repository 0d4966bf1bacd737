"""Runs tests of ours inside a lab's system, by the Python and the libraries of a box.

Apart because what a box brings (picamera2, lgpio) exists only for its Python: our test files and pytest, both plain
Python, are shown to it, and the package that is installed there is what is tested.
"""

import importlib.util
from pathlib import Path
from typing import Final

from tests.lab.debs import PROJECT

PYTEST: Final = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments", "pytest_timeout")
HERE: Final = "/srv/checkout"
THERE: Final = "/srv/pytest"
OPTIONS: Final = "-ra -q -s -p pytest_timeout -p no:cacheprovider --noconftest -c /dev/null --rootdir /srv/checkout"


def shown() -> dict[Path, str]:
    """For a Container: this machine's pytest, and our tests without the rest of the checkout."""
    parts = {PROJECT / "tests": f"{HERE}/tests"}
    for name in PYTEST:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        found = origin.parent if spec.submodule_search_locations else origin
        parts[found] = f"{THERE}/{found.name}"
    return parts


def pytest_inside(python: str, *arguments: str, timeout_s: int = 300) -> str:
    """The command line. Warnings are theirs: picamera2's are not ours to mend."""
    paths = f"PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={THERE}:{HERE}"
    return f"cd {HERE} && {paths} {python} -m pytest {OPTIONS} --timeout {timeout_s} {' '.join(arguments)}"
