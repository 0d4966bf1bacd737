"""What the box's own Wi-Fi tells a phone that looks for the internet: three policies, as data.

Apart from the pages that answer by it because the network's name server must say the same.

Phones ask addresses of their makers whether the internet is there. `honest`, the usual policy, leaves those unanswered:
a phone then knows that it is not, and keeps its mobile data for everything else. `online` answers them as the makers
would, for a practice's own tablet without a SIM: a phone with one would send all its traffic to the box, and its maps
and calls would go dead. `portal` sends them to the page on joining, for guests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

ADDRESS: Final = "10.77.0.1"
"""The box's, on its own Wi-Fi: private, so that browsers need no https for the page on joining."""
API_PATH: Final = "/captive"
API_TYPE: Final = "application/captive+json"


class Policy(StrEnum):
    HONEST = "honest"
    ONLINE = "online"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Probe:
    """`host`, `path`: what a phone of `maker` asks; the rest: what is answered where the internet is there."""

    maker: str
    host: str
    path: str
    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_APPLE: Final = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_NETWORK_MANAGER: Final = MappingProxyType({"X-NetworkManager-Status": "online"})
PROBES: Final = (
    Probe("apple", "captive.apple.com", "/hotspot-detect.html", 200, _APPLE, "text/html"),
    Probe("apple", "captive.apple.com", "/", 200, _APPLE, "text/html"),
    Probe("apple", "www.apple.com", "/library/test/success.html", 200, _APPLE, "text/html"),
    Probe("android", "connectivitycheck.gstatic.com", "/generate_204", 204),
    Probe("android", "connectivitycheck.android.com", "/generate_204", 204),
    Probe("android", "clients3.google.com", "/generate_204", 204),
    Probe("android", "www.google.com", "/gen_204", 204),
    Probe("android", "play.googleapis.com", "/generate_204", 204),
    Probe("windows", "www.msftconnecttest.com", "/connecttest.txt", 200, "Microsoft Connect Test"),
    Probe("windows", "www.msftncsi.com", "/ncsi.txt", 200, "Microsoft NCSI"),
    Probe("gnome", "nmcheck.gnome.org", "/check_network_status.txt", 200, "NetworkManager is online\n",
          headers=_NETWORK_MANAGER),
    Probe("gnome", "network-test.debian.org", "/nm", 200, "NetworkManager is online\n", headers=_NETWORK_MANAGER),
    Probe("gnome", "connectivity-check.ubuntu.com", "/", 204, headers=_NETWORK_MANAGER),
    Probe("firefox", "detectportal.firefox.com", "/success.txt", 200, "success\n"),
)  # fmt: skip

NEVER: Final = ("mask.icloud.com", "mask-h2.icloud.com", "use-application-dns.net")
"""Names that must not exist here: with them phones would ask a name server elsewhere, and not find the box."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a probe; `location`: where else to look."""

    status: int
    body: str = ""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    location: str | None = None


def probe_hosts(policy: Policy) -> tuple[str, ...]:
    """The makers' names that this box answers to, each once."""
    return () if policy is Policy.HONEST else tuple(dict.fromkeys(probe.host for probe in PROBES))


def answer(policy: Policy, host: str, path: str) -> Answer | None:
    """What a request for a maker's address is told; None where it is not answered."""
    if host not in probe_hosts(policy):
        return None
    if policy is Policy.PORTAL:
        return Answer(302, location=f"http://{ADDRESS}/")
    found = next((probe for probe in PROBES if (probe.host, probe.path) == (host, path)), None)
    return None if found is None else Answer(found.status, found.body, found.content_type, found.headers)


def dnsmasq_lines(policy: Policy, hosts: Sequence[str]) -> list[str]:
    """For /etc/NetworkManager/dnsmasq-shared.d/: `hosts` are the box's own names (addresses among them say nothing).

    No question goes any further than the box, whatever cable is plugged in: what is not named here does not exist.
    """
    return list(_lines(policy, hosts))


def _lines(policy: Policy, hosts: Sequence[str]) -> Iterator[str]:
    yield "no-resolv"
    yield "no-hosts"
    yield "local=/#/"
    for name in NEVER:
        yield f"address=/{name}/"
    for name in hosts:
        if not is_address(name):
            yield f"host-record={name},{ADDRESS}"
    for name in probe_hosts(policy):
        yield f"host-record={name},{ADDRESS}"
    if policy is Policy.PORTAL:
        yield f"dhcp-option=114,http://{ADDRESS}{API_PATH}"


def is_address(host: str) -> bool:
    """Whether it is an IPv4 address in figures and no name."""
    parts = host.split(".")
    return len(parts) == 4 and all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts)
