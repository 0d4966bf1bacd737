"""npm's mp4box, written by others from the same standard, must read out of a film what ours put in."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from appliance.segment.segmenter import Event, Segmenter
from tests.segment.boxes import Fragment
from tests.segment.codecs import FPS, HEIGHT, START_US, WIDTH, Take, film
from tests.segment.fakes import fragments, push_all, segments, whole

pytestmark = pytest.mark.interop
NODE = Path(__file__).parent / "node"


def read(events: list[Event], folder: Path) -> dict[str, Any]:
    path = folder / "film.mp4"
    path.write_bytes(whole(events))
    done = subprocess.run(["node", NODE / "read.mjs", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{done.stderr}(`make test` installs what {NODE.name}/package-lock.json names)"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(parts: list[Fragment], track: int) -> list[list[object]]:
    """dts, cts, duration, sync, MD5 of every sample, as we believe to have written them."""
    return [
        [s.time, s.time, s.duration, s.sync, hashlib.md5(s.data, usedforsecurity=False).hexdigest()]
        for part in parts
        for s in part.tracks[track]
    ]


def heads(parts: list[Fragment]) -> list[list[object]]:
    """Sequence number, and tfdt of each track in the order of the file."""
    return [[part.sequence, [[track, part.tfdt(track)] for track in part.tracks]] for part in parts]


def holed(take: Take) -> list[Event]:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    events = push_all(segmenter, [p for p in take.arrivals() if p.pts_us < START_US + 2_500_000])
    events += segmenter.hole("pause")
    events += push_all(segmenter, [p for p in take.arrivals() if p.pts_us > START_US + 3_900_000])
    return events + segmenter.finish()


def steady(take: Take) -> list[Event]:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    return push_all(segmenter, take.arrivals()) + segmenter.finish()


def test_it_reads_the_same_samples(take: Take, tmp_path: Path) -> None:
    events = steady(take)
    found = read(events, tmp_path)
    assert found["complaints"] == []
    assert found["fragmented"]
    assert found["fragments"] == heads(fragments(events))
    pictures, sound = found["tracks"]
    assert (pictures["type"], pictures["timescale"]) == ("video", 90_000)
    assert (sound["type"], sound["timescale"]) == ("audio", 48_000)
    assert pictures["samples"] == rows(fragments(events), 1)
    assert sound["samples"] == rows(fragments(events), 2)
    assert [len(track["samples"]) for track in found["tracks"]] == [180, 282]
    assert sum(row[3] for row in pictures["samples"]) == 6


def test_it_reads_the_same_hole(take: Take, tmp_path: Path) -> None:
    """Of whole films mp4box counts durations from the first tfdt on, so each segment is read by itself as well."""
    events = holed(take)
    found = read(events, tmp_path)
    assert found["complaints"] == []
    assert found["fragments"] == heads(fragments(events))
    assert [tfdt for _, tracks in found["fragments"] for track, tfdt in tracks if track == 1] == [
        0, 90_000, 180_000, 360_000, 450_000,
    ]  # fmt: skip
    for segment in segments(events):
        alone = read([events[0], segment], tmp_path)
        assert alone["tracks"][0]["samples"] == rows(fragments([segment]), 1)
        assert alone["tracks"][1]["samples"] == rows(fragments([segment]), 2)


@pytest.mark.parametrize(("profile", "begins"), [("baseline", "avc1.42"), ("main", "avc1.4d"), ("high", "avc1.64")])
def test_it_names_the_same_codecs(tmp_path: Path, profile: str, begins: str) -> None:
    found = read(steady(film(1, profile=profile)), tmp_path)
    pictures, sound = (track["codec"] for track in found["tracks"])
    assert pictures.lower().startswith(begins)
    assert sound == "mp4a.40.2"
    assert found["complaints"] == []
