"""All tests, in two pytest processes side by side: `python -m tests`.

Tests with real cameras, browsers and power cuts mostly wait for the world; those that only compute run beside them at
the lowest priority, so that they take what is left of the machine and not a picture of anybody's film.

Beside each other both are slower than alone, and on a small machine that alone can fail a test that looks at a clock.
So a few modules that failed are run once more with the machine to themselves, and their second word counts; what was
said first stays in the output, for a test that needs the quiet may have found a race.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

HERE: Final = Path(__file__).parent
IN_THE_WORLD: Final = ("bench", "journeys", "pages", "pi", "powercut", "process")
"""Folders whose tests hold what they see against the clock."""
POLITE: Final = 10
AGAIN_MOST: Final = 3
"""More modules than these did not fail for want of a calm machine."""
FAILED: Final = 1
"""What pytest says where a test failed, and nothing worse happened."""
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
        beside = subprocess.Popen(
            command,
            env=_environ(),
            stdout=file,
            stderr=file,
            preexec_fn=lambda: os.nice(POLITE),  # noqa: PLW1509 - no thread
        )
        try:
            world_code = subprocess.run(_pytest(world, "world", options), env=_environ(), check=False).returncode
            codes = {world_code, beside.wait()}
        finally:
            beside.kill()
    sys.stdout.flush()
    sys.stdout.buffer.write(told.read_bytes())
    print(f"both together took {time.monotonic() - began:.0f} s")
    code = max(codes - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)
    return (
        _once_more(_failed_modules([_report(name) for name in ("world", "computed")]), options)
        if code == FAILED
        else code
    )


def _once_more(modules: Sequence[Path], options: Sequence[str]) -> int:
    """Those that failed, alone; FAILED without a try where they are too many."""
    if not 0 < len(modules) <= AGAIN_MOST:
        return FAILED
    named = ", ".join(str(module.relative_to(HERE.parent)) for module in modules)
    print(f"\nFAILED BESIDE OTHERS, now alone: {named}", flush=True)
    code = subprocess.run(_pytest(modules, "again", options), env=_environ(), check=False).returncode
    verdict = "failed again" if code else "passed, so it counts as passed; look at why it needed the quiet"
    print(f"ALONE {verdict}: {named}")
    return code


def _failed_modules(reports: Sequence[Path]) -> list[Path]:
    """A test is named there by its module, or by a class in it: tests.web.test_visit."""
    cases = (case for report in reports for case in ElementTree.parse(report).iter("testcase"))  # noqa: S314 - our own
    failed = {
        case.get("classname", "")
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    modules = {HERE.parent / f"{'/'.join(name.split('.'))}.py" for name in failed}
    return sorted(module if module.exists() else module.parent.with_suffix(".py") for module in modules)


def _has_tests(path: Path) -> bool:
    return path.name.startswith("test_") or (path.is_dir() and any(path.rglob("test_*.py")))


def _pytest(paths: Sequence[Path], name: str, options: Sequence[str]) -> list[str]:
    report = f"--junitxml={_report(name)}"
    return [sys.executable, "-m", "pytest", report, f"-ocache_dir=.pytest_cache/{name}", *options, *map(str, paths)]


def _environ() -> dict[str, str]:
    """Hundreds of processes are started; where the machine keeps no bytecode each would compile the project anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(HERE.parent / ".cache" / "bytecode"), **kept}


def _report(name: str) -> Path:
    return HERE.parent / "artefacts" / f"{name}.xml"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
