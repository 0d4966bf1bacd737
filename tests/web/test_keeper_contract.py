"""What the pages rely on in a keeper's link: the stand-in of these tests and the real process keep it alike."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import Locked, NotFound, WrongKey
from appliance.playback.keeper_link import KeeperLink as RealLink
from appliance.store.layout import Home
from tests.web.stand_ins import StandInKeeper
from web_ui.keeping import KeeperLink
from web_ui.phones import Phone, Phones

SECRETS = [secrets.token_bytes(32) for _ in range(2)]
PINS = ("2580", "864209")


@dataclass
class Kept:
    """A link, and the phones that its files make."""

    link: KeeperLink
    phones: Phones

    def come(self, which: int) -> Phone:
        make = self.link.add_phone if self.phones.all() else self.link.first
        phone = self.phones.apply(make(bytearray(PINS[which], "ascii"), bytearray(SECRETS[which]), f"phone {which}"))
        assert phone is not None
        return phone

    def unlock(self, phone: Phone, which: int, pin: str | None = None) -> None:
        told = bytearray(pin or PINS[which], "ascii")
        self.link.unlock(*self.phones.sealed_of(phone), told, bytearray(SECRETS[which]))


@pytest.fixture(params=["stand-in", "real"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    home = Home(tmp_path)
    link: KeeperLink = StandInKeeper() if request.param == "stand-in" else RealLink(home)
    yield Kept(link, Phones(home))
    link.lock()


def test_the_first_phone_unlocks(kept: Kept) -> None:
    with pytest.raises(Locked):
        kept.link.ops()
    phone = kept.come(0)
    assert kept.link.unlocked
    assert [each.name for each in kept.phones.all()] == ["phone 0"]
    cookie = kept.phones.cookie(phone, SECRETS[0])
    assert kept.phones.of_cookie(cookie) == (phone, SECRETS[0])
    assert kept.phones.of_cookie(kept.phones.cookie(phone, SECRETS[1])) is None


def test_a_pin_unlocks_again_and_a_wrong_one_does_not(kept: Kept) -> None:
    phone = kept.come(0)
    kept.link.lock()
    assert not kept.link.unlocked
    with pytest.raises(WrongKey):
        kept.unlock(phone, 0, "0000")
    assert not kept.link.unlocked
    kept.unlock(phone, 0)
    assert kept.link.unlocked


def test_a_wrong_pin_of_one_leaves_it_unlocked_for_another(kept: Kept) -> None:
    first = kept.come(0)
    second = kept.come(1)
    with pytest.raises(WrongKey):
        kept.unlock(second, 1, "0000")
    assert kept.link.unlocked
    kept.link.lock()
    kept.unlock(second, 1)
    kept.unlock(first, 0)
    assert kept.link.unlocked


def test_a_revoked_phone_leaves_its_file_and_the_others(kept: Kept) -> None:
    first, second = kept.come(0), kept.come(1)
    assert kept.phones.apply(kept.link.revoke_phone(second.id)) is None
    assert kept.phones.all() == [first]
    assert kept.phones.of_cookie(kept.phones.cookie(second, SECRETS[1])) is None
    kept.link.lock()
    kept.unlock(first, 0)
    with pytest.raises(NotFound):
        kept.link.revoke_phone("0" * 32)


def test_nothing_is_read_while_it_is_locked(kept: Kept) -> None:
    kept.come(0)
    kept.link.lock()
    link, session = kept.link, "0" * 32
    for ask in (
        link.ops,
        lambda: link.playable(session),
        lambda: link.init(session),
        lambda: link.segment(session, 0),
        lambda: link.frame(session, 0, None),
        lambda: link.pts(session, 0),
        lambda: link.revoke_phone(session),
        lambda: link.add_phone(bytearray(b"1234"), bytearray(32), "x"),
    ):
        with pytest.raises(Locked):
            ask()


def test_a_lock_twice_is_no_fault(kept: Kept) -> None:
    kept.link.lock()
    kept.come(0)
    kept.link.lock()
    kept.link.lock()
    assert not kept.link.unlocked


def test_phones_are_read_from_the_disk_as_they_were_made(kept: Kept, tmp_path: Path) -> None:
    made = [kept.come(0), kept.come(1)]
    assert sorted(Phones(Home(tmp_path)).all(), key=lambda phone: phone.name) == made
