"""The real courier to each kind of target: all of it arrives, and one byte that rots there is found at the office."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.courier.rclone_program import find_rclone
from appliance.office.facts import public_of
from appliance.said.trusted import Office
from tests.courier.running import RunningCourier
from tests.courier.s3_office import BUCKET, DEVICE, s3_office
from tests.courier.sftp_office import sftp_office
from tests.office.carrying import session_parcels
from tests.office.rig import CarryingBox, OfficeRig, same


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of target: how a box names it, and what stands in it by name."""

    remote: str
    pickup: str | None
    config: Path | None
    held: Callable[[], dict[str, bytes]]
    spoil: Callable[[str, bytes], None]


def of_folder(drop: Path, remote: str, config: Path | None, pickup: str | None = None) -> Kind:
    def spoil(name: str, told: bytes) -> None:
        (drop / name).chmod(0o600)
        (drop / name).write_bytes(told)

    return Kind(remote, pickup, config, lambda: {path.name: path.read_bytes() for path in drop.iterdir()}, spoil)


@contextmanager
def folder_kind(place: Path) -> Iterator[Kind]:
    (place / "drop").mkdir()
    yield of_folder(place / "drop", str(place / "drop"), None)


@contextmanager
def sftp_kind(_place: Path) -> Iterator[Kind]:
    with sftp_office() as office:
        yield of_folder(office.drop, office.remote, office.config, office.pickup)


@contextmanager
def s3_kind(place: Path) -> Iterator[Kind]:
    with s3_office(place) as office:

        def spoil(name: str, told: bytes) -> None:
            office.all_seeing.put_object(Bucket=BUCKET, Key=f"drop/{DEVICE}/{name}", Body=told)

        yield Kind(office.remote, office.pickup, office.config, office.in_drop, spoil)


@pytest.mark.parametrize("kind", [folder_kind, sftp_kind, s3_kind], ids=["folder", "sftp", "s3"])
def test_all_of_it_arrives_and_one_byte_that_rots_there_is_found(
    kind: Callable[[Path], AbstractContextManager[Kind]], tmp_path: Path, run: Path
) -> None:
    office, box = OfficeRig(tmp_path / "store"), CarryingBox(tmp_path / "home", 31)
    office.know(box)
    folder = box.record(70, segment_bytes=2_000)
    with kind(tmp_path) as target:
        carry(box, run, tmp_path, office, target)
        held = target.held()
        assert {name.rpartition("~")[0] for name in held} == {
            name.rpartition("~")[0] for name, _ in session_parcels(folder, a_tar=60)
        }
        film = next(name for name in held if ".film-000060-" in name)
        target.spoil(film, held[film][:700] + bytes([held[film][700] ^ 1]) + held[film][701:])
        take_in(office, box, target)
        assert office.receipt(box, folder.name) is None
        assert (office.store.outbox(box.device) / "wanted.json").read_text().count(".film-000060-") == 1
        target.spoil(film, held[film])
        take_in(office, box, target)
        assert same(office.archived(folder.name), folder)
        assert office.receipt(box, folder.name) is not None


def carry(box: CarryingBox, run: Path, place: Path, office: OfficeRig, target: Kind) -> None:
    store, public = office.facts.store, public_of(office.store)
    told = {"store": store, "remote": target.remote, "pickup": target.pickup, "needs": "network"}
    courier = RunningCourier(box, run, place / "courier.log")
    courier.prepare(Office({store: public}, frozenset({public}), 1, (told,)), target.config)
    courier.launch()
    try:
        status = courier.all_sent()
        assert status["fault"] is None
        assert courier.stop() == 0
    finally:
        courier.kill()


def take_in(office: OfficeRig, box: CarryingBox, target: Kind) -> None:
    """The office's end reads what stands at the target, as it stands."""
    shutil.rmtree(office.drop(box), ignore_errors=True)
    office.drop(box).mkdir(parents=True)
    for name, told in target.held().items():
        (office.drop(box) / name).write_bytes(told)
    office.round()


def test_rclone_alone_does_not_find_it_on_sftp(tmp_path: Path) -> None:
    """Why a receipt, and not rclone's word, lets a box forget."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/film").write_bytes(b"film" * 1_000)
    with sftp_office() as office:
        (office.outbox / "film").write_bytes(b"film" * 999 + b"fiLm")
        told = subprocess.run(
            [find_rclone(), "check", "--config", str(office.config), str(tmp_path / "mine"), office.pickup],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert told.returncode == 0
    assert "hashes could not be checked" in told.stderr
