import io
import tarfile
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.courier import loads
from appliance.courier.ahead import Ahead, Packed
from appliance.courier.loads import TAR_BYTES, TAR_SEGMENTS, Load, pack, tar_pieces
from appliance.store.layout import Home, segment_number
from appliance.store.parcels import COMMIT
from appliance.store.sums import sums_text
from tests.office.carrying import parcel, run_parcel, session_parcels
from tests.office.rig import CarryingBox


def joined(pieces: Iterable[bytes | memoryview]) -> bytes:
    return b"".join(bytes(piece) for piece in pieces)


def content(load: Load) -> bytes:
    return joined(tar_pieces(load.files, load.hints)) if load.is_tar else load.files[0].read_bytes()


def whole(folder: Path) -> list[Load]:
    return [*loads.footage(folder), *loads.commit(folder)]


@settings(deadline=None, max_examples=15)
@given(seconds=st.integers(0, 3 * TAR_SEGMENTS + 1))
def test_parcels_are_those_of_the_format_byte_by_byte(seconds: int) -> None:
    """Beside the office's own reading of FORMAT 11, made by another hand."""
    with tempfile.TemporaryDirectory() as name:
        folder = CarryingBox(Path(name) / "home", 31).record(seconds)
        found = whole(folder)
        assert [parcel(load.what.text, content(load)) for load in found] == session_parcels(folder, a_tar=TAR_SEGMENTS)
        assert [load.bytes for load in found] == [len(content(load)) for load in found]
        assert found[-1].what.file == COMMIT
        assert [load.what for load in whole(folder)] == [load.what for load in found]


