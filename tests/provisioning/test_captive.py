"""What a phone that looks for the internet is told, by policy; and that the name server says the same."""

import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.captive import ADDRESS, NEVER, PROBES, Policy, answer, dnsmasq_lines, probe_hosts
from appliance.commands.demo_web import free_port
from tests.web.phone import until

NAME = "box3f7a.fieldreel.internal"
NXDOMAIN = 3


def test_an_honest_box_fakes_nothing() -> None:
    assert probe_hosts(Policy.HONEST) == ()
    assert [probe for probe in PROBES if answer(Policy.HONEST, probe.host, probe.path)] == []


def test_online_answers_as_the_makers_do() -> None:
    assert {probe.maker for probe in PROBES} >= {"apple", "android", "windows", "gnome"}
    for probe in PROBES:
        told = answer(Policy.ONLINE, probe.host, probe.path)
        assert told is not None
        assert (told.status, told.body, told.location) == (probe.status, probe.body, None)
        assert (probe.status == 204) == (probe.body == "")
    assert answer(Policy.ONLINE, "captive.apple.com", "/mail") is None
    assert answer(Policy.ONLINE, "bank.example", "/") is None


def test_a_portal_leads_to_the_page_on_joining() -> None:
    told = [answer(Policy.PORTAL, probe.host, probe.path) for probe in PROBES]
    assert {(each.status, each.location) for each in told if each} == {(302, f"http://{ADDRESS}/")}


def resolved(port: int, name: str) -> tuple[int, str]:
    """The answer's code, and the address in it."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    asked = struct.pack(">HHHHHH", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.connect(("127.0.0.1", port))  # then a server that is not there yet is told at once
        line.send(asked)
        told = line.recv(512)
    found = struct.unpack(">H", told[6:8])[0]
    return told[3] & 15, socket.inet_ntoa(told[-4:]) if found else ""


@contextmanager
def name_server(place: Path, policy: Policy) -> Iterator[int]:
    program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("NOT CHECKED: dnsmasq is missing (apt-get install dnsmasq-base)")
    file, port = place / "box.conf", free_port(0)
    file.write_text("\n".join(dnsmasq_lines(policy, [NAME, ADDRESS])) + "\n")
    subprocess.run([program, "--test", "-C", str(file)], check=True, capture_output=True)
    options = [f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", f"--conf-file={file}", "--user="]
    running = subprocess.Popen([program, "--keep-in-foreground", "--pid-file=", *options], stderr=subprocess.DEVNULL)
    try:
        until("a name server", lambda: _answers(port))
        yield port
    finally:
        running.terminate()
        running.wait(10)


def _answers(port: int) -> bool:
    try:
        return resolved(port, NAME)[0] == 0
    except OSError:
        return False


@pytest.mark.parametrize("policy", Policy)
def test_the_name_server_knows_the_box_and_nothing_further(tmp_path: Path, policy: Policy) -> None:
    with name_server(tmp_path, policy) as port:
        assert resolved(port, NAME) == (0, ADDRESS)
        told = {host: resolved(port, host) for host in {probe.host for probe in PROBES}}
        wanted = (NXDOMAIN, "") if policy is Policy.HONEST else (0, ADDRESS)
        assert set(told.values()) == {wanted}
        for host in (*NEVER, "bank.example", "other.fieldreel.internal", f"evil.{PROBES[0].host}"):
            assert resolved(port, host) == (NXDOMAIN, ""), host
