"""Recipients and identities as text, and the files that hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput, FileTampered, WrongKey
from appliance.sealing import age, bech32
from appliance.sealing.identities import (
    HybridIdentity,
    ScryptIdentity,
    X25519Identity,
    parse_identity,
    read_identities,
)
from appliance.sealing.recipients import (
    HybridRecipient,
    ScryptRecipient,
    parse_recipient,
    read_recipients,
)
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND, cheap, never, says

LINE = f"{OFFICE.text}\n".encode()


def test_a_hybrid_pair_is_known_by_its_text() -> None:
    assert OFFICE.recipient.text.startswith("age1pq1")
    assert len(OFFICE.recipient.text) == 1959
    assert OFFICE.text.startswith("AGE-SECRET-KEY-PQ-1")
    again = parse_identity(OFFICE.text)
    assert isinstance(again, HybridIdentity)
    assert again.recipient.text == OFFICE.recipient.text
    assert isinstance(parse_recipient(OFFICE.recipient.text), HybridRecipient)
    assert HybridIdentity.generate().text != HybridIdentity.generate().text


def test_an_x25519_pair_is_the_one_that_age_md_prints() -> None:
    identity = parse_identity("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
    assert isinstance(identity, X25519Identity)
    assert identity.recipient.text == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    assert identity.text == "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"


def test_a_text_recipient_seals_for_its_identity() -> None:
    sealed = age.seal(b"x", [parse_recipient(OFFICE.recipient.text)])
    assert age.open_sealed(sealed, [parse_identity(OFFICE.text)]) == b"x"


@pytest.mark.parametrize(
    ("text", "says_what"),
    [
        (OFFICE.text, "secret key"),
        (OLD_KIND.text, "secret key"),
        (OFFICE.recipient.text.upper(), "kind"),
        (bech32.encode("age1tag", bytes(33)), "kind"),
        (bech32.encode("age1pq", bytes([255]) * 1216), "post-quantum kind holds no such key"),
        (bech32.encode("age1pq", OFFICE._public[:-1]), "post-quantum kind holds no such key"),
        (bech32.encode("age1pq", OFFICE._public[:-32] + bytes(32)), "post-quantum kind holds no such key"),
        (bech32.encode("age", bytes(31)), "X25519 kind holds no such key"),
        (bech32.encode("age", bytes(32)), "X25519 kind holds no such key"),
        (bech32.encode("age", bytes([1]) + bytes(31)), "X25519 kind holds no such key"),
    ],
)
def test_what_is_no_recipient_is_refused(text: str, says_what: str) -> None:
    with pytest.raises(BadInput, match=says_what) as caught:
        parse_recipient(text)
    assert text[:30] not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        OFFICE.recipient.text,
        OFFICE.text.lower(),
        bech32.encode("AGE-SECRET-KEY-", bytes(31)),
        bech32.encode("AGE-SECRET-KEY-PQ-", bytes(33)),
    ],
)
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_identity(text)
    assert text[:30] not in str(caught.value)


def test_recipients_stand_one_a_line() -> None:
    text = f"# office\n{OFFICE.recipient.text}\r\n\n  \n#\n{OLD_KIND.recipient.text}"
    assert [recipient.text for recipient in read_recipients(text)] == [OFFICE.recipient.text, OLD_KIND.recipient.text]


@pytest.mark.parametrize("text", ["", "\n\n", "# nobody\n"])
def test_no_recipient_is_a_fault(text: str) -> None:
    with pytest.raises(BadInput, match="no recipient"):
        read_recipients(text)


def test_a_bad_recipient_is_named_by_its_line() -> None:
    with pytest.raises(BadInput, match="Line 3"):
        read_recipients(f"# office\n{OFFICE.recipient.text}\nage1x\n")


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(BadInput):
        ScryptRecipient("")


def test_a_plain_key_file_needs_no_passphrase() -> None:
    (identity,) = read_identities(LINE, never)
    assert isinstance(identity, HybridIdentity)
    assert identity.text == OFFICE.text


def test_a_key_file_as_age_keygen_writes_it() -> None:
    data = f"# created: 2026-11-23T08:00:00Z\n# public key: age1...\n{OLD_KIND.text}\n\n{ESCROW.text}\n".encode()
    first, second = read_identities(data, never)
    assert isinstance(first, X25519Identity)
    assert isinstance(second, HybridIdentity)


def test_a_sealed_key_file_opens_by_its_passphrase_only() -> None:
    data = age.seal(LINE, [cheap("correct horse")]).data
    (identity,) = read_identities(data, says("correct horse"))
    assert isinstance(identity, HybridIdentity)
    assert identity.text == OFFICE.text
    with pytest.raises(WrongKey):
        read_identities(data, says("battery staple"))
    with pytest.raises(FileTampered):
        read_identities(data[:-1], says("correct horse"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# nothing\n",
        b"hello\n",
        b"\xff\xfe",
        OFFICE.recipient.text.encode(),
        LINE + b"and more\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
        age.seal(LINE, [ESCROW.recipient]).data,
    ],
    ids=["empty", "comment", "word", "binary", "recipient", "key and word", "armored", "sealed to a key"],
)
def test_what_is_no_key_file_is_refused_without_asking(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_identities(data, never)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"age-encryption.org/" + data))
def test_any_bytes_as_key_file_give_a_fault(data: bytes) -> None:
    with pytest.raises((BadInput, FileTampered)):
        read_identities(data, never)


@pytest.mark.parametrize("thing", [OFFICE, OLD_KIND, ScryptIdentity("grape"), ScryptRecipient("grape")])
def test_a_secret_is_not_in_what_gets_printed(thing: object) -> None:
    assert "SECRET" not in repr(thing)
    assert "grape" not in repr(thing)
