"""QR codes as drawings: what a phone's camera reads to join the box's Wi-Fi and to open its page.

Apart because the printed card and the pages draw the same ones. `segno` draws them, without a picture library.
"""

import io
import re
from typing import Final

import segno

_SPECIAL: Final = re.compile(r'([\\;,:"])')
QUIET_ZONE: Final = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""


def wifi_text(ssid: str, psk: str) -> str:
    """What phones read as a network to join (WPA2 or WPA3 with a password)."""
    return f"WIFI:T:WPA;S:{_escaped(ssid)};P:{_escaped(psk)};;"


def svg(text: str, title: str) -> str:
    """One `<svg>` of dark modules on white, without a size of its own; `title` is what a screen reader says."""
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        drawn, kind="svg", border=QUIET_ZONE, omitsize=True, light="#fff", dark="#000", title=title, xmldecl=False,
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return drawn.getvalue().decode().strip()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
