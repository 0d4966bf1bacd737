"""Where a keeper finds what it may open: on a box, or in a store at the office.

Apart because box and desk differ in nothing else: in which file a subject's key lies, and whose lanes lie where.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from appliance.errors import BadInput, FileTampered
from appliance.office.facts import read_facts
from appliance.said.trusted import read_office
from appliance.sealing.certificates import check_certificate, device_of_public
from appliance.sealing.ops import CheckOp, known_writers
from appliance.store.archive import Store
from appliance.store.finder import SegmentFinder
from appliance.store.layout import KEY, LOCAL, LOG, Home, is_device, is_writer
from appliance.store.listing import session_folders

Certificate = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LanePlace:
    """One writer's lane. `expected`: what each of its ops must say of itself; `check`: whether its writer signed it.

    `carried`: it was filed here by others, in any order.
    """

    folder: Path
    expected: Mapping[str, Any]
    check: CheckOp
    carried: bool = False


class Places(Protocol):
    """`key_name`: the file of a subject in which the keeper's identity finds the subject's.

    `agency`: whether that identity itself opens what is sealed to the agency.
    """

    @property
    def home(self) -> Home: ...
    @property
    def key_name(self) -> str: ...
    @property
    def agency(self) -> bool: ...
    def lanes(self) -> Iterator[LanePlace]:
        """All lanes that can be believed by now; more may come."""
        ...


class BoxPlaces:
    """A box: what is kept for playing back on it, the lanes of its own writers, and what came of its office's desks.

    A desk's lane is read as soon as something that it said in clear has come, too: that carries its certificate.
    """

    key_name: Final = LOCAL
    agency: Final = False

    def __init__(self, home: Home) -> None:
        self.home: Final = home
        self._check = known_writers(_certificates_in(home.device))
        self._desks: dict[tuple[str, str], CheckOp] = {}

    def lanes(self) -> Iterator[LanePlace]:
        for folder in _folders(self.home.lanes):
            yield LanePlace(folder, {"lane": folder.name}, self._check)
        for device in _folders(self.home.inbox / "lanes"):
            for folder in _folders(device) if is_device(device.name) else ():
                check = self._check_of(device.name, folder.name) if is_writer(folder.name) else None
                if check is not None:
                    yield LanePlace(folder, {"lane": folder.name, "device": device.name}, check, carried=True)

    def _check_of(self, device: str, writer: str) -> CheckOp | None:
        known = self._desks.get((device, writer))
        if known is None:
            certificate = _first_said(self.home.inbox / "statements" / device / writer)
            about = certificate.get("device"), certificate.get("writer")
            believed = certificate.get("device_public") in _desks(self.home) and check_certificate(certificate)
            if about != (device, writer) or not believed:
                return None
            known = self._desks[device, writer] = known_writers([certificate])
        return known


@dataclass(slots=True)
class StorePlaces:
    """A store: everything that is sealed to the office, and the lanes of its own writers and of registered devices.

    A lane is read as soon as its writer's certificate is known: from what the writer said in clear or, for a recorder,
    from the log of a session.
    """

    store: Store
    _checks: dict[tuple[str, str], CheckOp] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        return self.store.home

    @property
    def key_name(self) -> str:
        return KEY

    @property
    def agency(self) -> bool:
        return True

    def lanes(self) -> Iterator[LanePlace]:
        for device in _folders(self.home.lanes):
            for folder in _folders(device) if is_device(device.name) else ():
                if is_writer(folder.name) and (check := self._check_of(device.name, folder.name)) is not None:
                    yield LanePlace(folder, {"lane": folder.name, "device": device.name}, check, carried=True)

    def _check_of(self, device: str, writer: str) -> CheckOp | None:
        known = self._checks.get((device, writer))
        if known is None:
            found = next(self._certificates_of(device, writer), None)
            if found is None:
                return None
            known = self._checks[device, writer] = known_writers([found])
        return known

    def _certificates_of(self, device: str, writer: str) -> Iterator[Certificate]:
        """Genuine ones of this writer of a device whose key the office knows, wherever one lies."""
        public = self._device_public(device)
        for found in self._told_certificates(device, writer):
            about = found.get("device"), found.get("writer"), found.get("device_public")
            if about == (device, writer, public) and check_certificate(found):
                yield found

    def _told_certificates(self, device: str, writer: str) -> Iterator[Certificate]:
        yield from _certificates_in(self.home.device)
        yield _first_said(self.store.statements(device, writer))
        for folder in session_folders(self.home) if writer == "recorder" else ():
            with suppress(OSError, FileTampered):
                opened = SegmentFinder(folder / LOG).opened()
                yield opened.certificate if opened is not None else {}

    def _device_public(self, device: str) -> object:
        """Of this store itself, of the desk of one beside it, or of a box in the register."""
        for own in _certificates_in(self.home.device):
            if own.get("device") == device:
                return own.get("device_public")
        with suppress(BadInput):
            for beside in read_facts(self.store).beside:
                if device_of_public(beside.public) == device:
                    return beside.public
        return _object(self.store.register / f"{device}.json").get("device_public")


def _first_said(folder: Path) -> Certificate:
    """The certificate in this writer's first statement here; an empty one where there is none."""
    first = min(folder.glob("*.json"), default=None)
    certificate = {} if first is None else _object(first).get("certificate")
    return certificate if isinstance(certificate, dict) else {}


def _desks(home: Home) -> frozenset[str]:
    """Public keys of the desks that this box believes; none where nobody can be made out."""
    with suppress(BadInput):
        return read_office(home).desks
    return frozenset()


def _certificates_in(device_dir: Path) -> Iterator[Certificate]:
    """Those of this machine's writers; whether they are genuine is for whoever uses them."""
    for path in sorted(device_dir.glob("*.cert")):
        yield _object(path)


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, an empty one where there is none."""
    with suppress(OSError, ValueError, RecursionError):
        told = json.loads(path.read_bytes())
        if isinstance(told, dict):
            return told
    return {}


def _folders(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
