"""The folder that is copied onto a box's card: its home with keys, Wi-Fi, certificate, settings and tag sets in it.

Apart from the command so that it can be read in one place what a box is given. All of it lies under one folder, the
home, so that an image with two slots keeps it by naming that folder. Done again with the same it changes nothing;
what stands there and differs is refused where it is a key, and written anew where it is a setting.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from appliance.captive import ADDRESS, Policy
from appliance.config import HOST, SETTINGS, read_config
from appliance.errors import BadInput
from appliance.practice.tag_sets import read_tag_sets
from appliance.provisioning.wifi import FILE, Wifi, new_psk, read_wifi
from appliance.sealing.authority import Pages, check_authority, check_pages, issue, read_certificate
from appliance.sealing.recipients import read_recipients
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.visit.tags import read_tag_set

WRITERS: Final = ("recorder", "web")
DOMAIN: Final = "fieldreel.internal"
TLS, TAG_SETS = "tls", "tag-sets"
CERTIFICATE, KEY, AUTHORITY = "box.pem", "box.key", "authority.pem"
SOON: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Order:
    """What one box is to be given.

    `recipients`: office and escrow. `open_authority`: its key and certificate, asked for only where a certificate must
    be made. `own`: a certificate from elsewhere in its place, with the `host` that it is for. `ssid` and `host` None:
    named after the device.
    """

    recipients: Sequence[str]
    country: str
    captive: Policy = Policy.HONEST
    ssid: str | None = None
    host: str | None = None
    domain: str = DOMAIN
    authority: bytes | None = None
    open_authority: Callable[[], Pages] | None = None
    own: Pages | None = None
    tag_sets: Mapping[str, bytes] = field(default_factory=dict)
    transport: bytes | None = None
    renew: frozenset[str] = frozenset()


@dataclass(slots=True)
class Laid:
    """What became of it. `changed`: files, below the home, that were written now."""

    home: Home
    device: str = ""
    wifi: Wifi | None = None
    hosts: tuple[str, ...] = ()
    fingerprint: str = ""
    changed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        """What a person types."""
        return f"https://{self.hosts[0]}/"

    @classmethod
    def found(cls, root: Path) -> "Laid":
        """A box that was laid out before. Raises BadInput."""
        home = Home(root)
        wifi = read_wifi(home.device)
        if wifi is None or not (root / SETTINGS).is_file():
            raise BadInput("There is no provisioned box in this folder.", "Make it first: fieldreel provision box.")
        device = str(WriterKey.load(home.device, WRITERS[0]).certificate["device"])
        authority = root / TLS / AUTHORITY
        fingerprint = read_certificate(authority.read_bytes()).sha256 if authority.is_file() else ""
        return cls(home, device, wifi, read_config(root / SETTINGS).hosts, fingerprint)


def lay_out(root: Path, order: Order, now: datetime) -> Laid:
    """Everything below the home `root`; what was made before a fault stays, and the same order goes on from there.

    Raises BadInput for what cannot be taken, before the first change where the order alone shows it; WrongKey.
    """
    tag_sets = _checked_tag_sets(order.tag_sets)
    Wifi(order.ssid or "fieldreel", new_psk(), order.country).check()
    if order.host is not None and not HOST.fullmatch(order.host):
        raise BadInput("The box's name is a host name in lower case.")
    laid = Laid(Home(root))
    _device(laid, order)
    _wifi(laid, order)
    _pages(laid, order, now)
    put = _Putting(laid)
    for name, data in tag_sets.items():
        put.once(f"{TAG_SETS}/{name}", data)
    if order.transport is not None:
        put.again("device/rclone.conf", order.transport)
    put.again(SETTINGS, _settings(laid, order))
    return laid


class _Putting:
    """Files below the home: 0600, durable, untouched where they are as they should be."""

    def __init__(self, laid: Laid) -> None:
        self._laid, self._durable = laid, Durable()

    def again(self, name: str, data: bytes) -> None:
        path = self._laid.home.root / name
        if path.is_file() and path.read_bytes() == data:
            return
        self._durable.make_folder(path.parent)
        self._durable.write_whole(path, data)
        self._laid.changed.append(name)

    def once(self, name: str, data: bytes) -> None:
        """Raises BadInput where another stands there: old moments must keep meaning what they meant."""
        path = self._laid.home.root / name
        if path.is_file() and path.read_bytes() != data:
            raise BadInput(f"{name} stands there already and is another.", "Give a changed tag set a new version.")
        self.again(name, data)


def _device(laid: Laid, order: Order) -> None:
    text = "".join(f"{each}\n" for each in order.recipients)
    folder = laid.home.device
    if not folder.exists():
        Durable().make_folder(laid.home.root)
        make_device(folder, WRITERS, text)
        laid.changed.append("device/")
    try:
        there = [each.text for each in read_recipients((folder / "recipients.txt").read_text(encoding="ascii"))]
    except (OSError, UnicodeDecodeError):
        raise BadInput("This folder holds half a box.", "Give an empty one.") from None
    if there != list(order.recipients):
        raise BadInput(
            "This box seals to other recipients already.", "Give those, or make a new box in another folder."
        )
    laid.device = str(WriterKey.load(folder, WRITERS[0]).certificate["device"])


def _wifi(laid: Laid, order: Order) -> None:
    there = None if "wifi" in order.renew else read_wifi(laid.home.device)
    ssid = order.ssid or (there.ssid if there else f"fieldreel-{laid.device[:4].upper()}")
    laid.wifi = Wifi(ssid, there.psk if there else new_psk(), order.country)
    laid.wifi.check()
    _Putting(laid).again(f"device/{FILE}", laid.wifi.line())


def _pages(laid: Laid, order: Order, now: datetime) -> None:
    """The certificate: kept while it is good for these names and from this authority, made anew only when asked to."""
    laid.hosts = _hosts(laid, order)
    root, put = laid.home.root, _Putting(laid)
    there = _there(root)
    if order.own is not None:
        check_pages(order.own, laid.hosts, now)
        pages = order.own
        if there is not None and there != pages and "certificate" not in order.renew:
            raise BadInput("The box has another certificate already.", "To replace it, add --renew certificate.")
    elif there is not None and "certificate" not in order.renew:
        pages = there
        _check_kept(root, order, pages, laid.hosts, now)
    else:
        pages = _made(order, laid.hosts, now)
    put.again(f"{TLS}/{KEY}", pages.key)
    put.again(f"{TLS}/{CERTIFICATE}", pages.certificate)
    if order.authority is not None:
        put.again(f"{TLS}/{AUTHORITY}", order.authority)
        laid.fingerprint = read_certificate(order.authority).sha256
    until = read_certificate(pages.certificate).until
    if until - now < SOON:
        laid.notes.append(f"The box's certificate ends on {until:%Y-%m-%d}: add --renew certificate.")


def _hosts(laid: Laid, order: Order) -> tuple[str, ...]:
    """A certificate from elsewhere is for a real name only; the office's own authority vouches for the address too."""
    name = order.host or f"box{laid.device[:4]}.{order.domain}"
    return (name,) if order.own is not None else (name, ADDRESS)


