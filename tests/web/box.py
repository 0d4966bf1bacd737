"""A box whose pages are asked without a server: a home on the disk, time by hand, stand-ins behind the app.

Apart from the tests because each of them is a few lines once a phone can be had in one.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from appliance.clock import SetClock
from appliance.config import Config
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey, make_device
from appliance.sealing.statements import read_statement
from appliance.store.durable import Durable
from appliance.store.lanes import read_hints
from appliance.store.layout import Home, op_name, op_number
from appliance.store.sessions import Opening, SessionWriter
from tests.store.makers import film as film_seconds
from tests.store.makers import sealed
from tests.web.stand_ins import (
    StandInBench,
    StandInCourier,
    StandInKeeper,
    StandInNet,
    StandInRecorder,
    StandInTimekeeper,
)
from web_ui.app import create_app
from web_ui.building import build_site
from web_ui.site import NAME, BoxSite

NAME_OF_HOST = "box.localhost"
HOST = f"{NAME_OF_HOST}:8047"
ORIGIN = f"http://{HOST}"
PIN = "2580"
SECOND_US = 1_000_000
OFFICE = HybridIdentity.generate()
SESSION_KEY = HybridIdentity.generate()
"""One identity for all sessions of these tests: making one costs more than most of them."""


def new_op_id() -> str:
    return str(uuid.uuid4())


def tap(box: "WebBox", ago_s: float = 0, kind: str = "moment", **more: Any) -> dict[str, Any]:
    """An op as a phone queues it at a tap so long ago."""
    at_us = box.clock.monotonic_us() - round(ago_s * SECOND_US)
    return {"id": new_op_id(), "kind": kind, "boot": box.clock.boot_id(), "at_us": at_us, **more}


@dataclass(frozen=True, slots=True)
class Got:
    """An answer, read."""

    status: int
    headers: Headers
    data: bytes

    @classmethod
    def of(cls, answer: TestResponse) -> "Got":
        with answer:
            return cls(answer.status_code, answer.headers, answer.get_data())

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def code(self) -> str:
        """Of the Fault; "" for none."""
        return str(self.json.get("fault", {}).get("code", ""))


@dataclass
class Browser:
    """A browser at the box's address; keeps its cookies."""

    client: FlaskClient
    clock: SetClock
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Got:
        self.clock.advance(ms=50)
        return Got.of(self.client.get(path, base_url=ORIGIN, headers={**self.headers, **headers}))

    def post(self, path: str, body: object = None, **headers: str) -> Got:
        self.clock.advance(ms=50)
        asked = {"op_id": new_op_id(), **body} if isinstance(body, dict) else {"op_id": new_op_id()}
        return self.send(path, json.dumps(asked).encode(), **{"Content-Type": "application/json", **headers})

    def send(self, path: str, data: bytes, **headers: str) -> Got:
        told = {"Origin": ORIGIN, **self.headers, **headers}
        return Got.of(self.client.post(path, base_url=ORIGIN, data=data, headers=told))

    def cookie(self, kind: str) -> str | None:
        found = self.client.get_cookie(f"__Host-box-{kind}", NAME_OF_HOST)
        return None if found is None else found.value

    def take_cookie(self, kind: str, value: str) -> None:
        self.client.set_cookie(f"__Host-box-{kind}", value, domain=NAME_OF_HOST)

    def pair(self, pin: str = PIN, **fields: Any) -> Got:
        return self.post("/api/pair", {"pin": pin, **fields})

    def unlock(self, pin: str = PIN) -> Got:
        return self.post("/api/unlock", {"pin": pin})

    def tag(self, *ops: Mapping[str, Any]) -> Any:
        answer = self.post("/api/ops", {"ops": list(ops)})
        assert answer.status == 200, answer.text
        return answer.json


