"""Where everything stands in a store at the office (FORMAT 12).

Apart from a box's home because lanes and statements of many devices lie in it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.store.layout import Home, is_device, is_writer

STORE: Final = "store.json"


@dataclass(frozen=True, slots=True)
class Store:
    """The one folder that holds all that an office keeps. Raises ValueError for what is no id, device or writer."""

    root: Path

    @property
    def home(self) -> Home:
        """The same folder for whatever reads `sessions/`, `families/` and `device/`, which are as on a box."""
        return Home(self.root)

    @property
    def facts(self) -> Path:
        return self.root / STORE

    @property
    def register(self) -> Path:
        return self.root / "register"

    @property
    def staff(self) -> Path:
        return self.root / "staff"

    def drop(self, device: str) -> Path:
        return self.root / "drop" / _device(device)

    def outbox(self, device: str) -> Path:
        return self.root / "outbox" / _device(device)

    def session(self, session_id: str) -> Path:
        return self.home.session(session_id)

    def family(self, family_id: str) -> Path:
        return self.home.family(family_id)

    def lane(self, device: str, writer: str) -> Path:
        return self.root / "lanes" / _device(device) / _writer(writer)

    def statements(self, device: str, writer: str) -> Path:
        return self.root / "statements" / _device(device) / _writer(writer)

    def home_of(self, device: str) -> "DeviceHome":
        """The same folder for whatever writes as one device: its lanes and statements are that device's."""
        return DeviceHome(self.root, _device(device))


@dataclass(frozen=True, slots=True)
class DeviceHome(Home):
    owner: str

    @property
    def lanes(self) -> Path:
        return self.root / "lanes" / self.owner

    def statements(self, writer: str) -> Path:
        return self.root / "statements" / self.owner / _writer(writer)


def _device(device: str) -> str:
    if not is_device(device):
        raise ValueError("not a device")
    return device


def _writer(writer: str) -> str:
    if not is_writer(writer):
        raise ValueError("not a writer's name")
    return writer
