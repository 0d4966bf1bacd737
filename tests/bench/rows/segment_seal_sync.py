"""CPU time to segment, seal and sync ten minutes of film, beside ffmpeg copying the same film unsealed and unsynced."""

import os
import resource
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Final

from appliance.clock import SystemClock
from appliance.segment.segmenter import Gap, Segmenter
from tests.bench.context import Context
from tests.bench.feeding import Feeding
from tests.bench.material import Loaded
from tests.bench.row import Row

TARGET_RATIO: Final = 2.0
FRAGMENTED: Final = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")


def measure(context: Context) -> Row:
    seconds, runs = context.pick((600, 3), (4, 2))
    film = context.material().loaded()
    with context.scratch() as folder:
        whole = _plain_mp4(film, seconds, folder)
        frame = _copied(whole, folder / "frame.mp4", "-t", "0.03")
        ours, copying, starting, reading = [], [], [], []
        for run in range(runs):
            ours.append(_pipeline_cpu_s(film, seconds, folder / f"home-{run}"))
            copying.append(_ffmpeg_cpu_s(whole, folder / "out.mp4", *FRAGMENTED))
            starting.append(_ffmpeg_cpu_s(frame, folder / "out.mp4", *FRAGMENTED))
            reading.append(_ffmpeg_cpu_s(whole, Path("/dev/null"), "-f", "null"))
    start = statistics.median(starting)
    cpu_s, marginal_s = statistics.median(ours), statistics.median(copying) - start
    writing_s = statistics.median(copying) - statistics.median(reading)
    ratio = cpu_s / marginal_s if marginal_s > 0 else None  # film of seconds costs less than starts differ
    rate = film.material.bits_per_second / 1e6
    return Row(
        what=f"CPU to segment, seal and sync {seconds} s of film at a true {rate:.1f} Mbit/s, packets given",
        ours=f"{cpu_s:.2f} s",
        peer=f"`ffmpeg -c copy` to plain fMP4, without its start: {marginal_s:.2f} s",
        ratio=ratio,
        target=f"ratio ≤ {TARGET_RATIO:.1f}",
        met=None if ratio is None else ratio <= TARGET_RATIO,
        figures={
            "ours_cpu_s": cpu_s,
            "peer_cpu_s": statistics.median(copying),
            "peer_start_cpu_s": start,
            "peer_marginal_cpu_s": marginal_s,
            "peer_without_reading_cpu_s": writing_s,
            "film_s": seconds,
            "megabits_per_second": rate,
        },
        disk=context.disk,
        runs=runs,
        note=f"the peer neither seals nor syncs; of its time {marginal_s - writing_s:.2f} s is reading its input",
    )


def _pipeline_cpu_s(film: Loaded, seconds: int, root: Path) -> float:
    """User and system time of this process from the first packet, all made before, until the session is closed."""
    feeding = Feeding(root, film.material.profile)
    feeding.prepare()
    packets = list(film.film(seconds, SystemClock().monotonic_us()))
    before = resource.getrusage(resource.RUSAGE_SELF)
    feeding.record(packets)
    after = resource.getrusage(resource.RUSAGE_SELF)
    shutil.rmtree(root)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ffmpeg_cpu_s(source: Path, target: Path, *options: str) -> float:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), "-c", "copy", *options, str(target)]
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("ffmpeg failed")
    return used.ru_utime + used.ru_stime


def _copied(source: Path, target: Path, *options: str) -> Path:
    _ffmpeg_cpu_s(source, target, *options)
    return target


def _plain_mp4(film: Loaded, seconds: int, folder: Path) -> Path:
    """The same film as one ordinary MP4, the easiest input that the peer can have."""
    profile = film.material.profile
    segmenter = Segmenter(profile.width, profile.height, profile.fps)
    path = folder / "segments.mp4"
    with path.open("wb") as file:
        for packet in film.film(seconds, 0):
            file.writelines(event.data for event in segmenter.push(packet) if not isinstance(event, Gap))
        file.writelines(event.data for event in segmenter.finish() if not isinstance(event, Gap))
    whole = _copied(path, folder / "whole.mp4")
    path.unlink()
    return whole
