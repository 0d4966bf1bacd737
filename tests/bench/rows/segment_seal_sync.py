"""CPU time to segment, seal and sync ten minutes of film, beside ffmpeg copying the same film unsealed and unsynced."""

import resource
import shutil
import statistics
from pathlib import Path
from typing import Final

from appliance.clock import SystemClock
from appliance.sealing.identities import HybridIdentity
from appliance.segment.segmenter import Gap, Segmenter
from tests.bench.age_tool import age_tool
from tests.bench.children import FRAGMENTED, copying, cpu_s, sealed_by_stock_tools_cpu_s
from tests.bench.context import Context
from tests.bench.feeding import Feeding
from tests.bench.material import Loaded
from tests.bench.row import Row

TARGET_RATIO: Final = 2.0


def measure(context: Context) -> Row:
    seconds, runs = context.pick((600, 3), (4, 1))
    film, tool = context.material().loaded(), age_tool(fetch=not context.quick)
    spent: dict[str, list[float]] = {}
    with context.scratch() as folder:
        whole, frame = _plain_mp4(film, seconds, folder), folder / "frame.mp4"
        cpu_s(copying(whole, str(frame), "-t", "0.03"))
        for run in range(runs):
            root = folder / f"home-{run}"
            each = {"ours_cpu_s": _pipeline_cpu_s(film, seconds, root), **_peers(whole, frame, root, tool)}
            for name, figure in each.items():
                spent.setdefault(name, []).append(figure)
    figures = {name: statistics.median(values) for name, values in spent.items()}
    ours_s, marginal_s = figures["ours_cpu_s"], figures["peer_cpu_s"] - figures["peer_start_cpu_s"]
    ratio = ours_s / marginal_s if marginal_s > 0 else None  # starts differ by more than seconds of film cost
    rate = film.material.bits_per_second / 1e6
    stock = figures.get("stock_tools_cpu_s")
    return Row(
        what=f"CPU to segment, seal and sync {seconds} s of film at a true {rate:.1f} Mbit/s, packets given",
        ours=f"{ours_s:.2f} s",
        peer=f"`ffmpeg -c copy` to plain fMP4, without its start: {marginal_s:.2f} s",
        ratio=ratio,
        target=f"ratio ≤ {TARGET_RATIO:.1f}",
        met=None if ratio is None else ratio <= TARGET_RATIO,
        figures={**figures, "peer_marginal_cpu_s": marginal_s, "film_s": seconds, "megabits_per_second": rate},
        disk=context.disk,
        runs=runs,
        note=f"{100 * ours_s / seconds:.2f} % of a core at life's pace; the peer neither seals nor hashes nor syncs"
        + ("" if stock is None else f"; ffmpeg, `age` and sha256sum with one file for the whole film: {stock:.2f} s"),
    )


def _peers(whole: Path, frame: Path, root: Path, tool: Path | None) -> dict[str, float]:
    out = root.with_suffix(".out")
    spent = {
        "peer_cpu_s": cpu_s(copying(whole, str(out), *FRAGMENTED, "-f", "mp4")),
        "peer_start_cpu_s": cpu_s(copying(frame, str(out), *FRAGMENTED, "-f", "mp4")),
        "peer_reading_cpu_s": cpu_s(copying(whole, "-", "-f", "null")),
    }
    if tool is not None:
        recipient = HybridIdentity.generate().recipient.text
        spent["stock_tools_cpu_s"] = sealed_by_stock_tools_cpu_s(whole, out, tool, recipient)
    out.unlink()
    return spent


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


def _plain_mp4(film: Loaded, seconds: int, folder: Path) -> Path:
    """The same film as one ordinary MP4, the easiest input that the peer can have."""
    profile = film.material.profile
    segmenter = Segmenter(profile.width, profile.height, profile.fps)
    path, whole = folder / "segments.mp4", folder / "whole.mp4"
    with path.open("wb") as file:
        for packet in film.film(seconds, 0):
            file.writelines(event.data for event in segmenter.push(packet) if not isinstance(event, Gap))
        file.writelines(event.data for event in segmenter.finish() if not isinstance(event, Gap))
    cpu_s(copying(path, str(whole)))
    path.unlink()
    return whole
