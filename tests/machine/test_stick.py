"""A USB stick that is pulled out while the box carries film to it, and plugged in again; then the office takes it in.

Apart from the courier's own tests because here the kernel loses a disk under what is being written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from appliance.clock import SystemClock
from appliance.commands.office import trust
from appliance.commands.verify import public_key
from appliance.office.facts import make_store, read_facts
from appliance.office.ingest import Ingest
from appliance.office.register import register_device
from appliance.said.trusted import OFFICE
from appliance.store.archive import Store
from tests.lab import mounts
from tests.machine.board import READY, RECORD, Board
from tests.pi.box import HOME

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
COURIER: Final = "courier/courier.sock"
PLACE: Final = "/mnt/office"
SIZE_BYTES: Final = 256 << 20


class Stick:
    """A store of the office on a stick. `image` is the stick's own bytes."""

    def __init__(self, folder: Path) -> None:
        self.image, self.folder = folder / "stick.img", folder / "mounted"
        self.folder.mkdir(parents=True)
        with self.image.open("wb") as file:
            file.truncate(SIZE_BYTES)
        mounts.run("mkfs.ext4", "-q", "-m", "0", self.image)

    @contextmanager
    def at_the_office(self) -> Iterator[Store]:
        """In this machine's own port. What was torn is mended by the file system's own journal."""
        device = mounts.attach_loop(self.image)
        try:
            mounts.mount(device, self.folder)
            yield Store(self.folder / "store")
        finally:
            mounts.unmount(self.folder)
            mounts.detach_loop(device)

    def plug(self, board: Board, *, slow: bool = False) -> None:
        """`slow`: a bad stick, of which each write is waited for."""
        throttle, mount = (",throttling.bps-write=20000", "mount -o sync") if slow else ("", "mount")
        board.machine.monitor.order(
            f"drive_add 0 if=none,id=stick,file={self.image},format=raw,cache=writeback{throttle}"
        )
        board.machine.monitor.order("device_add usb-storage,id=stick,drive=stick,bus=usb.0,removable=on")
        board.container.until("the stick is there", "test -b /dev/sda")
        board.run(f"mkdir -p {PLACE} && {mount} /dev/sda {PLACE} && chown -R fr-courier {PLACE}/store")

    def pull(self, board: Board) -> None:
        """Without a word before."""
        board.machine.monitor.order("device_del stick")
        board.container.until("the stick is gone", "! test -b /dev/sda")
        board.run(f"umount --lazy {PLACE}")


def test_pulled_out_and_plugged_in_again_it_gets_everything(board: Board, tmp_path: Path) -> None:
    stick = Stick(tmp_path)
    session = film(board, seconds=8)
    device = know_each_other(board, stick, tmp_path)
    board.run("systemctl restart fieldreel-courier.service", timeout_s=60)
    board.status_until("s['state'] == 'waiting'", 60, COURIER)

    stick.plug(board, slow=True)
    board.ask("go", COURIER)
    board.status_until("0 < s['sent_bytes'] < s['bytes']", 60, COURIER)
    stick.pull(board)
    told = board.status_until("s['fault']", 60, COURIER)
    assert told["fault"]["code"] == "office-unreachable"
    assert told["sessions"][0]["state"] != "sent"
    assert board.run(f"ls -A {PLACE}") == "", "nothing is written where no stick is"

    stick.plug(board)
    board.ask("go", COURIER)
    board.status_until("s['sessions'][0]['state'] == 'sent'", 120, COURIER)
    board.run(f"umount {PLACE}")
    board.machine.monitor.order("device_del stick")
    with stick.at_the_office() as store:
        report = Ingest(store, SystemClock("rtc")).round()
        assert [taken.session for taken in report.taken] == [session]
        assert [found for found in report.findings if "torn" not in found.what] == []
        assert list((store.root / "drop" / device).iterdir()) == []

    board.container.until("the stick is gone", "! test -b /dev/sda")
    stick.plug(board)
    board.ask("go", COURIER)
    board.status_until("s['sessions'][0]['state'] in ('receipted', 'purgeable')", 120, COURIER)
    assert board.run(f"ls {HOME}/receipts") != ""
    assert board.sessions() == [session], "it stays for its seven days"


def film(board: Board, seconds: int) -> str:
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(seconds * 1000)
    board.finger(f"press {RECORD} 2.5")
    board.status_until(READY)
    return session


def know_each_other(board: Board, stick: Stick, folder: Path) -> str:
    """At the office: a store on the stick knows the box, and the box the store; the device's id."""
    home = board.home_copied(folder / "box")
    with stick.at_the_office() as store:
        make_store(store, "a stick", (home / "device/recipients.txt").read_text())
        entry = register_device(store, public_key(home / "device/device.pub"), "a box", 0)
        device = entry.device
        target = (
            f'{{"store": "{read_facts(store).store}", "remote": "{PLACE}/store/drop/{device}", '
            f'"pickup": "{PLACE}/store/outbox/{device}", "needs": "mount:{PLACE}"}}'
        )
        trust(home, [store.root], None, [target])
    board.run(f"cat > {HOME}/device/{OFFICE}; chmod 640 {HOME}/device/{OFFICE}; chgrp fieldreel {HOME}/device/{OFFICE}",
              stdin=(home / "device" / OFFICE).read_text())  # fmt: skip
    return device
