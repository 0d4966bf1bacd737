"""What comes home is archived byte by byte, answered for once it is, and found out when it is not what it should be."""

import io
import json
import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from appliance.clock import SetClock
from appliance.errors import BadInput, CardFailing, CardFull, FileTampered, Forbidden
from appliance.office.ingest import Ingest
from appliance.office.register import mark_lost
from appliance.office.tars import members
from appliance.said.terms import DAY_MS
from appliance.sealing.statements import read_statement
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.parcels import What
from tests.office.carrying import parcel, put, session_parcels, tar
from tests.office.rig import CarryingBox, OfficeRig, files, same
from tests.store.failing import FailingSyncs, FullDurable
from tests.store.makers import make_signer, sealed, tree


def test_a_session_is_archived_answered_for_and_gone_from_the_drop(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    report = office.round()
    assert [(each.device, each.session, each.number) for each in report.taken] == [(box.device, folder.name, 1)]
    assert report.findings == []
    assert same(folder, office.archived(folder.name))
    assert list(office.drop(box).iterdir()) == []
    receipt = office.receipt(box, folder.name)
    assert receipt is not None
    assert (receipt["box"], receipt["session"], receipt["number"]) == (box.device, folder.name, 1)
    assert receipt["purge_after"] is None, "it may go from the box when this store knows that it stays here"
    assert receipt["bytes"] == sum(len(each) for name, each in files(folder).items() if not name.startswith("SHA"))
    path = office.store.outbox(box.device) / "receipts" / f"{folder.name}.{office.facts.store}.json"
    assert read_statement(path.read_bytes())["writer"] == "ingest"


def test_a_second_round_changes_nothing(box: CarryingBox, office: OfficeRig) -> None:
    office.carry(box, box.record(), box.record())
    office.round()
    before = tree(office.store.root)
    assert office.round().taken == []
    office.again()
    office.round()
    after = tree(office.store.root)
    assert {path for path in before | after if before.get(path) != after.get(path)} <= {"ingest.json"}


def test_nothing_is_taken_before_the_signature_came(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    parcels = session_parcels(folder)
    for name, content in parcels[:-1]:
        put(office.drop(box), [(name, content)])
        report = office.round()
        assert (report.taken, office.receipt(box, folder.name)) == ([], None)
        assert report.waiting == {box.device: [folder.name]}
    put(office.drop(box), parcels[-1:])
    assert len(office.round().taken) == 1


@pytest.mark.parametrize("which", range(7))
def test_any_parcel_changed_or_torn_keeps_it_out_until_it_comes_again(
    box: CarryingBox, office: OfficeRig, which: int
) -> None:
    folder = box.record()
    paths = office.carry(box, folder)
    content = paths[which].read_bytes()
    paths[which].write_bytes(content[: len(content) // 2] + b"\x01" + content[len(content) // 2 + 1 :])
    office.round()
    paths[which].write_bytes(content[:-3])
    report = office.round()
    assert report.taken == []
    assert office.receipt(box, folder.name) is None
    assert not office.archived(folder.name).exists()
    assert paths[which].exists()
    if which < 6:  # a session whose signature is torn is not committed, and may still be on its way
        wanted = json.loads((office.store.outbox(box.device) / "wanted.json").read_bytes())
        assert wanted["wanted"] == {paths[which].name.partition("~")[0]: 1}
    office.put(box, (paths[which].name[:-1] + "2", content))
    assert len(office.round().taken) == 1
    assert same(folder, office.archived(folder.name))
    assert list(office.drop(box).iterdir()) == []
    wanted_path = office.store.outbox(box.device) / "wanted.json"
    assert not wanted_path.exists() or json.loads(wanted_path.read_bytes())["wanted"] == {}


class Spoiling(Durable):
    """A disk of the office that loses a byte of what it was given."""

    spoils = "000002.m4s.age.tmp"

    def write_new(self, path: Path, data: bytes, kind: object = "file") -> None:
        super().write_new(path, data, "file")
        if path.name == self.spoils:
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_a_byte_that_the_offices_own_disk_loses_is_found(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    before = files(office.drop(box))
    office.again(Spoiling())
    report = office.round()
    assert [found.what for found in report.findings] == [
        "is not sound: 000002.m4s.age was changed after it was recorded"
    ]
    assert office.receipt(box, folder.name) is None
    assert not office.archived(folder.name).exists()
    assert files(office.drop(box)) == before, "what came is kept for the next try"
    office.again()
    assert len(office.round().taken) == 1


def test_a_full_disk_of_the_office_loses_nothing(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    before = files(office.drop(box))
    for room_bytes in (0, 1_000, 2_600, 4_500):
        office.again(FullDurable(room_bytes))
        with pytest.raises(CardFull, match="this store"):
            office.round()
        assert files(office.drop(box)) == before
        assert office.receipt(box, folder.name) is None
    office.again()
    assert len(office.round().taken) == 1
    assert same(folder, office.archived(folder.name))


def test_a_failing_disk_of_the_office_is_said(box: CarryingBox, office: OfficeRig) -> None:
    office.carry(box, box.record())
    syncs = FailingSyncs("segment")
    syncs.failing = True
    office.again(Durable(syncs))
    with pytest.raises(CardFailing, match="disk of this store"):
        office.round()
    syncs.failing = False
    assert len(office.round().taken) == 1


def _rewritten(folder: Path, name: str, content: bytes) -> list[tuple[str, bytes]]:
    """The session's parcels, with a SHA256SUMS that lists what was changed: the signature can not be made anew."""
    (folder / name).write_bytes(content)
    return session_parcels(folder)


def test_a_log_with_a_line_less_is_found(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    lines = (folder / "log.jsonl").read_bytes().splitlines(keepends=True)
    office.put(box, *_rewritten(folder, "log.jsonl", b"".join(lines[:3] + lines[4:])))
    assert office.round().taken == []
    assert office.receipt(box, folder.name) is None


def test_a_log_with_a_line_less_signed_by_a_thief_of_the_keys_is_found(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    lines = (folder / "log.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "log.jsonl").write_bytes(b"".join(lines[:3] + lines[4:]))
    _sign_anew(folder, box.seed)
    office.carry(box, folder)
    (found,) = office.round().findings
    assert "log.jsonl is damaged" in found.what
    assert office.receipt(box, folder.name) is None


def _sign_anew(folder: Path, seed: int) -> None:
    from hashlib import sha256

    names = sorted(
        path.name for path in folder.iterdir() if path.name not in ("local.age", "SHA256SUMS", "SHA256SUMS.sig")
    )
    sums = "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_bytes(make_signer(seed).sign(sums))


def test_another_devices_session_is_not_taken(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    other = CarryingBox(tmp_path / "other", 32)
    office.know(other, "box 2")
    folder = other.record()
    put(office.drop(box), session_parcels(folder))
    (found,) = office.round().findings
    assert found.device == box.device
    assert f"was signed by device {other.device}" in found.what
    office.carry(other, folder)
    report = office.round()
    assert [taken.device for taken in report.taken] == [other.device]
    assert office.receipt(other, folder.name) is not None
    assert office.receipt(box, folder.name) is None, "a replay of an archived session is answered to nobody"


def test_a_renamed_session_is_not_taken(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    renamed = folder.rename(folder.with_name("ab" * 16))
    office.carry(box, renamed)
    (found,) = office.round().findings
    assert "belongs to the session" in found.what


def test_nothing_of_an_unknown_or_lost_device_is_taken(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    stranger = CarryingBox(tmp_path / "stranger", 33)
    office.carry(stranger, stranger.record())
    office.carry(box, box.record())
    office.put(box, box.said_parcel("web")) if box.home.statements("web").exists() else None
    mark_lost(office.store, box.device, 5)
    before = tree(office.store.root / "drop")
    report = office.round()
    assert report.taken == []
    assert {found.device for found in report.findings} == {stranger.device, box.device}
    assert tree(office.store.root / "drop") == before
    assert list(office.store.home.sessions.iterdir()) == []


def test_the_same_session_again_is_answered_again_and_another_of_its_id_is_not(
    box: CarryingBox, office: OfficeRig
) -> None:
    folder = box.record()
    office.carry(box, folder)
    office.round()
    before = tree(office.archived(folder.name))
    office.carry(box, folder, attempt=2)
    assert len(office.round().taken) == 1, "a box that lost its journal sends anew"
    assert list(office.drop(box).iterdir()) == []
    assert len(office.said("receipt")) == 1
    (folder / "000003.m4s.age").write_bytes(b"another picture")
    _sign_anew(folder, box.seed)
    office.carry(box, folder, attempt=3)
    (found,) = office.round().findings
    assert "is another" in found.what
    assert tree(office.archived(folder.name)) == before


def test_overlapping_and_torn_tars_make_one_film(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record(9)
    office.put(box, *session_parcels(folder, a_tar=2)[:3], *session_parcels(folder, attempt=2, a_tar=4))
    office.put(box, (f"{folder.name}.film-000000-000008.tar~{'0' * 64}~1", b"torn"))
    assert len(office.round().taken) == 1
    assert same(folder, office.archived(folder.name))
    assert list(office.drop(box).iterdir()) == []


def test_many_logs_of_a_thief_of_the_credential_fill_no_memory(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    put(office.drop(box), (parcel(f"{folder.name}.log.jsonl", bytes([n]) * (4 << 20)) for n in range(20)))
    office.carry(box, folder, attempt=2)
    tracemalloc.start()
    try:
        assert len(office.round().taken) == 1
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert list(office.drop(box).iterdir()) == []


def test_what_does_not_belong_in_a_tar_is_not_unpacked(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record(3)
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "000009.m4s.age").write_bytes(b"x")
    whole = session_parcels(folder)
    film = [folder / "init.mp4.age", *sorted(folder.glob("*.m4s.age")), evil / "000009.m4s.age"]
    office.put(box, parcel(f"{folder.name}.film-000000-000002.tar", tar(film)), *whole[1:])
    report = office.round()
    assert len(report.taken) == 1, "what was good before it was taken"
    assert same(folder, office.archived(folder.name)), "and the file of another number is not in the archive"


def _member(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


HUGE = 64 << 20
BAD_TARS = {
    "no tar": b"no tar at all" * 100,
    "empty": b"",
    "cut off": _member("000000.op.age", 700) + b"x" * 600,
    "larger than may be": _member("000000.op.age", 1 << 32),
    "of another number": _member("000009.op.age", 1) + b"x" * 512,
    "a path": _member("../000000.op.age", 1) + b"x" * 512,
    "a link": _member("000000.op.age", 0, tarfile.SYMTYPE),
    "a folder": _member("000000.op.age", 0, tarfile.DIRTYPE),
    "a pipe": _member("000000.op.age", 0, tarfile.FIFOTYPE),
    "sparse": _member("000000.op.age", 0, tarfile.GNUTYPE_SPARSE),
    "a long name": _member("././@LongLink", HUGE, tarfile.GNUTYPE_LONGNAME) + b"x" * HUGE,
    "extended": _member("pax", HUGE, tarfile.XHDTYPE) + b"x" * HUGE,
    "extended for all": _member("pax", HUGE, tarfile.XGLTYPE) + b"x" * HUGE,
}


@pytest.mark.parametrize("kind", BAD_TARS)
def test_no_tar_is_read_beyond_what_may_be_in_it(kind: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FileTampered):
            list(members(io.BytesIO(BAD_TARS[kind]), What("lane", "web", "", 0, 1)))
        assert tracemalloc.get_traced_memory()[1] < HUGE // 2
    finally:
        tracemalloc.stop()


def test_gaps_are_told_and_explained(box: CarryingBox, office: OfficeRig) -> None:
    sessions = [box.record() for _ in range(5)]
    office.carry(box, sessions[0], sessions[4])
    assert office.round().gaps == {box.device: [2, 3, 4]}
    told = {"sessions": [sessions[1].name], "numbers": [2], "families": [], "why": "objection"}
    box.say("recorder", "erased", **told, order=None, destroyed=[])
    box.say("recorder", "purged", session=sessions[2].name, number=3, stores=["0" * 32])
    office.put(box, box.said_parcel("recorder"))
    report = office.round()
    assert report.gaps == {box.device: [3, 4]}
    assert [found.what for found in report.findings] == ["was purged from its box and is not in this store"]
    office.carry(box, sessions[2], sessions[3])
    report = office.round()
    assert (report.gaps, report.findings) == ({}, [])


def test_two_sessions_of_one_number_are_told(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    office.carry(box, box.record())
    office.round()
    again = CarryingBox(tmp_path / "restored from an old card", box.seed)
    office.carry(box, again.record())
    (found,) = office.round().findings
    assert "same number" in found.what


@pytest.mark.parametrize("by", ["box", "desk"])
def test_a_box_may_purge_only_what_the_office_knows_to_be_confirmed(
    box: CarryingBox, office: OfficeRig, by: str
) -> None:
    """Confirmed on a box that is away, the film is erased here after seven days: then the box holds the only one."""
    folder = box.record()
    office.carry(box, folder)
    office.round()
    taken_ms = office.clock.utc_ms()
    first = office.receipt(box, folder.name)
    office.clock.advance(ms=6 * DAY_MS)
    office.round()
    assert office.receipt(box, folder.name) == first
    assert first is not None
    assert first["purge_after"] is None
    if by == "desk":
        office.desk("confirmed", session=folder.name, keep_until=None)
    else:
        box.say("web", "confirmed", session=folder.name, keep_until=None)
        office.put(box, box.said_parcel("web"))
    office.round()
    after = office.receipt(box, folder.name)
    assert after is not None
    assert after["purge_after"] == taken_ms + 7 * DAY_MS
    office.again().round()
    assert len(office.said("receipt")) == 2


def test_a_hold_is_in_the_receipt_and_goes_from_it(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    office.round()
    first = office.receipt(box, folder.name)
    assert first is not None
    office.clock.advance(ms=1_000)
    office.desk("hold", session=folder.name, on=True)
    office.round()
    held = office.receipt(box, folder.name)
    assert (
        held == {**first, "id": held["id"], "at": held["at"], "hold": True, "signature": held["signature"]}
        if held
        else None
    )
    office.clock.advance(ms=1_000)
    office.desk("hold", session=folder.name, on=False)
    office.again()
    office.round()
    after = office.receipt(box, folder.name)
    assert after is not None
    assert (after["hold"], after["purge_after"]) == (False, first["purge_after"])
    assert len(office.said("receipt")) == 3


def test_what_the_desk_says_reaches_the_boxes_it_concerns(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    other = CarryingBox(tmp_path / "other", 32)
    office.know(other, "box 2")
    folder = box.record()
    office.carry(box, folder)
    office.round()
    office.desk("hold", session=folder.name, on=True)
    office.desk("erase", sessions=["0" * 32], families=[], why="request")
    office.round()
    words = {
        each.device: sorted(path.name for path in (office.store.outbox(each.device) / "statements").glob("*/desk/*"))
        for each in (box, other)
    }
    assert words == {box.device: ["000000.json", "000001.json"], other.device: ["000001.json"]}


def test_every_box_can_check_who_the_desk_is(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    office.desk("introduced")
    office.round()
    later = CarryingBox(tmp_path / "later", 35)
    office.know(later, "box 3")
    office.round()
    for each in (box, later):
        (word,) = (office.store.outbox(each.device) / "statements" / office.device / "desk").iterdir()
        assert read_statement(word.read_bytes())["kind"] == "introduced"


def test_ops_of_the_desk_reach_the_box_whose_session_they_are_about(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    office.round()
    lane = office.store.lane(office.device, "desk")
    lane.mkdir(parents=True)
    (lane / "000000.op.age").write_bytes(sealed("an op").data)
    (lane / "000001.op.age").write_bytes(sealed("of the agency").data)
    hints = [{"n": 0, "subject": folder.name}, {"n": 1, "subject": "agency"}]
    (lane / "subjects.jsonl").write_text("".join(f"{json.dumps(hint)}\n" for hint in hints) + '{"n":')
    office.round()
    outbox = office.store.outbox(box.device) / "lanes" / office.device / "desk"
    assert {path.name: path.read_bytes() for path in outbox.iterdir()} == {"000000.op.age": sealed("an op").data}


def test_two_rounds_at_once_are_one_after_the_other(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    office.carry(box, folder)
    (office.store.root / "staging").mkdir()
    with Durable().lock(office.store.root / "staging"), pytest.raises(Forbidden):
        office.round()
    assert len(office.round().taken) == 1
    other = Ingest(office.store, SetClock(utc_ms=office.clock.utc_ms()))
    second = box.record()
    office.carry(box, second)
    assert len(other.round().taken) == 1
    office.carry(box, box.record())
    assert len(office.round().taken) == 1, "this one hears what the other said before it speaks"
    assert len(office.said("receipt")) == 3
    names = sorted(path.name for path in office.store.statements(office.device, "ingest").iterdir())
    assert names == ["000000.json", "000001.json", "000002.json"]


def test_rubbish_is_told_and_goes_after_thirty_days(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    paths = office.carry(box, folder)[:3]
    torn = paths[0].with_name(paths[0].name[:-1] + "2")
    torn.write_bytes(b"torn")
    strange = office.drop(box) / "holiday.mp4"
    strange.write_bytes(b"x")
    office.put(box, (f"lane.web.000000-000001.tar~{'0' * 64}~1", b"torn"))
    (office.drop(box) / folder.name).mkdir()
    signature = next(office.drop(box).glob("*.SHA256SUMS.sig~*"))
    signature.unlink()
    now_s = office.clock.utc_ms() // 1000
    for path in office.drop(box).iterdir():
        os.utime(path, (now_s, now_s))
    told = {found.file.rpartition("/")[2].partition("~")[0]: found.what for found in office.round().findings}
    assert told == {
        "holiday.mp4": "has a name that no parcel has",
        folder.name: "has a name that no parcel has",
        "lane.web.000000-000001.tar": "is torn, or was changed where it lies",
    }
    office.clock.advance(ms=31 * DAY_MS)
    report = office.round()
    assert len(report.removed) == 3
    assert not strange.exists()
    assert not torn.exists()
    assert all(path.exists() for path in paths), "what came whole is never rubbish"


def test_links_in_the_drop_lead_nowhere(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    folder = box.record()
    secret = tmp_path / "secret"
    paths = office.carry(box, folder)
    secret.write_bytes(paths[0].read_bytes())
    paths[0].unlink()
    paths[0].symlink_to(secret)
    os.mkfifo(office.drop(box) / f"{folder.name}.log.jsonl~{'1' * 64}~1")
    report = office.round()
    assert report.taken == []
    assert secret.exists()


def test_a_drop_that_is_a_link_is_left(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    elsewhere = tmp_path / "elsewhere"
    put(elsewhere, session_parcels(box.record()))
    office.drop(box).rmdir()
    office.drop(box).symlink_to(elsewhere)
    before = tree(elsewhere)
    assert office.round().taken == []
    assert tree(elsewhere) == before


def test_what_is_no_store_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a store"):
        Ingest(Store(tmp_path), SetClock())


def test_a_spoiled_register_stops_everything(box: CarryingBox, office: OfficeRig) -> None:
    office.carry(box, box.record())
    (office.store.register / f"{box.device}.json").write_text("{}")
    before = tree(office.store.root)
    with pytest.raises(BadInput, match="register"):
        office.round()
    after = tree(office.store.root)
    assert {path for path in after if before.get(path) != after[path]} <= {"staging"}
