"""The web process as it is served: what it loads, what it writes, how it ends, and what a kill leaves."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.commands import web
from appliance.config import Config, read_config
from appliance.errors import BadInput
from appliance.worker import Worker
from tests.web.phone import HOST, Phone, until
from tests.web.served import Served, descendants, gone
from web_ui.serve import settings

NOT_FOR_WEB = ("cv2", "av", "picamera2", "gpiozero", "appliance.capture.pi_camera", "appliance.recorder.attendant")
WALK = """
import sys
from pathlib import Path
from tests.web.box import WebBox, tap
from tests.web.routes import EXAMPLES
box = WebBox(Path(sys.argv[1]))
session = box.session(5, ago_s=60).id
box.keeper.films[session] = [b"0", b"1", b"2", b"3", b"4"]
phone = box.phone()
for example in EXAMPLES:
    path = example.path.format(session=session)
    phone.get(path) if example.body is None else phone.post(path, example.body)
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def test_no_camera_library_is_loaded_by_any_request(tmp_path: Path, checkout: Path) -> None:
    command = [sys.executable, "-c", WALK, str(tmp_path), *NOT_FOR_WEB]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


# ---- the command


def test_the_options_reach_the_server_unchanged(tmp_path: Path) -> None:
    told = ["--home", str(tmp_path), "--run", "/run/x", "--hardware", "bench", "--bind", "127.0.0.1:1", "--host", "a.b"]
    told += ["--host", "c.d", "--site", "desk", "--certificate", "c.pem", "--certificate-key", "k.pem"]
    args = web.parse(told)
    assert web.config_of(web.parse(web.arguments_of(args))) == web.config_of(args)
    assert web.config_of(args).hosts == ("a.b", "c.d")


def test_a_file_of_settings_may_name_the_pages(tmp_path: Path) -> None:
    (tmp_path / "box.toml").write_text('bind = "0.0.0.0:443"\nhosts = ["box.office.example"]\nsite = "box"\n')
    config = read_config(tmp_path / "box.toml")
    assert (config.bind, config.hosts) == ("0.0.0.0:443", ("box.office.example",))


@pytest.mark.parametrize(
    "wrong",
    [
        'bind = "x"',
        "hosts = []",
        'hosts = "box"',
        "hosts = [1]",
        'hosts = ["BOX"]',
        'site = "Box 1"',
        'certificate = "c"',
    ],
)
def test_settings_that_cannot_be_served(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "box.toml").write_text(wrong + "\n")
    with pytest.raises(BadInput):
        read_config(tmp_path / "box.toml")


def test_how_it_is_served() -> None:
    told = settings(Config())
    assert (told["workers"], told["threads"], told["graceful_timeout"]) == (1, 32, 2)
    assert told["accesslog"] is None


# ---- the process


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    try:
        served.start()
        yield served
    finally:
        served.end()


def test_it_ends_when_told_with_phones_on_the_line(served: Served) -> None:
    """And the keeper with it. The other phone has sent half a request."""
    phone, pid = served.paired(), served.web.pid or 0
    below = descendants(pid)
    assert len(below) == 2, "the worker and the keeper"
    with socket.create_connection(("127.0.0.1", served.web.port)) as half:
        half.sendall(b"POST /api/ops HTTP/1.1\r\nHost: box.loc")
        begun = time.monotonic()
        assert served.web.stop() == 0
        print(f"\nSIGTERM to the end: {time.monotonic() - begun:.2f} s")
        assert time.monotonic() - begun < 8
    phone.hang_up()
    until("all gone", lambda: all(gone(each) for each in below))
    assert served.told == ""


def test_nothing_of_what_was_asked_is_logged(served: Served) -> None:
    phone = served.paired()
    assert phone.get(f"/sessions/{served.session.id}/0.m4s").status in {403, 422}
    assert phone.get("/api/sessions/nothing?secret=1").status == 404
    phone.hang_up()
    served.web.stop()
    assert served.told == ""


