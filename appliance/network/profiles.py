"""The box's own Wi-Fi as NetworkManager reads it: two profiles, one for each band.

Apart and without any reading or writing, so that each line can be held against a reason. WPA2 with CCMP and without
protected management frames: the radio of these boards starts no access point with them, or one that phones cannot
join (raspberrypi/linux issues 3619, 4718, 7247). Phones on it do not see each other. The address is not 10.42.0.1,
NetworkManager's usual: a USB gadget takes that one for a sharing Linux machine.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from appliance.captive import ADDRESS

_NAMESPACE: Final = uuid.UUID("3b6f0d0e-51c7-4a55-9f4e-5f0d3a0e7c11")


@dataclass(frozen=True, slots=True)
class Band:
    """`band` and `channel` in NetworkManager's words."""

    name: str
    band: str
    channel: int

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, self.name))


BANDS: Final = (Band("fieldreel-visit-5", "a", 36), Band("fieldreel-visit-2.4", "bg", 6))
"""In this order. Channel 36 needs no listening for radar first; where it cannot be had, the lower band is."""


def keyfile(band: Band, ssid: str, psk: str) -> str:
    """For /run/NetworkManager/system-connections, mode 0600: gone with the power, written anew at each start.

    `ssid`: letters, digits, hyphens; `psk`: printable ASCII without a space (`Wifi.check`).
    """
    escaped = psk.replace("\\", "\\\\")
    return f"""\
[connection]
id={band.name}
uuid={band.uuid}
type=wifi
autoconnect=false

[wifi]
mode=ap
ssid={ssid}
band={band.band}
channel={band.channel}
ap-isolation=1
powersave=2

[wifi-security]
key-mgmt=wpa-psk
proto=rsn;
pairwise=ccmp;
group=ccmp;
pmf=1
psk={escaped}

[ipv4]
method=shared
address1={ADDRESS}/24

[ipv6]
method=disabled
"""
