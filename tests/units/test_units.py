"""What the unit files promise: judged by systemd's own programs, and by the table of who writes what."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from appliance import peers
from tests.units.unit_files import HOME, SERVICES, SYSTEMD, UNITS, settings, staged, words

MOST: Final = {"fieldreel-recorder.service": 10, "fieldreel-web.service": 5}
"""Exposure times ten (systemd-analyze security), 15 for all others."""
NAIVE: Final = "[Unit]\nDescription=a control\n[Service]\nExecStart=/opt/fieldreel/bin/fieldreel recorder\n"

judged = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="NOT JUDGED: systemd-analyze is missing (apt-get install systemd)"
)


def exposure(root: Path, unit: str, most: int) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={most}", f"--root={root}", unit]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def verified(root: Path, *units: str) -> str:
    command = ["systemd-analyze", "--man=no", f"--root={root}", "verify", *units]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@judged
@pytest.mark.parametrize("unit", SERVICES)
def test_a_sandbox_is_as_tight_as_promised(tmp_path: Path, unit: str) -> None:
    done = exposure(staged(tmp_path), unit, MOST.get(unit, 15))
    print(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout


@judged
def test_the_judge_of_sandboxes_sees_a_loose_one(tmp_path: Path) -> None:
    (staged(tmp_path) / "usr/lib/systemd/system/naive.service").write_text(NAIVE)
    assert exposure(tmp_path, "naive.service", 15).returncode != 0


@judged
def test_systemd_has_nothing_to_say_about_any_unit(tmp_path: Path) -> None:
    """`verify` ends with 0 whatever it finds: any word is a finding."""
    assert verified(staged(tmp_path), *UNITS) == ""


@judged
@pytest.mark.parametrize("line", ["WatchdogSecs=20\n", "PrivateNetwork=maybe\n", "ExecStopPost=/no/such/program\n"])
def test_the_verifier_sees_a_slip(tmp_path: Path, line: str) -> None:
    root = staged(tmp_path, {"fieldreel-firstboot.service": f"[Service]\n{line}"})
    assert verified(root, "fieldreel-firstboot.service") != ""


def test_every_process_is_a_user_of_its_own() -> None:
    users = [settings(unit)["User"][0] for unit in SERVICES]
    assert len(set(users)) == len(users)
    made = (SYSTEMD / "sysusers.d/fieldreel.conf").read_text()
    assert {*users} - {"root"} == set(re.findall(r"^u (\S+)", made, re.MULTILINE))
    assert {peers.WEB, peers.COURIER, peers.NET, peers.CLOCK} < set(users)


def folders() -> dict[str, tuple[str, str, str]]:
    """Folder of the home -> (mode, user, group)."""
    lines = (SYSTEMD / "tmpfiles.d/fieldreel.conf").read_text().splitlines()
    found = (line.split() for line in lines if line.startswith("d "))
    return {path: (mode, user, group) for _, path, mode, user, group in found if path.startswith(HOME)}


def test_each_folder_has_one_writer_and_each_writer_may_write_there() -> None:
    """The units' fence and the folders' modes say the same; only families have a second writer, who erases them."""
    writers: dict[str, list[str]] = {}
    for unit in SERVICES:
        for path in words(unit, "ReadWritePaths"):
            if path.startswith(HOME + "/"):
                writers.setdefault(path, []).append(settings(unit)["User"][0])
    owned = {path: user for path, (_, user, _) in folders().items() if user != "root"}
    families = f"{HOME}/families"
    assert sorted(writers.pop(families)) == ["fr-rec", "fr-web"]
    assert owned.pop(families) == "fr-web"
    assert folders()[families] == ("2770", "fr-web", "fieldreel")
    assert writers == {path: [user] for path, user in owned.items()}


def test_nobody_outside_of_the_group_enters_the_home() -> None:
    assert all(mode.endswith("0") for mode, _, _ in folders().values())
    assert folders()[f"{HOME}/unlock"] == ("2750", "fr-web", "fr-rec")


@pytest.mark.parametrize("unit", [unit for unit in SERVICES if unit != "fieldreel-courier.service"])
def test_only_the_courier_has_a_network(unit: str) -> None:
    assert not {"AF_INET", "AF_INET6"} & {*words(unit, "RestrictAddressFamilies")}
    assert words(unit, "IPAddressDeny") == ["any"]
    outside = {"fieldreel-net.service", "fieldreel-firewall.service"}
    """Whose work the machine's network is: by D-Bus, and by messages to the kernel."""
    assert words(unit, "PrivateNetwork") == ["yes"] or unit in outside


