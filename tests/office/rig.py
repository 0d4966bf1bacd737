"""An office with its stores, and boxes that carry to them: real keys and real folders, the time moved by hand."""

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.clock import SetClock
from appliance.office.facts import Facts, make_store
from appliance.office.ingest import Ingest
from appliance.office.register import register_device
from appliance.office.report import Report
from appliance.said.voice import Voice
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.sessions import Opening, SessionWriter
from tests.office.carrying import family_parcel, put, run_parcel, session_parcels
from tests.store.makers import BOOT, UTC_MS, make_signer, sealed
from tests.store.stopping import no_syncs

OFFICE = HybridIdentity.generate()
RECIPIENTS = f"{OFFICE.recipient.text}\n"
END_MS = UTC_MS + 60_000
"""When every session ends, unless a test says otherwise."""


class CarryingBox:
    """A box by its home alone; `seed` makes its keys."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.home, self.seed = Home(folder), seed
        self.device = str(make_signer(seed).certificate["device"])
        self.public = str(make_signer(seed).certificate["device_public"])
        self.clock = SetClock(utc_ms=END_MS)

    def record(self, seconds: int = 7, end_ms: int = END_MS, source: str = "rtc", segment_bytes: int = 300) -> Path:
        opening = Opening("age1pq1test", BOOT, 5_000_000, UTC_MS, source, None, 1920, 1080, 30, 8_000_000)
        writer = SessionWriter.begin(
            self.home,
            opening,
            sealed(f"age-encryption.org/v1\n-> mlkem768x25519 key {uuid.uuid4()}"),
            sealed("local"),
            make_signer(self.seed),
            durable=Durable(no_syncs()),
        )
        writer.init(sealed("init"))
        for n in range(seconds):
            writer.segment(n, n * 1000, 1000, sealed(f"second {n} of {writer.id}", segment_bytes))
        writer.close("stop", end_ms, source)
        return writer.folder

    def family(self) -> Path:
        folder = self.home.family(uuid.uuid4().hex)
        folder.mkdir(parents=True)
        (folder / "key.age").write_bytes(b"age-encryption.org/v1\n-> mlkem768x25519 " + folder.name.encode())
        return folder

    def op(self, n: int, writer: str = "web", text: str = "") -> Path:
        folder = self.home.lane(writer)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{n:06d}.op.age"
        path.write_bytes(b"age-encryption.org/v1\n-> mlkem768x25519 op " + f"{n}{text}".encode())
        return path

    def say(self, writer: str, kind: str, **told: Any) -> str:
        """Its own word; gives the statement's id."""
        voice = Voice(self.home.statements(writer), make_signer(self.seed, writer), self.clock, Durable(no_syncs()))
        return str(json.loads(voice.say(kind, told))["id"])

    def said_parcel(self, writer: str, first: int = 0) -> tuple[str, bytes]:
        return run_parcel("said", self.home.statements(writer), first)

    def lane_parcel(self, writer: str = "web", first: int = 0, attempt: int = 1) -> tuple[str, bytes]:
        return run_parcel("lane", self.home.lane(writer), first, attempt)


class OfficeRig:
    """One store; `again` is a new process in it."""

    def __init__(self, folder: Path, *, copies: tuple[str, ...] = (), beside: tuple[Store, ...] = ()) -> None:
        self.store, self.clock = Store(folder), SetClock(utc_ms=END_MS + 1_000)
        self.facts: Facts = make_store(self.store, "disk 1", RECIPIENTS, beside, copies)
        self.device = str(WriterKey.load(self.store.home.device, "ingest").certificate["device"])
        self.again()

    def again(self, durable: Durable | None = None) -> Ingest:
        self.ingest = Ingest(self.store, self.clock, durable or Durable(no_syncs()))
        return self.ingest

    def know(self, box: CarryingBox, name: str = "box 1") -> None:
        register_device(self.store, box.public, name, END_MS)

    def round(self) -> Report:
        return self.ingest.round()

    def carry(self, box: CarryingBox, *folders: Path, attempt: int = 1) -> list[Path]:
        """Sessions into the drop, whole."""
        return [path for folder in folders for path in put(self.drop(box), session_parcels(folder, attempt))]

    def put(self, box: CarryingBox, *parcels: tuple[str, bytes]) -> list[Path]:
        return put(self.drop(box), parcels)

    def bring_family(self, box: CarryingBox) -> Path:
        folder = box.family()
        self.put(box, family_parcel(folder))
        return folder

    def drop(self, box: CarryingBox) -> Path:
        return self.store.drop(box.device)

    def desk(self, kind: str, **told: Any) -> str:
        """A word of the desk; gives its id."""
        signer = WriterKey.load(self.store.home.device, "desk")
        folder = self.store.statements(self.device, "desk")
        return str(json.loads(Voice(folder, signer, self.clock, Durable(no_syncs())).say(kind, told))["id"])

    def receipt(self, box: CarryingBox, session: str) -> dict[str, Any] | None:
        path = self.store.outbox(box.device) / "receipts" / f"{session}.{self.facts.store}.json"
        return json.loads(path.read_bytes()) if path.exists() else None

    def said(self, kind: str) -> list[dict[str, Any]]:
        folder = self.store.statements(self.device, "ingest")
        told: Iterable[dict[str, Any]] = (json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json")))
        return [each for each in told if each["kind"] == kind]

    def archived(self, session: str) -> Path:
        return self.store.session(session)


def same(one: Path, other: Path) -> bool:
    """Whether two session folders hold the same, `local.age` apart."""
    return files(one) == files(other)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "local.age"}
