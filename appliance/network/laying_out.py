"""Writes what NetworkManager needs for the box's own Wi-Fi: profiles, name server, the country's rules.

Apart from the program that brings them up and down: this needs to be root, and that must not be.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance.captive import Policy, dnsmasq_lines
from appliance.config import Config
from appliance.network.profiles import BANDS, keyfile
from appliance.provisioning.wifi import Wifi, read_wifi
from appliance.store.durable import Durable
from appliance.store.layout import Home


@dataclass(frozen=True, slots=True)
class Places:
    """Where each is read from: two folders of NetworkManager's, and modprobe's."""

    profiles: Path = Path("/run/NetworkManager/system-connections")
    name_server: Path = Path("/etc/NetworkManager/dnsmasq-shared.d/fieldreel.conf")
    radio: Path = Path("/etc/modprobe.d/fieldreel.conf")


def lay_out(config: Config, places: Places) -> Wifi | None:
    """What was laid out; None where the box was given no Wi-Fi. Raises BadInput, and CardFailing or CardFull.

    Passwords lie on the RAM disk only, as far as NetworkManager is concerned; the others are written only if changed.
    """
    wifi = read_wifi(Home(config.home).device)
    if wifi is None:
        return None
    durable = Durable()
    for band in BANDS:
        _put(durable, places.profiles / f"{band.name}.nmconnection", keyfile(band, wifi.ssid, wifi.psk))
    lines = dnsmasq_lines(Policy(config.captive), config.hosts)
    _put(durable, places.name_server, "".join(f"{line}\n" for line in lines))
    _put(durable, places.radio, f"options cfg80211 ieee80211_regdom={wifi.country}\n")
    return wifi


def _put(durable: Durable, path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    durable.make_folder(path.parent)
    durable.write_whole(path, text.encode())
    path.chmod(0o600)
