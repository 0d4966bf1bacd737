"""One session while it is recorded: each call returns when what it wrote would survive a power cut.

Apart from recovery and verifying because this is the only code that runs once a second for hours.

To begin a session:

1. raise `sessions/number` (whole, synced);
2. make the folder, sync `sessions/`;
3. write `key.age` and `local.age` (whole), sync the folder;
4. write `log.jsonl` with its line `opened` (whole).

To write a segment:

1. write `NNNNNN.m4s.age.tmp` and sync it;
2. append its line to the log and sync the log;
3. rename the file to its name;
4. sync the folder; only then return.

To close: append `closed` and sync the log; write SHA256SUMS (whole), then SHA256SUMS.sig (whole).

Every cut between two steps is one that `recovery` ends in the same way: a line promises a file whose bytes are on the
disk under one of two names.
"""

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, CardFull
from appliance.sealing.sealed import Sealed, Signer
from appliance.store.durable import Durable, FolderLock
from appliance.store.layout import (
    INIT,
    KEY,
    LOCAL,
    LOG,
    Home,
    new_id,
    segment_name,
    unfinished,
)
from appliance.store.lines import Checkpoint, ClockLine, Closed, GapLine, Line, Opened, PausedLine, SegmentLine
from appliance.store.listing import SessionFacts, highest_number, list_sessions
from appliance.store.log import Chain, checkpoint_message
from appliance.store.space import release_reserve
from appliance.store.sums import write_sums

__all__ = ["CHECKPOINT_MS", "Opening", "SessionFacts", "SessionWriter", "list_sessions"]

