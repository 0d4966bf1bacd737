"""A phone as far as the box can tell: real HTTP to the web process, cookies kept, everything asked as a browser asks.

Apart from the browser in memory because a server stands between: bytes, keep-alive, compression.
"""

import gzip
import http.client
import json
import socket
import ssl
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

HOST = "box.localhost"
ANSWER_S = 60.0
PATIENCE_S = 40.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class Phone:
    """One connection, used by one thread; raises OSError or HTTPException when the server goes away."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = HOST
    trusted: Path | None = None
    """The certificate of a box that speaks TLS."""
    _line: http.client.HTTPConnection | None = None
    _used: bool = False
    """Whether the line has carried an answer: then its end may only mean that it stood idle too long."""

    def get(self, path: str, **headers: str) -> Reply:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **body: Any) -> Reply:
        """A change under an op_id of its own, unless one is given."""
        told = {"Origin": self.origin, "Content-Type": "application/json"}
        return self.send(path, json.dumps({"op_id": str(uuid.uuid4()), **body}).encode(), **told)

    def send(self, path: str, data: bytes, **headers: str) -> Reply:
        return self._ask("POST", path, data, headers)

    @property
    def origin(self) -> str:
        return f"{'http' if self.trusted is None else 'https'}://{self.host}:{self.port}"

    def done(self, path: str, **body: Any) -> Any:
        """The JSON of a change that was done."""
        reply = self.post(path, **body)
        assert reply.status == 200, reply.text
        return reply.json

    def read(self, path: str) -> Any:
        reply = self.get(path)
        assert reply.status == 200, reply.text
        return reply.json

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _ask(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Reply:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {"Host": f"{self.host}:{self.port}", **({"Cookie": cookie} if cookie else {}), **headers}
        try:
            try:
                answer = self._answer(method, path, data, told)
            except (ConnectionError, http.client.RemoteDisconnected):
                if not self._used:
                    raise
                self.hang_up()  # closed while it was idle, as any server may: browsers ask once more (RFC 9112, 9.3.1)
                answer = self._answer(method, path, data, told)
            reply = Reply(answer.status, answer.headers, answer.read())
            self._used = True
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        self._keep(reply)
        if reply.headers.get("Content-Encoding") == "gzip":
            return Reply(reply.status, reply.headers, gzip.decompress(reply.data))
        return reply

    def _answer(self, method: str, path: str, data: bytes | None, told: dict[str, str]) -> http.client.HTTPResponse:
        if self._line is None:
            self._line, self._used = self._connection(), False
        self._line.request(method, path, body=data, headers=told)
        return self._line.getresponse()

    def _connection(self) -> http.client.HTTPConnection:
        if self.trusted is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        context = ssl.create_default_context(cafile=str(self.trusted))
        return _Named(self.host, self.port, context)

    def _keep(self, reply: Reply) -> None:
        for told in reply.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(told).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


class _Named(http.client.HTTPSConnection):
    """To this machine, whatever the name, and the certificate must be for the name."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=ANSWER_S, context=context)
        self._tls = context

    def connect(self) -> None:
        line = socket.create_connection(("127.0.0.1", self.port), ANSWER_S)
        self.sock = self._tls.wrap_socket(line, server_hostname=self.host)


def until(what: str, look: Callable[[], Any]) -> Any:
    """The first true answer of `look`."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not {what} in {PATIENCE_S:g} s")
