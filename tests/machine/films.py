"""A film that a box in a machine made, opened here with the office's key.

Apart from the tests because opening it inside would take minutes, and the office does it elsewhere, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from appliance.commands.open import open_session
from appliance.store.verify import Facts
from tests.lab.image import Image
from tests.machine.board import Board


@dataclass(frozen=True, slots=True)
class OpenedFilm:
    """`sound`: nothing of the session is missing or changed."""

    sound: bool
    facts: Facts
    codecs: list[str]
    width: int
    height: int
    seconds: float
    path: Path


def opened_film(board: Board, session: str, image: Image, folder: Path) -> OpenedFilm:
    home = board.home_copied(folder / f"home-{session[:8]}")
    target = folder / f"{session[:8]}.mp4"
    opened = open_session(
        home / "sessions" / session, image.office_key, lambda: "", target, device=home / "device/device.pub"
    )
    verdict = opened.account.verdict
    assert verdict.facts is not None
    assert not opened.left_out
    with av.open(str(target)) as film:
        codecs = sorted(stream.codec_context.name for stream in film.streams if stream.codec_context is not None)
        video = film.streams.video[0]
        return OpenedFilm(
            verdict.sound, verdict.facts, codecs, video.width, video.height, opened.film_ms / 1000, target
        )


def loudness(film: Path) -> Callable[[int, int], float]:
    """Gives the root mean square (full scale is 1) of the sound between two times of a film, in ms."""
    with av.open(str(film)) as opened:
        frames = [frame.to_ndarray().mean(axis=0) for frame in opened.decode(audio=0)]
        rate = opened.streams.audio[0].rate
    samples = np.concatenate(frames)

    def between(begin_ms: int, end_ms: int) -> float:
        part = samples[begin_ms * rate // 1000 : end_ms * rate // 1000]
        return float(np.sqrt(np.mean(np.square(part))))

    return between
