"""CPU time of other programs: the peers of what we do with packets.

Apart because a child's time must be its own, without ours and without that of the child before it.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FRAGMENTED: Final = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")


def cpu_s(*pipeline: Sequence[str]) -> float:
    """User and system time of programs, each reading what the one before it writes."""
    children: list[subprocess.Popen[bytes]] = []
    for command in pipeline:
        source = children[-1].stdout if children else subprocess.DEVNULL
        last = len(children) == len(pipeline) - 1
        children.append(subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL if last else subprocess.PIPE))
        if len(children) > 1 and children[-2].stdout is not None:
            children[-2].stdout.close()
    return sum(_ended(child) for child in children)


def copying(source: Path, target: str, *options: str) -> list[str]:
    """The command by which ffmpeg copies a film as it is."""
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), "-c", "copy", *options, target]


def sealed_by_stock_tools_cpu_s(film: Path, target: Path, age: Path, recipient: str) -> float:
    """One file of the whole film: ffmpeg, age, sha256sum, and one sync at its end."""
    return sum(
        (
            cpu_s(copying(film, "-", *FRAGMENTED, "-f", "mp4"), [str(age), "-r", recipient, "-o", str(target)]),
            cpu_s(["sha256sum", str(target)]),
            cpu_s(["sync", str(target)]),
        )
    )


def _ended(child: "subprocess.Popen[bytes]") -> float:
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{child.args!r} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime
