"""The list of what only a board can show, gone through with a board of software: what passes, and what fails."""

import ast
import json
import sys
from pathlib import Path

import pytest

from appliance.capture.packet import AudioPacket, VideoPacket
from tests.board import __main__ as script
from tests.board.bench import DEEDS, Bench
from tests.board.check import Check, Mark, Outcome, answered, judged
from tests.board.checks import CHECKS, card, later
from tests.board.dry import DryBench, PlugPulled, World, material
from tests.board.flashes import apart_ms, beeps_us, flashes_us
from tests.board.sheet import Sheet, file_name

HERE = Path(__file__).parent
ABSENT = {check.key for check in later.CHECKS}
ITSELF = {"sealing"}
"""Measured on whatever machine this is."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sheet.json"


def lines(path: Path) -> dict[str, str]:
    return {key: line["mark"] for key, line in json.loads(path.read_text())["lines"].items()}


def test_a_good_board_passes_all_that_exists(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--dry", "--sheet", str(path)]) == script.UNFINISHED
    expected = {check.key: "not done" if check.key in ABSENT else "passed" for check in CHECKS}
    assert lines(path) == expected
    told = path.with_suffix(".md").read_text()
    assert told.startswith("# Result sheet: NO BOARD: a dry run")
    assert told.count("\n| ") == len(CHECKS) + 2
    assert "0 failed, 2 not done" in capsys.readouterr().out


@pytest.mark.parametrize("key", [check.key for check in CHECKS if check.key not in ABSENT | ITSELF])
def test_a_board_that_fails_a_check_is_told_so(path: Path, key: str) -> None:
    assert script.main(["--dry", "--only", key, "--broken", key, "--sheet", str(path)]) == 1
    assert lines(path) == {key: "failed"}
    assert path.with_suffix(".md").read_text().count("**failed**") == 1


def test_a_slow_processor_is_told_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "SEAL_MS", 0.0)
    assert script.main(["--dry", "--only", "sealing", "--sheet", str(path)]) == 1


def test_what_was_done_is_not_done_again_unless_asked(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--dry", "--only", "star", "--sheet", str(path)]) == 0
    assert script.main(["--dry", "--only", "star", "--broken", "star", "--sheet", str(path)]) == 0
    assert script.main(["--dry", "--only", "star", "--broken", "star", "--again", "star", "--sheet", str(path)]) == 1
    capsys.readouterr()


def test_a_pulled_plug_loses_nothing_of_the_sheet(path: Path) -> None:
    """Each start of the script goes on with what is on the disk."""
    world, cuts = World(), [check for check in CHECKS if check.key in {"star", "power-cuts"}]
    for start in range(4):
        sheet = Sheet.at(path, {"model": "made up"})
        with pytest.raises(PlugPulled):
            script.go(cuts, DryBench(world, sheet.save), sheet)
        world.reboot()
        assert lines(path) == {"star": "passed"}
        assert len(json.loads(path.read_text())["notes"]["power-cuts"].get("cuts", [])) == start


def test_one_film_that_lost_what_was_acknowledged_fails_all_cuts(path: Path) -> None:
    script.main(["--dry", "--only", "power-cuts", "--broken", "power-cuts", "--sheet", str(path)])
    line = json.loads(path.read_text())["lines"]["power-cuts"]
    assert line["mark"] == "failed"
    assert "50 of them bad" in line["note"]


def test_a_check_that_breaks_is_a_failure_and_the_next_one_is_begun(path: Path) -> None:
    def breaks(_bench: Bench) -> Outcome:
        raise ZeroDivisionError("no")

    checks = [Check("breaks", "", "", 0, breaks), Check("holds", "", "", 0, lambda _: answered(True, ""))]
    sheet = Sheet.at(path, {"model": "made up"})
    script.go(checks, DryBench(World(), sheet.save), sheet)
    assert [sheet.lines[check.key].mark for check in checks] == [Mark.FAILED, Mark.PASSED]
    assert sheet.lines["breaks"].note == "ZeroDivisionError: no"


@pytest.mark.parametrize(
    ("value", "most", "least", "mark"),
    [
        (1.0, 2.0, None, "passed"),
        (2.0, 2.0, None, "passed"),
        (2.1, 2.0, None, "failed"),
        (1.0, None, 2.0, "failed"),
        (2.0, None, 2.0, "passed"),
        (None, 2.0, None, "not done"),
    ],
)
def test_a_figure_is_judged_by_its_bounds(
    value: float | None, most: float | None, least: float | None, mark: str
) -> None:
    assert judged(value, "s", most=most, least=least).mark == mark


@pytest.mark.parametrize("late_ms", [-80, 0, 15, 80])
def test_the_time_between_flash_and_beep_is_measured(late_ms: int) -> None:
    packets = list(material().film(6, 5_000_000))
    flashes = flashes_us([each for each in packets if isinstance(each, VideoPacket)])
    sounds = [each for each in packets if isinstance(each, AudioPacket)]
    beeps = beeps_us([AudioPacket(each.data, each.pts_us + late_ms * 1000) for each in sounds])
    apart = apart_ms(flashes, beeps)
    assert len(apart) >= 4
    assert all(abs(each - late_ms) < 2 for each in apart), apart


def test_the_film_to_play_flashes_and_beeps(tmp_path: Path) -> None:
    assert script.main(["--flashes", str(tmp_path / "film.mp4")]) == 0
    assert (tmp_path / "film.mp4").stat().st_size > 10_000


def test_every_key_is_one_of_its_own_and_every_deed_is_a_sentence() -> None:
    assert len({check.key for check in CHECKS}) == len(CHECKS)
    assert all(text.endswith(".") for text in DEEDS.values())


def test_a_board_needs_nothing_but_the_package() -> None:
    """tests/board is copied to a box, whose Python has our package and what comes with it; no pytest, no checkout."""
    found = set()
    for file in [*HERE.glob("*.py"), *HERE.glob("checks/*.py")]:
        if file.name == "dry.py" or file.name.startswith("test_"):
            continue
        tops = ast.parse(file.read_text()).body
        for node in tops:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name for name in names if not name.startswith(("appliance.", "tests.board"))}
    assert {name.partition(".")[0] for name in found} - sys.stdlib_module_names == {"numpy", "av"}


def test_nothing_is_claimed_of_a_board_before_its_sheet_is_here(checkout: Path) -> None:
    sheets = sorted((HERE / "sheets").glob("*.json"))
    for sheet in sheets:
        board = json.loads(sheet.read_text())["board"]
        assert board["model"].startswith("Raspberry Pi"), "a dry run is no measurement"
        assert sheet.name == file_name(board["model"]) or sheet.stem.startswith(file_name(board["model"])[:-5])
        assert sheet.with_suffix(".md").exists()
    if not sheets:
        for name in ("README.md", "provisioning/documents/admin-guide.md"):
            assert "no raspberry pi has run" in (checkout / name).read_text().lower()
