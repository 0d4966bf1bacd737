"""An office for tests: a store with its own keys, boxes that have carried sessions home, and staff.

Apart from the tests because the pages, the keeper and the journey all begin with one.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.clock import SetClock
from appliance.office.facts import make_store, read_facts
from appliance.office.register import register_device
from appliance.office.staff import Member
from appliance.said.voice import Voice
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import HybridRecipient, Recipient, parse_recipient
from appliance.sealing.signing import WriterKey, make_device
from appliance.sealing.subjects import new_subject
from appliance.store.archive import Store
from appliance.store.durable import Durable, SyncKind, Syncs
from appliance.store.lanes import Lane
from appliance.store.layout import Home, new_id
from appliance.store.sessions import Opening, SessionWriter

UNSYNCED: set[SyncKind] = {"segment", "log", "folder", "file"}
HASTY = Durable(Syncs(UNSYNCED))
PASSPHRASE = "plain words for tests"
SECOND_US = 1_000_000


@dataclass
class BoxAtHome:
    """A registered box: what it records goes to the office at once."""

    store: Store
    clock: SetClock
    office: HybridRecipient
    name: str
    home: Home
    writers: dict[str, WriterKey] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.root.mkdir(parents=True, mode=0o700)
        make_device(self.home.device, ("recorder", "web"), f"{self.office.text}\n")
        self.writers = {name: WriterKey.load(self.home.device, name) for name in ("recorder", "web")}
        register_device(self.store, str(self.certificate["device_public"]), self.name, self.clock.utc_ms())
        Voice(self.store.statements(self.device, "web"), self.writers["web"], self.clock, HASTY).introduce()
        at_office = self.store.home_of(self.device)
        self.lanes = {name: Lane(at_office, name, durable=HASTY) for name in self.writers}

    @property
    def certificate(self) -> Any:
        return self.writers["recorder"].certificate

    @property
    def device(self) -> str:
        return str(self.certificate["device"])

    def session(
        self,
        segments: Iterable[bytes] = (b"0", b"1", b"2", b"3", b"4"),
        *,
        family: str | None = "F-017",
        purpose: str = "film",
        ago_days: float = 0,
        recipient: HybridIdentity | None = None,
        init: bytes = b"init",
    ) -> str:
        """Recorded, closed and carried home whole; says whose it is. `recipient`: shared by many, which is cheap."""
        subject = new_subject([self.office], None)
        key = subject.key
        if recipient is not None:
            key = seal(f"{recipient.text}\n".encode(), [self.office])
        to: HybridRecipient = subject.recipient if recipient is None else recipient.recipient
        utc_ms = self.clock.utc_ms() - round(ago_days * 86_400_000)
        opening = Opening(to.text, self.clock.boot_id(), SECOND_US, utc_ms, "rtc", None, 640, 360, 30, 1_000_000)
        writer = SessionWriter.begin(self.home, opening, key, None, self.writers["recorder"], durable=HASTY)
        writer.init(seal(init, [to]))
        for n, segment in enumerate(segments):
            writer.segment(n, n * 1000, 1000, seal(segment, [to]))
        writer.close("stop", utc_ms, "rtc")
        shutil.move(writer.folder, self.store.session(writer.id))
        if family is not None:
            self.op("recorder", writer.id, to, "session", family=family, purpose=purpose, discreet=False)
        return writer.id

    def op(self, writer: str, subject: str, to: Recipient, kind: str, **fields: Any) -> dict[str, Any]:
        """One op of this box in its lane at the office."""
        lane, signer = self.lanes[writer], self.writers[writer]
        op = {
            "v": 1,
            "id": _uuid(),
            "lane": writer,
            "n": lane.next_n(),
            "device": self.device,
            "lamport": lane.next_lamport(),
            "at": self.clock.utc_ms(),
            "at_source": "rtc",
            "by": "phone",
            "subject": subject,
            "kind": kind,
            **fields,
        }
        lane.append(int(str(op["n"])), seal_op(op, signer, [to]), subject)
        return op

    def moment(self, session: str, pts_ms: int = 2_000, *, to: Recipient | None = None) -> dict[str, Any]:
        times = {"pts_ms": pts_ms, "in_ms": max(0, pts_ms - 1_000), "out_ms": pts_ms + 1_000}
        tags = {"tags": ["orion-8@1/taking-turns"], "note": ""}
        return self.op("web", session, to or recipient_of(self.store, session), "moment", **times, **tags)

    def say(self, writer: str, kind: str, **told: Any) -> None:
        """A statement of this box, as it came to the office."""
        folder = self.store.statements(self.device, writer)
        Voice(folder, self.writers[writer], self.clock, HASTY).say(kind, told)


@dataclass
class Office:
    """`staff`: name -> passphrase. The key of a member is real only where `sealed` is asked for: it takes a second."""

    place: Path
    clock: SetClock = field(default_factory=SetClock)
    key: HybridIdentity = field(default_factory=HybridIdentity.generate)

    def __post_init__(self) -> None:
        make_store(self.store, "Family office North", f"{self.key.recipient.text}\n")

    @property
    def store(self) -> Store:
        return Store(self.place / "store")

    @property
    def id(self) -> str:
        return read_facts(self.store).store

    @property
    def device(self) -> str:
        return str(WriterKey.load(self.store.home.device, "desk").certificate["device"])

    def box(self, name: str = "Box 1") -> BoxAtHome:
        return BoxAtHome(self.store, self.clock, self.key.recipient, name, Home(self.place / name.replace(" ", "-")))

    def member(self, name: str, passphrase: str = PASSPHRASE) -> Member:
        """Somebody whose copy only the stand-in keeper opens."""
        member = Member(new_id(), name, self.clock.utc_ms())
        self.store.staff.mkdir(exist_ok=True)
        (self.store.staff / f"{member.id}.key").write_bytes(passphrase.encode())
        (self.store.staff / f"{member.id}.json").write_bytes(member.line())
        return member

    def receipt(self, box: BoxAtHome, session: str, number: int, *, hold: bool = False) -> None:
        """What ingest signs when it holds a session whole."""
        from appliance.sealing.statements import make_statement

        told = {
            "box": box.device,
            "session": session,
            "number": number,
            "store": self.id,
            "sums_sha256": "ab" * 32,
            "bytes": 5,
            "purge_after": self.clock.utc_ms() + 7 * 86_400_000,
            "hold": hold,
        }
        signer = WriterKey.load(self.store.home.device, "ingest")
        folder = self.store.outbox(box.device) / "receipts"
        folder.mkdir(parents=True, exist_ok=True)
        line = make_statement("receipt", self.clock.utc_ms(), told, signer)
        (folder / f"{session}.{self.id}.json").write_bytes(line)

    def ingest_says(self, kind: str, **told: Any) -> None:
        signer = WriterKey.load(self.store.home.device, "ingest")
        Voice(self.store.statements(self.device, "ingest"), signer, self.clock, HASTY).say(kind, told)


def recipient_of(store: Store, session: str) -> Recipient:
    with (store.session(session) / "log.jsonl").open() as log:
        return parse_recipient(str(json.loads(log.readline())["recipient"]))


def _uuid() -> str:
    import uuid

    return str(uuid.uuid4())
