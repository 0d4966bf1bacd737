"""A person at a terminal: runs a program that asks on its tty, and types the answers."""

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

DEADLINE_S = 120


def at_a_terminal(
    command: Sequence[str | Path],
    answers: Sequence[str],
    *,
    output: Path | None = None,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Exit code and all that was said; standard output goes to the file `output` if one is given.

    Types the next answer whenever the program has stopped at a prompt, which ends in ": ".
    """
    terminal, program_end = os.openpty()
    with open(output or os.devnull, "wb") as file:
        process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=program_end,
            stdout=program_end if output is None else file,
            stderr=program_end,
            cwd=cwd,
            env=environment,
        )
    os.close(program_end)
    try:
        said = _talk(terminal, list(answers))
        return process.wait(DEADLINE_S), said
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def _talk(terminal: int, answers: list[str]) -> str:
    said = b""
    ends_s = time.monotonic() + DEADLINE_S
    while select.select([terminal], [], [], max(ends_s - time.monotonic(), 0))[0]:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # Linux: the program's end is closed
            return said.decode()
        if said.endswith(b": ") and answers:
            os.write(terminal, answers.pop(0).encode() + b"\n")
            said += b"\n"
    raise AssertionError(f"the program still waits after {DEADLINE_S} s; it said: {said!r}")
