"""Two desks and two boxes see every session alike, whatever was carried when, lost on the way, or carried twice.

All of it is the real thing but the wire: parcels by the courier's own making, taken in by the office's own rounds, the
outboxes copied to the boxes; each reads by its own keeper's lanes, and the practice's fold says what it sees.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import SetClock
from appliance.courier import loads
from appliance.office.facts import Beside, make_store, public_of, read_facts
from appliance.office.ingest import Ingest
from appliance.office.register import register_device
from appliance.playback.keys import Keys
from appliance.playback.lanes import Lanes
from appliance.playback.places import BoxPlaces, Places, StorePlaces
from appliance.practice.fold import SessionView, fold
from appliance.said.trusted import Office, write_office
from appliance.said.voice import Voice
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import HybridRecipient
from appliance.sealing.signing import WriterKey, make_device
from appliance.sealing.subjects import new_subject
from appliance.store.archive import Store
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from appliance.store.sessions import SessionWriter
from tests.office.carrying import parcel, put
from tests.playback.homes import HASTY, OFFICE
from tests.store.makers import UTC_MS, opening

UNLOCK: Final = HybridIdentity.generate()
NAMES: Final = ("a", "b")
KINDS: Final = ("star", "moment", "undo", "edit")


@dataclass
class Writer:
    """One of six: each box's recorder and web, each store's desk."""

    key: WriterKey
    lane: Lane

    def write(self, about: "Session", kind: str, op: str, random: Random) -> str:
        n = self.lane.next_n()
        id_ = f"{self.key.certificate['device']}-{self.key.certificate['writer']}-{n}"
        at_ms = random.randrange(60_000)
        fields: dict[str, dict[str, Any]] = {
            "star": {"pts_ms": at_ms},
            "moment": {"pts_ms": at_ms, "in_ms": at_ms, "out_ms": at_ms + 4_000, "tags": ["x@1/y"], "note": id_},
            "undo": {"op": op},
            "edit": {"op": op, "note": f"by {id_}"},
        }
        told = {
            "v": 1,
            "id": id_,
            "lane": self.key.certificate["writer"],
            "n": n,
            "device": self.key.certificate["device"],
            "lamport": self.lane.next_lamport(random.randrange(5)),
            "at": UTC_MS,
            "at_source": "rtc",
            "by": "somebody",
            "subject": about.id,
            "kind": kind,
            **fields[kind],
        }
        hinted = told["lane"] == "desk" or random.random() < 0.8  # ingest, which opens nothing, goes by a desk's hints
        self.lane.append(n, seal_op(told, self.key, [about.recipient]), about.id if hinted else None)
        about.ops.append(id_)
        return id_


@dataclass
class Session:
    id: str
    box: str
    recipient: HybridRecipient
    ops: list[str] = field(default_factory=list)


@dataclass
class World:
    """`place` holds two homes and two stores."""

    place: Path
    sessions: list[Session]
    attempts: int = 1

    def home(self, name: str) -> Home:
        return Home(self.place / f"box-{name}")

    def store(self, name: str) -> Store:
        return Store(self.place / f"store-{name}")

    def device(self, device_dir: Path, writer: str) -> str:
        return str(WriterKey.load(device_dir, writer).certificate["device"])

    def writers(self) -> list[Writer]:
        found = []
        for name in NAMES:
            home, store = self.home(name), self.store(name)
            found += [
                Writer(WriterKey.load(home.device, each), Lane(home, each, durable=HASTY))
                for each in ("recorder", "web")
            ]
            desk = WriterKey.load(store.home.device, "desk")
            found.append(Writer(desk, Lane(store.home_of(str(desk.certificate["device"])), "desk", durable=HASTY)))
        return found

    def carry(self, box: str, store: str, first: int, *, lost: bool = False) -> None:
        """The ops of a box from `first` on, as the courier packs them, under a new attempt; or nothing comes of it."""
        home, self.attempts = self.home(box), self.attempts + 1
        for writer in ("recorder", "web"):
            for load in loads.ops(home, writer, first):
                content = b"".join(bytes(piece) for piece in loads.tar_pieces(load.files, load.hints))
                content = content[: len(content) // 2] if lost else content
                named = parcel(load.what.text, b"".join(bytes(p) for p in loads.tar_pieces(load.files, load.hints)))[0]
                name = f"{named.rpartition('~')[0]}~{self.attempts}"
                put(self.store(store).drop(self.device(home.device, "web")), [(name, content)])

    def take_in(self, store: str) -> None:
        Ingest(self.store(store), SetClock(utc_ms=UTC_MS + 60_000), HASTY).round()

    def fetch(self, box: str, store: str, random: Random, share: float) -> None:
        """Some of what lies in the outbox comes to the box."""
        home = self.home(box)
        outbox = self.store(store).outbox(self.device(home.device, "web"))
        for path in sorted(outbox.rglob("*")):
            target = home.inbox / path.relative_to(outbox)
            if (
                path.is_file()
                and path.relative_to(outbox).parts[0] in ("lanes", "statements")
                and random.random() < share
            ):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)

    def seen(self, places: Places, identity: HybridIdentity) -> dict[str, SessionView]:
        keys = Keys(places)
        keys.take(identity)
        lanes, ops = Lanes(places, keys), list[dict[str, Any]]()
        while more := lanes.new_ops():
            ops += more
        return dict(fold(ops).sessions)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two sessions for each box, archived in both stores; everybody introduced and trusted; no ops yet."""
    world = World(tmp_path_factory.mktemp("world"), [])
    for name in NAMES:
        make_device(_made(world.home(name)).device, ("recorder", "web"), f"{OFFICE.recipient.text}\n")
        make_store(world.store(name), f"store {name}", f"{OFFICE.recipient.text}\n")
    publics = {name: public_of(world.store(name)) for name in NAMES}
    for name, other in zip(NAMES, reversed(NAMES), strict=True):
        store, clock = world.store(name), SetClock(utc_ms=UTC_MS)
        beside = Beside(read_facts(world.store(other)).store, publics[other], str(world.store(other).root))
        store.facts.write_bytes(replace(read_facts(store), beside=(beside,)).line())
        desk = WriterKey.load(store.home.device, "desk")
        Voice(store.home_of(world.device(store.home.device, "desk")).statements("desk"), desk, clock, HASTY).introduce()
        stores = {read_facts(world.store(each)).store: publics[each] for each in NAMES}
        write_office(world.home(name), Office(stores, frozenset(publics.values()), 1))
        for box in NAMES:
            register_device(store, _public(world.home(box)), f"box {box}", UTC_MS)
    for name in NAMES:
        world.sessions += [_session(world, name) for _ in range(2)]
        web = WriterKey.load(world.home(name).device, "web")
        Voice(world.home(name).statements("web"), web, SetClock(utc_ms=UTC_MS), HASTY).introduce()
        for store_name in NAMES:
            _send(world, name, store_name)
    for name in NAMES:
        world.take_in(name)
    return world


