"""What an administrator is told to type exists, and what a stock system is told to do is understood by cloud-init."""

import argparse
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.__main__ import COMMANDS, command
from appliance.panel.gpio_panel import Wiring
from tests.board.__main__ import options_parser

GUIDES = ("admin-guide.md", "wiring.md", "breach.md", "privacy-notice.md", "impact-assessment.md")
TYPED = re.compile(r"(?:^|`)fieldreel ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)
OPTIONS = re.compile(r"(--[a-z]+(?:-[a-z]+)*)")
PATHS = re.compile(r"`((?:provisioning|tests|appliance|systemd)/[\w./-]+)`")
PINS = re.compile(r"^\| ([a-z, ]+) \| (\d+) \(\d+\) \|", re.MULTILINE)


def text_of(checkout: Path, name: str) -> str:
    return (checkout / "provisioning/documents" / name).read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """Each command with its own sub-commands, and under "" every option there is."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for name in COMMANDS:
        command(name).add(subparsers)
    found: dict[str, set[str]] = {"": set()}

    def walk(name: str, parser: argparse.ArgumentParser) -> None:
        for action in parser._actions:
            found[""].update(option for option in action.option_strings if option.startswith("--"))
            if isinstance(action, argparse._SubParsersAction):
                for each, below in action.choices.items():
                    found.setdefault(name or each, set()).update({each} if name else set())
                    walk(name or each, below)

    walk("", parser)
    walk("", options_parser())  # what is for the first board is in the tests
    return found


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_that_is_named_exists(checkout: Path, name: str) -> None:
    known, text = commands(), text_of(checkout, name)
    wrong = [
        (command, below)
        for command, below in TYPED.findall(text)
        if command not in known or (below and known[command] and below not in known[command])
    ]
    assert wrong == []
    assert set(OPTIONS.findall(text)) - known[""] == set()
    assert [path for path in PATHS.findall(text) if not (checkout / path).exists()] == []


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert TYPED.findall("`fieldreel provision car`\nfieldreel tea --milk") == [("provision", "car"), ("tea", "")]
    known = commands()
    assert "car" not in known["provision"]
    assert {"ca", "box", "papers"} <= known["provision"]
    assert "tea" not in known
    assert "--milk" not in known[""]


def test_the_wiring_is_the_programs(checkout: Path) -> None:
    found = {what: int(pin) for what, pin in PINS.findall(text_of(checkout, "wiring.md"))}
    wiring = Wiring()
    assert found == {
        "record button": wiring.record,
        "recessed button": wiring.recessed,
        "lamp, red": wiring.red,
        "lamp, green": wiring.green,
        "lamp, blue": wiring.blue,
        "buzzer": wiring.buzzer,
    }


def test_cloud_init_understands_the_sample(checkout: Path, tmp_path: Path) -> None:
    if shutil.which("cloud-init") is None:
        pytest.skip("NOT CHECKED: cloud-init is missing (apt-get install cloud-init)")
    sample, bad = checkout / "provisioning/cloud-init/user-data", tmp_path / "bad"
    bad.write_text(sample.read_text().replace("runcmd:", "runcmd: 7\nbootcmd:"))
    for path, fine in ((sample, True), (bad, False)):
        asked = ["cloud-init", "schema", "--config-file", str(path)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == fine, done.stdout + done.stderr
        assert not fine or "deprecat" not in done.stdout + done.stderr, done.stdout + done.stderr
