"""What the store's tests are made of: a real signer, film that is only bytes, and a home told byte by byte."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.sealing.certificates import certify, check_certificate, check_signature, public_text
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.recovery import Recovery, recover
from appliance.store.sessions import Opening, SessionWriter
from appliance.store.verify import Verdict, verify_session

BOOT = "00000000-0000-4000-8000-000000000001"
UTC_MS = 1_780_000_000_000


def make_signer(device_seed: int = 1, writer: str = "recorder") -> WriterKey:
    device = Ed25519PrivateKey.from_private_bytes(bytes([device_seed]) * 32)
    key = Ed25519PrivateKey.from_private_bytes(bytes([device_seed, 77]) * 16)
    return WriterKey(key, certify(device, writer, public_text(key)))


SIGNER = make_signer()


def opening(continues: str | None = None) -> Opening:
    return Opening("age1pq1test", BOOT, 5_000_000, UTC_MS, "rtc", continues, 1920, 1080, 30, 8_000_000)


def sealed(text: str, size: int = 0) -> Sealed:
    """Bytes that stand for a sealed file: the store never looks inside."""
    return Sealed.found(text.encode() + b"." * max(0, size - len(text)))


def begin(home: Home, durable: Durable | None = None, continues: str | None = None) -> SessionWriter:
    writer = SessionWriter.begin(
        home, opening(continues), sealed("key"), sealed("local"), SIGNER, durable=durable or Durable()
    )
    writer.init(sealed("init"))
    return writer


def film(writer: SessionWriter, seconds: int, first: int = 0) -> None:
    for n in range(first, first + seconds):
        writer.segment(n, n * 1000, 1000, sealed(f"second {n}", 200))


def record(home: Home, seconds: int = 5) -> Path:
    """A closed session; gives its folder."""
    writer = begin(home)
    film(writer, seconds)
    writer.close("stop", UTC_MS + seconds * 1000, "rtc")
    return writer.folder


def recover_all(home: Home, durable: Durable | None = None) -> Recovery:
    return recover(home, SIGNER, boot=BOOT, utc_ms=UTC_MS, utc_source="rtc", durable=durable or Durable())


def verify(folder: Path, device_public: str | None = None) -> Verdict:
    return verify_session(folder, check_signature, check_certificate, device_public)


def tree(root: Path) -> dict[str, bytes | None]:
    """Every file's bytes and every folder (None), by its path."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in sorted(root.rglob("*"))
    }
