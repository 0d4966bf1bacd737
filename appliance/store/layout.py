"""Where everything stands below the home, and what it is called (FORMAT.md sections 1 to 5, 8 and 10).

Apart and without any reading or writing, so that every program agrees on the names.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEY: Final = "key.age"
LOCAL: Final = "local.age"
INIT: Final = "init.mp4.age"
LOG: Final = "log.jsonl"
SUMS: Final = "SHA256SUMS"
SUMS_SIGNATURE: Final = "SHA256SUMS.sig"
ERASING: Final = "ERASING"
LAMPORT: Final = "lamport"
UNFINISHED: Final = ".tmp"

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DEVICE: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_WRITER: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_SEGMENT: Final = re.compile(r"([0-9]{6}|[1-9][0-9]{6,11})\.m4s\.age", re.ASCII)
_OP: Final = re.compile(r"([0-9]{6}|[1-9][0-9]{6,11})\.op\.age", re.ASCII)
_SAID: Final = re.compile(r"([0-9]{6}|[1-9][0-9]{6,11})\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder that holds all that an appliance keeps."""

    root: Path

    @property
    def device(self) -> Path:
        return self.root / "device"

    @property
    def sessions(self) -> Path:
        return self.root / "sessions"

    @property
    def families(self) -> Path:
        return self.root / "families"

    @property
    def lanes(self) -> Path:
        return self.root / "lanes"

    @property
    def unlock(self) -> Path:
        return self.root / "unlock"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def receipts(self) -> Path:
        return self.root / "receipts"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def number(self) -> Path:
        """Holds the highest session number ever given, so that an erased session's is not given again."""
        return self.sessions / "number"

    @property
    def reserve(self) -> Path:
        """A file of no meaning whose room is given back when the card is full, so that closing still has some."""
        return self.sessions / "reserve"

    def session(self, session_id: str) -> Path:
        """The folder of a session; ValueError for what is no id, so that no request can point elsewhere."""
        if not is_id(session_id):
            raise ValueError("not an id")
        return self.sessions / session_id

    def family(self, family_id: str) -> Path:
        if not is_id(family_id):
            raise ValueError("not an id")
        return self.families / family_id

    @property
    def met(self) -> Path:
        """When a trusted clock first met each session whose own end is only a guess."""
        return self.sessions / "met.json"

    def lane(self, writer: str) -> Path:
        if not is_writer(writer):
            raise ValueError("not a writer's name")
        return self.lanes / writer

    def statements(self, writer: str) -> Path:
        if not is_writer(writer):
            raise ValueError("not a writer's name")
        return self.root / "statements" / writer


def new_id() -> str:
    """16 random bytes as 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_device(text: str) -> bool:
    """Whether this is spelled as a device id is (FORMAT 7)."""
    return _DEVICE.fullmatch(text) is not None


def is_writer(text: str) -> bool:
    return _WRITER.fullmatch(text) is not None


def segment_name(n: int) -> str:
    """`000012.m4s.age`; more digits after 999999."""
    return f"{n:06d}.m4s.age"


def segment_number(name: str) -> int | None:
    """The number in a segment's file name, None for any other name (unfinished ones too)."""
    match = _SEGMENT.fullmatch(name)
    return int(match[1]) if match else None


def op_name(n: int) -> str:
    """`000012.op.age`; more digits after 999999."""
    return f"{n:06d}.op.age"


def op_number(name: str) -> int | None:
    """The number in an op's file name, None for any other name (unfinished ones too)."""
    match = _OP.fullmatch(name)
    return int(match[1]) if match else None


def said_name(n: int) -> str:
    """`000012.json`; more digits after 999999."""
    return f"{n:06d}.json"


def said_number(name: str) -> int | None:
    """The number in a statement's file name, None for any other name (unfinished ones too)."""
    match = _SAID.fullmatch(name)
    return int(match[1]) if match else None


def unfinished(path: Path) -> Path:
    """The name under which `path` is written before it is whole."""
    return path.with_name(path.name + UNFINISHED)
