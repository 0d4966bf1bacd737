"""A box's sessions, what it believes, and what makes them go; without camera and threads, the time moved by hand."""

import json
import uuid
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from appliance.clock import SetClock
from appliance.recorder.erasures import Erasures
from appliance.recorder.expiry import Expiry
from appliance.said.believing import Believing
from appliance.said.trusted import Office, write_office
from appliance.said.voice import Voice
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.sums import file_sha256
from tests.said.makers import OTHER_STORE, OTHER_STORE_ID, STORE, STORE_ID, line, public_of, receipt_told
from tests.store.makers import SIGNER, make_signer, record

DEVICE = str(SIGNER.certificate["device"])
PUBLIC = str(SIGNER.certificate["device_public"])
OWN = 1
"""The seed of this box."""


class ErasingBox:
    """`restart` is a new process in the same home."""

    def __init__(self, folder: Path, durable: Durable | None = None, receipts: int = 1) -> None:
        self.home, self.clock, self.source = Home(folder), SetClock(utc_ms=1_780_000_100_000), "rtc"
        self.home.device.mkdir(parents=True, exist_ok=True)
        stores = {STORE_ID: public_of(STORE), OTHER_STORE_ID: public_of(OTHER_STORE)}
        write_office(self.home, Office(stores, frozenset({public_of(STORE)}), receipts))
        self.told: list[tuple[str, str]] = []
        self.filming: str | None = None
        self.restart(durable or Durable())

    def restart(self, durable: Durable | None = None) -> None:
        durable = durable or Durable()
        self.voice = Voice(self.home.statements("recorder"), SIGNER, self.clock, durable)
        believing = Believing(self.home, self.voice, PUBLIC)
        self.erasures = Erasures(
            self.home, self.voice, believing, clock=self.clock, utc_source=lambda: self.source, durable=durable
        )
        self.erasures.tell, self.erasures.filming = self._tell, lambda: self.filming
        self.expiry = Expiry(self.erasures, self.clock, lambda: self.source, durable)

    def _tell(self, session: str, op_id: str) -> "Future[str]":
        self.told.append((session, op_id))
        done: Future[str] = Future()
        done.set_result(op_id)
        return done

    def record(self) -> str:
        return record(self.home).name

    def family(self) -> str:
        family = uuid.uuid4().hex
        self.home.family(family).mkdir(parents=True)
        for name in ("key.age", "local.age"):
            (self.home.family(family) / name).write_bytes(b"key of a family")
        return family

    def receive(self, session: str, seed: int = STORE, store: str = STORE_ID, **other: Any) -> None:
        """A receipt comes from a store."""
        sums = file_sha256(self.home.session(session) / "SHA256SUMS")
        told = {**receipt_told(session, sums, box=DEVICE, store=store), **other}
        self.home.receipts.mkdir(exist_ok=True)
        (self.home.receipts / f"{session}.{store}.json").write_bytes(line(seed, "ingest", "receipt", **told))

    def say(self, writer: str, kind: str, seed: int = STORE, at: int = 1, **told: Any) -> str:
        """A desk (or, for `seed` OWN, this box's own web) says something; gives the line."""
        device = make_signer(seed).certificate["device"]
        inbox = self.home.inbox / "statements" / str(device) / writer
        folder = self.home.statements(writer) if seed == OWN else inbox
        folder.mkdir(parents=True, exist_ok=True)
        text = line(seed, writer, kind, at, **told)
        (folder / f"{len(list(folder.iterdir())):06d}.json").write_bytes(text)
        return text.decode()

    def said(self) -> list[dict[str, Any]]:
        folder = self.home.statements("recorder")
        return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]

    def stands(self, session: str) -> bool:
        return self.home.session(session).exists()


def op_id() -> str:
    return str(uuid.uuid4())
