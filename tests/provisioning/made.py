"""An authority, a box laid out by it, and certificates that it should never have signed, for the tests of provisioning.

Apart because they all need the same ones, and a passphrase would cost a second each time.
"""

import ipaddress
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from appliance.captive import ADDRESS
from appliance.provisioning.card import DOMAIN, Order
from appliance.sealing.authority import Pages, make_authority
from appliance.sealing.identities import HybridIdentity

NOW: Final = datetime.now(UTC)


@cache
def authority() -> Pages:
    return make_authority("De Brug", DOMAIN, ADDRESS, NOW)


@cache
def recipient() -> str:
    return HybridIdentity.generate().recipient.text


def order(**changed: Any) -> Order:
    made = authority()
    told: dict[str, Any] = {
        "recipients": [recipient()],
        "country": "NL",
        "authority": made.certificate,
        "open_authority": lambda: made,
    }
    return Order(**{**told, **changed})


def forged(*hosts: str, ca: bool = False, by: Pages | None = None) -> Pages:
    """What somebody who stole the authority's key (or has that of `by`) would sign, whatever `issue` refuses."""
    stolen = by or authority()
    key, signer = generate_private_key(SECP256R1()), x509.load_pem_x509_certificate(stolen.certificate)
    names = [x509.IPAddress(ipaddress.ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts]
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "middle" if ca else "box")]))
        .issuer_name(signer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=100))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)  # type: ignore[arg-type]
        .sign(load_pem_private_key(stolen.key, None), hashes.SHA256())  # type: ignore[arg-type]
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pages(pem, made.public_bytes(Encoding.PEM))


def tree(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and time of change."""
    return {str(p.relative_to(root)): (p.read_bytes(), p.stat().st_mtime_ns) for p in root.rglob("*") if p.is_file()}


def files_of(pages: Pages) -> "tuple[tempfile.TemporaryDirectory[str], Path, Path]":
    """Certificate and key as files, for as long as the folder is held."""
    folder = tempfile.TemporaryDirectory(prefix="fieldreel-tls-")
    certificate, key = Path(folder.name) / "c.pem", Path(folder.name) / "k.pem"
    certificate.write_bytes(pages.certificate)
    key.write_bytes(pages.key)
    return folder, certificate, key
