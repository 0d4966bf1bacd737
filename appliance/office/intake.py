"""Takes in one session: from parcels in the drop to a folder in the archive that was read again, byte by byte.

Apart from answering for it because until the folder stands under `sessions/`, nothing was promised to anybody.

1. The session is committed: a whole SHA256SUMS and a whole signature of it, by the writer that its log names.
2. Empty `staging/<session>/`; write there every file that SHA256SUMS lists, each with the promised SHA-256, synced;
   then SHA256SUMS and its signature; sync the folder.
3. Drop what memory holds of them; verify the folder as anyone would, against the device in the register.
4. Rename it to `sessions/<session>/`; sync both folders.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from appliance.errors import FileTampered
from appliance.office.drop import NotPlain, Parcel, Scales, opened
from appliance.office.register import Registered
from appliance.office.tars import members
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults
from appliance.store.layout import INIT, KEY, LOG, SUMS, SUMS_SIGNATURE, segment_number, unfinished
from appliance.store.lines import Opened
from appliance.store.log import read_line
from appliance.store.parcels import What
from appliance.store.sums import read_sums
from appliance.store.verify import verify_session

Parcels = dict[What, list[Parcel]]
TRIES: Final = 8
"""So many pairs of sums and signatures are tried; more than one of a session is strange enough."""
STAGING: Final = "staging"


class Unready(Exception):
    """Not all of it has come; `wanted`: what must be sent again, for what came of it is torn or was changed."""

    def __init__(self, wanted: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.wanted = wanted


class Refused(Exception):
    """It is whole, and not what it should be; the text is a clause that goes on from the session."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What the box promised: the bytes of SHA256SUMS and of its signature, and what they list."""

    sums: bytes
    signature: bytes
    listed: dict[str, str]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sums).hexdigest()


