"""The real process is killed anywhere, and two run at once: the archive is complete, and nothing is answered early."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from appliance.sealing.statements import read_statement
from appliance.store.sums import file_sha256
from tests.office.rig import CarryingBox, OfficeRig, same
from tests.store.makers import verify

KILLS = int(os.environ.get("FIELDREEL_INGEST_KILLS", "20"))
SESSIONS = 6
PATIENCE_S = 120.0


def start(store: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "appliance", "ingest", str(store), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def film(box: CarryingBox, office: OfficeRig) -> list[Path]:
    """Some sessions, carried: enough to keep the process busy for about as long as it takes to start."""
    now_ms = time.time_ns() // 1_000_000
    folders = [box.record(12, end_ms=now_ms) for _ in range(SESSIONS)]
    office.carry(box, *folders)
    return folders


def answered_early(office: OfficeRig, box: CarryingBox, folders: list[Path]) -> list[str]:
    """Sessions with a receipt, in the outbox or said, that are not whole in the archive."""
    said = {each["session"] for each in office.said("receipt")}
    found = []
    for folder in folders:
        receipt, archived = office.receipt(box, folder.name), office.archived(folder.name)
        if (receipt or folder.name in said) and not (archived.exists() and same(folder, archived)):
            found.append(folder.name)
        if receipt is not None and receipt["sums_sha256"] != file_sha256(folder / "SHA256SUMS"):
            found.append(folder.name)
    return found


def _wait_for(process: "subprocess.Popen[bytes]", office: OfficeRig, sessions: int) -> None:
    """Until so many sessions are archived and one is being taken in, or the process has ended."""
    staging = office.store.root / "staging"
    while process.poll() is None:
        if len(list(office.store.home.sessions.iterdir())) >= sessions and list(staging.iterdir()):
            return
        time.sleep(0.001)


def test_killed_anywhere_the_archive_is_complete_and_nothing_is_answered_early(
    box: CarryingBox, office: OfficeRig
) -> None:
    folders, chance, worked = film(box, office), random.Random(7), 0
    since = time.monotonic()
    start(office.store.root).communicate(timeout=PATIENCE_S)
    takes_s = time.monotonic() - since
    for n in range(KILLS):
        box.op(n)
        office.put(box, box.lane_parcel(first=n))
        folders += film(box, office)
        held = len(list(office.store.home.sessions.iterdir()))
        process = start(office.store.root)
        if n % 4 == 0:
            time.sleep(chance.uniform(0.4, 1.1) * takes_s)
        else:  # most in the middle of the work, which is shorter than starting is
            _wait_for(process, office, held + chance.randrange(SESSIONS))
            time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        worked += held < len(list(office.store.home.sessions.iterdir())) < len(folders)
        assert answered_early(office, box, folders) == []
    last = start(office.store.root)
    told = last.communicate(timeout=PATIENCE_S)[0].decode()
    print(f"\n{KILLS} kills of a process that needs {takes_s:.2f} s; {worked} left sessions half taken in")
    assert last.returncode == 0, told
    assert answered_early(office, box, folders) == []
    for folder in folders:
        assert verify(office.archived(folder.name), box.public).findings == ()
        assert same(folder, office.archived(folder.name))
        assert office.receipt(box, folder.name) is not None
    assert list(office.drop(box).iterdir()) == []
    assert len(list(office.store.lane(box.device, "web").iterdir())) == KILLS
    assert len(office.said("receipt")) == len(folders), "each is answered for once"
    assert worked >= KILLS // 10, "hardly a kill met any work"


def test_two_at_once_do_the_work_of_one(box: CarryingBox, office: OfficeRig) -> None:
    folders = film(box, office)
    both = [start(office.store.root, "--watch", "0.05") for _ in range(2)]
    deadline = time.monotonic() + PATIENCE_S
    try:
        while any(office.receipt(box, folder.name) is None for folder in folders) or list(office.drop(box).iterdir()):
            assert time.monotonic() < deadline
            assert answered_early(office, box, folders) == []
            time.sleep(0.05)
        folders += film(box, office)
        while any(office.receipt(box, folder.name) is None for folder in folders) or list(office.drop(box).iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        for process in both:
            process.send_signal(signal.SIGTERM)
        told = [process.communicate(timeout=PATIENCE_S)[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert "finding" not in "".join(told)
    assert answered_early(office, box, folders) == []
    assert sorted(each["session"] for each in office.said("receipt")) == sorted(folder.name for folder in folders)
    lines = [path.read_bytes() for path in sorted(office.store.statements(office.device, "ingest").iterdir())]
    assert len({read_statement(line)["id"] for line in lines}) == len(folders)
    assert json.loads((office.store.root / "ingest.json").read_bytes())["findings"] == []
