"""The machine itself: it goes on from where it was frozen, tells what failed, and leaves the frozen one as it was."""

import time
from pathlib import Path

import pytest

from tests.lab.image import Image
from tests.lab.machine import Machine
from tests.lab.system import Failed

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]


def test_a_frozen_machine_goes_on_as_often_as_wanted(board_image: Image, frozen: Path, tmp_path: Path) -> None:
    boots = set()
    for name in ("first", "second"):
        since = time.monotonic()
        with Machine(board_image, tmp_path / name, frozen=frozen) as machine:
            boots.add(machine.run("cat /proc/sys/kernel/random/boot_id"))
            print(f"\nback after {time.monotonic() - since:.1f} s")
            assert abs(int(machine.run("date +%s")) - time.time()) < 60
            assert machine.run("cat; test ! -e /changed && touch /changed && sync", stdin="heard") == "heard"
            with pytest.raises(Failed, match="exit 3 of"):
                machine.run("exit 3")
            machine.run("sleep 600 & echo it keeps nobody waiting")
    assert len(boots) == 1


def test_a_machine_whose_plug_is_pulled_starts_again_from_its_disk(
    board_image: Image, frozen: Path, tmp_path: Path
) -> None:
    with Machine(board_image, tmp_path / "machine", frozen=frozen) as machine:
        before = machine.run("cat /proc/sys/kernel/random/boot_id; echo kept > /kept; sync; echo lost > /run/lost")
        machine.cut()
        machine.start()
        assert machine.run("cat /proc/sys/kernel/random/boot_id") != before
        assert machine.run("cat /kept; ls /run/lost 2>/dev/null || true") == "kept"