def _made(home: Home) -> Home:
    home.root.mkdir()
    return home


def _public(home: Home) -> str:
    return str(WriterKey.load(home.device, "web").certificate["device_public"])


def _session(world: World, name: str) -> Session:
    home, subject = world.home(name), new_subject([OFFICE.recipient], UNLOCK.recipient)
    begun = replace(opening(), recipient=subject.recipient.text)
    signer = WriterKey.load(home.device, "recorder")
    writer = SessionWriter.begin(home, begun, subject.key, subject.local, signer, durable=HASTY)
    writer.init(seal(b"init", [subject.recipient]))
    writer.segment(0, 0, 60_000, seal(b"film", [subject.recipient]))
    writer.close("stop", UTC_MS, "rtc")
    return Session(writer.id, name, subject.recipient)


def _send(world: World, box: str, store: str) -> None:
    home = world.home(box)
    for folder in (home.session(each.id) for each in world.sessions if each.box == box):
        for load in (*loads.footage(folder), *loads.commit(folder), *loads.statements(home, "web", 0)):
            pieces = loads.tar_pieces(load.files, load.hints) if load.is_tar else [load.files[0].read_bytes()]
            content = b"".join(bytes(piece) for piece in pieces)
            put(world.store(store).drop(world.device(home.device, "web")), [parcel(load.what.text, content)])


@pytest.fixture(scope="module")
def worlds(template: World, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], World]:
    def fresh() -> World:
        place = tmp_path_factory.mktemp("walk") / "world"
        shutil.copytree(template.place, place)
        for name, other in zip(NAMES, reversed(NAMES), strict=True):
            store = Store(place / f"store-{name}")
            facts = read_facts(store)
            beside = replace(facts.beside[0], path=str(place / f"store-{other}"))
            store.facts.write_bytes(replace(facts, beside=(beside,)).line())
        return World(place, [Session(each.id, each.box, each.recipient) for each in template.sessions])

    return fresh


steps = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 3), st.sampled_from(KINDS)),
    st.tuples(st.just("carry"), st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()),
    st.tuples(st.just("take in"), st.sampled_from(NAMES)),
    st.tuples(st.just("fetch"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, min_size=4, max_size=25), st.integers(0, 1 << 30))
def test_everybody_sees_the_same_in_the_end(worlds: Callable[[], World], walk: list[Any], seed: int) -> None:
    world, random = worlds(), Random(seed)
    writers = world.writers()
    for what, *how in [*walk, ("write", 2, 0, "moment"), ("write", 5, 2, "moment"), ("write", 0, 0, "moment")]:
        match what:
            case "write":
                _write(world, writers[how[0]], world.sessions[how[1]], how[2], random)
            case "carry":
                world.carry(how[0], how[1], random.choice((0, 0, 1, 2)), lost=how[2])
            case "take in":
                world.take_in(how[0])
            case "fetch":
                world.fetch(how[0], how[1], random, 0.5)
    for box in NAMES:
        for store in NAMES:
            world.carry(box, store, 0)
    for store in (*NAMES, *NAMES):
        world.take_in(store)
    for box in NAMES:
        for store in NAMES:
            world.fetch(box, store, random, 1.0)
    desks = [world.seen(StorePlaces(world.store(name)), OFFICE) for name in NAMES]
    assert desks[0] == desks[1]
    for name in NAMES:
        own = {each.id for each in world.sessions if each.box == name}
        assert world.seen(BoxPlaces(world.home(name)), UNLOCK) == {
            session: view for session, view in desks[0].items() if session in own
        }
    assert any(view.moments or view.undone for view in desks[0].values())


def _write(world: World, writer: Writer, session: Session, kind: str, random: Random) -> None:
    """A box's own writers tag its own sessions; a desk tags any."""
    device = str(writer.key.certificate["device"])
    boxes = {world.device(world.home(name).device, "web"): name for name in NAMES}
    if boxes.get(device, session.box) == session.box:
        writer.write(session, kind, random.choice(session.ops or ["nothing"]), random)
