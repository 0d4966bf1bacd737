"""A camera for systems that have none: libcamera's own virtual one, driven by the unchanged picamera2.

Apart because what lies here runs inside a lab's system, by its Python; only this file is for the tests outside of it.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
INSIDE: Final = "/srv/virtual-camera"
SWITCH: Final = "/run/virtual-camera"
"""Inside: how many pictures a second come, 0 for a camera that stalls, or a word; see virtual_camera.py."""


def install_it() -> str:
    """The script that makes a system have the camera, where `FOLDER` is shown as `INSIDE`."""
    return f"sh {INSIDE}/install.sh"


def turn(word: str) -> str:
    """The script that turns the switch."""
    return f"echo {word} > {SWITCH}"
