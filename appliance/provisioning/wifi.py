"""A box's own Wi-Fi: its name, its password, the country whose rules it keeps (`device/wifi.json`, FORMAT 7).

Apart because four read it: the network's set-up, the page that adds a phone, the printed label, and provisioning.
"""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from appliance.errors import BadInput

FILE: Final = "wifi.json"
PSK_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is taken for another when it is typed from paper."""
PSK_LENGTH: Final = 20
_SSID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_PSK: Final = re.compile(r"[!-~]{20,63}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wifi:
    """`ssid` names nobody and no place. `psk`: 20 characters or more. `country`: two letters, ISO 3166-1."""

    ssid: str
    psk: str
    country: str

    def check(self) -> None:
        """Raises BadInput."""
        if not _SSID.fullmatch(self.ssid):
            raise BadInput("The Wi-Fi's name is 1 to 32 letters, digits and hyphens; no name of a person or a place.")
        if not _COUNTRY.fullmatch(self.country):
            raise BadInput("The country is two capital letters, such as NL.")
        if not _PSK.fullmatch(self.psk):
            raise BadInput("The Wi-Fi's password has 20 to 63 characters and no space.")

    def line(self) -> bytes:
        return json.dumps({"v": 1, **asdict(self)}, separators=(",", ":")).encode() + b"\n"


def new_psk() -> str:
    """Some 99 bits: it cannot be tried out from a handshake that somebody wrote down in the street."""
    return "".join(secrets.choice(PSK_LETTERS) for _ in range(PSK_LENGTH))


def read_wifi(device_dir: Path) -> Wifi | None:
    """None where the box was given none. Raises BadInput for a file that is not as it should be."""
    try:
        told = json.loads((device_dir / FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("v") != 1:
        raise BadInput("device/wifi.json is not as it should be.", "Provision the box anew.")
    texts = [told.get(name) for name in ("ssid", "psk", "country")]
    if not all(isinstance(text, str) for text in texts):
        raise BadInput("device/wifi.json is not as it should be.", "Provision the box anew.")
    wifi = Wifi(*map(str, texts))
    wifi.check()
    return wifi
