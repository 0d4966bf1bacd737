"""The box's own Wi-Fi: NetworkManager's real access point on simulated radios, and phones that are Debian's own.

In the order in which they stand: one box, and what comes to it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from appliance.captive import ADDRESS
from tests.lab.image import Image
from tests.lab.machine import Machine
from tests.lab.system import Failed
from tests.machine.board import Board
from tests.pi.box import HOME

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
OFFICE: Final = "192.0.2.2"
OFFICE_6: Final = "2001:db8::2"
LOCAL_6: Final = "fe80::77"
JOIN_S: Final = 60


class Air:
    """`ssid`, `psk`: as on the box's label."""

    def __init__(self, board: Board) -> None:
        self.board = board
        wifi = json.loads(board.run(f"cat {HOME}/device/wifi.json"))
        self.ssid, self.psk = wifi["ssid"], wifi["psk"]

    def do(self, script: str, timeout_s: float = 60) -> str:
        """In the words of phones.sh."""
        return self.board.run(f". /srv/lab/phones.sh; {script}", timeout_s=timeout_s)

    def can(self, script: str) -> bool:
        return self.board.container.succeeds(f". /srv/lab/phones.sh; {script}")

    def join(self, phone: str, psk: str | None = None) -> bool:
        return self.can(f"associate {phone} {self.ssid} {psk or self.psk} {JOIN_S}")


