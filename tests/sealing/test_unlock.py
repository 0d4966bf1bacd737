import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput, Fault, FileTampered, WrongKey
from appliance.sealing import age, unlock
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.sealed import Sealed
from appliance.sealing.unlock import (
    NewPairing,
    Octets,
    Work,
    make_pairing,
    open_identity,
    open_pairing,
    read_pairing,
    seal_identity,
    wipe,
)

PIN, SECRET, BOARD = b"294751", bytes(range(32)), bytes(range(200, 232))
QUICK = Work(memory_kib=8, passes=1)
MADE = 1_780_000_000_000
VECTOR: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent.parent / "vectors/format/unlock.json").read_bytes()
)


def paired(board: bytes = b"", name: str = "phone 1") -> NewPairing:
    return make_pairing(PIN, SECRET, name, made=MADE, board=board, work=QUICK)


@pytest.fixture(scope="module")
def phone() -> NewPairing:
    return paired()


def changed(data: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(data), **changes}, ensure_ascii=False, separators=(",", ":")).encode()


def test_pin_and_secret_open_a_pairing(phone: NewPairing) -> None:
    assert open_pairing(phone.data, PIN, SECRET).recipient.text == phone.recipient.text
    assert open_pairing(phone.data, memoryview(PIN), bytearray(SECRET)).recipient.text == phone.recipient.text


@pytest.mark.parametrize("pin", [b"294752", b"294751 ", b"", b"29475", b"2947511", b"\0", bytes(10_000)])
def test_another_pin_does_not(phone: NewPairing, pin: bytes) -> None:
    with pytest.raises(WrongKey, match="PIN"):
        open_pairing(phone.data, pin, SECRET)


@pytest.mark.parametrize("secret", [bytes(32), SECRET[:-1], SECRET + b"\0", b""])
def test_another_phone_s_secret_does_not(phone: NewPairing, secret: Octets) -> None:
    with pytest.raises(WrongKey, match="paired"):
        open_pairing(phone.data, PIN, secret)


def test_the_secret_s_hash_alone_opens_nothing(phone: NewPairing) -> None:
    """Whoever writes his own hash into the file knows no secret by that."""
    other = bytes(32)
    forged = changed(phone.data, secret_sha256=hashlib.sha256(other).hexdigest())
    with pytest.raises(WrongKey):
        open_pairing(forged, PIN, other)


def test_a_board_s_secret_is_needed_where_the_pairing_says_so() -> None:
    with_board = paired(BOARD)
    assert open_pairing(with_board.data, PIN, SECRET, BOARD).recipient.text == with_board.recipient.text
    for board in (b"", bytes(32), BOARD[:-1]):
        with pytest.raises(WrongKey):
            open_pairing(with_board.data, PIN, SECRET, board)
    with pytest.raises(WrongKey):
        open_pairing(changed(with_board.data, board=False), PIN, SECRET, BOARD)


def test_a_board_s_secret_does_not_matter_where_the_pairing_was_made_without(phone: NewPairing) -> None:
    assert open_pairing(phone.data, PIN, SECRET, BOARD).recipient.text == phone.recipient.text


def test_a_pairing_tells_in_clear_what_a_locked_box_must_know() -> None:
    made = paired(name="Noor's phone, נור")
    told = read_pairing(made.data)
    assert (told.id, told.name, told.made, told.board) == (made.id, "Noor's phone, נור", MADE, False)
    assert told.recipient.text == made.recipient.text
    assert told.fits(SECRET)
    assert not told.fits(bytes(32))


def test_a_pairing_tells_no_secret(phone: NewPairing) -> None:
    assert b"SECRET-KEY" not in phone.data
    assert PIN not in phone.data
    assert SECRET not in phone.data
    assert base64.b64encode(SECRET) not in phone.data
    assert "SECRET-KEY" not in repr(phone)


def test_two_pairings_have_nothing_in_common() -> None:
    first, second = json.loads(paired().data), json.loads(paired().data)
    for key in ("pairing", "recipient", "sealed"):
        assert first[key] != second[key]
    assert first["kdf"]["salt"] != second["kdf"]["salt"]


@given(st.data())
def test_a_changed_byte_is_found(data: st.DataObject) -> None:
    phone = paired()
    spoiled = bytearray(phone.data)
    place = data.draw(st.integers(0, len(spoiled) - 1))
    spoiled[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((FileTampered, WrongKey)):
        open_pairing(bytes(spoiled), PIN, SECRET)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"made": -1},
        {"made": 1.0},
        {"name": ""},
        {"name": "a\nb"},
        {"name": "n" * 65},
        {"pairing": "../../../../etc/passwd"},
        {"board": 0},
        {"recipient": "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"},
        {"more": 1},
        {"sealed": ""},
    ],
)
def test_what_no_pairing_says_is_refused(phone: NewPairing, changes: dict[str, Any]) -> None:
    with pytest.raises((FileTampered, WrongKey)):
        open_pairing(changed(phone.data, **changes), PIN, SECRET)


