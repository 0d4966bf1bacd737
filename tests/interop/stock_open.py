"""Opens a recorded session as FORMAT.md promises for the day this project is gone: by other people's tools alone."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from tests.interop.terminal import at_a_terminal
from tests.interop.tools import run_node

FORMAT = Path(__file__).resolve().parent.parent.parent / "FORMAT.md"


class DidNotOpen(RuntimeError):
    """What the tool said."""


def shell_lines() -> str:
    """The two lines of FORMAT.md that turn a session into one film, word for word."""
    block = re.search(r"```sh\n(age -d .*\n)(for p in .*\n)", FORMAT.read_text(encoding="utf-8"))
    if block is None:
        raise DidNotOpen("FORMAT.md does not begin with the two lines that open a session")
    return block[1] + block[2]


def open_with_age(age: Path, office_key: Path, passphrase: str, folder: Path, out: Path) -> None:
    """Runs those lines with the program `age` at a terminal where `passphrase` is typed. Raises DidNotOpen."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for path in folder.iterdir():
            (work / path.name).symlink_to(path.resolve())
        (work / "office.key").symlink_to(office_key.resolve())
        (work / "bin").mkdir()
        (work / "bin" / "age").symlink_to(age.resolve())
        environment = dict(os.environ) | {"PATH": f"{work / 'bin'}:{os.environ['PATH']}"}
        command = ["bash", "-euc", shell_lines()]
        code, said = at_a_terminal(command, [passphrase], cwd=work, environment=environment)
        if code:
            raise DidNotOpen(said)
        shutil.move(work / "session.mp4", out)


def open_with_node(office_key: Path, passphrase: str, folder: Path, out: Path) -> None:
    """The same with npm age-encryption. Raises CalledProcessError."""
    run_node("open_session.mjs", office_key, folder, out, AGE_PASSPHRASE=passphrase)