@settings(deadline=None, max_examples=60)
@given(sizes=st.lists(st.integers(0, 3_000), min_size=1, max_size=30))
def test_any_tool_reads_a_tar(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{n:06d}.m4s.age" for n in range(len(sizes))]
        for path, size in zip(paths, sizes, strict=True):
            path.write_bytes(bytes([size % 251]) * size)
        first, again = (joined(tar_pieces(paths)) for _ in range(2))
        assert first == again
        with tarfile.open(fileobj=io.BytesIO(first)) as archive:
            members = archive.getmembers()
            assert [(each.name, each.size, each.mode, each.uid, each.mtime) for each in members] == [
                (path.name, size, 0o600, 0, 0) for path, size in zip(paths, sizes, strict=True)
            ]
            for each, path in zip(members, paths, strict=True):
                file = archive.extractfile(each)
                assert file is not None
                assert file.read() == path.read_bytes()


@settings(deadline=None, max_examples=40)
@given(gone=st.sets(st.integers(0, 129), max_size=20))
def test_what_the_card_lost_leaves_the_rest(gone: set[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / ("ab" * 16)
        folder.mkdir()
        listed = [f"{n:06d}.m4s.age" for n in range(130)] + ["init.mp4.age", "key.age", "log.jsonl"]
        (folder / "SHA256SUMS").write_bytes(sums_text(dict.fromkeys(listed, "0" * 64)))
        for each in listed:
            if segment_number(each) not in gone:
                (folder / each).touch()
        films = [load for load in loads.footage(folder) if load.what.kind == "film"]
        carried = [path.name for load in films for path in load.files if path.name != "init.mp4.age"]
        assert carried == [f"{n:06d}.m4s.age" for n in range(130) if n not in gone]
        for load in films:
            names = [path.name for path in load.files if path.name != "init.mp4.age"]
            assert names == [f"{n:06d}.m4s.age" for n in range(load.what.first, load.what.last + 1)]


def test_a_tar_is_closed_before_it_is_too_large(tmp_path: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(6)
    for n in range(6):
        with (folder / f"{n:06d}.m4s.age").open("r+b") as file:
            file.truncate(TAR_BYTES // 3)
    films = [load for load in loads.footage(folder) if load.what.kind == "film"]
    assert [(load.what.first, load.what.last) for load in films] == [(0, 1), (2, 3), (4, 5)]
    assert all(load.bytes <= TAR_BYTES + 10_240 for load in films)


def test_spoiled_sums_do_not_keep_footage_here(tmp_path: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(3)
    before = loads.footage(folder)
    (folder / "SHA256SUMS").write_bytes(b"\xff\0 rubbish")
    assert loads.footage(folder) == before


def test_lanes_and_statements_go_from_where_they_were_left(tmp_path: Path) -> None:
    box = CarryingBox(tmp_path / "home", 31)
    for n in range(5):
        box.op(n)
    expected = run_parcel("lane", box.home.lane("web"), 2)
    (box.home.lane("web") / "000005.op.age.tmp").write_bytes(b"torn")
    (box.home.lane("web") / "lamport").write_bytes(b"1000\n")
    assert loads.writers(box.home.lanes) == ["web"]
    (load,) = loads.ops(box.home, "web", 2)
    assert parcel(load.what.text, content(load)) == expected
    assert loads.ops(box.home, "web", 5) == []


def test_a_family_goes_by_its_key_alone(tmp_path: Path) -> None:
    box = CarryingBox(tmp_path / "home", 31)
    folder = box.family()
    (folder / "local.age").write_bytes(b"local")
    (box.home.families / "rubbish").mkdir()
    assert [load.what.text for load in loads.families(box.home)] == [f"family.{folder.name}.key.age"]
    assert loads.families(Home(tmp_path / "nowhere")) == []


def test_parcels_are_packed_ahead_and_no_tar_is_left(tmp_path: Path, run: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(4 * TAR_SEGMENTS)
    due, seen, most = whole(folder), list[Packed](), 0
    with Ahead(run / "parcels", due) as ahead:
        for packed in ahead:
            assert packed.path.read_bytes() == content(packed.load)
            most = max(most, len(list((run / "parcels").glob("*.tar"))))
            seen.append(packed)
    assert [packed.load for packed in seen] == due
    assert most <= 2
    assert list((run / "parcels").iterdir()) == []


def test_a_session_that_is_erased_meanwhile_is_told(tmp_path: Path, run: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(4 * TAR_SEGMENTS)
    due = whole(folder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(FileNotFoundError), Ahead(run / "parcels", due) as ahead:
        list(ahead)
    assert list((run / "parcels").iterdir()) == []


def test_who_breaks_off_waits_for_no_more_than_one_tar(tmp_path: Path, run: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(4 * TAR_SEGMENTS)
    began = time.monotonic()
    with Ahead(run / "parcels", whole(folder)) as ahead:
        for _ in ahead:
            break
    assert time.monotonic() - began < 10
    assert list((run / "parcels").iterdir()) == []


def test_packing_gives_the_digest_of_what_it_wrote(tmp_path: Path) -> None:
    folder = CarryingBox(tmp_path / "home", 31).record(3)
    load = loads.footage(folder)[0]
    assert parcel(load.what.text, content(load))[0] == f"{load.what.text}~{pack(load, tmp_path / 'tar')}~1"


def test_what_ops_are_about_goes_with_them(tmp_path: Path) -> None:
    """Hints of these ops and no others, in front; those that are torn or lost are left out."""
    box = CarryingBox(tmp_path / "home", 31)
    for n in range(4):
        box.op(n)
    hints = box.home.lane("web") / "subjects.jsonl"
    hints.write_text("".join(f'{{"n":{n},"subject":"{n:032x}"}}\n' for n in (0, 1, 3, 9)) + '{"n":2,"sub')
    (load,) = loads.ops(box.home, "web", 1)
    made = content(load)
    assert len(made) == load.bytes
    assert pack(load, tmp_path / "tar") == parcel(load.what.text, made)[0].split("~")[1]
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        assert archive.getnames() == ["subjects.jsonl", "000001.op.age", "000002.op.age", "000003.op.age"]
        file = archive.extractfile("subjects.jsonl")
        assert file is not None
        assert file.read() == b"".join(b'{"n":%d,"subject":"%032x"}\n' % (n, n) for n in (1, 3))