CHECKPOINT_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first line of the log says beside the session's id, its number and the writer's certificate.

    `mono_us`: CLOCK_MONOTONIC of time 0; `utc_ms`: UTC of the same moment as far as `utc_source` knows.
    `continues`: id of the session that this one goes on from.
    """

    recipient: str
    boot: str
    mono_us: int
    utc_ms: int
    utc_source: str
    continues: str | None
    width: int
    height: int
    fps: int
    bitrate: int


class SessionWriter:
    """Writes one session from `begin` to `close`, and holds its folder locked for that long.

    Every method raises CardFull or CardFailing. After either, `close` is worth trying: gaps, the last line and the
    sums may use the room that is kept in reserve. What does not succeed is done by recovery.
    """

    def __init__(self, home: Home, session_id: str, signer: Signer, durable: Durable, lock: FolderLock) -> None:
        """Use `begin`."""
        self.id: Final = session_id
        self.folder: Final = home.session(session_id)
        self._home, self._signer, self._durable, self._lock = home, signer, durable, lock
        self._chain, self._log_bytes, self._log_hash = Chain(), 0, hashlib.sha256()
        self._sums: dict[str, str] = {}
        self._next_n, self._end_ms, self._checkpoint_ms = 0, 0, 0
        self._unnamed: int | None = None
        self._ended = self._closed = False

    @classmethod
    def begin(
        cls,
        home: Home,
        opening: Opening,
        key: Sealed,
        local: Sealed | None,
        signer: Signer,
        *,
        durable: Durable | None = None,
    ) -> "SessionWriter":
        """A new session; its folder and first line are durable on return."""
        durable = durable or Durable()
        session_id, number = new_id(), highest_number(home) + 1
        durable.make_folder(home.sessions)
        durable.write_whole(home.number, b"%d\n" % number)
        durable.make_folder(home.session(session_id))
        writer = cls(home, session_id, signer, durable, durable.lock(home.session(session_id)))
        try:
            writer._put_keys(key, local)
            said = {field.name: getattr(opening, field.name) for field in fields(opening)}
            writer._open_log(Opened(session_id, number, certificate=dict(signer.certificate), **said))
        except (CardFull, CardFailing):
            writer._abandon()
            raise
        return writer

    def init(self, sealed: Sealed) -> None:
        """`ftyp` and `moov`, before the first segment."""
        self._durable.write_whole(self.folder / INIT, sealed.data)
        self._sums[INIT] = hashlib.sha256(sealed.data).hexdigest()

    def segment(self, n: int, pts_ms: int, dur_ms: int, sealed: Sealed) -> None:
        """Segment `n`, counting from 0; durable on return. Writes a checkpoint first when a minute of film is over."""
        if n != self._next_n or self._ended or INIT not in self._sums:
            raise ValueError(f"segment {n} is not due")
        self._settle()
        if pts_ms - self._checkpoint_ms >= CHECKPOINT_MS:
            self._checkpoint(pts_ms)
        line = SegmentLine(n, pts_ms, dur_ms, len(sealed), hashlib.sha256(sealed.data).hexdigest())
        self._promise(line, sealed)
        self._sums[segment_name(n)] = line.sha256
        self._next_n, self._end_ms, self._unnamed = n + 1, line.end_ms, n
        self._settle()

    def gap(self, pts_ms: int, dur_ms: int, what: str, why: str) -> None:
        """Film that is missing, or sound (`what` = `sound`), which takes no time of its own."""
        self._append_surely(GapLine(pts_ms, dur_ms, what, why))
        if what != "sound":
            self._end_ms = pts_ms + dur_ms

    def paused(self) -> None:
        """A privacy pause begins where the film now ends; a restart must not go on filming by itself."""
        self._append_surely(PausedLine(self._end_ms))

    def clock_moved(self, pts_ms: int, utc_ms: int, utc_source: str) -> None:
        """UTC was set: `utc_ms` is what it now says at `pts_ms`."""
        self._append_surely(ClockLine(pts_ms, utc_ms, utc_source))

    def close(self, reason: str, utc_ms: int, utc_source: str) -> None:
        """Last line, sums, signature; may be called again after a Fault, and after success does nothing."""
        if self._closed:
            return
        self._surely(self._settle)
        if not self._ended:
            self._append_surely(Closed(self._end_ms, reason, utc_ms, utc_source))
            self._ended = True
        sums = self._sums | {LOG: self._log_hash.hexdigest()}
        self._surely(lambda: write_sums(self.folder, sums, self._signer, self._durable))
        self._closed = True
        self._lock.release()

    def _put_keys(self, key: Sealed, local: Sealed | None) -> None:
        self._durable.write_whole(self.folder / KEY, key.data)
        self._sums[KEY] = hashlib.sha256(key.data).hexdigest()
        if local is not None:
            self._durable.write_whole(self.folder / LOCAL, local.data)

    def _abandon(self) -> None:
        """Take back a session that could not begin: nothing was promised yet. What cannot be removed is listed."""
        for name in (LOG, LOCAL, KEY):
            self._discard(self.folder / name)
        with suppress(CardFull, CardFailing):
            self._durable.remove_folder(self.folder)
        self._lock.release()

    def _open_log(self, line: Opened) -> None:
        raw, chain = self._chain.link(line)
        self._durable.write_whole(self.folder / LOG, raw)
        self._written(raw, chain)

    def _append(self, line: Line) -> None:
        raw, chain = self._chain.link(line)
        self._durable.write_at(self.folder / LOG, self._log_bytes, raw)
        self._written(raw, chain)

    def _written(self, raw: bytes, chain: Chain) -> None:
        self._chain = chain
        self._log_bytes += len(raw)
        self._log_hash.update(raw)

    def _promise(self, line: SegmentLine, sealed: Sealed) -> None:
        """Steps 1 and 2: the bytes, then the line; after a Fault neither is there."""
        file = unfinished(self.folder / segment_name(line.n))
        self._durable.write_new(file, sealed.data, "segment")
        try:
            self._append(line)
        except (CardFull, CardFailing):
            self._discard(file)
            raise

    def _settle(self) -> None:
        """Steps 3 and 4 of the newest segment, if they are still to be done."""
        if self._unnamed is not None:
            file = self.folder / segment_name(self._unnamed)
            if not file.exists():
                self._durable.rename(unfinished(file), file)
            self._durable.sync_folder(self.folder)
            self._unnamed = None

    def _checkpoint(self, pts_ms: int) -> None:
        signature = self._signer.sign(checkpoint_message(self.id, self._chain))
        self._append(Checkpoint(self._chain.lines, base64.b64encode(signature).decode("ascii")))
        self._checkpoint_ms = pts_ms

    def _append_surely(self, line: Line) -> None:
        if self._ended:
            raise ValueError("the session has ended")
        self._surely(lambda: self._append(line))

    def _surely(self, step: Callable[[], None]) -> None:
        """Do it; where there is no room, give up the reserve and do it again."""
        try:
            step()
        except CardFull:
            release_reserve(self._home, self._durable)
            step()

    def _discard(self, file: Path) -> None:
        with suppress(CardFull, CardFailing):  # recovery removes it: no line promises it
            self._durable.remove(file)