@dataclass
class WebBox:
    """`start` again is a restart of the web process: what it had in memory is gone, cookies of browsers are not."""

    place: Path
    hardware: str = "bench"
    clock: SetClock = field(default_factory=SetClock)
    keeper: StandInKeeper = field(default_factory=StandInKeeper)
    courier: StandInCourier = field(default_factory=StandInCourier)
    net: StandInNet = field(default_factory=StandInNet)
    durable: Durable | None = None
    timekeeper: StandInTimekeeper = field(default_factory=StandInTimekeeper)

    def __post_init__(self) -> None:
        self.home.root.mkdir(parents=True, mode=0o700)
        make_device(self.home.device, ("recorder", "web"), f"{OFFICE.recipient.text}\n")
        self.recorder = StandInRecorder(self.clock)
        self.bench = StandInBench(self.clock)
        self.keeper.clock = self.clock
        self.app = self.start()

    @property
    def home(self) -> Home:
        return Home(self.place / "home")

    @property
    def config(self) -> Config:
        run = self.place / "run"
        return Config().with_(home=self.home.root, run=run, hardware=self.hardware)

    @property
    def site(self) -> BoxSite:
        site: BoxSite = self.app.extensions[NAME]
        return site

    def start(self) -> Flask:
        self.keeper.unlocked, self.keeper.given = False, 0
        self.keeper.read_lanes = self.family_ops
        stand_ins: Any = {"clock": self.clock, "recorder": self.recorder, "keeper": self.keeper}
        site = build_site(self.config, durable=self.durable, **stand_ins)
        site.bench = site.plug = self.bench
        site.courier = self.courier
        site.net = self.net
        site.timekeeper = self.timekeeper
        self.app = create_app(self.config, site)
        return self.app

    def browser(self, **headers: str) -> Browser:
        return Browser(self.app.test_client(), self.clock, headers)

    def again(self, browser: Browser) -> Browser:
        """The same browser after a restart of the web process."""
        back = self.browser()
        for kind in ("phone", "signin"):
            value = browser.cookie(kind)
            if value is not None:
                back.take_cookie(kind, value)
        return back

    def phone(self) -> Browser:
        """Paired and unlocked, by its own press of the recessed button."""
        browser = self.browser()
        self.recorder.pen_press()
        assert browser.pair().status == 200
        self.clock.advance(ms=1)
        return browser

    def paired(self) -> Browser:
        """Paired, and the box locked again."""
        browser = self.phone()
        assert browser.post("/api/lock").status == 200
        return browser

    def session(self, seconds: int = 5, *, live: bool = False, ago_s: int = 0, confirmed: bool = True) -> SessionWriter:
        """A session that began so long ago, or begins now; its pictures are only bytes.

        `confirmed`: somebody said on this box that its consent is on record.
        """
        opening = Opening(
            recipient=SESSION_KEY.recipient.text,
            boot=self.clock.boot_id(),
            mono_us=self.clock.monotonic_us() - ago_s * 1_000_000,
            utc_ms=self.clock.utc_ms() - ago_s * 1000,
            utc_source="rtc",
            continues=None,
            width=640,
            height=360,
            fps=30,
            bitrate=1_000_000,
        )
        signer = WriterKey.load(self.home.device, "recorder")
        writer = SessionWriter.begin(self.home, opening, sealed("key"), sealed("local"), signer)
        writer.init(sealed("init"))
        if confirmed:
            self.site.standings.confirm(writer.id, new_op_id())
        film_seconds(writer, seconds)
        if not live:
            writer.close("stop", self.clock.utc_ms(), "rtc")
        return writer

    def family_ops(self, begin: int = 0) -> list[dict[str, Any]]:
        """Those of the web's lane from this number on that are about a family, opened with the keys that it made."""
        check = known_writers([WriterKey.load(self.home.device, "web").certificate])
        hints, found = read_hints(self.home.lane("web")), []
        for n, subject in sorted(hints.items()):
            key = self.home.families / subject / "key.age"
            if n >= begin and key.exists():
                (identity,) = read_identities(open_sealed(Sealed.found(key.read_bytes()), [OFFICE]), str)
                sealed = Sealed.found((self.home.lane("web") / op_name(n)).read_bytes())
                found.append(open_op(sealed, [identity], check, {"lane": "web", "n": n, "subject": subject}))
        return found

    def said(self) -> list[dict[str, Any]]:
        """Every statement of the web's, in order."""
        return [read_statement(path.read_bytes()) for path in sorted(self.home.statements("web").glob("*.json"))]

    def ops(self) -> list[dict[str, Any]]:
        """All that stands in the web's lane, opened with the session's key and found signed by the web."""
        check = known_writers([WriterKey.load(self.home.device, "web").certificate])
        paths = sorted(self.home.lane("web").glob("*.op.age"))
        return [
            open_op(Sealed.found(path.read_bytes()), [SESSION_KEY], check, {"lane": "web", "n": op_number(path.name)})
            for path in paths
        ]
