"""A desk whose pages are asked without a server: an office on the disk, time by hand, stand-in keepers.

Apart from the tests because each of them is a few lines once somebody can sign in to one.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import SetClock
from appliance.config import Config
from appliance.errors import Fault, NotFound, WrongKey
from appliance.office.staff import Member
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from tests.desk.office import HASTY, PASSPHRASE, BoxAtHome, Office
from tests.web.box import Got, new_op_id
from tests.web.stand_ins import StandInFilms
from web_ui.desk.app import create_desk
from web_ui.desk.building import build_desk
from web_ui.desk.site import DeskSite
from web_ui.site import NAME

NAME_OF_HOST = "desk.localhost"
HOST = f"{NAME_OF_HOST}:8048"
ORIGIN = f"http://{HOST}"


@dataclass
class StandInLink(StandInFilms):
    """A keeper in memory: the "sealed" key is the passphrase itself."""

    not_here: ClassVar[type[Fault]] = NotFound
    tried: int = 0

    def open(self, staff_key: bytes, passphrase: bytearray) -> None:
        self.tried += 1
        right = staff_key == bytes(passphrase)
        passphrase[:] = bytes(len(passphrase))
        if not right:
            raise WrongKey("The passphrase is wrong.")
        self.unlocked = True

    def lock(self) -> None:
        self.unlocked = False


@dataclass
class Browser:
    """A browser at the desk's address; keeps its cookies."""

    client: FlaskClient
    clock: SetClock

    def get(self, path: str, **headers: str) -> Got:
        self.clock.advance(ms=50)
        return Got.of(self.client.get(path, base_url=ORIGIN, headers=headers))

    def post(self, path: str, body: object = None, **headers: str) -> Got:
        self.clock.advance(ms=50)
        asked = {"op_id": new_op_id(), **body} if isinstance(body, dict) else {"op_id": new_op_id()}
        return self.send(path, json.dumps(asked).encode(), **{"Content-Type": "application/json", **headers})

    def send(self, path: str, data: bytes, **headers: str) -> Got:
        return Got.of(self.client.post(path, base_url=ORIGIN, data=data, headers={"Origin": ORIGIN, **headers}))

    def sign_in(self, member: Member, passphrase: str = PASSPHRASE) -> Got:
        return self.post("/api/sign-in", {"staff": member.id, "passphrase": passphrase})

    def read(self, path: str) -> Any:
        got = self.get(path)
        assert got.status == 200, got.text
        return got.json

    def done(self, path: str, **body: Any) -> Any:
        got = self.post(path, body)
        assert got.status == 200, got.text
        return got.json


@dataclass
class Desk:
    """`start` again is a restart of the desk's process."""

    place: Path
    office: Office = field(init=False)
    box: BoxAtHome = field(init=False)
    anna: Member = field(init=False)
    links: list[StandInLink] = field(default_factory=list)
    ops: list[dict[str, Any]] = field(default_factory=list)
    films: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.office = Office(self.place)
        self.box = self.office.box()
        self.anna = self.office.member("Anna")
        self.app = self.start()

    @property
    def clock(self) -> SetClock:
        return self.office.clock

    @property
    def site(self) -> DeskSite:
        site: DeskSite = self.app.extensions[NAME]
        return site

    def start(self) -> Flask:
        root, run = self.office.store.root, self.place / "run"
        config = Config().with_(home=root, run=run, site="desk", hosts=(NAME_OF_HOST,))
        self.app = create_desk(config, build_desk(config, clock=self.clock, new_link=self._new_link, durable=HASTY))
        return self.app

    def _new_link(self) -> StandInLink:
        link = StandInLink(told=list(self.ops), films=self.films)
        self.links.append(link)
        return link

    def browser(self) -> Browser:
        return Browser(self.app.test_client(), self.clock)

    def signed_in(self, member: Member | None = None) -> Browser:
        browser = self.browser()
        got = browser.sign_in(member or self.anna)
        assert got.status == 200, got.text
        return browser

    def session(self, **options: Any) -> str:
        """A session at the office that a stand-in keeper plays, with the op that says whose it is."""
        family = options.pop("family", "F-017")
        session = self.box.session(family=None, **options)
        self.films[session] = [b"%d" % n for n in range(5)]
        if family is not None:
            self.ops.append(purposed(session, family, len(self.ops)))
        return session

    def deeds(self) -> list[dict[str, Any]]:
        """Every op in the desk's lane, opened with the office key and found signed by the desk, in order."""
        certificate = WriterKey.load(self.office.store.home.device, "desk").certificate
        check = known_writers([certificate])
        paths = sorted(self.office.store.lane(str(certificate["device"]), "desk").glob("*.op.age"))
        return [
            open_op(Sealed.found(path.read_bytes()), [self.office.key], check, {"lane": "desk", "n": n})
            for n, path in enumerate(paths)
        ]

    def whats(self) -> list[str]:
        return [deed["what"] for deed in self.deeds()]


def purposed(session: str, family: str, n: int, purpose: str = "film") -> dict[str, Any]:
    return {
        "v": 1,
        "id": new_op_id(),
        "lane": "recorder",
        "n": n,
        "device": "ab" * 8,
        "lamport": n + 1,
        "at": 0,
        "at_source": "rtc",
        "by": "box",
        "subject": session,
        "kind": "session",
        "family": family,
        "purpose": purpose,
        "discreet": False,
    }


def coded(family: str, code: str, n: int) -> dict[str, Any]:
    """A box's op that gives a family its code."""
    told = {**purposed(family, "", n), "lane": "web", "subject": family, "kind": "family", "code": code}
    return {key: value for key, value in told.items() if key not in ("family", "purpose", "discreet")} | {
        "language": None
    }