@pytest.mark.parametrize(
    "work", [{"memory_kib": 1 << 30}, {"passes": 1 << 20}, {"lanes": 400}, {"lanes": 0}, {"passes": 0}]
)
def test_a_file_cannot_ask_for_endless_work(phone: NewPairing, work: dict[str, int]) -> None:
    with pytest.raises(FileTampered):
        read_pairing(changed(phone.data, kdf={**json.loads(phone.data)["kdf"], **work}))


@given(st.one_of(st.binary(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str).map(str.encode)))
def test_any_other_bytes_are_no_pairing(data: bytes) -> None:
    with pytest.raises(FileTampered):
        read_pairing(data)


@given(st.dictionaries(st.sampled_from(unlock._KEYS), st.none() | st.integers() | st.text() | st.booleans()))
def test_any_other_object_is_no_pairing(told: dict[str, Any]) -> None:
    with pytest.raises(FileTampered):
        read_pairing(changed(paired().data, **{**dict.fromkeys(unlock._KEYS[:1], 3), **told}))


@pytest.mark.parametrize("pin", [b"", b"123", b"1" * 13, b"12a4", "١٢٣٤".encode(), b"1234\n"])
def test_a_pin_is_4_to_12_digits(pin: bytes) -> None:
    with pytest.raises(BadInput):
        make_pairing(pin, SECRET, "phone", made=MADE, work=QUICK)


@pytest.mark.parametrize(
    ("secret", "name", "made"),
    [(bytes(31), "phone", 0), (SECRET, "", 0), (SECRET, "\x1b[2J", 0), (SECRET, "n" * 65, 0), (SECRET, "phone", -1)],
)
def test_a_phone_needs_a_whole_secret_and_a_proper_name(secret: bytes, name: str, made: int) -> None:
    with pytest.raises(BadInput):
        make_pairing(PIN, secret, name, made=made, work=QUICK)


def test_the_unlock_identity_opens_for_each_paired_phone_and_no_other() -> None:
    identity = HybridIdentity.generate()
    phones = [paired(), paired()]
    sealed = seal_identity(identity, [phone.recipient for phone in phones])
    for phone in phones:
        assert open_identity(sealed, open_pairing(phone.data, PIN, SECRET)).text == identity.text
    revoked = seal_identity(identity, [phones[0].recipient])
    with pytest.raises(WrongKey):
        open_identity(revoked, open_pairing(phones[1].data, PIN, SECRET))


@pytest.mark.parametrize("text", [b"", b"# nothing\n", b"AGE-SECRET-KEY-PQ-1QQQQ\n", b"\xff\n"])
def test_what_is_sealed_to_a_phone_but_no_identity_is_refused(text: bytes) -> None:
    phone = HybridIdentity.generate()
    with pytest.raises(Fault) as caught:
        open_identity(age.seal(text, [phone.recipient]), phone)
    assert caught.type is FileTampered


def test_wiping_leaves_zeros_of_the_same_length() -> None:
    buffer = bytearray(SECRET)
    wipe(buffer)
    assert buffer == bytes(32)


def test_a_guess_costs_what_is_said() -> None:
    work = Work()
    assert (work.memory_kib, work.lanes, work.passes) == (64 * 1024, 1, 3)
    assert read_pairing(VECTOR["pairing_bin"].encode()).work == work


def test_the_vector_opens() -> None:
    pin, secret, board = (base64.b64decode(VECTOR[key]) for key in ("pin", "secret", "board"))
    phone = open_pairing(VECTOR["pairing_bin"].encode(), pin, secret, board)
    assert phone.text == VECTOR["phone_identity"]
    sealed = Sealed.found(base64.b64decode(VECTOR["identity_age"]))
    identity = open_identity(sealed, phone)
    assert identity.text == VECTOR["unlock_identity"]
    assert identity.recipient.text == VECTOR["recipient_txt"].strip()


def test_the_vector_opens_as_the_document_says_without_our_code() -> None:
    text = VECTOR["pairing_bin"]
    told = json.loads(text)
    pin, secret, board = (base64.b64decode(VECTOR[key]) for key in ("pin", "secret", "board"))
    kdf = told["kdf"]
    slow = Argon2id(
        salt=base64.b64decode(kdf["salt"]),
        length=32,
        iterations=kdf["passes"],
        lanes=kdf["lanes"],
        memory_cost=kdf["memory_kib"],
    ).derive(pin)
    extracted = hmac.digest(bytes(32), slow + secret + board, "sha256")
    key = hmac.digest(extracted, b"fieldreel pairing v1" + told["pairing"].encode() + b"\1", "sha256")
    sealed = base64.b64decode(told["sealed"])
    head = text[: text.index(',"sealed":')] + "}"
    opened = ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], head.encode())
    assert opened.decode() == VECTOR["phone_identity"]
    assert told["secret_sha256"] == hashlib.sha256(secret).hexdigest()
