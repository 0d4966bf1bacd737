"""What the recorder does with its sessions at start: ends what a cut or a crash left open, and says what it did.

Apart from writing because it meets every state that writing can be stopped in, and may be stopped itself.

First, erasures that were begun are finished. Then each session that is not closed, unless it is being written now:

1. a segment whose line stands in the log gets its name if its unfinished file has the promised SHA-256 (durable with
   step 4; until then a cut only brings the unfinished name back);
2. unless the log has its last line, `recovered` is written over a torn last line; sync the log;
3. unfinished files are removed;
4. SHA256SUMS (whole), then SHA256SUMS.sig (whole).

Each step finds itself done when it is run again, so a cut in the middle changes nothing about the end. A session
without key.age or without a log is left for the list to show, unless nothing at all is in it. A log with a whole line
that is wrong is never repaired: that is not what a cut leaves behind.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from appliance.errors import CardFailing, CardFull, Fault, Forbidden
from appliance.sealing.sealed import Signer
from appliance.store.durable import Durable, card_faults
from appliance.store.erasure import finish_erasures
from appliance.store.layout import KEY, LOG, SUMS_SIGNATURE, UNFINISHED, Home, segment_name, unfinished
from appliance.store.lines import Recovered
from appliance.store.listing import session_folders
from appliance.store.log import Reading, film_end_ms, read_log
from appliance.store.space import make_reserve, release_reserve
from appliance.store.sums import file_sha256, session_sums, write_sums

What = Literal["recovered", "closed", "nothing", "empty", "unreadable", "running", "left"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done with one session that was not closed.

    `recovered`: it was interrupted, and now ends at its last durable segment. `closed`: only sums were missing.
    `nothing`: its folder held no finished file and was removed. `empty`: it has no log, nothing was recorded.
    `unreadable`: it has no key.age. `running`: it is being written. `left`: as it was; `why` says why, in a sentence.
    `absent`, `cut_bytes`: as in the log's last line.
    """

    session: str
    what: What
    segments: int = 0
    absent: tuple[int, ...] = ()
    cut_bytes: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """`erased`: ids of sessions whose erasure was finished now."""

    sessions: tuple[Outcome, ...]
    erased: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """When recovery runs, as its line in the log says it."""

    boot: str
    utc_ms: int
    utc_source: str


def recover(
    home: Home, signer: Signer, *, boot: str, utc_ms: int, utc_source: str, durable: Durable | None = None
) -> Recovery:
    """Bring every session to its end; may be run at any time and any number of times.

    Never raises for what it finds in a session or for a card that refuses to write to one: that session is `left`.
    Raises CardFailing where not even the list of sessions can be read.
    """
    durable = durable or Durable()
    now = Now(boot, utc_ms, utc_source)
    erased = finish_erasures(home, durable=durable)
    with card_faults():
        open_folders = [each for each in session_folders(home) if not (each / SUMS_SIGNATURE).exists()]
    outcomes = tuple(_attempt(home, folder, signer, now, durable) for folder in open_folders)
    with suppress(CardFailing):  # a card that fails is told by whatever is written next
        make_reserve(home, durable)
    return Recovery(outcomes, erased)


def _attempt(home: Home, folder: Path, signer: Signer, now: Now, durable: Durable) -> Outcome:
    try:
        with durable.lock(folder), card_faults():
            try:
                return _recover(folder, signer, now, durable)
            except CardFull:
                release_reserve(home, durable)
                return _recover(folder, signer, now, durable)
    except Forbidden:
        return Outcome(folder.name, "running")
    except Fault as fault:
        return Outcome(folder.name, "left", why=fault.what)


def _recover(folder: Path, signer: Signer, now: Now, durable: Durable) -> Outcome:
    missing = next((what for name, what in _NEEDED if not (folder / name).exists()), None)
    if missing is not None:
        _remove_unfinished(folder, durable)
        return Outcome(folder.name, "nothing" if _remove_emptied(folder, durable) else missing)
    reading = read_log((folder / LOG).read_bytes())
    trouble = _trouble(reading, folder, signer)
    if trouble is not None:
        return Outcome(folder.name, "left", why=trouble)
    absent = _name_segments(folder, reading, durable)
    reading = _end_log(folder, reading, absent, now, durable)
    _remove_unfinished(folder, durable)
    write_sums(folder, session_sums(folder, reading.segments, reading.absent), signer, durable)
    return _told(folder, reading)


_NEEDED: tuple[tuple[str, What], ...] = ((KEY, "unreadable"), (LOG, "empty"))


def _trouble(reading: Reading, folder: Path, signer: Signer) -> str | None:
    """Why this log must not be ended by us."""
    if reading.fault is not None:
        return f"The log of this session is damaged: {reading.fault}."
    if reading.opened is None:
        return "The log of this session has no beginning."
    if reading.opened.session != folder.name:
        return "The log in this folder belongs to another session."
    if reading.opened.certificate.get("public") != signer.public:
        return "This session was recorded under another signing key."
    return None


def _name_segments(folder: Path, reading: Reading, durable: Durable) -> tuple[int, ...]:
    """Step 1; gives the segments that are promised and not there under either name."""
    names = {path.name for path in folder.iterdir()}
    absent = []
    for line in reading.segments:
        file = folder / segment_name(line.n)
        if file.name in names:
            continue
        if unfinished(file).name in names and file_sha256(unfinished(file)) == line.sha256:
            durable.rename(unfinished(file), file)
        else:
            absent.append(line.n)
    return tuple(absent)


def _end_log(folder: Path, reading: Reading, absent: tuple[int, ...], now: Now, durable: Durable) -> Reading:
    """Step 2; gives the log as it now is."""
    raw = b""
    if reading.end is None:
        end_ms = film_end_ms(reading.lines, frozenset(absent))
        line = Recovered(end_ms, "interrupted", now.boot, now.utc_ms, now.utc_source, absent, reading.torn_bytes)
        raw, _ = reading.chain.link(line)
    if raw or reading.torn_bytes:
        durable.write_at(folder / LOG, reading.good_bytes, raw)
    return read_log((folder / LOG).read_bytes())


def _remove_unfinished(folder: Path, durable: Durable) -> None:
    for path in sorted(folder.iterdir()):
        if path.name.endswith(UNFINISHED):
            durable.remove(path)


def _remove_emptied(folder: Path, durable: Durable) -> bool:
    """A folder with nothing in it is what a cut leaves before a session's first file, or at the end of an erasure."""
    if any(folder.iterdir()):
        return False
    durable.remove_folder(folder)
    durable.sync_folder(folder.parent)
    return True


def _told(folder: Path, reading: Reading) -> Outcome:
    if isinstance(reading.end, Recovered):
        present = len(reading.segments) - len(reading.end.absent)
        return Outcome(folder.name, "recovered", present, reading.end.absent, reading.end.cut_bytes)
    return Outcome(folder.name, "closed", len(reading.segments))
