"""The web's end of the keeper: starts that process, asks it for pictures, and ends it.

Apart because this side never holds a key: what opens anything is made, kept and lost in the other process.
"""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.clock import Clock, SystemClock
from appliance.errors import Fault, Locked
from appliance.intercom import remote_fault
from appliance.playback import wire
from appliance.playback.phones import Phones
from appliance.sealing.unlock import wipe
from appliance.store.layout import Home

ANSWER_S: Final = 30.0
"""A keeper that is silent for longer is ended: locked is the state to fail into."""


class FilmLink:
    """One keeper, or none: that is what locked means. Used by many threads; one request at a time.

    Every method raises Locked when there is no keeper, or none any more. `kind`: "box" or "desk"; `root`: its home or
    store.
    """

    def __init__(self, kind: str, root: Path) -> None:
        self._kind, self._root = kind, root
        self._starting = threading.Lock()
        self._keeper: _Keeper | None = None

    @property
    def unlocked(self) -> bool:
        """Whether a keeper holds the opening key at this moment."""
        keeper = self._keeper
        return keeper is not None and keeper.unlocked and keeper.alive

    def lock(self) -> None:
        """No process holds the opening key on return. A request that is under way raises Locked."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.end()

    def playable(self, session: str) -> bool:
        """Whether the film of this session opens here: it is kept for playing back, and was not erased."""
        return bool(self._ask("playable", {"session": session})[0]["playable"])

    def init(self, session: str) -> bytes:
        """`init.mp4`. As all that name a session, raises NotFound, WrongKey (not kept), Unreadable or FileTampered."""
        return bytes(self._ask("init", {"session": session})[1][0])

    def segment(self, session: str, n: int) -> bytes:
        """`<n>.m4s`. Raises NotFound for an n that the log does not have (yet)."""
        return bytes(self._ask("segment", {"session": session, "n": n})[1][0])

    def frame(self, session: str, pts_ms: int, width: int | None = None) -> bytes:
        """JPEG of the picture that is shown at `pts_ms`; in a gap, of the last one before it.

        `width`: at most so many pixels, 16 or more. Raises NotFound past the end of the film.
        """
        return bytes(self._ask("frame", {"session": session, "pts_ms": pts_ms, "width": width})[1][0])

    def pts(self, session: str, n: int) -> list[int]:
        """When each picture of segment n is shown: 1/90,000 s from the start of the film, as in the segment itself."""
        found: list[int] = json.loads(bytes(self._ask("pts", {"session": session, "n": n})[1][0]))
        return found

    def ops(self, part: int = 0, parts: int = 1) -> list[dict[str, Any]]:
        """Ops of all lanes that are new since the last call, verified, in no order. Each comes once in a keeper's life.

        A thousand at most at a time, so that a first page need not wait: ask until there are none. Those of sessions
        that are not kept are left out, and come when they are kept again.

        `part` of `parts` keepers that share the work: its own ones only, until it is asked as the only one.
        """
        shared = {} if parts == 1 else {"part": part, "parts_in_all": parts}
        found: list[dict[str, Any]] = json.loads(bytes(self._ask("ops", shared)[1][0]))
        return found

    def _ask(self, verb: str, head: Mapping[str, Any], parts: Sequence[wire.Part] = ()) -> "_Answer":
        keeper = self._keeper
        if keeper is None or not keeper.unlocked:
            raise Locked("The box is locked.")
        return self._exchange(keeper, verb, head, parts)

    def _open(
        self, verb: str, head: Mapping[str, Any], parts: Sequence[wire.Part], secrets: Sequence[bytearray]
    ) -> "_Answer":
        """Ask for what unlocks; a keeper that was started for it and is not unlocked by it ends."""
        try:
            with self._starting:
                keeper = self._keeper if self._keeper is not None and self._keeper.alive else self._start()
                try:
                    answer = self._exchange(keeper, verb, head, parts)
                    keeper.unlocked = True
                finally:
                    if not keeper.unlocked:
                        self._give_up(keeper)
                return answer
        finally:
            for secret in secrets:
                wipe(secret)

    def _start(self) -> "_Keeper":
        self.lock()
        self._keeper = _Keeper.start(self._kind, self._root)
        return self._keeper

    def _exchange(self, keeper: "_Keeper", verb: str, head: Mapping[str, Any], parts: Sequence[wire.Part]) -> "_Answer":
        try:
            answer, body = keeper.exchange({"do": verb, **head}, parts)
        except (OSError, Fault):
            self._give_up(keeper)
            raise Locked("The box has locked itself: what held the key has ended.") from None
        if not answer["ok"]:
            raise remote_fault(answer["fault"])
        return answer, body

    def _give_up(self, keeper: "_Keeper") -> None:
        if self._keeper is keeper:
            self._keeper = None
        keeper.end()


class KeeperLink(FilmLink):
    """A box's keeper, opened by a phone. `pin` and `secret` are wiped before a method that takes them returns."""

    def __init__(self, home: Home, clock: Clock | None = None) -> None:
        super().__init__("box", home.root)
        self._clock = clock or SystemClock()

    def unlock(
        self, pairing_bin: bytes, identity_age: bytes, pin: bytearray, secret: bytearray, board: bytes = b""
    ) -> None:
        """Raises WrongKey (PIN, secret or board; or the phone was revoked) or FileTampered.

        While unlocked it checks another phone's PIN, and stays unlocked whatever comes of it.
        """
        self._open("unlock", {}, [pairing_bin, identity_age, pin, secret, board], [pin, secret])

    def first(self, pin: bytearray, secret: bytearray, name: str, board: bytes = b"") -> Phones:
        """A new unlock identity and its first phone; unlocked on return. What was sealed to an older one stays shut.

        Lock if the files cannot be written: nobody could open what is sealed from then on. Raises BadInput.
        """
        head = {"name": name, "made": self._clock.utc_ms()}
        return _phones(*self._open("first", head, [pin, secret, board], [pin, secret]))

    def add_phone(self, pin: bytearray, secret: bytearray, name: str, board: bytes = b"") -> Phones:
        """A further phone, for those that are in `unlock/` already. Raises BadInput."""
        try:
            head = {"name": name, "made": self._clock.utc_ms()}
            return _phones(*self._ask("add_phone", head, [pin, secret, board]))
        finally:
            wipe(pin)
            wipe(secret)

    def revoke_phone(self, pairing: str) -> Phones:
        """Shut one phone out; with the last one all of `unlock/` goes. Raises NotFound for no such phone."""
        return _phones(*self._ask("revoke_phone", {"pairing": pairing}))


