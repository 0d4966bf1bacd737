"""The intercom over a real socket, with real peers."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.errors import BadInput, CardFull, Fault, PowerLow, RecorderGone
from appliance.intercom import LINE_BYTES, Answer, Intercom, Line, Request, fault_object, remote_fault


def take(request: Request) -> Answer:
    if request["do"] == "refuse":
        raise CardFull("There is no room.")
    return {"heard": request}


def follow() -> Iterator[Answer]:
    yield from ({"n": n} for n in range(3))
    while True:
        yield {"n": 99}


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    intercom = Intercom(tmp_path / "run" / "x.sock", take, follow=follow)
    intercom.open()
    yield tmp_path / "run" / "x.sock"
    intercom.close()
    assert not (tmp_path / "run" / "x.sock").exists()


def test_ask_and_answer_on_one_connection(path: Path) -> None:
    with Line(path) as line:
        for n in range(100):
            assert line.ask("echo", n=n) == {"heard": {"do": "echo", "n": n}}


def test_a_refusal_comes_back_as_the_same_fault(path: Path) -> None:
    with pytest.raises(CardFull) as caught, Line(path) as line:
        line.ask("refuse")
    assert caught.value.what == "There is no room."
    assert caught.value.do == CardFull.do_default


def test_what_was_filled_in_comes_back_apart() -> None:
    """So that the other side can say it in another language."""
    told = json.loads(json.dumps(fault_object(PowerLow("The battery is at {n} %.", n=14))))
    fault = remote_fault(told)
    assert (fault.what, fault.do) == ("The battery is at 14 %.", PowerLow.do_default)
    assert (fault.said, fault.values) == (("The battery is at {n} %.", PowerLow.do_default), {"n": 14})
    assert fault_object(fault) == told
    assert "said" not in fault_object(CardFull("{n} is nothing to fill in."))


def test_a_fault_of_a_newer_version_is_still_told() -> None:
    fault = remote_fault({"code": "from-the-future", "what": "W.", "do": "D."})
    assert type(fault) is Fault
    assert (fault.what, fault.do) == ("W.", "D.")


def test_followers_get_one_line_after_the_other(path: Path) -> None:
    with Line(path) as line:
        following = line.subscribe()
        assert [next(following)["n"] for _ in range(4)] == [0, 1, 2, 99]


def test_nobody_at_home(tmp_path: Path) -> None:
    with pytest.raises(RecorderGone):
        Line(tmp_path / "none.sock").ask("status")


ASK_AS = """
import os, sys
from pathlib import Path
from appliance.errors import Fault
from appliance.intercom import Line
os.setuid(int(sys.argv[1]))
for verb in ("status", "preview"):
    try:
        print(Line(Path(sys.argv[2])).ask(verb)["heard"]["do"])
    except Fault as fault:
        print(fault.code)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="NOT TRIED: only root can ask as another user")
@pytest.mark.parametrize(
    ("uid", "told"),
    [
        (60_001, ["status", "forbidden"]),
        (60_002, ["status", "preview"]),
        (60_003, ["recorder-gone", "recorder-gone"]),
    ],
)
def test_another_user_is_heard_as_far_as_the_table_says(uid: int, told: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        intercom = Intercom(Path(place) / "x.sock", take, peers={60_001: frozenset({"status"}), 60_002: None})
        intercom.open()
        (Path(place) / "x.sock").chmod(0o666)
        try:
            command = [sys.executable, "-c", ASK_AS, str(uid), f"{place}/x.sock"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        finally:
            intercom.close()
    assert done.stdout.split() == told


def test_a_line_that_outlives_the_recorder_connects_anew(tmp_path: Path) -> None:
    line = Line(tmp_path / "x.sock")
    for _ in range(2):
        intercom = Intercom(tmp_path / "x.sock", take)
        intercom.open()
        assert line.ask("hello")["heard"]["do"] == "hello"
        intercom.close()
        with pytest.raises(RecorderGone):
            line.ask("hello")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200).filter(lambda raw: b"\n" not in raw and raw.strip() != b""))
def test_any_bytes_get_an_answer_and_the_line_lives_on(path: Path, raw: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(5)
        peer.connect(str(path))
        peer.sendall(raw + b'\n{"do":"after"}\n')
        answers = b""
        while answers.count(b"\n") < 2:
            answers += peer.recv(65536)
        first, second = (json.loads(line) for line in answers.splitlines())
    assert first["ok"] or first["fault"]["code"] == BadInput.code
    assert second["heard"] == {"do": "after"}


def test_an_endless_line_is_hung_up_on(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(5)
        peer.connect(str(path))
        assert _hung_up(peer)


def _hung_up(peer: socket.socket) -> bool:
    """Whether the other side closes before it has read far more than a line; by end of file or reset, as it falls."""
    try:
        for _ in range(LINE_BYTES // 65536 + 16):
            peer.sendall(b"x" * 65536)
        return peer.recv(1) == b""
    except (BrokenPipeError, ConnectionResetError):
        return True


@pytest.mark.skipif(os.getuid() != 0, reason="only root can try as another user")
def test_other_users_are_not_heard(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    intercom = Intercom(tmp_path / "x.sock", take)
    intercom.open()
    (tmp_path / "x.sock").chmod(0o666)
    try:
        stranger = subprocess.run(
            [
                sys.executable,
                "-c",
                "import os, socket, sys\n"
                "s = socket.socket(socket.AF_UNIX)\n"
                "fd = os.open(os.path.dirname(sys.argv[1]), os.O_PATH)\n"
                "os.fchdir(os.open(os.path.dirname(sys.argv[1]), os.O_RDONLY))\n"
                "os.setuid(65534)\n"
                "s.settimeout(5)\n"
                "s.connect('x.sock')\n"
                "try:\n"
                '    s.sendall(b\'{"do":"status"}\\n\')\n'
                "    sys.exit(0 if s.recv(100) == b'' else 1)\n"
                "except OSError:\n"
                "    sys.exit(0)\n",
                str(tmp_path / "x.sock"),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        assert stranger.returncode == 0, stranger.stderr
    finally:
        intercom.close()
