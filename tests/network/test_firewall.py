"""The box's firewall as the kernel keeps it: a phone, a box and an office in namespaces, wires in place of the radio.

Apart from the access point's own tests (tests/machine), which need a machine: these take seconds. Each that must not
get through does so without the rules, or it would prove nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from appliance.captive import ADDRESS
from tests.lab.container import Container
from tests.lab.mounts import LabMissing
from tests.lab.trixie import trixie_root

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800)]
RULES: Final = Path(__file__).parents[2] / "provisioning/firewall"
PHONE, OFFICE = "10.77.0.20", "192.0.2.2"
ADDRESS_6, PHONE_6, OFFICE_6 = "fd77::1", "fd77::20", "2001:db8::2"
STREETS: Final = f"""set -e
sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
wire() {{ # NAMESPACE PORT OURS THEIRS: one wire to each, with both kinds of addresses
    ip netns add $1
    ip link add $2 type veth peer name far netns $1
    ip link set $2 up; ip -n $1 link set far up; ip -n $1 link set lo up
    for pair in "$3 $5" "$4 $6"; do
        set -- "$1" "$2" "$3" "$4" "$5" "$6" $pair
        ip address add $7 dev $2 $(case $7 in *:*) echo nodad;; esac)
        ip -n $1 address add $8 dev far $(case $8 in *:*) echo nodad;; esac)
    done
    ip -n $1 route add default via ${{3%/*}}; ip -n $1 -6 route add default via ${{4%/*}}
}}
wire phone wlan0 {ADDRESS}/24 {ADDRESS_6}/64 {PHONE}/24 {PHONE_6}/64
wire office eth0 192.0.2.1/24 2001:db8::1/64 {OFFICE}/24 {OFFICE_6}/64
for port in 53 80 443 8080; do systemd-run -q python3 -m http.server $port --bind :: -d /srv; done
for who in phone office; do
    systemd-run -q -p NetworkNamespacePath=/run/netns/$who python3 -m http.server 8000 --bind :: -d /srv
done
for url in 127.0.0.1:53 127.0.0.1:80 127.0.0.1:443 127.0.0.1:8080 {OFFICE}:8000 {PHONE}:8000; do
    until curl -s -o /dev/null http://$url/; do sleep 0.1; done
done"""
OPEN: Final = [
    ("phone", f"{ADDRESS}:53"),
    ("phone", f"{ADDRESS}:80"),
    ("phone", f"{ADDRESS}:443"),
    ("box", f"{OFFICE}:8000"),
    ("box", f"[{OFFICE_6}]:8000"),
    ("box", f"{PHONE}:8000"),
    ("box", f"{ADDRESS}:443"),
]
SHUT: Final = [
    ("phone", f"{ADDRESS}:8080"),
    ("phone", "192.0.2.1:443"),
    ("phone", f"[{ADDRESS_6}]:443"),
    ("phone", f"[{ADDRESS_6}]:8080"),
    ("phone", f"{OFFICE}:8000"),
    ("phone", f"[{OFFICE_6}]:8000"),
    ("office", f"{PHONE}:8000"),
    ("office", f"[{PHONE_6}]:8000"),
    ("office", f"{ADDRESS}:443"),
    ("office", f"{ADDRESS}:80"),
]
"""Who asks whom. The pages' own address is no cable's; neither kind of addresses goes through the box."""


@pytest.fixture(scope="module")
def box() -> Iterator[Container]:
    try:
        root = trixie_root()
    except LabMissing as missing:
        pytest.skip(f"NO FIREWALL WAS TRIED: {missing}")
    with Container(root, {RULES: "/srv/firewall"}) as container:
        container.run(STREETS)
        yield container


def reaches(box: Container, who: str, whom: str) -> bool:
    inside = "" if who == "box" else f"ip netns exec {who} "
    return box.succeeds(f"{inside}curl -s -g -o /dev/null --connect-timeout 1.5 --max-time 30 http://{whom}/")


def put_up(box: Container) -> None:
    box.run("nft --file /srv/firewall/fieldreel.nft")


@pytest.mark.parametrize(("who", "whom"), OPEN)
def test_what_a_box_is_for_goes_through(box: Container, who: str, whom: str) -> None:
    put_up(box)
    assert reaches(box, who, whom)


@pytest.mark.parametrize(("who", "whom"), SHUT)
def test_nothing_else_does(box: Container, who: str, whom: str) -> None:
    put_up(box)
    assert not reaches(box, who, whom)
    box.run("nft destroy table inet fieldreel")
    assert reaches(box, who, whom), "the control"


def test_no_phone_is_answered_on_any_other_protocol(box: Container) -> None:
    ping = f"ip netns exec phone ping -c 1 -W 2 {ADDRESS}"
    put_up(box)
    assert not box.succeeds(ping)
    box.run("nft destroy table inet fieldreel")
    assert box.succeeds(ping)


def test_loaded_anew_it_is_the_same_once(box: Container) -> None:
    put_up(box)
    before = box.run("nft list ruleset")
    put_up(box)
    assert box.run("nft list ruleset") == before


def test_networkmanager_s_own_rules_do_not_open_it(box: Container) -> None:
    """Whoever accepts a packet speaks for his own table only: such rules as it makes for a shared network."""
    put_up(box)
    box.run(
        "nft add table ip nm-shared-wlan0; nft 'add chain ip nm-shared-wlan0 filter_forward "
        "{ type filter hook forward priority filter; policy accept; }'; "
        "nft add rule ip nm-shared-wlan0 filter_forward iifname wlan0 accept"
    )
    assert not reaches(box, "phone", f"{OFFICE}:8000")
    box.run("nft destroy table inet fieldreel")
    assert reaches(box, "phone", f"{OFFICE}:8000")
    box.run("nft destroy table ip nm-shared-wlan0")