def test_files_are_for_their_owner_only(served: Served) -> None:
    phone = served.paired()
    phone.done("/api/ops", ops=[served.tap()])
    phone.hang_up()
    home = served.box.home
    written = [path for folder in (home.unlock, home.lane("web")) for path in folder.rglob("*")]
    assert len(written) >= 6
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in written if path.stat().st_mode & 0o077} == {}


def test_no_proxy_s_word_is_taken(served: Served) -> None:
    phone = served.phone()
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"}
    assert phone.get("/unlock", **told).status == 200
    path, origin = "/api/bench/finger", f"https://{HOST}:{served.web.port}"
    got = phone.send(path, b"{}", **told, Origin=origin, **{"Content-Type": "application/json"})
    assert (got.status, got.json["fault"]["code"]) == (403, "other-site")
    phone.hang_up()


def test_a_body_without_a_length_is_bounded(served: Served) -> None:
    line = http.client.HTTPConnection("127.0.0.1", served.web.port, timeout=20)
    host = f"{HOST}:{served.web.port}"
    told = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    pieces = (b" " * 65_536 for _ in range(64))
    try:
        line.request("POST", "/api/lock", body=pieces, headers=told, encode_chunked=True)
        assert line.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # it hung up before it was told all
    finally:
        line.close()


def test_silent_phones_keep_nobody_waiting(served: Served) -> None:
    phone = served.phone()
    silent = [socket.create_connection(("127.0.0.1", served.web.port)) for _ in range(40)]
    try:
        begun = time.monotonic()
        assert phone.get("/api/hello").status == 200
        assert time.monotonic() - begun < 2
    finally:
        phone.hang_up()
        for each in silent:
            each.close()


@pytest.mark.parametrize("after_ops", [0, 3, 17])
def test_killed_while_three_phones_tag_it_loses_nothing(served: Served, after_ops: int) -> None:
    """Each phone sends until it is acknowledged, as phones do; in the middle the whole process is killed."""
    phones = [served.paired() for _ in range(3)]
    queues = [[served.tap() for _ in range(12)] for _ in phones]
    acked: list[str] = []
    enough, up = threading.Event(), threading.Event()
    up.set()

    def send(phone: Phone, queue: list[dict[str, Any]]) -> None:
        for op in queue:
            while op["id"] not in acked:
                up.wait(60)
                try:
                    acked.extend(phone.done("/api/ops", ops=[op])["acked"])
                except (OSError, http.client.HTTPException):
                    time.sleep(0.02)
            if len(acked) >= after_ops:
                enough.set()

    senders = [
        Worker("phone", lambda _stopping, pair=pair: send(*pair)).start()  # type: ignore[misc]
        for pair in zip(phones, queues, strict=True)
    ]
    enough.wait(60)
    up.clear()
    served.web.kill()
    before = list(acked)
    assert set(before) <= {op["id"] for op in served.box.ops()}, "acknowledged and not on the disk"
    served.start()
    up.set()
    for sender in senders:
        sender.join(120)
        assert sender.failure is None
    for phone in phones:
        phone.hang_up()
    written = [op["id"] for op in served.box.ops()]
    assert sorted(written) == sorted(op["id"] for queue in queues for op in queue)
    print(f"\nkilled after {len(before)} of 36 ops; {len(written)} in the lane, each once")


def test_over_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    make += [
        "-subj",
        f"/CN={HOST}",
        "-addext",
        f"subjectAltName=DNS:{HOST},IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    subprocess.run(make, check=True, capture_output=True)
    served = Served(tmp_path / "box", "--certificate", str(certificate), "--certificate-key", str(key))
    try:
        served.web.launch()
        phone = Phone(served.web.port, trusted=certificate)
        until("served", lambda: answers(phone))
        served.answer({"do": "status"})
        served.box.recorder.pen_press()
        silent = [socket.create_connection(("127.0.0.1", served.web.port)) for _ in range(3)]
        phone.done("/api/pair", pin="2580")
        assert phone.read("/api/hello")["unlocked"] is True
        for each in silent:
            each.close()
        phone.hang_up()
    finally:
        served.end()


def answers(phone: Phone) -> bool:
    try:
        return phone.get("/api/hello").status == 200
    except OSError:
        return False
