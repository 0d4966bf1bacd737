"""How our processes talk: a Unix socket, one JSON object a line, the peer's user checked by the kernel.

Apart because recorder, web and courier share it; a request is `{"do": verb, ...}`, an answer `{"ok": true, ...}` or
`{"ok": false, "fault": {"code", "what", "do"}}`, with `said` where values were filled in. Round trip 21 µs; D-Bus would
add a dependency and nothing else.
"""

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from appliance.errors import BadInput, Fault, Forbidden, RecorderGone
from appliance.worker import Worker

LINE_BYTES: Final = 256 * 1024
"""Longest line either way: a preview JPEG in base64 is under 100 kB."""
PEERS: Final = 16
IDLE_S: Final = 0.5
BREATH_S: Final = 0.002
"""After each answer a peer is not heard for so long: one that asks without a pause took the interpreter from the camera
(97 to 128 of about 600 pictures were lost to such a peer, none with the breath)."""

Request = dict[str, Any]
Answer = Mapping[str, Any]
Take = Callable[[Request], Answer]
"""Answers one request; raises a Fault to refuse it. Called from one thread per peer."""
Verbs = frozenset[str] | None
"""What one user may ask; None: everything."""
Follow = Callable[[], Iterator[Answer]]
"""What `subscribe` sends: an endless series of answers; it must yield at least every few seconds."""


class Intercom:
    """The listening end. Our own processes and root's are heard, and those of `peers`: user id -> what it may ask."""

    def __init__(
        self, path: Path, take: Take, *, follow: Follow | None = None, peers: Mapping[int, Verbs] | None = None
    ) -> None:
        self._path, self._take, self._follow = path, take, follow
        self._peers: Mapping[int, Verbs] = {**(peers or {}), 0: None, os.getuid(): None}
        self._places = threading.BoundedSemaphore(PEERS)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door = Worker(f"intercom-{path.name}", self._welcome)

    def open(self) -> None:
        """Listen; a socket left behind by a process that died is replaced."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            self._path.unlink()
        self._listening.bind(str(self._path))
        self._path.chmod(0o660)
        self._listening.listen(PEERS)
        self._listening.settimeout(IDLE_S)
        self._door.start()

    def close(self) -> None:
        self._door.stop(2 * IDLE_S)
        self._listening.close()
        with suppress(FileNotFoundError):
            self._path.unlink()

    def _welcome(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                peer, _ = self._listening.accept()
            except TimeoutError:
                continue
            uid = _uid(peer)
            if uid not in self._peers or not self._places.acquire(blocking=False):
                peer.close()
                continue
            hear = partial(self._hear, peer, self._peers[uid], stopping)
            Worker("intercom-peer", lambda _own, hear=hear: hear()).start()  # type: ignore[misc]

    def _hear(self, peer: socket.socket, verbs: Verbs, stopping: threading.Event) -> None:
        peer.settimeout(IDLE_S)
        try:
            with peer, suppress(OSError):
                for line in _lines(peer, stopping):
                    if stopping.is_set() or not self._reply(peer, line, verbs, stopping):
                        return
                    stopping.wait(BREATH_S)
        finally:
            self._places.release()

    def _reply(self, peer: socket.socket, line: bytes, verbs: Verbs, stopping: threading.Event) -> bool:
        """Answer one line; False when nothing more is to be heard from this peer."""
        try:
            request = _read(line)
            if verbs is not None and request["do"] not in verbs:
                raise Forbidden("This program may not ask for that.")
            if request["do"] == "subscribe" and self._follow is not None:
                for answer in self._follow():
                    if stopping.is_set():
                        return False
                    peer.sendall(_line({"ok": True, **answer}))
            answer = {"ok": True, **self._take(request)}
        except Fault as fault:
            answer = {"ok": False, "fault": fault_object(fault)}
        peer.sendall(_line(answer))
        return True


class Line:
    """The asking end. One request at a time; a lost peer is RecorderGone, and the next `ask` connects anew."""

    def __init__(self, path: Path, timeout_s: float = 5.0) -> None:
        self._path, self._timeout_s = path, timeout_s
        self._peer: socket.socket | None = None
        self._rest = b""
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """The answer's fields. Raises the Fault that the other side named, or RecorderGone."""
        with self._one_at_a_time:
            try:
                answer = self._exchange({"do": do, **fields})
            except (OSError, ValueError) as failure:
                self.close()
                raise RecorderGone("The recorder does not answer.") from failure
        if not answer.pop("ok"):
            raise remote_fault(answer["fault"])
        return answer

    def subscribe(self) -> Iterator[dict[str, Any]]:
        """Status after status, as it changes; ends with RecorderGone."""
        try:
            answer = self._exchange({"do": "subscribe"})
            while True:
                yield answer
                answer = self._receive(self._connected())
        except (OSError, ValueError) as failure:
            raise RecorderGone("The recorder does not answer.") from failure
        finally:
            self.close()

    def close(self) -> None:
        if self._peer is not None:
            self._peer.close()
        self._peer, self._rest = None, b""

    def _connected(self) -> socket.socket:
        if self._peer is None:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.settimeout(self._timeout_s)
            try:
                peer.connect(str(self._path))
            except OSError:
                peer.close()
                raise
            self._peer = peer
        return self._peer

    def _exchange(self, request: Request) -> dict[str, Any]:
        peer = self._connected()
        peer.sendall(_line(request))
        return self._receive(peer)

    def _receive(self, peer: socket.socket) -> dict[str, Any]:
        while b"\n" not in self._rest:
            more = peer.recv(65536)
            if not more or len(self._rest) > LINE_BYTES:
                raise ConnectionError("the peer hung up")
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer


def fault_object(fault: Fault) -> dict[str, Any]:
    """`code`, `what`, `do`; and, where values were filled in, `said`: {what, do, values} from before that."""
    told: dict[str, Any] = {"code": fault.code, "what": fault.what, "do": fault.do}
    if fault.values:
        what, do = fault.said
        told["said"] = {"what": what, "do": do, "values": fault.values}
    return told


def remote_fault(told: Mapping[str, Any]) -> Fault:
    """The same kind of Fault as the other side raised; a code this side does not know becomes a plain Fault."""
    kinds = {kind.code: kind for kind in Fault.__subclasses__()}
    said = told.get("said", told)
    return kinds.get(told["code"], Fault)(said["what"], said["do"], **said.get("values", {}))


def _uid(peer: socket.socket) -> int:
    _pid, uid, _gid = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(uid)


def _read(line: bytes) -> Request:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("The request is not a line of JSON.") from None
    if not isinstance(request, dict) or not isinstance(request.get("do"), str):
        raise BadInput('A request is a JSON object with "do".')
    return request


def _line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _lines(peer: socket.socket, stopping: threading.Event) -> Iterator[bytes]:
    rest = b""
    while not stopping.is_set() and len(rest) <= LINE_BYTES:
        try:
            more = peer.recv(65536)
        except TimeoutError:
            continue
        if not more:
            return
        *lines, rest = (rest + more).split(b"\n")
        yield from lines
