import pytest

from appliance.errors import WrongKey
from appliance.sealing import age
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.sealed import Sealed
from appliance.sealing.subjects import new_subject
from tests.sealing.keys import ESCROW, OFFICE, STRANGER, never

UNLOCK = HybridIdentity.generate()


def opened(sealed: Sealed, identity: HybridIdentity) -> HybridIdentity:
    data = age.open_sealed(sealed, [identity])
    assert data.endswith(b"\n")
    assert data.count(b"\n") == 1
    (found,) = read_identities(data, never)
    assert isinstance(found, HybridIdentity)
    return found


def test_office_escrow_and_box_can_each_open_what_is_sealed_to_a_subject() -> None:
    subject = new_subject([OFFICE.recipient, ESCROW.recipient], UNLOCK.recipient)
    assert subject.local is not None
    segment = age.seal(b"one second", [subject.recipient])
    for sealed, identity in ((subject.key, OFFICE), (subject.key, ESCROW), (subject.local, UNLOCK)):
        assert age.open_sealed(segment, [opened(sealed, identity)]) == b"one second"


def test_nobody_else_can() -> None:
    subject = new_subject([OFFICE.recipient], UNLOCK.recipient)
    assert subject.local is not None
    for sealed, identity in ((subject.key, STRANGER), (subject.key, UNLOCK), (subject.local, OFFICE)):
        with pytest.raises(WrongKey):
            age.open_sealed(sealed, [identity])
    with pytest.raises(WrongKey):
        age.open_sealed(age.seal(b"one second", [subject.recipient]), [OFFICE])


def test_before_pairing_there_is_no_local_key() -> None:
    assert new_subject([OFFICE.recipient], None).local is None


def test_each_subject_has_its_own_key() -> None:
    first, second = (new_subject([OFFICE.recipient], None) for _ in range(2))
    assert first.recipient.text != second.recipient.text
    with pytest.raises(WrongKey):
        age.open_sealed(age.seal(b"x", [first.recipient]), [opened(second.key, OFFICE)])


def test_what_remains_holds_no_secret() -> None:
    assert "SECRET" not in repr(new_subject([OFFICE.recipient], UNLOCK.recipient))