_Answer = tuple[wire.Head, list[memoryview]]


@dataclass(slots=True)
class _Keeper:
    """One process and our end of its line. Spawned, not forked: it shares no memory with the web."""

    process: "subprocess.Popen[bytes]"
    line: socket.socket
    unlocked: bool = False
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, kind: str, root: Path) -> "_Keeper":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            descriptor = theirs.fileno()
            command = [sys.executable, "-B", "-m", "appliance.playback.keeper", str(descriptor), kind, str(root)]
            try:
                process = subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL)
            except OSError:
                ours.close()
                raise Locked("The box cannot be unlocked: it has no room for another process.") from None
        ours.settimeout(ANSWER_S)
        return cls(process, ours)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def exchange(self, head: Mapping[str, Any], parts: Sequence[wire.Part]) -> _Answer:
        with self._one_at_a_time:
            wire.send(self.line, head, parts)
            return wire.receive(self.line)

    def end(self) -> None:
        """Gone on return, whatever it was doing, and whoever waits for its answer hears at once."""
        self.process.kill()
        self.process.wait()
        with self._one_at_a_time:
            self.line.close()


def _phones(answer: wire.Head, parts: Sequence[memoryview]) -> Phones:
    files = zip(answer["files"], map(bytes, parts), strict=True)
    return Phones(answer["pairing"], dict(files), tuple(answer["remove"]))
