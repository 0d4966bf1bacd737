"""The real recorder process, filming its test card onto the logged disk, and what it acknowledged, as promises.

Apart from the stand-in because a promise is here what another process saw acknowledged: by the status, by an answer.
"""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from appliance.errors import RecorderGone, WrongKey
from appliance.intercom import Line
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from appliance.store.layout import KEY, LOG, SUMS, SUMS_SIGNATURE, Home, segment_name
from appliance.store.log import read_log
from appliance.worker import Worker
from tests.lab.blocklog import now_us
from tests.lab.promises import Kind, Promise

PICTURE = ("--width", "1280", "--height", "720", "--bitrate", "3000000")
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One status, and when it had arrived."""

    at_us: int
    session: str | None
    acked_ms: int
    last_session: str | None


@dataclass
class RealRecorder:
    """`with RealRecorder(home, run) as recorder: recorder.film(9, chance)`; then `promises`."""

    home: Home
    run: Path
    environ: Mapping[str, str]
    seen: list[Seen] = field(default_factory=list)
    stars: list[tuple[int, str, str]] = field(default_factory=list)
    """(acknowledged at, session, op id)."""

    def __enter__(self) -> "RealRecorder":
        command = [sys.executable, "-m", "appliance", "recorder", "--hardware", "bench", "--camera", "test-card"]
        with (self.run / "recorder.log").open("wb") as told:
            self._process = subprocess.Popen(
                [*command, *PICTURE, "--home", str(self.home.root), "--run", str(self.run)],
                stdin=subprocess.DEVNULL, stdout=told, stderr=told, env=os.environ | self.environ,
            )  # fmt: skip
        self._line = Line(self.run / "recorder.sock")
        try:
            self._await("ready to film", lambda: self._status()["state"] == "ready")
        except BaseException:
            self._end()
            raise
        self._watch = Worker("watch-status", self._follow).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._end()
        self._watch.stop(timeout_s=10)
        if self._watch.failure is not None and kind is None:
            raise self._watch.failure

    def film(self, seconds: float, chance: Random) -> None:
        """One session of about `seconds`, with stars at odd moments, stopped and closed."""
        before = self._status()["last_session"]
        self._line.ask("start", op_id=str(uuid.uuid4()))
        self._await("filming", lambda: self._acked_ms() > 0)
        session = str(self._status()["film"]["session"])
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.05, 0.5))  # a family's good moments come when they come
            star = self._line.ask("star", op_id=str(uuid.uuid4()))
            self.stars.append((now_us(), session, star["id"]))
        self._line.ask("stop", op_id=str(uuid.uuid4()))
        self._await("a closed session", lambda: self._status()["last_session"] not in {before, None})

    def promises(self, office: HybridIdentity) -> list[Promise]:
        """What had been acknowledged, with the hashes of the files as they now stand."""
        sessions = dict.fromkeys(seen.session for seen in self.seen if seen.session is not None)
        return [promise for session in sessions for promise in self._of_session(session, office)]

    def _of_session(self, session: str, office: HybridIdentity) -> Iterator[Promise]:
        folder = self.home.session(session)
        reading = read_log((folder / LOG).read_bytes())
        if reading.opened is None or reading.end is None:
            raise AssertionError("the recorder left a session that is not closed")
        start_us = reading.opened.mono_us
        opened_us = self._first(lambda seen: seen.session == session)
        closed_us = self._first(lambda seen: seen.last_session == session)
        yield self._promise("opened", opened_us, session, start_us, folder / KEY)
        for line in reading.segments:
            acked_us = self._acked_us(session, line.end_ms)
            yield self._promise(
                "segment", acked_us, session, start_us + line.end_ms * 1000, folder / segment_name(line.n)
            )
        end_us = start_us + reading.end.pts_ms * 1000
        yield self._promise("closed", closed_us, session, end_us, folder / SUMS, folder / SUMS_SIGNATURE)
        yield from self._stars_of(session, office)

    def _acked_us(self, session: str, end_ms: int) -> int:
        """When the film up to `end_ms` had been acknowledged, by a status or by the close."""
        return self._first(
            lambda seen: seen.last_session == session or (seen.session == session and seen.acked_ms >= end_ms)
        )

    def _stars_of(self, session: str, office: HybridIdentity) -> Iterator[Promise]:
        identities = read_identities(open_sealed(_found(self.home.session(session) / KEY), [office]), str)
        check = known_writers([WriterKey.load(self.home.device, "recorder").certificate])
        names = {}
        for path in sorted(self.home.lane("recorder").glob("*.op.age")):
            with suppress(WrongKey):  # another session's
                names[open_op(_found(path), identities, check)["id"]] = path
        for acked_us, of, op_id in self.stars:
            if of == session:
                yield self._promise("star", acked_us, session, None, names[op_id])

    def _promise(self, kind: Kind, at_us: int, session: str, film_us: int | None, *files: Path) -> Promise:
        sums = {str(file.relative_to(self.home.root)): sha256(file.read_bytes()).hexdigest() for file in files}
        return Promise(kind, at_us, session, sums, film_us)

    def _first(self, holds: Callable[[Seen], bool]) -> int:
        """When a status first told it."""
        for seen in self.seen:
            if holds(seen):
                return seen.at_us
        raise AssertionError("no status ever told it")

    def _end(self) -> None:
        """Switch it off; a recorder that does not obey is ended, for the disk must be let go."""
        self._line.close()
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _follow(self, stopping: threading.Event) -> None:
        with Line(self.run / "recorder.sock") as line:
            try:
                for status in line.subscribe():
                    film = status["film"] or {}
                    self.seen.append(
                        Seen(now_us(), film.get("session"), film.get("acked_ms") or 0, status["last_session"])
                    )
            except RecorderGone:
                if self._process.poll() is None and not stopping.wait(PATIENCE_S):
                    raise

    def _status(self) -> dict[str, Any]:
        return self._line.ask("status")

    def _acked_ms(self) -> int:
        film = self._status()["film"]
        return int(film["acked_ms"] or 0) if film else 0

    def _await(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if holds():
                    return
            except RecorderGone:
                pass
            time.sleep(0.02)
        words = (self.run / "recorder.log").read_text(encoding="utf-8", errors="replace")
        raise AssertionError(f"the recorder never came to {what}: {words[-2000:]}")


def _found(path: Path) -> Sealed:
    return Sealed.found(path.read_bytes())
