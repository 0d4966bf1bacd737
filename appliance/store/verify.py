"""Whether a session is whole and as it was signed, told file by file in plain words; opens nothing.

Apart because anyone may ask it of any folder: it believes no byte, writes none, and needs no key but public ones.

What it looks at, in the order of its findings: the log (chain, order, checkpoints, certificate), SHA256SUMS and its
signature, `key.age`, `init.mp4.age`, every segment in order, files that do not belong, and whether it was closed.
"""

import base64
import binascii
import errno
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from appliance.errors import NotASession
from appliance.sealing.sealed import CheckSignature
from appliance.store.layout import (
    ERASING,
    INIT,
    KEY,
    LOCAL,
    LOG,
    SUMS,
    SUMS_SIGNATURE,
    UNFINISHED,
    is_id,
    segment_name,
)
from appliance.store.lines import Checkpoint, GapLine, Opened, Recovered, SegmentLine
from appliance.store.log import Entry, Reading, checkpoint_message, film_end_ms, order_faults, read_log
from appliance.store.sums import file_sha256, read_sums

T = TypeVar("T")
CheckCertificate = Callable[[Mapping[str, Any]], bool]
SayProgress = Callable[[int, int], None]
"""(files read, files to read)."""

_CLOSE_IT: Final = (
    "Switch the box on and wait for the white lamp: it then closes the session. Verify it again after that."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is a clause that goes on from the name of the file: "is missing"."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log says; true only of a session that is sound. `reason`: why it ended, None while it is open."""

    opened: Opened
    reason: str | None
    film_ms: int
    segments: int
    bytes: int
    gaps: tuple[GapLine, ...]
    absent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings`: one a file at most, the first is the one to name. `facts`: None where the log has no beginning."""

    findings: tuple[Finding, ...]
    facts: Facts | None

    @property
    def sound(self) -> bool:
        return not self.findings


def no_progress(_done: int, _total: int) -> None:
    """Nobody waits for this."""


def verify_session(
    folder: Path,
    check: CheckSignature,
    check_certificate: CheckCertificate,
    device_public: str | None = None,
    progress: SayProgress = no_progress,
) -> Verdict:
    """Reads every byte of the session. Raises NotASession.

    `device_public`: the device's key that it must come from, in base64; without it any device's word is taken, which
    shows that nothing was changed since, and not who recorded it.
    """
    if not any((folder / name).is_file() for name in (KEY, LOG, SUMS)):
        raise NotASession("This folder is not a session.")
    if (folder / ERASING).exists():
        return Verdict((Finding(ERASING, "says that this session is being erased"),), None)
    return _Examination(folder, check, progress).run(check_certificate, device_public)


class _Examination:
    """One reading of one folder; `_note` keeps the first finding of each file, in the order of examining."""

    def __init__(self, folder: Path, check: CheckSignature, progress: SayProgress) -> None:
        self._folder, self._check, self._progress = folder, check, progress
        self._findings: dict[str, str] = {}
        self._reading = read_log(self._content(LOG) or b"")
        self._sums = read_sums(self._content(SUMS) or b"") or {}
        self._promised = {segment_name(line.n): line.sha256 for line in self._segments()}

    def run(self, check_certificate: CheckCertificate, device_public: str | None) -> Verdict:
        self._log(check_certificate, device_public)
        signed = self._signature()
        expected = self._sums if signed else self._promised
        self._files(expected)
        self._strangers(expected)
        self._not_closed()
        return Verdict(tuple(Finding(file, what) for file, what in self._findings.items()), _facts(self._reading))

    def _note(self, file: str, what: str) -> None:
        self._findings.setdefault(file, what)

    def _segments(self) -> list[SegmentLine]:
        return [line for line in self._reading.segments if line.n not in self._reading.absent]

    # ---- the log

    def _log(self, check_certificate: CheckCertificate, device_public: str | None) -> None:
        reading = self._reading
        if reading.fault is not None:
            self._note(LOG, f"is damaged: {reading.fault}")
        if reading.opened is None:
            self._note(LOG, "is missing" if not (self._folder / LOG).exists() else "does not begin as a log does")
            return
        self._origin(reading.opened, check_certificate, device_public)
        for entry in reading.entries:
            if isinstance(entry.line, Checkpoint) and not self._genuine(reading.opened, entry, entry.line):
                self._note(LOG, f"was changed before line {entry.before.lines + 1}, which signs what stands before it")
        for fault in order_faults(reading.lines):
            self._note(LOG, f"does not run on: {fault}")
        if isinstance(reading.end, Recovered):
            for n in reading.end.absent:
                if n != reading.segments[-1].n:  # the newest was never acknowledged; any other had been
                    self._note(segment_name(n), "was already missing when the interrupted session was recovered")

    def _origin(self, opened: Opened, check_certificate: CheckCertificate, device_public: str | None) -> None:
        certificate = opened.certificate
        if is_id(self._folder.name) and self._folder.name != opened.session:
            self._note(LOG, f"belongs to the session {opened.session}")
        if not check_certificate(certificate):
            self._note(LOG, "carries a certificate that is not genuine")
        elif device_public is not None and certificate.get("device_public") != device_public:
            self._note(LOG, f"was signed by device {certificate.get('device')}, not by the device that it should be")

    def _genuine(self, opened: Opened, entry: Entry, line: Checkpoint) -> bool:
        try:
            signature = base64.b64decode(line.signature, validate=True)
        except (binascii.Error, ValueError):
            return False
        message = checkpoint_message(opened.session, entry.before)
        return line.lines == entry.before.lines and self._check(self._public(), message, signature)

    def _public(self) -> str:
        opened = self._reading.opened
        return str(opened.certificate.get("public")) if opened else ""

    # ---- sums and signature

    def _signature(self) -> bool:
        """Whether SHA256SUMS is there and the writer's, and fits the log; where not, which of the three is wrong."""
        sums, signature = self._content(SUMS), self._content(SUMS_SIGNATURE)
        if sums is None or signature is None:
            if sums is None and self._reading.end is not None:
                self._note(SUMS, f"is missing: closing was cut off, or it was removed. {_CLOSE_IT}")
            return False
        if self._check(self._public(), sums, signature):
            return self._fits_log()
        fits = self._sums == self._promised | self._hashes((INIT, KEY, LOG))
        self._note(*((SUMS_SIGNATURE, "does not sign SHA256SUMS") if fits else (SUMS, "is not what was signed")))
        return False

    def _fits_log(self) -> bool:
        if self._hashes((LOG,)).get(LOG) != self._sums.get(LOG):
            self._note(LOG, "is not the file that was signed at the end of the session")
        elif {name: self._sums[name] for name in self._sums if name not in (INIT, KEY, LOG)} != self._promised:
            self._note(SUMS, "does not list what the log promises")
        return True

    # ---- files

    def _files(self, expected: Mapping[str, str]) -> None:
        names = [KEY, INIT, *sorted(expected.keys() - {KEY, INIT, LOG}, key=lambda name: (len(name), name))]
        for done, name in enumerate(names):
            self._progress(done, len(names))
            self._file(name, expected)
        self._progress(len(names), len(names))

    def _file(self, name: str, expected: Mapping[str, str]) -> None:
        actual = self._sha256(name)
        if actual is None:
            if name in expected or name == KEY or self._promised:
                nobody = ": nobody can open this session any more" if name == KEY else ""
                self._note(name, f"is missing{nobody}")
        elif name in expected and actual != expected[name]:
            self._note(name, _changed(actual, expected))
        elif name not in expected and self._sums and expected is self._sums:
            self._note(name, "is not one of the files that were signed")

    def _strangers(self, expected: Mapping[str, str]) -> None:
        if self._reading.fault is not None and expected is self._promised:
            return  # the rest of the log would have told whose they are
        ours = {KEY, LOCAL, INIT, LOG, SUMS, SUMS_SIGNATURE, *expected, *map(segment_name, self._reading.absent)}
        for path in sorted(self._folder.iterdir()):
            if path.name not in ours and not path.name.endswith(UNFINISHED):
                actual = self._sha256(path.name)
                whose = next((name for name, sha256 in expected.items() if sha256 == actual), None)
                self._note(path.name, f"is really {whose}" if whose else "does not belong to this session")

    def _not_closed(self) -> None:
        if (self._folder / SUMS_SIGNATURE).exists():
            return
        if self._reading.end is None:
            self._note(
                SUMS_SIGNATURE,
                f"is missing, for this session is not closed: it is being recorded, or was interrupted. {_CLOSE_IT}",
            )
        else:
            self._note(SUMS_SIGNATURE, f"is missing: closing was cut off, or it was removed. {_CLOSE_IT}")

    # ---- reading

    def _sha256(self, name: str) -> str | None:
        """None where there is no such file; what can not be read has a finding and no sum."""
        return self._read(name, file_sha256)

    def _content(self, name: str) -> bytes | None:
        return self._read(name, Path.read_bytes)

    def _hashes(self, names: tuple[str, ...]) -> dict[str, str]:
        found = {name: self._sha256(name) for name in names}
        return {name: sha256 for name, sha256 in found.items() if sha256 is not None}

    def _read(self, name: str, how: Callable[[Path], T]) -> T | None:
        path = self._folder / name
        try:
            if stat.S_ISREG(path.lstat().st_mode):
                return how(path)
            self._note(name, "is no ordinary file")
        except FileNotFoundError:
            return None
        except OSError as error:
            self._note(name, f"can not be read ({errno.errorcode.get(error.errno or 0, 'unknown')})")
        return None


def _changed(actual: str, expected: Mapping[str, str]) -> str:
    whose = next((name for name, sha256 in expected.items() if sha256 == actual), None)
    return f"is really {whose}: the two were exchanged or renamed" if whose else "was changed after it was recorded"


def _facts(reading: Reading) -> Facts | None:
    if reading.opened is None:
        return None
    end, present = reading.end, [line for line in reading.segments if line.n not in reading.absent]
    return Facts(
        opened=reading.opened,
        reason=end.reason if end else None,
        film_ms=film_end_ms(reading.lines, reading.absent),
        segments=len(present),
        bytes=sum(line.bytes for line in present),
        gaps=tuple(reading.gaps),
        absent=tuple(sorted(reading.absent)),
    )
