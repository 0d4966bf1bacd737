"""A family withdraws: box, inbox, archive and key copies hold no key of it, and what was sealed stays shut."""

import shutil
import uuid
from pathlib import Path

import pytest

from appliance.errors import WrongKey
from appliance.recorder.erasures import Erasures
from appliance.said.believing import Believing
from appliance.said.trusted import Office, write_office
from appliance.said.voice import Voice
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.ops import known_writers, open_op, seal_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.subjects import Subject, new_subject
from appliance.sealing.wrapping import Identity
from appliance.store.durable import Durable
from appliance.store.sessions import SessionWriter
from tests.office.carrying import family_parcel, run_parcel, session_parcels
from tests.office.rig import OFFICE, CarryingBox, OfficeRig
from tests.store.makers import make_signer, opening, sealed
from tests.store.stopping import no_syncs

UNLOCK = HybridIdentity.generate()
"""The box's own opening key: what a paired phone unlocks."""


def no_passphrase() -> str:
    raise AssertionError("no key here has one")


def real_session(box: CarryingBox) -> tuple[Path, Subject]:
    subject = new_subject([OFFICE.recipient], UNLOCK.recipient)
    assert subject.local is not None
    writer = SessionWriter.begin(
        box.home, opening(), subject.key, subject.local, make_signer(box.seed), durable=Durable(no_syncs())
    )
    writer.init(sealed("init"))
    writer.segment(0, 0, 1000, sealed("a second", 200))
    writer.close("stop", box.clock.utc_ms(), "rtc")
    return writer.folder, subject


def real_family(box: CarryingBox) -> tuple[Path, Subject]:
    subject = new_subject([OFFICE.recipient], UNLOCK.recipient)
    folder = box.home.family(uuid.uuid4().hex)
    folder.mkdir(parents=True)
    assert subject.local is not None
    (folder / "key.age").write_bytes(subject.key.data)
    (folder / "local.age").write_bytes(subject.local.data)
    return folder, subject


def write_ops(box: CarryingBox, *about: tuple[str, Subject]) -> None:
    signer = make_signer(box.seed, "web")
    box.home.lane("web").mkdir(parents=True)
    for n, (id_, subject) in enumerate(about):
        head = {"v": 1, "id": str(uuid.uuid4()), "lane": "web", "n": n, "device": box.device, "lamport": n, "at": 1}
        op = {**head, "at_source": "rtc", "by": "phone", "subject": id_, "kind": "moment", "note": "a word of theirs"}
        (box.home.lane("web") / f"{n:06d}.op.age").write_bytes(seal_op(op, signer, [subject.recipient]).data)


def opened_notes(lane: Path, places: list[Path], box: CarryingBox) -> int:
    """How many ops open with every key that can be found anywhere, for the office and for an unlocked box."""
    identities: list[Identity] = [OFFICE, UNLOCK]
    for place in places:
        for path in sorted(place.rglob("*")):
            if path.is_file() and path.suffixes[-1:] != [".json"]:
                identities += _identities(path)
    check, opened = known_writers([make_signer(box.seed, "web").certificate]), 0
    for path in sorted(lane.glob("*.op.age")):
        try:
            op = open_op(Sealed.found(path.read_bytes()), identities, check)
        except WrongKey:
            continue
        assert op["note"] == "a word of theirs"
        opened += 1
    return opened


def _identities(path: Path) -> list[Identity]:
    try:
        return list(read_identities(open_sealed(Sealed.found(path.read_bytes()), [OFFICE, UNLOCK]), no_passphrase))
    except Exception:  # noqa: BLE001 - most files are no keys at all
        return []


def test_an_erased_family_can_be_opened_by_nobody(tmp_path: Path, box: CarryingBox) -> None:
    backup = tmp_path / "backup"
    office = OfficeRig(tmp_path / "store", copies=(str(backup),))
    office.know(box)
    box.home.device.mkdir(parents=True)
    publics = {office.facts.store: office.ingest.public}
    write_office(box.home, Office(publics, frozenset(publics.values()), 1))
    (session, of_session), (family, of_family), (other, of_other) = (
        real_session(box),
        real_family(box),
        real_family(box),
    )
    write_ops(box, (session.name, of_session), (family.name, of_family), (other.name, of_other))
    office.put(box, *session_parcels(session), family_parcel(family), family_parcel(other), box.lane_parcel())
    assert office.round().findings == []
    for place in ("sessions", "families"):
        shutil.copytree(office.store.root / place, backup / place)
    lane, places = office.store.lane(box.device, "web"), [box.home.root, office.store.root, backup]
    assert opened_notes(lane, [office.store.root], box) == 3
    assert opened_notes(box.home.lane("web"), [box.home.families, box.home.sessions], box) == 3

    office.desk("erase", sessions=[session.name], families=[family.name], why="withdrawn")
    office.round()
    (word,) = (office.store.outbox(box.device) / "statements" / office.device / "desk").iterdir()
    voice = Voice(box.home.statements("recorder"), make_signer(box.seed), box.clock, Durable(no_syncs()))
    erasures = Erasures(
        box.home,
        voice,
        Believing(box.home, voice, box.public),
        clock=box.clock,
        utc_source=lambda: "rtc",
        durable=Durable(no_syncs()),
    )
    erasures.obey(word.read_text(), str(uuid.uuid4()))
    office.put(box, run_parcel("said", box.home.statements("recorder")))
    office.round()

    for each in (session, family):
        assert [path for place in places[:2] for path in place.rglob(f"*{each.name}*")] == []
        assert [path.name for path in backup.rglob(f"*{each.name}*/*") if path.name in ("key.age", "local.age")] == []
    assert opened_notes(lane, places, box) == 1, "only the other family's word opens"
    assert opened_notes(box.home.lane("web"), places, box) == 1
    assert len(list(lane.iterdir())) == 3, "sealed ops stay where they are"


@pytest.fixture
def box(tmp_path: Path) -> CarryingBox:
    return CarryingBox(tmp_path / "home", 34)
