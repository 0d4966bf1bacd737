"""Where a passphrase comes from, and the key files that it opens.

Apart because several commands ask for one, and none of them may take it as an argument: every process can read those.
"""

import argparse
import getpass
import os
from pathlib import Path
from typing import Final

from appliance.errors import BadInput
from appliance.sealing.identities import Identity, read_identities

VARIABLE: Final = "FIELDREEL_PASSPHRASE"
NEW_VARIABLE: Final = "FIELDREEL_NEW_PASSPHRASE"
"""Another than that of the key that is opened: nobody shall get the office's passphrase by mistake."""
LIMIT_BYTES: Final = 4096


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help=f"read the passphrase, one line, from file descriptor N; else from {VARIABLE}, else from the terminal",
    )


def read_passphrase(
    fd: int | None, prompt: str = "Passphrase: ", *, twice: bool = False, variable: str = VARIABLE
) -> str:
    """From `fd`, else from the environment, else typed at the terminal (`twice` where a typing error would be final).

    Raises BadInput if there is none, or the two differ.
    """
    given = os.environ.get(variable) if fd is None else _first_line(fd)
    if given is None:
        given = _typed(prompt)
        if twice and _typed("The same again: ") != given:
            raise BadInput("The two passphrases differ.")
    if not given:
        raise BadInput("The passphrase is empty.")
    return given


def load_identities(path: Path, fd: int | None) -> list[Identity]:
    """The keys of a key file; asks for its passphrase if it has one. Raises BadInput, WrongKey, FileTampered."""
    try:
        data = path.read_bytes()
    except OSError as failure:
        raise BadInput(f"The key file cannot be read: {failure.strerror}.") from None
    return read_identities(data, lambda: read_passphrase(fd, "Passphrase of the key file: "))


def _first_line(fd: int) -> str:
    data = b""
    try:
        while b"\n" not in data and len(data) <= LIMIT_BYTES and (more := os.read(fd, LIMIT_BYTES)):
            data += more
        return data.partition(b"\n")[0].removesuffix(b"\r").decode()
    except (OSError, UnicodeDecodeError):
        raise BadInput("The passphrase cannot be read from the file descriptor that was given.") from None


def _typed(prompt: str) -> str:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))  # without one getpass would read standard input
        return getpass.getpass(prompt)
    except (OSError, EOFError):
        raise BadInput(
            "There is no terminal to ask for the passphrase.", f"Give it by --passphrase-fd or in {VARIABLE}."
        ) from None