@pytest.fixture(scope="module")
def air(board_image: Image, frozen: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    with Machine(board_image, tmp_path_factory.mktemp("air") / "machine", frozen=frozen) as machine:
        yield Air(Board(machine))


def test_the_own_wifi_is_up_by_itself(air: Air) -> None:
    status = air.board.status_until("s['up']", socket="net/net.sock")
    assert (status["mode"], status["phones"]) == ("visit", 0)
    assert "country NL" in air.board.run("iw reg get"), "though the radio was there before its rules"
    assert status["up"] == "fieldreel-visit-5"


def test_a_wrong_passphrase_is_refused(air: Air) -> None:
    assert not air.join("phone", air.psk[:-1] + ("a" if air.psk[-1] != "a" else "b"))
    assert "reason=WRONG_KEY" in air.do("cat /run/lab/phone.log")


def test_a_phone_joins_and_is_given_an_address(air: Air) -> None:
    assert air.join("phone")
    told = air.do("on phone wpa_cli -p /run/lab/phone -i $(radio phone) status")
    assert {"key_mgmt=WPA2-PSK", "pairwise_cipher=CCMP", "group_cipher=CCMP"} <= set(told.splitlines())
    air.do("lease phone")
    assert air.do("address phone").startswith("10.77.0.")
    assert air.board.status_until("s['phones'] == 1", socket="net/net.sock")["mode"] == "visit"


def test_it_is_shown_how_to_join_and_comes_to_the_pages(air: Air) -> None:
    """With a name that the box's own name server knows, trusting the authority that the first page gives it."""
    assert "/office.crt" in air.do(f"on phone curl -sS --max-time 200 http://{ADDRESS}/")
    host = air.board.run(f'sed -n \'s/^hosts = ."\\([^"]*\\)".*/\\1/p\' {HOME}/settings.toml')
    air.do(f"on phone curl -sS --max-time 200 -o /run/lab/office.crt http://{ADDRESS}/office.crt")
    pem = "openssl x509 -in /run/lab/office.crt -out /run/lab/office.pem"
    air.do(f"{pem} 2>/dev/null || {pem} -inform DER")
    assert "<html" in air.do(f"on phone curl -sS --max-time 200 --cacert /run/lab/office.pem https://{host}/unlock")
    assert not air.can(f"on phone curl -sS --max-time 200 https://{host}/unlock"), "nobody else vouches for it"
    assert not air.can("on phone busybox nslookup example.com"), "no name leads away from the box"


def test_phones_do_not_see_each_other(air: Air) -> None:
    assert air.join("other")
    air.do("lease other")
    first = air.do("address phone")
    assert not air.can(f"on other ping -c 3 -W 5 {first}")
    assert "/office.crt" in air.do(f"on other curl -sS --max-time 200 http://{ADDRESS}/"), "but they see the box"


def test_they_would_without_isolation(air: Air) -> None:
    """The control. NetworkManager keeps phones apart because our profile asks for it."""
    profile = air.board.status_until("s['up']", socket="net/net.sock")["up"]
    ping = f"on other ping -c 3 -W 5 {air.do('address phone')}"
    for wanted in ("no", "yes"):
        air.board.run(
            f"""nmcli connection modify --temporary {profile} wifi.ap-isolation {wanted}
            nmcli --wait 120 connection up {profile}""",
            timeout_s=30,
        )
        for phone in ("phone", "other"):
            air.do(f"joined {phone} {JOIN_S}")
        assert air.can(ping) == (wanted == "no")


def test_nothing_else_of_the_box_can_be_reached_by_radio(air: Air) -> None:
    """Whatever else may listen there one day: here a server of the lab's on both kinds of address."""
    air.board.run("systemd-run --unit=other-server --working-directory=/srv/lab python3 -m http.server 8080 --bind ::")
    switch_ipv6_on(air)
    air.board.container.until("it listens", "curl -s -o /dev/null http://127.0.0.1:8080/")
    near = f"on phone curl -sS --max-time 10 -o /dev/null http://{ADDRESS}:8080/"
    far = f"on phone curl -sS -g --max-time 10 -o /dev/null http://[{LOCAL_6}%$(radio phone)]:8080/"
    assert not air.can(near)
    assert not air.can(far)
    assert not air.can(f"on phone ping -c 1 -W 5 {ADDRESS}")
    with without_firewall(air):
        assert air.can(near)
        assert air.can(far)


def switch_ipv6_on(air: Air) -> None:
    """On the box's radio, where NetworkManager keeps it off and gives no local address, without which no neighbour is
    found: what would hold if it did not."""
    air.board.run(
        f"""sysctl --quiet net.ipv6.conf.wlan0.disable_ipv6=0
        ip -6 address replace {LOCAL_6}/64 dev wlan0 nodad"""
    )


class without_firewall:  # noqa: N801 - reads as what it is
    """The control: what happens where our rules are not loaded."""

    def __init__(self, air: Air) -> None:
        self.air = air

    def __enter__(self) -> None:
        self.air.board.run("nft destroy table inet fieldreel")

    def __exit__(self, *_: object) -> None:
        self.air.board.run("systemctl reload fieldreel-firewall.service")


@pytest.fixture(scope="module")
def cable(air: Air) -> Air:
    """The office's network by a cable, with a server, and a box that is its way to it as NetworkManager leaves it."""
    air.board.run(
        f"""set -e
        ip netns add office
        ip link add eth0 type veth peer name eth0 netns office
        ip address add 192.0.2.1/24 dev eth0; ip -6 address add 2001:db8::1/64 dev eth0 nodad; ip link set eth0 up
        ip netns exec office ip address add {OFFICE}/24 dev eth0
        ip netns exec office ip -6 address add {OFFICE_6}/64 dev eth0 nodad
        ip netns exec office ip link set eth0 up
        ip netns exec office ip route add default via 192.0.2.1
        ip netns exec office ip -6 route add default via 2001:db8::1
        ip route replace default via {OFFICE}
        systemd-run --unit=office-server --working-directory=/srv/lab \\
            --property=NetworkNamespacePath=/run/netns/office python3 -m http.server 8000 --bind ::"""
    )
    air.board.container.until("the office answers the box", f"curl -s -o /dev/null http://{OFFICE}:8000/")
    return air


def test_no_phone_gets_out_by_a_cable_of_the_office(cable: Air) -> None:
    air, out = cable, f"on phone curl -sS --max-time 20 -o /dev/null http://{OFFICE}:8000/"
    assert air.board.run("sysctl -n net.ipv4.ip_forward") == "1", "NetworkManager would let them"
    assert not air.can(out)
    with without_firewall(air):
        assert air.can(out), "that is what our rules keep from happening"
    assert not air.can(out)


def test_no_phone_gets_out_by_ipv6_either(cable: Air) -> None:
    air, out = cable, f"on phone curl -sS -g --max-time 20 -o /dev/null http://[{OFFICE_6}]:8000/"
    switch_ipv6_on(air)
    air.board.run("sysctl --quiet net.ipv6.conf.all.forwarding=1; ip -6 address add fd77::1/64 dev wlan0 nodad")
    air.do("on phone ip -6 address add fd77::2/64 dev $(radio phone) nodad")
    air.do("on phone ip -6 route add default via fd77::1")
    assert not air.can(out)
    with without_firewall(air):
        assert air.can(out)


def test_the_office_reaches_neither_the_pages_nor_a_phone(cable: Air) -> None:
    air = cable
    pages = f"on office curl -sS --max-time 20 -o /dev/null http://{ADDRESS}/"
    phone = f"on office ping -c 1 -W 10 {air.do('address phone')}"
    assert not air.can(pages)
    assert not air.can(phone)
    with without_firewall(air):
        assert air.can(pages)
        assert not air.can(phone), "NetworkManager's own rules keep it from phones as well"
        air.board.run("nft destroy table ip nm-shared-wlan0")
        assert air.can(phone)


def test_without_a_firewall_there_is_no_wifi(cable: Air) -> None:
    """Stopped by somebody, it takes the radio's program along; with rules that cannot be loaded neither starts."""
    cable.board.run("systemctl stop fieldreel-firewall.service", timeout_s=60)
    assert cable.board.run("systemctl is-active fieldreel-net.service || true") == "inactive"
    cable.board.run("echo nonsense > /run/lab/broken; mount --bind /run/lab/broken /usr/share/fieldreel/fieldreel.nft")
    with pytest.raises(Failed, match="dependency"):
        cable.board.run("systemctl start fieldreel-net.service", timeout_s=60)
