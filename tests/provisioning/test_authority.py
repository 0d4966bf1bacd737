"""What the office's authority signs is taken by OpenSSL and Python; what it may not vouch for is refused by both."""

import shutil
import ssl
import subprocess
from datetime import UTC, timedelta

import pytest

from appliance.errors import BadInput, WrongKey
from appliance.sealing.authority import (
    BOX_DAYS,
    Pages,
    check_authority,
    check_pages,
    issue,
    make_authority,
    open_key,
    read_certificate,
    sealed_key,
)
from tests.provisioning.made import NOW, authority, files_of, forged

NAME = "box3f7a.fieldreel.internal"
GOOD = (NAME, "10.77.0.1")


def shaken_hands(pages: Pages, host: str) -> str:
    """What Python's ssl says of a server with this certificate when it is asked for as `host`; "" if it is content."""
    folder, certificate, key = files_of(pages)
    with folder:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cadata=authority().certificate.decode())
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname=host)
    theirs = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for end in (ours, theirs):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as failure:
                return failure.verify_message
    assert ours.version() == "TLSv1.3"
    return ""


@pytest.mark.parametrize("host", GOOD)
def test_a_box_is_trusted_by_name_and_by_address(host: str) -> None:
    assert shaken_hands(issue(authority(), GOOD, NOW), host) == ""


@pytest.mark.parametrize(
    ("signed", "asked"),
    [
        ("bank.example", "bank.example"),
        ("fieldreel.internal.bank.example", "fieldreel.internal.bank.example"),
        ("10.77.0.2", "10.77.0.2"),
        ("8.8.8.8", "8.8.8.8"),
    ],
)
def test_what_a_stolen_key_signs_for_others_is_refused(signed: str, asked: str) -> None:
    assert shaken_hands(forged(signed), asked) == "permitted subtree violation"
    assert "permitted subtree violation" in openssl_verify(forged(signed))


def test_a_name_of_the_domain_is_what_the_key_can_forge() -> None:
    """The control: the same forger with a permitted name is believed, so that it is the constraint that refuses."""
    assert shaken_hands(forged("other.fieldreel.internal"), "other.fieldreel.internal") == ""
    assert openssl_verify(forged("other.fieldreel.internal")).endswith(": OK")


def test_no_further_authority_can_come_of_it() -> None:
    middle = forged("middle.fieldreel.internal", ca=True)
    below = forged("box.fieldreel.internal", by=middle)
    chained = Pages(below.key, below.certificate + middle.certificate)
    assert "path length" in shaken_hands(chained, "box.fieldreel.internal")


def openssl_verify(pages: Pages) -> str:
    if shutil.which("openssl") is None:
        pytest.skip("NOT CHECKED: openssl is missing (apt-get install openssl)")
    folder, certificate, _ = files_of(pages)
    above = certificate.with_name("authority.pem")
    with folder:
        above.write_bytes(authority().certificate)
        asked = ["openssl", "verify", "-purpose", "sslserver", "-x509_strict", "-CAfile", str(above), str(certificate)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_openssl_takes_a_box_s_certificate_in_its_strict_reading() -> None:
    assert openssl_verify(issue(authority(), GOOD, NOW)).endswith(": OK")


@pytest.mark.parametrize("host", ["bank.example", "10.77.0.2", "xfieldreel.internal", "internal"])
def test_it_is_not_even_asked_to_sign_for_others(host: str) -> None:
    with pytest.raises(BadInput, match="may not vouch"):
        issue(authority(), [NAME, host], NOW)


def test_a_certificate_lasts_as_long_as_phones_allow() -> None:
    facts = read_certificate(issue(authority(), GOOD, NOW).certificate)
    assert facts.hosts == {*GOOD}
    assert NOW + timedelta(days=BOX_DAYS - 1) < facts.until <= NOW.astimezone(UTC) + timedelta(days=BOX_DAYS)
    assert BOX_DAYS + 3 <= 825
    late = NOW + timedelta(days=3650 - 100)
    assert (
        read_certificate(issue(authority(), GOOD, late).certificate).until
        <= read_certificate(authority().certificate).until
    )
    with pytest.raises(BadInput, match="run out"):
        issue(authority(), GOOD, NOW + timedelta(days=3700))


def test_its_key_is_kept_under_a_passphrase() -> None:
    kept = sealed_key(authority(), "long enough")
    assert b"PRIVATE KEY" not in kept
    assert open_key(kept, authority().certificate, lambda: "long enough") == authority()
    with pytest.raises(WrongKey):
        open_key(kept, authority().certificate, lambda: "another")


@pytest.mark.parametrize("domain", ["internal", "", "Upper.example", "*.example.org", "a..b", ".example.org"])
def test_a_domain_that_would_be_the_world_is_no_domain(domain: str) -> None:
    with pytest.raises(BadInput, match="domain"):
        make_authority("De Brug", domain, "10.77.0.1", NOW)


def test_a_certificate_from_elsewhere_is_looked_at() -> None:
    own, other = issue(authority(), GOOD, NOW), issue(authority(), GOOD, NOW)
    check_pages(own, GOOD, NOW)
    for pages, hosts, now, why in (
        (Pages(other.key, own.certificate), GOOD, NOW, "another key"),
        (own, ["box.agency.example"], NOW, "not for"),
        (own, GOOD, NOW + timedelta(days=900), "run out"),
        (Pages(b"", own.certificate), GOOD, NOW, "cannot be read"),
        (Pages(own.key, b"-----BEGIN CERTIFICATE-----\n"), GOOD, NOW, "cannot be read"),
    ):
        with pytest.raises(BadInput, match=why):
            check_pages(pages, hosts, now)
    star = forged("*.fieldreel.internal")
    check_pages(star, [NAME], NOW)
    with pytest.raises(BadInput):
        check_pages(star, ["a.b.fieldreel.internal"], NOW)


def test_an_authority_for_the_whole_world_is_not_taken() -> None:
    check_authority(authority().certificate)
    with pytest.raises(BadInput):
        check_authority(issue(authority(), GOOD, NOW).certificate)
    with pytest.raises(BadInput):
        check_authority(forged("x.fieldreel.internal", ca=True).certificate)
