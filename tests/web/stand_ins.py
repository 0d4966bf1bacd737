"""A keeper and a recorder in memory, for tests that need neither a process nor a film.

Apart from the tests because the contract runs hold them to the real ones.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from appliance.clock import SetClock
from appliance.errors import BadInput, Fault, Locked, NotFound, RecorderGone, WrongKey
from appliance.playback.phones import Phones
from appliance.sealing.identities import HybridIdentity

UNARMED = {"family": None, "visit": None, "purpose": "film", "discreet": False, "target_min": None}
UNLOCK = HybridIdentity.generate()
Asked = tuple[str, dict[str, Any]]


@dataclass(kw_only=True)
class StandInFilms:
    """What a keeper of a box and one of the desk both do; `films` are the sessions that its key opens.

    `told`: ops that it gives once, as those that `read_lanes` finds from the number `given` on.
    `not_here`: raised for any other session.
    """

    films: dict[str, list[bytes]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    unlocked: bool = False
    not_here: ClassVar[type[Fault]] = WrongKey
    read_lanes: Callable[[int], list[dict[str, Any]]] = lambda _begin: []
    given: int = 0

    def playable(self, session: str) -> bool:
        self._need()
        return session in self.films

    def init(self, session: str) -> bytes:
        return b"init of " + self._film(session)[0]

    def segment(self, session: str, n: int) -> bytes:
        return self._film(session)[n]

    def frame(self, session: str, pts_ms: int, width: int | None) -> bytes:
        return b"\xff\xd8 %d %d" % (pts_ms, width or 0) + self._film(session)[0]

    def pts(self, session: str, n: int) -> Sequence[int]:
        return [n * 90_000 + 3_000 * frame for frame in range(len(self._film(session)[n]))]

    def ops(self) -> Sequence[dict[str, Any]]:
        self._need()
        told, self.told = self.told, []
        told = [*told, *self.read_lanes(self.given)]
        self.given = max([self.given, *(op["n"] + 1 for op in told)])
        return told

    def _film(self, session: str) -> list[bytes]:
        self._need()
        if session not in self.films:
            raise self.not_here("This session does not open here.")
        return self.films[session]

    def _need(self) -> None:
        if not self.unlocked:
            raise Locked("It is locked.")


@dataclass
class StandInKeeper(StandInFilms):
    """Knows PINs by the pairing file that it wrote."""

    clock: SetClock = field(default_factory=SetClock)
    tried: int = 0
    locked_times: int = 0
    paired: set[str] = field(default_factory=set)

    def first(self, pin: bytearray, secret: bytearray, name: str) -> Phones:
        self.unlocked = True
        return self._phones(pin, secret, name, {"recipient.txt": f"{UNLOCK.recipient.text}\n".encode()})

    def add_phone(self, pin: bytearray, secret: bytearray, name: str) -> Phones:
        self._need()
        return self._phones(pin, secret, name, {})

    def revoke_phone(self, pairing: str) -> Phones:
        self._need()
        if pairing not in self.paired:
            raise NotFound("There is no such phone.")
        self.paired.remove(pairing)
        return Phones(pairing, {"identity.age": b"identity"}, (f"{pairing}.bin",))

    def unlock(self, pairing_bin: bytes, identity_age: bytes, pin: bytearray, secret: bytearray) -> None:
        self.tried += 1
        told = json.loads(pairing_bin)
        assert identity_age == b"identity"
        assert sha256(secret).hexdigest() == told["secret_sha256"]
        if told["pin"] != pin.decode():
            raise WrongKey("The PIN is wrong.")
        self.unlocked = True

    def lock(self) -> None:
        self.unlocked, self.given = False, 0
        self.locked_times += 1

    def _phones(self, pin: bytearray, secret: bytearray, name: str, more: dict[str, bytes]) -> Phones:
        pairing = secrets.token_hex(16)
        self.paired.add(pairing)
        told = {
            "v": 1,
            "pairing": pairing,
            "name": name,
            "made": self.clock.utc_ms(),
            "secret_sha256": sha256(secret).hexdigest(),
            "pin": pin.decode(),
        }
        return Phones(pairing, {f"{pairing}.bin": json.dumps(told).encode(), "identity.age": b"identity", **more})


@dataclass
class StandInRecorder:
    """Answers `status` and notes every change; `refusal` is raised by the next, `gone` by all.

    `obeyed`: what it has erased, whatever the order says.
    """

    clock: SetClock
    asked: list[Asked] = field(default_factory=list)
    film: dict[str, Any] | None = None
    pairing_until_us: int = 0
    undervoltage: bool | None = None
    refusal: Fault | None = None
    gone: bool = False
    quiet_end: dict[str, Any] | None = None
    obeyed: list[str] = field(default_factory=list)
    armed: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)

    def pen_press(self) -> None:
        self.pairing_until_us = self.clock.monotonic_us() + 120_000_000

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if self.gone:
            raise RecorderGone("The recorder does not answer.")
        if do == "status":
            return self._status()
        if do == "preview":
            return {"jpeg": "/9j/4A==", "at_us": self.clock.monotonic_us()}
        if do == "history":
            return {"since_s": 7, "faults": [{"ago_s": 3, "code": "lens-covered", "came": True}]}
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        self.asked.append((do, fields))
        if do == "arm":
            self.armed = {key: value for key, value in fields.items() if key != "op_id"}
        return {"erased": self.obeyed, "held": []} if do == "obey" else {"state": do}

    def _status(self) -> dict[str, Any]:
        now_us = self.clock.monotonic_us()
        return {
            "state": "ready" if self.film is None else "recording",
            "boot": self.clock.boot_id(),
            "now_us": now_us,
            "film": self.film,
            "quiet_end": self.quiet_end,
            "armed": {**UNARMED, **self.armed},
            "faults": self.faults,
            "pairing_until_us": self.pairing_until_us if self.pairing_until_us > now_us else None,
            "health": {"undervoltage": self.undervoltage, "utc_source": "rtc"},
        }


@dataclass
class StandInCourier:
    """Carries nothing; `gone` as one that was never started."""

    asked: list[Asked] = field(default_factory=list)
    gone: bool = False

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if self.gone:
            raise RecorderGone("The courier does not answer.")
        if do == "status":
            return {"state": "idle", "sessions": [], "bytes": 0, "sent_bytes": 0, "eta_s": None, "fault": None}
        self.asked.append((do, fields))
        return {}


@dataclass
class StandInNet:
    """A radio that is where it was asked to be; `refusal` is raised by the next wish, `gone` by all."""

    asked: list[Asked] = field(default_factory=list)
    refusal: Fault | None = None
    gone: bool = False

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if self.gone:
            raise RecorderGone("The network does not answer.")
        wish = None
        if do == "mode":
            if self.refusal is not None:
                raise self.refusal
            self.asked.append((do, fields))
            wish = fields["mode"]
        return {"mode": "visit", "next": wish, "up": "fieldreel-visit-5", "phones": 1, "given": True}


@dataclass
class StandInTimekeeper:
    """Takes what a phone says; `gone` as one that was never started."""

    asked: list[Asked] = field(default_factory=list)
    gone: bool = False

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if self.gone:
            raise RecorderGone("The clock does not answer.")
        self.asked.append((do, fields))
        return {"source": "phone", "moved_ms": 0}


@dataclass
class StandInBench(StandInRecorder):
    """Takes what the bench takes, and judges nothing."""

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        if do == "look":
            return {"colour": "white", "faults": {}, "health": {}}
        if do not in ("finger", "click", "fault", "health", "pull"):
            raise BadInput("The bench does not know this.")
        self.asked.append((do, fields))
        return {}