@pytest.mark.parametrize("unit", SERVICES)
def test_memory_is_never_copied_to_a_disk(unit: str) -> None:
    assert words(unit, "LimitCORE") == ["0"]
    assert words(unit, "MemorySwapMax") == ["0"]


def test_what_only_root_may_is_given_to_two_each_one_thing() -> None:
    """The clock sets the time, the firewall the kernel's rules; nobody else has any of root's rights."""
    given = {unit: words(unit, "CapabilityBoundingSet") for unit in SERVICES}
    may = {"fieldreel-clock.service": ["CAP_SYS_TIME"], "fieldreel-firewall.service": ["CAP_NET_ADMIN"]}
    assert {unit: rights for unit, rights in given.items() if rights} == may
    assert all(words(unit, "AmbientCapabilities") == rights for unit, rights in may.items())
    assert all(words(unit, "ProtectClock") == ["yes"] for unit in SERVICES if unit != "fieldreel-clock.service")


@pytest.mark.parametrize("unit", SERVICES)
def test_whoever_takes_too_much_ends_and_the_recorder_is_last(unit: str) -> None:
    """That the limits hold is for a machine to show (tests/machine/test_limits); boards have 2 GB."""
    most = [int(word.removesuffix("M")) for word in words(unit, "MemoryMax")]
    assert most == [] if unit == "fieldreel-recorder.service" else 64 <= most[0] <= 800
    assert 8 <= int(*words(unit, "TasksMax")) <= 256
    assert words(unit, "OOMScoreAdjust") == (["-800"] if unit == "fieldreel-recorder.service" else [])


def test_two_watchdogs_with_two_clocks() -> None:
    assert words("fieldreel-recorder.service", "WatchdogSec") == ["20"]
    assert "RuntimeWatchdogSec=14s\n" in (SYSTEMD / "system.conf.d/fieldreel.conf").read_text()


def test_the_recorder_may_open_what_a_camera_needs_and_not_the_board_s_secret() -> None:
    allowed = words("fieldreel-recorder.service", "DeviceAllow")
    assert {"char-video4linux", "char-media", "char-dma_heap", "char-alsa", "char-gpiochip"} < set(allowed)
    assert not [each for each in allowed if "vcio" in each or "drm" in each or "mem" in each]
    assert "ProcSubset" not in settings("fieldreel-recorder.service"), "gpiozero reads /proc/device-tree"


def test_the_recorder_starts_where_lgpio_can_make_its_pipe_and_nobody_else_finds_it() -> None:
    """Started in a folder that it may not write, lgpio cannot be imported: no button and no lamp would work. Whoever
    can write to its pipe can press."""
    assert words("fieldreel-recorder.service", "WorkingDirectory") == ["/tmp"]
    assert words("fieldreel-recorder.service", "PrivateTmp") == ["yes"]


def test_a_recorder_that_is_gone_leaves_no_lamp_behind() -> None:
    """The kernel keeps a dead process's outputs; whatever becomes of this program, the recorder starts again."""
    (stop,) = settings("fieldreel-recorder.service")["ExecStopPost"]
    assert stop.startswith("-/opt/fieldreel/bin/fieldreel lamp-out ")


def test_the_recorder_reads_input_devices_and_writes_none() -> None:
    """Holding one alone (EVIOCGRAB) needs no more than that: the kernel asks for no right to write."""
    assert [each for each in settings("fieldreel-recorder.service")["DeviceAllow"] if "input" in each] == [
        "char-input r"
    ]
    assert "input" in words("fieldreel-recorder.service", "SupplementaryGroups")
