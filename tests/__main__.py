"""All tests, in two pytest processes side by side: `python -m tests`.

Tests with real cameras, browsers and power cuts mostly wait for the world; those that only compute run beside them at
the lowest priority, so that they take what is left of the machine and not a picture of anybody's film.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
IN_THE_WORLD: Final = ("bench", "journeys", "pages", "powercut", "process")
"""Folders whose tests hold what they see against the clock."""
POLITE: Final = 10
NOTHING_CHOSEN: Final = 5
"""What pytest says where its options leave no test."""


def main(options: Sequence[str]) -> int:
    """The exit code of the worse of the two."""
    artefacts = HERE.parent / "artefacts"
    artefacts.mkdir(exist_ok=True)
    world = [HERE / name for name in IN_THE_WORLD]
    rest = sorted(set(HERE.iterdir()) - set(world))
    told = artefacts / "computed.txt"
    began = time.monotonic()
    with told.open("wb") as file:
        command = _pytest([path for path in rest if _has_tests(path)], "computed", options)
        beside = subprocess.Popen(command, stdout=file, stderr=file, preexec_fn=lambda: os.nice(POLITE))  # noqa: PLW1509 - no thread
        try:
            codes = {subprocess.run(_pytest(world, "world", options), check=False).returncode, beside.wait()}
        finally:
            beside.kill()
    sys.stdout.flush()
    sys.stdout.buffer.write(told.read_bytes())
    print(f"both together took {time.monotonic() - began:.0f} s")
    return max(codes - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)


def _has_tests(path: Path) -> bool:
    return path.name.startswith("test_") or (path.is_dir() and any(path.rglob("test_*.py")))


def _pytest(paths: Sequence[Path], name: str, options: Sequence[str]) -> list[str]:
    report = f"--junitxml={HERE.parent / 'artefacts' / f'{name}.xml'}"
    return [sys.executable, "-m", "pytest", report, f"-ocache_dir=.pytest_cache/{name}", *options, *map(str, paths)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
