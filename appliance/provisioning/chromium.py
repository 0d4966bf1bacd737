"""Paper from HTML: the system's Chromium, told over a pipe to lay out a page, to be measured, and to print it as PDF.

Apart because nothing else of the appliance needs a browser, and only the office's machine has to have one. It opens no
connection: the page comes through the pipe, the letters from the system (`DevTools protocol, --remote-debugging-pipe`).
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from types import TracebackType
from typing import Any, Final

from appliance.errors import BadInput, Fault

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
OPTIONS: Final = (
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
PATIENCE_S: Final = 60.0
OVERFLOWING: Final = """(() => {
  const room = 1, found = [];
  const sheets = [...document.querySelectorAll(".sheet")];
  for (const sheet of sheets) {
    const outer = sheet.getBoundingClientRect();
    for (const each of sheet.querySelectorAll("*")) {
      const box = each.getBoundingClientRect();
      if (box.width === 0 || each.closest("svg") !== null) continue;
      const out = box.left < outer.left + 8 - room || box.right > outer.right - 8 + room
        || box.top < outer.top + 8 - room || box.bottom > outer.bottom - 8 + room;
      const cut = each.scrollWidth > each.clientWidth + room && each.clientWidth > 0
        || each.scrollHeight > each.clientHeight + room && each.clientHeight > 0 && each.matches(".inner, .cell");
      if (out || cut) found.push((each.textContent || each.tagName).trim().slice(0, 40));
    }
  }
  return sheets.length === 0 ? ["no sheet"] : found;
})()"""
"""Texts that stick out of their sheet, or within 8 CSS pixels (2 mm) of its edge, or out of their own place."""


class Chromium:
    """One browser for as many papers as are wanted. Raises BadInput where there is none."""

    def __init__(self) -> None:
        found = next(filter(None, map(shutil.which, NAMES)), None)
        if found is None:
            raise BadInput(
                "Papers need a Chromium on this machine.", "Install it (apt-get install chromium), or --no-print."
            )
        self._place = tempfile.TemporaryDirectory(prefix="fieldreel-print-")
        self._number, self._rest = 0, b""
        theirs_in, self._out = _high_pipe()
        self._in, theirs_out = _high_pipe()
        options = [*OPTIONS, f"--user-data-dir={self._place.name}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        self._pid = os.posix_spawn(
            found,
            [found, *options, "about:blank"],
            {**os.environ, "HOME": self._place.name},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            ],
            setpgroup=0,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._out)
        os.close(self._in)
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._place.cleanup()

    def pdf(self, html: str) -> bytes:
        """The PDF of one document, its pages as large as its own style says. Raises Fault where a text does not fit."""
        self._ask("Page.setDocumentContent", frameId=self._frame, html=html)
        self._ask("Emulation.setEmulatedMedia", media="print")
        told = self._ask(
            "Runtime.evaluate",
            expression=f"document.fonts.ready.then(() => {OVERFLOWING})",
            returnByValue=True,
            awaitPromise=True,
        )
        if told["result"]["value"]:
            raise Fault(
                f"A text does not fit its paper: {told['result']['value'][0]!r}.", "Tell who looks after the texts."
            )
        return base64.b64decode(self._ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        told: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if hasattr(self, "_session"):
            told["sessionId"] = self._session
        _write_all(self._out, json.dumps(told).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE_S
        while (answer := self._next(deadline)).get("id") != self._number:
            pass
        if "error" in answer:
            raise Fault(f"The browser would not do {method}.")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise Fault("The browser does not answer.")
            more = os.read(self._in, 1 << 20)
            if not more:
                raise Fault("The browser ended by itself.")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _high_pipe() -> tuple[int, int]:
    """Both ends above the numbers that the browser wants to have; closed in what it starts."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
