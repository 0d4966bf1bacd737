"""What whoever steals a box's transport credentials can do with them, tried with raw lines and not with our courier."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from appliance.courier.rclone_program import find_rclone
from tests.courier.s3_office import BUCKET, DEVICE, S3Office, s3_office
from tests.courier.sftp_office import DROP_ACCOUNT, PICKUP_ACCOUNT, SftpOffice, sftp_office


@pytest.fixture(scope="module")
def sftp() -> Iterator[SftpOffice]:
    with sftp_office() as office:
        yield office


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Office]:
    with s3_office(tmp_path_factory.mktemp("s3")) as office:
        yield office


def sftp_says(office: SftpOffice, account: str, key: str, commands: list[str]) -> str:
    """What OpenSSH's own program answers to these commands; they go on after a refusal."""
    known = ["-o", f"UserKnownHostsFile={office.root}/known_hosts"]
    told = subprocess.run(
        ["sftp", "-q", "-b", "-", "-P", str(office.port), "-i", str(office.root / key), *known, account + "@127.0.0.1"],
        input="".join(f"-{command}\n" for command in commands),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return told.stdout + told.stderr


def test_the_sftp_drop_takes_new_files_and_gives_nothing(sftp: SftpOffice, tmp_path: Path) -> None:
    mine, back = tmp_path / "mine", tmp_path / "back"
    mine.write_bytes(b"mine")
    (sftp.drop / "held").write_bytes(b"film of another day")
    sftp_says(sftp, DROP_ACCOUNT, "drop", [f"put {mine} drop/new"])
    assert (sftp.drop / "new").read_bytes() == b"mine"
    told = sftp_says(
        sftp,
        DROP_ACCOUNT,
        "drop",
        [
            "ls drop",
            f"get drop/held {back}",
            f"get drop/new {back}",
            f"put {mine} drop/held",
            f"put {mine} drop/new",
            f"reput {mine} drop/new",
            f"put {mine} elsewhere",
            "rm drop/new",
            "rename drop/new drop/other",
            "ln drop/held drop/other",
            "ln -s drop/held drop/other",
            "mkdir drop/folder",
            "chmod 777 drop/new",
            "cp drop/held drop/other",
        ],
    )
    assert not back.exists() or back.read_bytes() == b""  # sftp makes the file before it asks for its bytes
    assert 'remote readdir("/drop/"): Permission denied' in told or "Couldn't read directory" in told
    assert {path.name: path.read_bytes() for path in sftp.drop.iterdir()} == {
        "held": b"film of another day",
        "new": b"mine",
    }
    assert oct((sftp.drop / "new").stat().st_mode & 0o777) == "0o400"
    assert [path.name for path in sftp.drop.parent.iterdir()] == ["drop"]


def test_the_sftp_drop_gives_no_shell_and_no_way_on(sftp: SftpOffice) -> None:
    options = ["-p", str(sftp.port), "-i", str(sftp.root / "drop"), "-o", f"UserKnownHostsFile={sftp.root}/known_hosts"]
    told = subprocess.run(
        ["ssh", *options, f"{DROP_ACCOUNT}@127.0.0.1", "cat /etc/passwd"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert b"root:" not in told.stdout


def test_the_sftp_outbox_gives_and_takes_nothing(sftp: SftpOffice, tmp_path: Path) -> None:
    (sftp.outbox / "receipt").write_bytes(b"receipt")
    mine, back = tmp_path / "mine", tmp_path / "back"
    mine.write_bytes(b"mine")
    commands = [
        f"get outbox/receipt {back}",
        f"put {mine} outbox/receipt",
        f"put {mine} outbox/new",
        "rm outbox/receipt",
    ]
    sftp_says(sftp, PICKUP_ACCOUNT, "pickup", commands)
    assert back.read_bytes() == b"receipt"
    assert {path.name: path.read_bytes() for path in sftp.outbox.iterdir()} == {"receipt": b"receipt"}


def test_a_credential_for_the_drop_opens_no_outbox(sftp: SftpOffice) -> None:
    (sftp.outbox / "receipt").write_bytes(b"receipt")
    told = sftp_says(sftp, PICKUP_ACCOUNT, "drop", ["ls outbox"])
    assert "receipt" not in told
    assert "Connection closed" in told


def test_the_s3_drop_takes_new_objects_and_gives_nothing(s3: S3Office) -> None:
    s3.all_seeing.put_object(Bucket=BUCKET, Key=f"drop/{DEVICE}/held", Body=b"film of another day")
    s3.all_seeing.put_object(Bucket=BUCKET, Key="drop/ffffffffffffffff/held", Body=b"another box's")
    s3.box.put_object(Bucket=BUCKET, Key=f"drop/{DEVICE}/new", Body=b"mine", IfNoneMatch="*")
    held = f"drop/{DEVICE}/held"
    refused: list[Callable[[], Any]] = [
        lambda: s3.box.get_object(Bucket=BUCKET, Key=held),
        lambda: s3.box.head_object(Bucket=BUCKET, Key=f"drop/{DEVICE}/new"),
        lambda: s3.box.list_objects_v2(Bucket=BUCKET),
        lambda: s3.box.list_object_versions(Bucket=BUCKET),
        s3.box.list_buckets,
        lambda: s3.box.delete_object(Bucket=BUCKET, Key=held),
        lambda: s3.box.put_object(Bucket=BUCKET, Key=held, Body=b"mine", IfNoneMatch="*"),
        lambda: s3.box.put_object(Bucket=BUCKET, Key=f"drop/{DEVICE}/new", Body=b"other", IfNoneMatch="*"),
        lambda: s3.box.put_object(Bucket=BUCKET, Key="drop/ffffffffffffffff/new", Body=b"mine"),
        lambda: s3.box.put_object(Bucket=BUCKET, Key=f"outbox/{DEVICE}/new", Body=b"mine"),
        lambda: s3.box.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
    ]
    for ask in refused:
        with pytest.raises(ClientError) as refusal:
            ask()
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] in {403, 412}
    assert s3.in_drop() == {"held": b"film of another day", "new": b"mine"}


def test_a_thief_who_leaves_out_the_condition_makes_a_version_and_destroys_none(s3: S3Office) -> None:
    """moto knows no policy on `s3:if-none-match`; AWS does (DESIGN). Versions hold what was there either way."""
    key = f"drop/{DEVICE}/overwritten"
    s3.box.put_object(Bucket=BUCKET, Key=key, Body=b"first", IfNoneMatch="*")
    s3.box.put_object(Bucket=BUCKET, Key=key, Body=b"thief's")
    versions = s3.all_seeing.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]
    bodies = [
        s3.all_seeing.get_object(Bucket=BUCKET, Key=key, VersionId=each["VersionId"])["Body"].read()
        for each in versions
    ]
    assert sorted(bodies) == [b"first", b"thief's"]
    with pytest.raises(ClientError):
        s3.box.delete_object(Bucket=BUCKET, Key=key, VersionId=versions[-1]["VersionId"])


def test_rclone_is_the_one_installed_with_us() -> None:
    assert os.access(find_rclone(), os.X_OK)
