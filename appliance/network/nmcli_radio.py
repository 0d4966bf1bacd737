"""The Radio of a real box, by NetworkManager's own program; phones are counted by `iw`.

Apart because it alone knows their words. Nothing here needs a right beyond bringing profiles up and down.
"""

import logging
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from appliance.network.profiles import BANDS

log: Final = logging.getLogger(__name__)
UP_S: Final = 20
JOIN_S: Final = 45
ANSWER_S: Final = 10
WIFI: Final = "802-11-wireless"
Run = Callable[[Sequence[str], float], str | None]
"""Runs a program, at most so many seconds."""
OWN: Final = tuple(band.name for band in BANDS)


def run_program(command: Sequence[str], timeout_s: float) -> str | None:
    """What it printed, None if it failed. That is never logged: it holds names of networks."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None


class NmcliRadio:
    """A Radio. Two bands are tried for the own Wi-Fi, the better one first; joining tries each given network once."""

    def __init__(self, run: Run = run_program) -> None:
        self._run = run

    def own(self) -> str | None:
        for name in OWN:
            if self._nmcli(UP_S, "connection", "up", "id", name) is not None:
                return name
            log.warning("%s could not be brought up", name)
        return None

    def join(self) -> bool:
        self.rest()
        return any(self._nmcli(JOIN_S, "connection", "up", "uuid", uuid) is not None for uuid in self._others())

    def given(self) -> bool:
        return bool(self._others())

    def rest(self) -> None:
        for uuid, _ in self._profiles("--active"):
            self._nmcli(ANSWER_S, "connection", "down", "uuid", uuid)

    def up(self) -> str | None:
        return next((name for _, name in self._profiles("--active") if name in OWN), None)

    def phones(self) -> int | None:
        told = self._run(["iw", "dev"], ANSWER_S)
        if told is None:
            return None
        names = [line.split()[1] for line in told.splitlines() if line.split()[:1] == ["Interface"]]
        dumps = [self._run(["iw", "dev", name, "station", "dump"], ANSWER_S) for name in names]
        if any(dump is None for dump in dumps):
            return None
        return sum(line.startswith("Station ") for dump in dumps for line in (dump or "").splitlines())

    def _others(self) -> list[str]:
        return [uuid for uuid, name in self._profiles() if name not in OWN]

    def _profiles(self, *which: str) -> list[tuple[str, str]]:
        """(uuid, name) of every Wi-Fi profile, or of those that are up."""
        told = self._nmcli(ANSWER_S, "--fields", "UUID,TYPE,NAME", "connection", "show", *which) or ""
        rows = [line.split(":", 2) for line in told.splitlines()]
        return [(row[0], row[2]) for row in rows if len(row) == 3 and row[1] == WIFI]

    def _nmcli(self, wait_s: int, *words: str) -> str | None:
        """What it printed, None if it failed."""
        return self._run(["nmcli", "--terse", "--wait", str(wait_s), *words], wait_s + ANSWER_S)
