"""The Way of a real box: an Ethernet cable, a network that NetworkManager was told of, a mounted disk.

Apart because it alone knows where Linux says so.
"""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.courier.targets import Target

SYS_NET: Final = Path("/sys/class/net")
ETHERNET: Final = "1"
"""ARPHRD_ETHER: Wi-Fi has it too, but also a folder `wireless` or `phy80211`."""
NMCLI_S: Final = 5.0

Ask = Callable[[Sequence[str]], str]
"""Runs nmcli with these options and gives what it printed, "" if it failed."""


def ask_nmcli(options: Sequence[str]) -> str:
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(
            ["nmcli", "--terse", *options], capture_output=True, text=True, timeout=NMCLI_S, check=True
        )
        return told.stdout
    return ""


class BoxWay:
    """A Way. The box's own Wi-Fi for phones (mode `ap`) leads nowhere; a network that it joined is one it was given."""

    def __init__(self, sys_net: Path = SYS_NET, nmcli: Ask = ask_nmcli) -> None:
        self._sys_net, self._nmcli = sys_net, nmcli

    def open(self, target: Target) -> bool:
        if target.mount is not None:
            return target.mount.is_mount()
        return self._cable() or self._known_wifi()

    def _cable(self) -> bool:
        """Whether a real Ethernet port has a carrier; a port that is down answers reading `carrier` with EINVAL."""
        return any(
            (port / "device").exists()
            and not (port / "wireless").exists()
            and not (port / "phy80211").exists()
            and _text(port / "type") == ETHERNET
            and _text(port / "carrier") == "1"
            for port in (self._sys_net.iterdir() if self._sys_net.is_dir() else ())
        )

    def _known_wifi(self) -> bool:
        told = self._nmcli(["--fields", "UUID,TYPE,STATE", "connection", "show", "--active"])
        active = [line.split(":") for line in told.splitlines()]
        joined = [each[0] for each in active if each[1:] == ["802-11-wireless", "activated"]]
        return any(
            self._nmcli(["--get-values", "802-11-wireless.mode", "connection", "show", uuid]).strip()
            in {"infrastructure", ""}
            for uuid in joined
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
