"""`fieldreel` has every command, and one that is asked for does not wait for the others to be read."""

import argparse
import pkgutil
import subprocess
import sys
from typing import Final

import pytest

import appliance.commands
from appliance.__main__ import COMMANDS, command, main

READ: Final = """
import sys
from appliance.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    print(*sorted(each for each in sys.modules if each.startswith("appliance.commands.")), file=sys.stderr)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_goes_by_its_own_name(name: str) -> None:
    subparsers = argparse.ArgumentParser().add_subparsers()
    command(name).add(subparsers)
    assert list(subparsers.choices) == [name]


def test_no_command_is_left_out() -> None:
    found = {module.name for module in pkgutil.iter_modules(appliance.commands.__path__)}
    told = {name for name in found if hasattr(command(name), "add")}
    assert told == {name.replace("-", "_") for name in COMMANDS}


def test_what_is_no_command_is_told_with_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["recrd"])
    told = capsys.readouterr().err
    assert all(name in told for name in COMMANDS)


def test_only_what_is_asked_for_is_read() -> None:
    """The lamp goes out when the recorder has ended, by a process of its own."""
    run = subprocess.run([sys.executable, "-c", READ, "lamp-out", "--help"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("usage: fieldreel lamp-out")
    assert run.stderr.split() == ["appliance.commands.lamp_out"]
