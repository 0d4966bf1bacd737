"""A film as ffmpeg and ffprobe see it, and a session's signature as sha256sum and openssl see it.

Apart from `playing` because no line of the project reads, opens or decodes here; it only looks at what comes out.
"""

import re
import subprocess
from pathlib import Path

import numpy as np

from appliance.capture.packet import AUDIO_RATE
from tests.interop.stock_open import FORMAT
from tests.process.playing import Film, look

WIDTH, HEIGHT = 640, 360
"""Size at which the markers are looked at, whatever the film's."""
KEY = r"""KEY=$(sed -n '1s/.*"public":"\([^"]*\)".*/\1/p' log.jsonl)"""


def decoded(film: Path, fps: int) -> tuple[Film, str]:
    """Pictures and sound of a film file, and everything that ffmpeg said; it stops at the first error."""
    times = _run("ffprobe", "-v", "error", "-select_streams", "v", *_show("packet=pts_time"), film)
    at_ms = sorted(float(text) * 1000 for text in times.decode().split())
    scaled = ("-vf", f"scale={WIDTH}:{HEIGHT}", "-pix_fmt", "gray", "-f", "rawvideo")
    raw, said = _ffmpeg(film, "-fps_mode", "passthrough", "-map", "v", *scaled)
    planes = np.frombuffer(raw, dtype=np.uint8).reshape(-1, HEIGHT, WIDTH)
    heard, also_said = _ffmpeg(film, "-map", "a", "-ac", "1", "-ar", str(AUDIO_RATE), "-f", "f32le")
    pictures = [look(plane, at) for plane, at in zip(planes, at_ms, strict=True)]
    return Film(fps, pictures, np.frombuffer(heard, dtype=np.float32), ()), said + also_said


def size(film: Path) -> str:
    """`WIDTHxHEIGHT,fps` as ffprobe tells it."""
    shown = _run("ffprobe", "-v", "error", "-select_streams", "v", *_show("stream=width,height,r_frame_rate"), film)
    width, height, rate = shown.decode().split(",")
    return f"{width}x{height},{rate.strip().removesuffix('/1')}"


def signature_lines() -> str:
    """The lines of FORMAT.md section 6 that check a session's signature and sums, word for word."""
    section = FORMAT.read_text(encoding="utf-8").partition("## 6.")[2].partition("## 7.")[0]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


def check_signature(folder: Path) -> subprocess.CompletedProcess[str]:
    """Those lines, run in the session's folder by a shell that ends at the first command that fails."""
    script = f"{KEY}\n{signature_lines()}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )


def _show(what: str) -> tuple[str, ...]:
    return ("-show_entries", what, "-of", "csv=p=0")


def _ffmpeg(film: Path, *output: str) -> tuple[bytes, str]:
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", film, *output, "-"], capture_output=True, check=False
    )
    return done.stdout, done.stderr.decode(errors="replace") + ("" if done.returncode == 0 else "ffmpeg failed")


def _run(*command: str | Path) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout
