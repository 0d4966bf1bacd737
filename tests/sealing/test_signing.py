import base64
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput
from appliance.sealing.certificates import certificate_message, device_id, from_base64, public_text, to_base64
from appliance.sealing.signing import WriterKey, check_certificate, check_signature, make_device
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND

RECIPIENTS = f"# office, escrow\n{OFFICE.recipient.text}\n{ESCROW.recipient.text}\n"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50), lambda inner: st.lists(inner, max_size=3)
)


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "device"
    make_device(folder, ["recorder", "web"], RECIPIENTS)
    return folder


@pytest.fixture(scope="module")
def recorder(device: Path) -> WriterKey:
    return WriterKey.load(device, "recorder")


def test_a_device_is_what_the_format_says(tmp_path: Path) -> None:
    folder = tmp_path / "device"
    device_id = make_device(folder, ["recorder", "web"], RECIPIENTS)
    names = {"device.key", "device.pub", "recorder.key", "recorder.cert", "web.key", "web.cert", "recipients.txt"}
    assert {path.name for path in folder.iterdir()} == names
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert (folder / "recipients.txt").read_text() == RECIPIENTS
    for writer in ("recorder", "web"):
        line = (folder / f"{writer}.cert").read_text()
        certificate = json.loads(line)
        assert list(certificate) == ["v", "device", "device_public", "writer", "public", "signature"]
        assert line == json.dumps(certificate, separators=(",", ":")) + "\n"
        assert (certificate["device"], certificate["writer"]) == (device_id, writer)
        assert check_certificate(certificate)
    assert not list(tmp_path.glob("*.tmp"))


def openssl(*arguments: str | Path, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=True).stdout


def test_openssl_agrees_about_keys_ids_and_signatures(device: Path, recorder: WriterKey, tmp_path: Path) -> None:
    der = openssl("pkey", "-pubin", "-in", device / "device.pub", "-outform", "DER")
    digest = openssl("dgst", "-sha256", "-r", given=der[-32:]).decode()
    assert digest[:16] == recorder.certificate["device"]
    assert to_base64(der[-32:]) == recorder.certificate["device_public"]
    writer_der = openssl("pkey", "-in", device / "recorder.key", "-pubout", "-outform", "DER")
    assert to_base64(writer_der[-32:]) == recorder.public
    (tmp_path / "message").write_bytes(b"SHA256SUMS\n")
    (tmp_path / "message.sig").write_bytes(recorder.sign(b"SHA256SUMS\n"))
    (tmp_path / "signer.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + base64.b64decode(recorder.public))
    verify: list[str | Path] = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-keyform",
        "DER",
        "-inkey",
        tmp_path / "signer.der",
        "-rawin",
    ]
    verify += ["-in", tmp_path / "message", "-sigfile", tmp_path / "message.sig"]
    assert b"Verified Successfully" in openssl(*verify)
    (tmp_path / "message").write_bytes(b"SHA256SUMZ\n")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*verify)


def test_a_device_is_made_once(device: Path) -> None:
    before = {path: path.read_bytes() for path in device.iterdir()}
    with pytest.raises(BadInput, match="already"):
        make_device(device, ["recorder"], RECIPIENTS)
    assert {path: path.read_bytes() for path in device.iterdir()} == before


def test_a_making_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "device.tmp").mkdir()
    (tmp_path / "device.tmp" / "device.key").write_bytes(b"half")
    make_device(tmp_path / "device", ["recorder"], RECIPIENTS)
    assert not (tmp_path / "device.tmp").exists()
    WriterKey.load(tmp_path / "device", "recorder")


@pytest.mark.parametrize(("text", "why"), [(OLD_KIND.recipient.text, "post-quantum"), ("age1x", "Line 2")])
def test_a_device_seals_to_post_quantum_recipients_only(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        make_device(tmp_path / "device", ["recorder"], f"{OFFICE.recipient.text}\n{text}\n")
    assert not list(tmp_path.iterdir())


def break_nothing(_device: Path) -> None: ...


def remove(name: str) -> Callable[[Path], None]:
    return lambda device: (device / name).unlink()


def replace(name: str, data: bytes) -> Callable[[Path], None]:
    def damage(device: Path) -> None:
        (device / name).write_bytes(data)

    return damage


def swap(one: str, other: str) -> Callable[[Path], None]:
    return lambda device: os.replace(device / one, device / other)


@pytest.mark.parametrize(
    ("damage", "loads"),
    [
        (break_nothing, True),
        (remove("recorder.key"), False),
        (remove("recorder.cert"), False),
        (replace("recorder.key", b"-----BEGIN PRIVATE KEY-----\n"), False),
        (replace("recorder.cert", b"{"), False),
        (replace("recorder.cert", b"[]"), False),
        (replace("recorder.cert", b"{}"), False),
        (replace("recorder.cert", b"\xff"), False),
        (swap("web.key", "recorder.key"), False),
        (swap("web.cert", "recorder.cert"), False),
        (swap("device.key", "recorder.key"), False),
    ],
)
def test_a_writer_key_is_loaded_with_its_own_certificate_or_not_at_all(
    tmp_path: Path, damage: Callable[[Path], None], loads: bool
) -> None:
    device = tmp_path / "device"
    make_device(device, ["recorder", "web"], RECIPIENTS)
    damage(device)
    if loads:
        assert WriterKey.load(device, "recorder").certificate["writer"] == "recorder"
    else:
        with pytest.raises(BadInput):
            WriterKey.load(device, "recorder")


def test_a_key_of_another_kind_is_refused(device: Path, tmp_path: Path) -> None:
    (tmp_path / "recorder.key").write_bytes(openssl("genpkey", "-algorithm", "X25519"))
    (tmp_path / "recorder.cert").write_bytes((device / "recorder.cert").read_bytes())
    with pytest.raises(BadInput, match="another kind"):
        WriterKey.load(tmp_path, "recorder")


def test_a_signature_is_for_one_message_and_one_key(device: Path, recorder: WriterKey) -> None:
    signature = recorder.sign(b"message")
    assert len(signature) == 64
    assert check_signature(recorder.public, b"message", signature)
    assert not check_signature(recorder.public, b"massage", signature)
    assert not check_signature(recorder.public, b"message", signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not check_signature(WriterKey.load(device, "web").public, b"message", signature)
    assert not check_signature(recorder.public + "\n", b"message", signature)


@given(st.text(max_size=60) | st.binary(min_size=32, max_size=32).map(to_base64), st.binary(max_size=80))
def test_what_is_no_key_or_no_signature_is_false(public: str, signature: bytes) -> None:
    assert not check_signature(public, b"message", signature)


@given(st.binary(max_size=50))
def test_base64_has_one_spelling(data: bytes) -> None:
    text = to_base64(data)
    assert from_base64(text) == from_base64(text.encode()) == data
    assert from_base64(text + "\n") is None
    assert from_base64(f" {text}") is None
    assert from_base64("ä") is None


def test_base64_with_stray_bits_is_none() -> None:
    assert from_base64("QQ==") == b"A"
    assert from_base64("QR==") is None


@given(st.dictionaries(st.sampled_from(["v", "device", "device_public", "writer", "public", "signature"]), JSON))
def test_what_is_no_certificate_is_false(made_up: dict[str, Any]) -> None:
    assert not check_certificate(made_up)


@given(st.sampled_from(["v", "device", "device_public", "writer", "public", "signature"]), JSON, st.data())
def test_no_key_of_a_certificate_can_be_changed(recorder: WriterKey, key: str, value: Any, draw: st.DataObject) -> None:
    certificate = dict(recorder.certificate)
    if isinstance(certificate[key], str) and draw.draw(st.booleans()):
        text = certificate[key]
        at = draw.draw(st.integers(0, len(text) - 1))
        value = text[:at] + draw.draw(st.sampled_from("Aa0+/=\n\ud800")) + text[at + 1 :]
    changed = certificate | {key: value}
    assert check_certificate(changed) == (changed == certificate)


def test_a_certificate_of_another_device_does_not_fit(recorder: WriterKey, tmp_path: Path) -> None:
    make_device(tmp_path / "device", ["recorder"], RECIPIENTS)
    other = WriterKey.load(tmp_path / "device", "recorder").certificate
    for key in ("device", "device_public", "public", "signature"):
        assert not check_certificate(dict(recorder.certificate) | {key: other[key]})
    both = {"device": other["device"], "device_public": other["device_public"]}
    assert not check_certificate(dict(recorder.certificate) | both)


def test_a_device_cannot_take_the_id_of_another(recorder: WriterKey) -> None:
    """A key of its own, and a certificate that is genuine in all but whose id it names."""
    own = Ed25519PrivateKey.from_private_bytes(bytes(32))
    device, public = str(recorder.certificate["device"]), public_text(own)
    signature = own.sign(certificate_message(device, "recorder", public))
    forged = {"v": 1, "device": device, "device_public": public, "writer": "recorder", "public": public}
    assert not check_certificate(forged | {"signature": to_base64(signature)})
    own_id = device_id(own.public_key().public_bytes_raw())
    signature = own.sign(certificate_message(own_id, "recorder", public))
    assert check_certificate(forged | {"device": own_id, "signature": to_base64(signature)})
