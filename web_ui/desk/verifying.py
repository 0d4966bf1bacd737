"""Verifies sessions on demand, in a thread each, and tells how far it is and what was found, in plain words.

Apart because it reads every byte of a session, which may take minutes, and nobody waits for an answer that long.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

from appliance.commands.account import Account
from appliance.errors import Fault, TooOften
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.store.verify import Verdict, verify_session
from appliance.worker import Worker

AT_ONCE: Final = 2
KEPT: Final = 100


@dataclass(slots=True)
class Check:
    """`failed`: what went wrong with the checking itself."""

    at_ms: int
    checked: bool
    done: int = 0
    total: int = 0
    verdict: Verdict | None = None
    failed: Fault | None = None

    @property
    def running(self) -> bool:
        return self.verdict is None and self.failed is None

    def told(self) -> Mapping[str, Any]:
        """`sound`: None while it is not known; `account`: the same words as `fieldreel verify` has, line by line."""
        verdict = self.verdict
        lines = [] if verdict is None else [line.strip() for line in str(Account(verdict, self.checked)).splitlines()]
        return {
            "running": self.running,
            "at_ms": self.at_ms,
            "done": self.done,
            "total": self.total,
            "sound": None if verdict is None else verdict.sound,
            "account": lines if self.failed is None else [self.failed.what],
        }


@dataclass(slots=True)
class Verifying:
    """The last check of each session since the desk was started."""

    _checks: dict[str, Check] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, session: str, folder: Path, public: str | None, now_ms: int) -> Check:
        """Goes on by itself; one that is under way is given back. Raises TooOften for too many at once.

        `public`: the key of the device that it must come from; None where no such device is registered.
        """
        with self._lock:
            known = self._checks.get(session)
            if known is not None and known.running:
                return known
            if sum(check.running for check in self._checks.values()) >= AT_ONCE:
                raise TooOften("Other sessions are being checked.", "Wait until one of them is done.")
            check = self._checks[session] = Check(now_ms, public is not None)
            for old in [each for each in self._checks if not self._checks[each].running][:-KEPT]:
                del self._checks[old]
        Worker("verify", lambda _stopping: _run(check, folder, public)).start()
        return check

    def of(self, session: str) -> Check | None:
        return self._checks.get(session)


def _run(check: Check, folder: Path, public: str | None) -> None:
    def progress(done: int, total: int) -> None:
        check.done, check.total = done, total

    try:
        check.verdict = verify_session(folder, check_signature, check_certificate, public, progress)
    except Fault as fault:
        check.failed = fault
    except OSError:
        check.failed = Fault("The disk did not let this session be read to its end.")
