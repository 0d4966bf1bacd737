"""A card that fills up while it is recorded to: a named Fault, and a session that is closed and sound.

On a real small file system where this machine lets us mount one, and on one that only says no, at any byte.
"""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.errors import CardFull
from appliance.store.durable import Durable
from appliance.store.erasure import erase_session
from appliance.store.layout import Home
from appliance.store.sessions import SessionWriter
from appliance.store.space import RESERVE_BYTES, make_reserve
from tests.store.failing import FullDurable
from tests.store.makers import begin, film, record, recover_all, sealed, verify
from tests.store.stopping import no_syncs


@pytest.fixture(params=["tmpfs", "ext4"])
def small_card(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A mounted file system of 8 MiB."""
    mounted = tmp_path / "card"
    mounted.mkdir()
    if request.param == "tmpfs":
        command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(mounted)]
    else:
        image = tmp_path / "card.img"
        with image.open("wb") as file:
            file.truncate(8 << 20)
        formatted = subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=False, capture_output=True)
        if formatted.returncode:
            pytest.skip(f"cannot make a file system: {formatted.stderr.decode().strip()}")
        command = ["mount", "-o", "loop", str(image), str(mounted)]
    made = subprocess.run(command, check=False, capture_output=True)
    if made.returncode:
        pytest.skip(f"cannot mount here: {made.stderr.decode().strip()}")
    try:
        yield mounted
    finally:
        subprocess.run(["umount", mounted], check=True)


def until_full(writer: SessionWriter, size: int) -> int:
    """Film until CardFull; gives the seconds acknowledged."""
    for n in range(1000):
        try:
            writer.segment(n, n * 1000, 1000, sealed(f"second {n}", size))
        except CardFull:
            return n
    raise AssertionError("the card is never full")


def use_up(path: Path) -> None:
    """Take all the room that is left, to the last byte."""
    with path.open("wb", buffering=0) as others:
        for size in (1 << 16, 1):
            with suppress(OSError):
                while True:
                    others.write(bytes(size))


def fill(home: Home, durable: Durable, size: int = 200_000) -> tuple[Path, int]:
    """Record until the card is full, then as the recorder does: a gap, and close. Gives the seconds acknowledged."""
    writer = begin(home, durable)
    n = until_full(writer, size)
    writer.gap(n * 1000, 500, "all", "slow card")
    writer.close("card-full", 1, "rtc")
    return writer.folder, n


def test_a_real_card_is_filled_and_closed(small_card: Path) -> None:
    home, durable = Home(small_card / "home"), Durable()
    assert make_reserve(home, durable)
    folder, acknowledged = fill(home, durable)
    assert acknowledged > 15
    assert len(list(folder.glob("*.m4s.age"))) == acknowledged
    assert not list(folder.glob("*.tmp"))
    assert verify(folder).sound


def test_a_real_card_filled_to_the_last_byte_is_closed_from_the_reserve(small_card: Path) -> None:
    home, durable = Home(small_card / "home"), Durable()
    assert make_reserve(home, durable)
    writer = begin(home, Durable(no_syncs()))
    film(writer, 800)  # so that the sums need more than a block that is free by chance
    use_up(small_card / "others")
    writer.gap(800_000, 500, "all", "slow card")
    writer.close("card-full", 1, "rtc")
    assert not home.reserve.exists()
    assert verify(writer.folder).sound
    (small_card / "others").unlink()
    recover_all(home, durable)
    assert home.reserve.stat().st_size == RESERVE_BYTES


def test_a_real_full_card_is_recovered_and_can_be_erased(small_card: Path) -> None:
    home, durable = Home(small_card / "home"), Durable()
    kept = record(home)
    make_reserve(home, durable)
    writer = begin(home, durable)
    until_full(writer, 50_000)
    folder = writer.folder
    del writer
    assert [outcome.what for outcome in recover_all(home, durable).sessions] == ["recovered"]
    assert verify(folder).sound
    erase_session(home, folder.name)
    assert not folder.exists()
    assert home.reserve.exists()
    assert verify(kept).sound


def test_full_at_any_byte_loses_nothing_acknowledged(tmp_path: Path) -> None:
    for room_bytes in range(RESERVE_BYTES + 2200, RESERVE_BYTES + 4200, 37):
        home, durable = Home(tmp_path / str(room_bytes)), FullDurable(room_bytes)
        assert make_reserve(home, durable)
        folder, acknowledged = fill(home, durable, size=300)
        assert len(list(folder.glob("*.m4s.age"))) == acknowledged, room_bytes
        assert not list(folder.glob("*.tmp"))
        assert verify(folder).sound, room_bytes


def test_without_a_reserve_a_full_card_is_closed_by_recovery(tmp_path: Path) -> None:
    home = Home(tmp_path)
    durable = FullDurable(room_bytes=3000)
    writer = begin(home, durable)
    until_full(writer, 100)
    durable.room_bytes = 0
    with pytest.raises(CardFull):
        writer.close("card-full", 1, "rtc")
    folder = writer.folder
    del writer
    assert [outcome.what for outcome in recover_all(home, durable).sessions] == ["left"]
    recover_all(home, Durable(no_syncs()))
    assert verify(folder).sound
