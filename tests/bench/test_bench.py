"""Every row of the bench runs and gives figures; how good they are is for `make bench` to say."""

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.capture.packet import AudioPacket, VideoPacket
from tests.bench.__main__ import main
from tests.bench.context import SMALL
from tests.bench.material import SEAM_S, make_material
from tests.bench.row import Row, percentile
from tests.bench.rows import ROWS
from tests.bench.table import HEADINGS, markdown


@pytest.mark.slow
def test_every_row_runs_and_gives_finite_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "bench.json"
    assert main(["--quick", "--markdown", f"--folder={tmp_path}", f"--json={report}"]) == 0
    found = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert [row["row"] for row in found] == list(ROWS)
    for row in found:
        assert row["figures"], row["row"]
        assert all(math.isfinite(figure) for figure in row["figures"].values()), row["row"]
        assert row["disk"] != "unknown"
        assert row["ratio"] is None or row["ratio"] > 0
    table = capsys.readouterr().out.splitlines()
    assert len([line for line in table if line.startswith("|")]) == len(ROWS) + 2
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_a_loop_has_no_seam_in_time(tmp_path: Path) -> None:
    material = make_material(tmp_path / "packets", SMALL, SEAM_S)
    film = list(material.lazily(2 * SEAM_S + 1, 5_000_000))
    assert film == list(material.loaded().film(2 * SEAM_S + 1, 5_000_000))
    pictures = [packet.pts_us for packet in film if isinstance(packet, VideoPacket)]
    sounds = [packet.pts_us for packet in film if isinstance(packet, AudioPacket)]
    assert len(pictures) == (2 * SEAM_S + 1) * SMALL.fps
    assert {after - before for before, after in pairwise(pictures)} <= {33_333, 33_334}
    assert {after - before for before, after in pairwise(sounds)} <= {21_333, 21_334}
    keys = [packet for packet in film if isinstance(packet, VideoPacket) and packet.key]
    assert [packet.pts_us - 5_000_000 for packet in keys] == [second * 1_000_000 for second in range(2 * SEAM_S + 1)]


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(list(range(1, 201)), 0.99) == 198
    assert percentile([7.0], 0.99) == 7.0


def test_a_missed_target_is_seen_in_the_table() -> None:
    row = Row("what | how", "2 s", {"x": 2.0}, "ext4", 1, "peer: 1 s", 2.0, "ratio <= 1", False, "a note")
    assert markdown([row], "a machine").splitlines() == [
        "| " + " | ".join(HEADINGS) + " |",
        "|" + " --- |" * len(HEADINGS),
        "| what \\| how [1] | 2 s | peer: 1 s | 2 | ratio <= 1 | NO | ext4, a machine |",
        "",
        "1. a note",
    ]
