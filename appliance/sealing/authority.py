"""The office's own certificate authority for its boxes' pages, and what a certificate says (X.509, RFC 5280).

Apart from `certificates`, which is FORMAT's own and says who wrote: browsers understand only these.

The authority can vouch for the boxes and for nothing else: its certificate is critically constrained to one domain and
one address (RFC 5280 section 4.2.1.10), to serving, and to no further authority. OpenSSL and Chromium refuse whatever
else was signed with its key (`tests/provisioning`), so whoever trusts it puts neither bank nor mail into its hands.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.errors import BadInput
from appliance.sealing.age import open_sealed, seal
from appliance.sealing.identities import ScryptIdentity
from appliance.sealing.recipients import ScryptRecipient
from appliance.sealing.sealed import Sealed

AUTHORITY_DAYS: Final = 3650
BOX_DAYS: Final = 820
"""Apple takes at most 825 for what a person trusted by hand (support article 103769)."""
EARLIER: Final = timedelta(days=2)
"""A certificate begins this long ago: phones' clocks differ."""
NAME_MOST: Final = 48
_DOMAIN: Final = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pages:
    """A private key with its certificate, both PEM. `certificate`: the box's own first, then what signed it, if any."""

    key: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """`hosts`: names and addresses it is for. `until`: UTC. `sha256`: of the certificate, 64 hexadecimal digits."""

    hosts: frozenset[str]
    until: datetime
    sha256: str
    name: str


def make_authority(name: str, domain: str, address: str, now: datetime) -> Pages:
    """`name`: the agency's, as phones show it. `domain`: its boxes' names end in it. `address`: the boxes' own."""
    if not 1 <= len(name) <= NAME_MOST or not name.isprintable():
        raise BadInput(f"The authority's name is 1 to {NAME_MOST} printable characters.")
    if not _DOMAIN.fullmatch(domain):
        raise BadInput("The domain is a name of two parts or more in lower case, such as boxes.agency.example.")
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), _common(f"{name} Fieldreel boxes")])
    network = ipaddress.ip_network(f"{address}/32")
    permitted: list[x509.GeneralName] = [x509.DNSName(domain), x509.IPAddress(network)]
    builder = (
        _begun(subject, subject, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Pages(_pem_of(key), builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))


def sealed_key(authority: Pages, passphrase: str) -> bytes:
    """The authority's key as it is kept: an age file under a passphrase, so that `age -d` opens it without us."""
    return seal(authority.key, [ScryptRecipient(passphrase)]).data


def open_key(data: bytes, certificate: bytes, passphrase: Callable[[], str]) -> Pages:
    """The authority again. Raises BadInput, WrongKey (wrong passphrase), FileTampered."""
    if not data.startswith(b"age-encryption.org/"):
        raise BadInput("This is no key of an authority that was made here.", "Give what fieldreel provision ca wrote.")
    return Pages(open_sealed(Sealed.found(data), [ScryptIdentity(passphrase())]), certificate)


def issue(authority: Pages, hosts: Sequence[str], now: datetime) -> Pages:
    """A new key and certificate for a box known by these names and addresses.

    Raises BadInput for one that the authority may not vouch for, and where its key is not its certificate's.
    """
    signer, signer_key = _load(authority.certificate), _key(authority.key)
    if signer.public_key() != signer_key.public_key():
        raise BadInput("The authority's key is another than that of its certificate.")
    for host in hosts:
        if not _permitted(signer, host):
            raise BadInput(f"This authority may not vouch for {host}.", "Give a name that ends in its domain.")
    key = generate_private_key(SECP256R1())
    days = min(BOX_DAYS, (signer.not_valid_after_utc - now).days)
    if days < 1:
        raise BadInput("The authority's own certificate has run out.", "Make a new one: fieldreel provision ca.")
    builder = (
        _begun(x509.Name([_common(hosts[0])]), signer.subject, key, now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False)
    )
    return Pages(_pem_of(key), builder.sign(signer_key, hashes.SHA256()).public_bytes(Encoding.PEM))


def read_certificate(pem: bytes) -> CertificateFacts:
    """What the first certificate in this file says. Raises BadInput."""
    found = _load(pem)
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        names = x509.SubjectAlternativeName([])
    hosts = {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}
    common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(common[0].value) if common else ""
    return CertificateFacts(frozenset(hosts), found.not_valid_after_utc, found.fingerprint(hashes.SHA256()).hex(), name)


def compared(sha256: str) -> str:
    """The first sixteen digits in fours: what people hold against the label. "" for none."""
    return " ".join(sha256[at : at + 4].upper() for at in range(0, min(16, len(sha256)), 4))


def check_pages(pages: Pages, hosts: Sequence[str], now: datetime) -> None:
    """Raises BadInput where a browser would not take this certificate for these names."""
    try:
        public = load_pem_private_key(pages.key, None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadInput("The certificate's key cannot be read: PEM without a passphrase is taken.") from None
    if _load(pages.certificate).public_key() != public:
        raise BadInput("The certificate is for another key than the one given.", "Give the certificate's own key.")
    facts = read_certificate(pages.certificate)
    missing = [host for host in hosts if not any(_matches(pattern, host) for pattern in facts.hosts)]
    if missing:
        raise BadInput(f"The certificate is not for {missing[0]}.", "Give a certificate for the box's name.")
    if facts.until <= now:
        raise BadInput("The certificate has run out.", "Have it renewed first.")


def check_authority(pem: bytes) -> None:
    """Raises BadInput for a certificate that is no authority's, or of one that may vouch for the whole world."""
    found = _load(pem)
    try:
        basic = found.extensions.get_extension_for_class(x509.BasicConstraints).value
        constraints = found.extensions.get_extension_for_class(x509.NameConstraints)
    except (x509.ExtensionNotFound, ValueError):
        basic, constraints = None, None
    if basic is None or constraints is None or not basic.ca or not constraints.critical:
        raise BadInput("This is not the certificate of an office's authority for its boxes.")


def _begun(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    start = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - EARLIER)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _common(text: str) -> "x509.NameAttribute[str]":
    return x509.NameAttribute(NameOID.COMMON_NAME, text)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _permitted(signer: x509.Certificate, host: str) -> bool:
    try:
        subtrees = signer.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except (x509.ExtensionNotFound, ValueError):
        return False
    general = _general(host)
    if isinstance(general, x509.IPAddress):
        return any(isinstance(each, x509.IPAddress) and each.value == ipaddress.ip_network(host) for each in subtrees)
    return any(
        isinstance(each, x509.DNSName) and (host == each.value or host.endswith(f".{each.value}")) for each in subtrees
    )


def _matches(pattern: str, host: str) -> bool:
    """As browsers match: a star stands for the whole first label."""
    if pattern.startswith("*."):
        return "." in host and host.partition(".")[2] == pattern[2:]
    return pattern.lower() == host


def _load(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(pem)[0]
    except (ValueError, IndexError):
        raise BadInput("The certificate cannot be read: PEM is taken.") from None


def _key(pem: bytes) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise BadInput("The authority's key cannot be read.")
    return key


def _pem_of(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
