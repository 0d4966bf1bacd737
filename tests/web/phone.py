"""A phone as far as the box can tell: real HTTP to the web process, cookies kept, everything asked as a browser asks.

Apart from the browser in memory because a server stands between: bytes, keep-alive, compression.
"""

import gzip
import http.client
import json
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

HOST = "box.localhost"
ANSWER_S = 60.0


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
    _line: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Reply:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **body: Any) -> Reply:
        """A change under an op_id of its own, unless one is given."""
        told = {"Origin": f"http://{HOST}:{self.port}", "Content-Type": "application/json"}
        return self._ask("POST", path, json.dumps({"op_id": str(uuid.uuid4()), **body}).encode(), told)

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
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {"Host": f"{HOST}:{self.port}", **({"Cookie": cookie} if cookie else {}), **headers}
        try:
            self._line.request(method, path, body=data, headers=told)
            answer = self._line.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        self._keep(reply)
        if reply.headers.get("Content-Encoding") == "gzip":
            return Reply(reply.status, reply.headers, gzip.decompress(reply.data))
        return reply

    def _keep(self, reply: Reply) -> None:
        for told in reply.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(told).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
