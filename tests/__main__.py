"""All tests, in a few pytest processes side by side: `python -m tests`.

Tests with real cameras, browsers and power cuts mostly wait for the world; those that only compute run beside them, and
only while nobody else wants the processor: they take no picture of anybody's film. What starts whole systems has the
machine to itself afterwards. Two lanes of the first kind would take a third less time, and on two processors cost each
other pictures.

Beside each other all are slower than alone, and on a small machine that alone can fail a test that looks at a clock.
So a few modules that failed are run once more with the machine to themselves, and their second word counts; what was
said first stays in the output, for a test that needs the quiet may have found a race.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from xml.etree import ElementTree

HERE: Final = Path(__file__).parent
ARTEFACTS: Final = HERE.parent / "artefacts"
HURRIED: Final = ("journeys", "pages", "powercut", "process")
"""Folders whose tests hold what they see against the clock."""
LIVE: Final = (
    *(HERE / "capture" / f"test_{name}.py" for name in ("film", "microphone", "test_card", "webcam")),
    HERE / "web" / "test_visit.py",
)
"""Those of other folders."""
LOOKS: Final = HERE / "pages" / "test_looks.py"
"""The longest of theirs, which does not."""
SYSTEMS: Final = ("pi", "network")
"""Folders in which tests marked "lab" are."""
ELSEWHERE: Final = "machine"
"""Takes half an hour, and has a target of its own."""
AGAIN_MOST: Final = 5
"""More modules than these did not fail for want of a calm machine."""
FAILED: Final = 1
"""What pytest says where a test failed, and nothing worse happened."""
NOTHING_CHOSEN: Final = 5
"""What pytest says where its options leave no test."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One pytest process. `options`: before those that were given."""

    name: str
    paths: Sequence[Path]
    options: Sequence[str] = ()

    @property
    def report(self) -> Path:
        return ARTEFACTS / f"{self.name}.xml"

    @property
    def told(self) -> Path:
        return ARTEFACTS / f"{self.name}.txt"

    def command(self, options: Sequence[str]) -> list[str]:
        kept = [f"--junitxml={self.report}", f"-ocache_dir=.pytest_cache/{self.name}"]
        return [sys.executable, "-m", "pytest", *kept, *self.options, *options, *map(str, self.paths)]


class Beside:
    """A process that runs while the processor is free; what it prints is kept until it has ended.

    Used with `with`, which ends it at the latest.
    """

    def __init__(self, command: Sequence[str], told: Path) -> None:
        self._told = told
        with told.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                env=_environ(),
                stdout=file,
                stderr=file,
                preexec_fn=_when_idle,  # noqa: PLW1509 - no thread
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ended(self) -> int:
        """Its exit code, once it has ended and what it printed is printed here."""
        code = self._process.wait()
        sys.stdout.flush()
        sys.stdout.buffer.write(self._told.read_bytes())
        return code


def main(options: Sequence[str]) -> int:
    """The exit code of the worst of all."""
    ARTEFACTS.mkdir(exist_ok=True)
    began = time.monotonic()
    world, *others = side_by_side = lanes()
    systems = Lane("systems", [HERE / name for name in SYSTEMS], ["-m", "lab"])
    with ExitStack() as stack:
        making = None if options else stack.enter_context(_made_ready())
        running = [stack.enter_context(Beside(each.command(options), each.told)) for each in others]
        codes = {subprocess.run(world.command(options), env=_environ(), check=False).returncode}
        codes |= {each.ended() for each in running}
        print(f"side by side took {time.monotonic() - began:.0f} s", flush=True)
        if making is not None:
            making.ended()
    asked: dict[str, str] = {} if making is None else {"FIELDREEL_LAB_USED": "1"}
    codes.add(subprocess.run(systems.command(options), env=_environ() | asked, check=False).returncode)
    print(f"all together took {time.monotonic() - began:.0f} s", flush=True)
    code = max(codes - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)
    if code != FAILED:
        return code
    return _once_more(_failed_modules([each.report for each in (*side_by_side, systems)]), options, asked)


def lanes() -> list[Lane]:
    """The first has the processor first, and is seen while it runs."""
    hurried = [*_modules(HURRIED), *LIVE]
    hurried.remove(LOOKS)
    others = {path.name for path in HERE.iterdir() if path.is_dir()} - {*HURRIED, "pi", ELSEWHERE}
    computed = [*HERE.glob("test_*.py"), *_modules(others), HERE / ELSEWHERE / "test_slow.py"]
    return [
        Lane("world", hurried),
        Lane("looks", [LOOKS]),
        Lane("computed", [path for path in sorted(computed) if path not in LIVE], ["-m", "not lab"]),
    ]


def _modules(folders: Iterable[str]) -> list[Path]:
    return [path for name in folders for path in sorted((HERE / name).rglob("test_*.py"))]


def _when_idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _made_ready() -> Beside:
    """The root and the package of those systems, meanwhile."""
    return Beside([sys.executable, "-m", "tests.lab"], ARTEFACTS / "lab.txt")


def _once_more(modules: Sequence[Path], options: Sequence[str], asked: dict[str, str]) -> int:
    """Those that failed, alone; FAILED without a try where they are too many."""
    if not 0 < len(modules) <= AGAIN_MOST:
        return FAILED
    named = ", ".join(str(module.relative_to(HERE.parent)) for module in modules)
    print(f"\nFAILED BESIDE OTHERS, now alone: {named}", flush=True)
    again = Lane("again", modules).command(options)
    code = subprocess.run(again, env=_environ() | asked, check=False).returncode
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


def _environ() -> dict[str, str]:
    """Hundreds of processes are started; where the machine keeps no bytecode each would compile the project anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(HERE.parent / ".cache" / "bytecode"), **kept}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
