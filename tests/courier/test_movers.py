"""The contract of moving files, on a folder in process and by rclone to a folder, an SFTP chroot and S3."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from appliance.courier.folder import FolderMover
from appliance.courier.mover import Mover
from appliance.courier.rclone import RcloneMover
from appliance.courier.rclone_program import find_rclone
from appliance.errors import OfficeUnreachable
from tests.courier.contract import MoverContract
from tests.courier.s3_office import BUCKET, DEVICE, S3Office, s3_office
from tests.courier.sftp_office import SftpOffice, sftp_office


class TestFolder(MoverContract):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.drop, self.outbox = tmp_path / "stick/drop", tmp_path / "stick/outbox"
        self.drop.mkdir(parents=True)

    def make(self) -> tuple[Mover, str, str]:
        return FolderMover(), str(self.drop), str(self.outbox)

    def in_drop(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.drop.iterdir() if path.is_file()}

    def offer(self, name: str, data: bytes) -> None:
        (self.outbox / name).parent.mkdir(parents=True, exist_ok=True)
        (self.outbox / name).write_bytes(data)

    def nowhere(self) -> str:
        return "/proc/version/drop"


@contextmanager
def _rclone(config: Path | None) -> Iterator[RcloneMover]:
    """One for many tests, as a courier has it."""
    with tempfile.TemporaryDirectory() as run, closing(RcloneMover(find_rclone(), Path(run), config)) as mover:
        yield mover


@pytest.fixture(scope="module")
def rclone() -> Iterator[RcloneMover]:
    with _rclone(None) as mover:
        yield mover


@pytest.fixture(scope="module")
def sftp() -> Iterator[SftpOffice]:
    with sftp_office() as office:
        yield office


@pytest.fixture(scope="module")
def sftp_mover(sftp: SftpOffice) -> Iterator[RcloneMover]:
    with _rclone(sftp.config) as mover:
        yield mover


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Office]:
    with s3_office(tmp_path_factory.mktemp("s3")) as office:
        yield office


@pytest.fixture(scope="module")
def s3_mover(s3: S3Office) -> Iterator[RcloneMover]:
    with _rclone(s3.config) as mover:
        yield mover


class TestRcloneToAFolder(TestFolder):
    quick = True

    @pytest.fixture(autouse=True)
    def _mover(self, rclone: RcloneMover) -> None:
        self.mover = rclone

    def make(self) -> tuple[Mover, str, str]:
        return self.mover, str(self.drop), str(self.outbox)

    def test_a_name_that_was_put_before_is_never_changed(self, tmp_path: Path) -> None:
        """It is, in a folder: one reason why mounted disks are FolderMover's (DESIGN, decision 16)."""
        for n, text in enumerate(("first", "other, and longer")):
            (tmp_path / str(n)).write_text(text)
            self.mover.put(tmp_path / str(n), str(self.drop), "a~1", lambda _moved: True)
        assert self.in_drop() == {"a~1": b"other, and longer"}


class TestRcloneToSftp(MoverContract):
    quick = True

    @pytest.fixture(autouse=True)
    def _empty(self, sftp: SftpOffice, sftp_mover: RcloneMover) -> None:
        self.office, self.mover = sftp, sftp_mover
        for folder in (sftp.drop, sftp.outbox):
            for path in folder.rglob("*"):
                if path.is_file():
                    path.unlink()

    def make(self) -> tuple[Mover, str, str]:
        return self.mover, self.office.remote, self.office.pickup

    def in_drop(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.office.drop.iterdir()}

    def offer(self, name: str, data: bytes) -> None:
        path = self.office.outbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def nowhere(self) -> str:
        return ":sftp,host=127.0.0.1,port=1,user=nobody:drop"


class TestRcloneToS3(MoverContract):
    quick = True

    @pytest.fixture(autouse=True)
    def _empty(self, s3: S3Office, s3_mover: RcloneMover) -> None:
        self.office, self.mover = s3, s3_mover
        for each in s3.all_seeing.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            s3.all_seeing.delete_object(Bucket=BUCKET, Key=each["Key"])

    def make(self) -> tuple[Mover, str, str]:
        return self.mover, self.office.remote, self.office.pickup

    def in_drop(self) -> dict[str, bytes]:
        return self.office.in_drop()

    def offer(self, name: str, data: bytes) -> None:
        self.office.offer(name, data)

    def test_a_parcel_is_one_put_whose_digest_the_server_checked(self, tmp_path: Path) -> None:
        """A multipart upload has an ETag that is no MD5, and leaves parts behind when it is cut off."""
        parcel = tmp_path / "parcel"
        parcel.write_bytes(os.urandom(20_000_000))
        self.mover.put(parcel, self.office.remote, "a~1", lambda _moved: True)
        (held,) = self.office.all_seeing.list_objects_v2(Bucket=BUCKET)["Contents"]
        digest = hashlib.md5(parcel.read_bytes(), usedforsecurity=False).hexdigest()
        assert held["ETag"].strip('"') == digest
        assert "Uploads" not in self.office.all_seeing.list_multipart_uploads(Bucket=BUCKET)

    def test_a_look_that_finds_nothing_new_costs_two_requests(self, tmp_path: Path) -> None:
        for n in range(5):
            for kind in ("receipts", "lanes/00112233aabbccdd/desk", "statements/00112233aabbccdd/desk"):
                self.office.offer(f"{kind}/{n:06d}", b"told")
        self.mover.fetch(self.office.pickup, tmp_path / "run", tmp_path / "run", lambda _moved: True)
        before = self.office.requests()
        self.mover.fetch(self.office.pickup, tmp_path / "run", tmp_path / "run", lambda _moved: True)
        assert self.office.requests() - before <= 2

    def nowhere(self) -> str:
        return f":s3,provider=Other,endpoint='http://127.0.0.1:1',access_key_id=a,secret_access_key=b:{DEVICE}"


def test_a_disk_that_was_pulled_out_is_not_made_anew_on_the_card(tmp_path: Path) -> None:
    (tmp_path / "parcel").write_bytes(b"film")
    with pytest.raises(OfficeUnreachable):
        FolderMover().put(tmp_path / "parcel", str(tmp_path / "media/stick/drop"), "a~1", lambda _moved: True)
    assert not (tmp_path / "media").exists()
