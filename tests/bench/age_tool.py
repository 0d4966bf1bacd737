"""The stock `age`, where this machine has or can have one that reads post-quantum keys.

Apart because a machine without it still measures everything, beside our own opening of the same file.
"""

import io
import os
import subprocess
import time
from pathlib import Path
from typing import Final

from appliance.playback.reader import FilmStream, SessionReader
from appliance.sealing.age import open_stream, seal_stream
from appliance.sealing.identities import HybridIdentity

ROOT: Final = Path(__file__).resolve().parents[2]
_UNPACKED: Final = ROOT / ".cache" / "age" / "usr" / "bin" / "age"


def age_tool(*, fetch: bool) -> Path | None:
    """`fetch`: ask Debian's mirror for it where there is none yet."""
    if not fetch:
        return _UNPACKED if os.access(_UNPACKED, os.X_OK) else None
    told = subprocess.run([ROOT / "provisioning" / "fetch_age.sh"], capture_output=True, text=True, check=False)
    return Path(told.stdout.strip()) if told.returncode == 0 else None


def seal_whole(reader: SessionReader, target: Path, office: HybridIdentity) -> int:
    """The session's film as one sealed file, its length in bytes: how footage would lie there without segments."""
    with target.open("wb") as file:
        seal_stream(io.BufferedReader(FilmStream(reader)), file, [office.recipient])
    return target.stat().st_size


def open_whole_s(sealed: Path, office: HybridIdentity, target: Path, tool: Path | None) -> float:
    """Seconds to open the whole file into `target` and read a second out of its middle."""
    key = sealed.with_suffix(".key")
    key.write_text(office.text + "\n", encoding="ascii")
    began = time.perf_counter()
    if tool is not None:
        subprocess.run([tool, "-d", "-i", key, "-o", target, sealed], check=True)
    else:
        with sealed.open("rb") as source, target.open("wb") as opened:
            open_stream(source, opened, [office])
    with target.open("rb") as film:
        film.seek(target.stat().st_size // 2)
        film.read(1 << 20)
    return time.perf_counter() - began
