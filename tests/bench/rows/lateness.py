"""How late the recorder's camera thread is while others ask for its status without a pause."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from appliance.clock import SystemClock
from appliance.worker import Worker
from tests.bench.box import Box, running_box
from tests.bench.context import Context
from tests.bench.row import Row, p50_p99
from tests.bench.watched_recorder import read_arrivals

PEERS: Final = 4
MS: Final = 1000
_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pictures of one stretch of a film: milliseconds from capture to arrival, and how many never came."""

    late_ms: Sequence[float]
    lost: int


def measure(context: Context) -> Row:
    seconds = context.pick(20.0, 1.0)
    with context.scratch() as folder:
        path = folder / "arrivals"
        with running_box(folder, context.profile, ("tests.bench.watched_recorder", str(path))) as box:
            box.start()
            began_us = _CLOCK.monotonic_us()
            time.sleep(seconds)
            hammered_us = _CLOCK.monotonic_us()
            asked = _hammer(box, seconds)
            ended_us = _CLOCK.monotonic_us()
            box.stop()
        arrivals = read_arrivals(path)
    quiet = _stretch(arrivals, began_us, hammered_us, context.profile.fps)
    hammered = _stretch(arrivals, hammered_us, ended_us, context.profile.fps)
    quiet_ms, quiet_p99_ms = p50_p99(quiet.late_ms)
    hammered_ms, hammered_p99_ms = p50_p99(hammered.late_ms)
    return Row(
        what=f"capture to queue of each picture ({context.profile.height}p30, drawn and encoded on the way) while "
        f"{PEERS} peers ask for the status without a pause",
        ours=f"{hammered_ms:.1f} ms, p99 {hammered_p99_ms:.1f}, at most {max(hammered.late_ms):.1f}; "
        f"{hammered.lost} pictures lost",
        peer=f"the same film left in peace: {quiet_ms:.1f} ms, p99 {quiet_p99_ms:.1f}, at most "
        f"{max(quiet.late_ms):.1f}; {quiet.lost} lost",
        ratio=hammered_p99_ms / quiet_p99_ms,
        figures={
            "hammered_ms": hammered_ms,
            "hammered_p99_ms": hammered_p99_ms,
            "hammered_max_ms": max(hammered.late_ms),
            "hammered_lost": hammered.lost,
            "quiet_ms": quiet_ms,
            "quiet_p99_ms": quiet_p99_ms,
            "quiet_max_ms": max(quiet.late_ms),
            "quiet_lost": quiet.lost,
            "questions_per_second": asked / seconds,
        },
        disk=context.disk,
        runs=len(hammered.late_ms),
        note=f"{asked / seconds:.0f} questions a second were answered; lost pictures are holes in the time stamps of "
        "the segments",
    )


def _hammer(box: Box, seconds: float) -> int:
    """Questions answered in `seconds`."""
    answered = [0] * PEERS

    def ask(peer: int, stopping: threading.Event) -> None:
        with box.another_line() as line:
            while not stopping.is_set():
                line.ask("status")
                answered[peer] += 1

    peers = [Worker(f"peer-{peer}", lambda stopping, peer=peer: ask(peer, stopping)) for peer in range(PEERS)]  # type: ignore[misc]
    for worker in peers:
        worker.start()
    time.sleep(seconds)
    for worker in peers:
        worker.stop(10.0)
    return sum(answered)


def _stretch(arrivals: Sequence[tuple[int, int]], begin_us: int, end_us: int, fps: int) -> Stretch:
    """Of the pictures captured in [begin_us, end_us)."""
    taken = [(pts_us, came_us) for pts_us, came_us in arrivals if begin_us <= pts_us < end_us]
    frames = sum(round((after - before) * fps / 1e6) for (before, _), (after, _) in pairwise(taken))
    return Stretch([(came_us - pts_us) / MS for pts_us, came_us in taken], frames - (len(taken) - 1))