def _there(root: Path) -> Pages | None:
    try:
        return Pages((root / TLS / KEY).read_bytes(), (root / TLS / CERTIFICATE).read_bytes())
    except OSError:
        return None


def _check_kept(root: Path, order: Order, pages: Pages, hosts: Sequence[str], now: datetime) -> None:
    given = order.authority
    kept = root / TLS / AUTHORITY
    if given is not None and (not kept.is_file() or kept.read_bytes() != given):
        raise BadInput("The box's certificate is another authority's.", "To replace it, add --renew certificate.")
    try:
        check_pages(pages, hosts, now)
    except BadInput as fault:
        raise BadInput(fault.what, "To replace it, add --renew certificate.") from None


def _made(order: Order, hosts: Sequence[str], now: datetime) -> Pages:
    if order.open_authority is None or order.authority is None:
        raise BadInput("The box has no certificate.", "Give --ca, or --certificate with --certificate-key and --name.")
    check_authority(order.authority)
    return issue(order.open_authority(), hosts, now)


def _checked_tag_sets(given: Mapping[str, bytes]) -> dict[str, bytes]:
    """By the name that each will have on the box. Raises BadInput naming the file that cannot be taken."""
    found: dict[str, bytes] = {}
    shipped = {(each.name, each.version) for each in read_tag_sets().all()}
    for file, data in given.items():
        try:
            each = read_tag_set(data)
        except BadInput as fault:
            raise BadInput(f"{file}: {fault.what}", fault.do) from None
        if (each.name, each.version) in shipped:
            raise BadInput(f"{file}: {each.name} version {each.version} comes with the box already.")
        found[f"{each.name}-{each.version}.json"] = data
    return found


def _settings(laid: Laid, order: Order) -> bytes:
    """TOML; a JSON string or list of strings of ASCII is one of TOML, too."""
    told: dict[str, object] = {
        "bind": f"{ADDRESS}:443",
        "hosts": list(laid.hosts),
        "certificate": f"{TLS}/{CERTIFICATE}",
        "certificate_key": f"{TLS}/{KEY}",
        **({"authority": f"{TLS}/{AUTHORITY}"} if order.authority is not None else {}),
        "join_bind": f"{ADDRESS}:80",
        "captive": order.captive.value,
        "tag_sets": TAG_SETS,
    }
    head = "# Made by fieldreel provision; it leads over /etc/fieldreel/config.toml.\n"
    return (head + "".join(f"{name} = {json.dumps(value)}\n" for name, value in told.items())).encode()


def utc_now(utc_ms: int) -> datetime:
    return datetime.fromtimestamp(utc_ms / 1000, UTC)