@dataclass(frozen=True, slots=True)
class Intake:
    store: Store
    scales: Scales
    durable: Durable

    def commit(self, session: str, parcels: Parcels) -> Commit:
        """Step 1. Raises Unready, Refused."""
        signatures = list(self._bytes(session, SUMS_SIGNATURE, parcels))
        if not signatures:
            raise Unready
        pairs = ((sums, each) for sums in self._bytes(session, SUMS, parcels) for each in signatures)
        met, logged = False, False
        for sums, signature in islice(pairs, TRIES):
            listed = read_sums(sums) or {}
            log = self._promised(session, LOG, parcels, listed.get(LOG, ""))
            if log is not None and _signed(sums, signature, log):
                return Commit(sums, signature, listed)
            met, logged = True, logged or log is not None
        if logged:
            raise Refused("is not signed by the writer that its log names")
        raise Unready((What("file", session, LOG if met else SUMS).text,))

    def take(self, device: Registered, session: str, parcels: Parcels, commit: Commit) -> Path:
        """Steps 2 to 4; gives the folder. Raises Unready, Refused, CardFull, CardFailing."""
        staged = self.store.root / STAGING / session
        self.clear(session)
        self.durable.make_folder(staged)
        try:
            self._unpack(session, parcels, commit, staged)
            forget_cached(staged)
            examine(staged, device)
        except (Unready, Refused):
            self.clear(session)
            raise
        self.durable.rename(staged, self.store.session(session))
        for folder in (staged.parent, self.store.home.sessions):
            self.durable.sync_folder(folder)
        return self.store.session(session)

    def clear(self, session: str) -> None:
        """What an earlier try left."""
        staged = self.store.root / STAGING / session
        if staged.exists():
            with card_faults():
                shutil.rmtree(staged)
            self.durable.sync_folder(staged.parent)

    def _bytes(self, session: str, name: str, parcels: Parcels) -> Iterator[bytes]:
        """Of every whole attempt at one file, different ones once; one at a time, for anybody may put many."""
        found = set[str]()
        for parcel in filter(self.scales.whole, parcels.get(What("file", session, name), [])):
            if parcel.name.sha256 not in found:
                found.add(parcel.name.sha256)
                yield from _contents(parcel)

    def _promised(self, session: str, name: str, parcels: Parcels, sha256: str) -> bytes | None:
        """The bytes of one file that have this SHA-256; None where none came whole."""
        attempts = [each for each in parcels.get(What("file", session, name), []) if each.name.sha256 == sha256]
        whole = self.scales.first_whole(attempts)
        return None if whole is None else next(_contents(whole), None)

    def _unpack(self, session: str, parcels: Parcels, commit: Commit, staged: Path) -> None:
        missing = dict(commit.listed)
        if not all(name in (KEY, INIT, LOG) or segment_number(name) is not None for name in missing):
            raise Refused("lists files that no session has")
        self._all_there(session, parcels, missing)
        for name in (LOG, KEY):
            content = self._promised(session, name, parcels, missing.get(name, ""))
            if content is not None and hashlib.sha256(content).hexdigest() == missing[name]:
                self.durable.write_new(staged / name, content)
                del missing[name]
        for what in sorted((what for what in parcels if what.kind == "film"), key=lambda what: (what.first, what.last)):
            if any(_in(name, what) for name in missing):
                self._unpack_film(parcels[what], staged, missing)
        if missing:
            raise Unready(tuple(sorted(_wanted(session, missing, parcels))))
        self.durable.write_new(staged / SUMS, commit.sums)
        self.durable.write_new(staged / SUMS_SIGNATURE, commit.signature)
        self.durable.sync_folder(staged)

    def _all_there(self, session: str, parcels: Parcels, missing: dict[str, str]) -> None:
        """Whether it is worth unpacking: by names and by what was weighed before. Raises Unready."""
        sound = {what for what, attempts in parcels.items() if not all(map(self.scales.torn, attempts))}
        films = [what for what in sound if what.kind == "film"]
        lacking = {
            name: sha256
            for name, sha256 in missing.items()
            if not (any(_in(name, what) for what in films) or What("file", session, name) in sound)
        }
        if lacking:
            raise Unready(tuple(sorted(_wanted(session, lacking, parcels))))

    def _unpack_film(self, attempts: list[Parcel], staged: Path, missing: dict[str, str]) -> None:
        """Every file that is missing and has the promised bytes; others of a whole tar are none of this session."""
        for parcel in filter(self.scales.whole, attempts):
            with card_faults(), suppress(FileTampered, FileNotFoundError, NotPlain), opened(parcel.path) as file:
                for name, content in members(file, parcel.name.what):
                    if name in missing and self._put(staged / name, content, missing[name]):
                        del missing[name]
            if not any(_in(name, parcel.name.what) for name in missing):
                return

    def _put(self, path: Path, data: bytes, sha256: str) -> bool:
        """One file, if its bytes are the promised ones; durable but for its name."""
        if hashlib.sha256(data).hexdigest() != sha256:
            return False
        self.durable.write_new(unfinished(path), data, "segment")
        self.durable.rename(unfinished(path), path)
        return True


def examine(folder: Path, device: Registered) -> None:
    """Read everything again and verify it as this device's. Raises Refused with the first thing that is wrong."""
    with card_faults():
        verdict = verify_session(folder, check_signature, check_certificate, device.device_public)
    if verdict.findings:
        first = verdict.findings[0]
        raise Refused(f"is not sound: {first.file} {first.what}")
    if verdict.facts is None or verdict.facts.opened.session != folder.name:
        raise Refused("is another session than its parcels say")


def _signed(sums: bytes, signature: bytes, log: bytes) -> bool:
    """A first look, before anything is unpacked; verifying has the last word."""
    line = read_line(log.partition(b"\n")[0])
    return isinstance(line, Opened) and check_signature(str(line.certificate.get("public")), sums, signature)


def forget_cached(folder: Path) -> None:
    """What is read from here on comes from the disk, as far as the system can be asked for that."""
    for path in folder.iterdir():
        with suppress(OSError):
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(fd)


def _contents(parcel: Parcel) -> Iterator[bytes]:
    with card_faults(), suppress(FileNotFoundError, NotPlain), opened(parcel.path) as file:
        yield file.read()


def _in(name: str, what: What) -> bool:
    n = 0 if name == INIT else segment_number(name)
    return n is not None and what.first <= n <= what.last


def _wanted(session: str, missing: dict[str, str], parcels: Parcels) -> set[str]:
    """What was sent and is of no use; what was never sent is not known by name."""
    wanted = {What("file", session, name).text for name in (LOG, KEY) if name in missing}
    films = [what for what in parcels if what.kind == "film"]
    return wanted | {what.text for what in films if any(_in(name, what) for name in missing)}
