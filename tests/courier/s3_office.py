"""An office's S3 store: moto's server with IAM on, a bucket with versions, and a box's two credentials.

Apart because the mover's contract and the tests of its credentials need the same one.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from appliance.commands.demo_web import free_port

DEVICE = "00112233aabbccdd"
BUCKET = "office"
START_S = 60.0
DROP_POLICY = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/drop/{DEVICE}/*"}
PICKUP_POLICIES = (
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/outbox/{DEVICE}/*"},
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{BUCKET}"},
)


@dataclass(slots=True)
class S3Office:
    """`box`: a raw S3 line with the drop's credential. `all_seeing`: one that may do everything."""

    url: str
    config: Path
    box: Any
    all_seeing: Any

    remote = f"office-drop:{BUCKET}/drop/{DEVICE}"
    pickup = f"office-pickup:{BUCKET}/outbox/{DEVICE}"

    def in_drop(self) -> dict[str, bytes]:
        """Every object there by its name."""
        prefix = f"drop/{DEVICE}/"
        told = self.all_seeing.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        names = [each["Key"] for each in told.get("Contents", [])]
        return {name.removeprefix(prefix): self._read(name) for name in names}

    def requests(self) -> int:
        """How many were answered so far."""
        return self.config.with_name("moto.log").read_text(encoding="utf-8").count(" HTTP/1.1")

    def offer(self, name: str, data: bytes) -> None:
        self.all_seeing.put_object(Bucket=BUCKET, Key=f"outbox/{DEVICE}/{name}", Body=data)

    def _read(self, key: str) -> bytes:
        return bytes(self.all_seeing.get_object(Bucket=BUCKET, Key=key)["Body"].read())


@contextmanager
def s3_office(folder: Path) -> Iterator[S3Office]:
    port = free_port(0)
    url = f"http://127.0.0.1:{port}"
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "1000000"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(url, server)
        yield _furnish(url, folder)
    finally:
        server.kill()
        server.wait()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            _ask(url, "GET", "/moto-api/data.json")
            return
        time.sleep(0.05)
    raise AssertionError("moto's server did not start")


def _ask(url: str, method: str, path: str, body: bytes | None = None) -> None:
    line = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    line.request(method, path, body, {"Content-Type": "text/plain"})
    assert line.getresponse().status == 200
    line.close()


def _furnish(url: str, folder: Path) -> S3Office:
    root = _line("s3", url, ("root", "root"))
    root.create_bucket(Bucket=BUCKET)
    root.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    drop = _credential(url, "drop", DROP_POLICY)
    pickup = _credential(url, "pickup", *PICKUP_POLICIES)
    everything = _credential(url, "office", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    _ask(url, "POST", "/moto-api/reset-auth", b"0")  # from here on nobody may do what no policy allows
    config = folder / "rclone.conf"
    config.write_text(_section("office-drop", url, drop) + _section("office-pickup", url, pickup), encoding="ascii")
    return S3Office(url, config, _line("s3", url, drop), _line("s3", url, everything))


def _credential(url: str, name: str, *policies: dict[str, str]) -> tuple[str, str]:
    iam = _line("iam", url, ("root", "root"))
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": list(policies)})
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def _line(kind: str, url: str, credential: tuple[str, str]) -> Any:
    return boto3.client(
        kind,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=credential[0],
        aws_secret_access_key=credential[1],
    )


def _section(name: str, url: str, credential: tuple[str, str]) -> str:
    return (
        f"[{name}]\ntype = s3\nprovider = Other\nendpoint = {url}\nregion = us-east-1\n"
        f"access_key_id = {credential[0]}\nsecret_access_key = {credential[1]}\n\n"
    )
