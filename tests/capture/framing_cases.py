"""Small pictures of which everybody can say what is wrong with them: drawn, photographed, and spoilt on purpose.

Apart because several tests of framing look at the same ones; numpy's noise is seeded, so they never change.
"""

from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.drawn_room import drawn_room

Luma = npt.NDArray[np.uint8]
PICTURES: Final = Path(__file__).resolve().parents[1] / "vectors" / "pictures"
WIDTH, HEIGHT = 640, 360
GRAIN: Final = 1.6
"""Of a small sensor in a lit room, in luma steps; four times as much in a dark one."""
ACROSS, DOWN = np.meshgrid(np.arange(WIDTH, dtype=np.float64), np.arange(HEIGHT, dtype=np.float64))


def grainy(luma: npt.NDArray[np.generic], grain: float = GRAIN) -> Luma:
    noise = np.random.default_rng(7).normal(0, grain, luma.shape)
    return np.asarray(np.clip(np.asarray(luma, dtype=np.float64) + noise, 0, 255), dtype=np.uint8)


@cache
def room() -> Luma:
    return np.asarray(drawn_room(WIDTH, HEIGHT)[0][:HEIGHT], dtype=np.uint8)


@cache
def photograph(name: str) -> Luma:
    """Scaled to the width, and its upper middle cut to 640 x 360."""
    grey = cv2.imread(str(PICTURES / f"{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    scale = max(WIDTH / grey.shape[1], HEIGHT / grey.shape[0])
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    return np.asarray(grey[:HEIGHT, :WIDTH], dtype=np.uint8)


def with_face(face_px: int, left: int = 300, top: int = 100) -> Luma:
    """The room with the astronaut in it, her face so wide; a face of 110 is what the photograph has."""
    head = cv2.imread(str(PICTURES / "astronaut.jpg"), cv2.IMREAD_GRAYSCALE)
    assert head is not None
    head = cv2.resize(head[0:260, 90:350], None, fx=face_px / 110, fy=face_px / 110, interpolation=cv2.INTER_AREA)
    luma = room().copy()
    luma[top : top + head.shape[0], left : left + head.shape[1]] = head[: HEIGHT - top, : WIDTH - left]
    return luma


def lit(share: float, base: float = 10, grain: float = GRAIN) -> Luma:
    """The room with so much of its light."""
    return grainy(room() * share + base, grain)


def soft(luma: Luma, px: float) -> Luma:
    return grainy(np.asarray(cv2.GaussianBlur(luma, (0, 0), px)))


def leaning(luma: Luma, degrees: float) -> Luma:
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1.15)
    return np.asarray(cv2.warpAffine(luma, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def shifted(luma: Luma, right: int, down: int) -> Luma:
    move = np.array([[1, 0, right], [0, 1, down]], dtype=np.float64)
    return np.asarray(cv2.warpAffine(luma, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def before_window() -> Luma:
    dim = room() * 0.22 + 8
    dim[40:230, 200:430] = 250
    return grainy(dim)


def cloth() -> Luma:
    folds = 200 + 12 * np.sin(ACROSS / 90) + 10 * np.sin((ACROSS + DOWN) / 140)
    weave = np.random.default_rng(3).normal(0, 3, folds.shape)
    return grainy(folds + 2 * np.asarray(cv2.GaussianBlur(weave, (0, 0), 2)), 4)


def light_leak() -> Luma:
    """A hand over the lens, light between two fingers."""
    return grainy(20 + 90 * np.exp(-((ACROSS - 600) ** 2 + (DOWN - 40) ** 2) / 45_000), 3)


def even(level: float, grain: float) -> Luma:
    return grainy(np.full((HEIGHT, WIDTH), level), grain)


FINGER: Final = grainy(150 - 0.12 * ACROSS + 0.08 * DOWN, 2)
CASES: Final[dict[str, tuple[Luma, set[str]]]] = {
    "a room": (room(), set()),
    "a cup": (photograph("coffee"), set()),
    "a photographer": (photograph("camera"), set()),
    "a face": (photograph("astronaut"), set()),
    "an evening with lamps": (lit(0.5, grain=3), set()),
    "a bright wall": (grainy(np.clip(room() * 0.5 + 128, 0, 255)), set()),
    "a room, a little soft": (soft(room(), 1), set()),
    "leaning a little": (leaning(room(), 2), set()),
    "a cap": (even(16, 1.2), {"covered", "dark"}),
    "a cap, gain turned up": (even(24, 8), {"covered", "dark"}),
    "a finger": (FINGER, {"covered"}),
    "a cloth": (cloth(), {"covered"}),
    "a hand": (light_leak(), {"covered"}),
    "paper": (even(235, 1.5), {"covered"}),
    "one lamp": (lit(0.34, 12), {"dark"}),
    "one lamp, gain turned up": (lit(0.34, 12, grain=6), {"dark"}),
    "a night light": (lit(0.12, grain=4), {"dark"}),
    "before a window": (before_window(), {"backlit"}),
    "out of focus": (soft(room(), 3), {"blurred"}),
    "out of focus, far": (soft(room(), 8), {"blurred"}),
    "a face out of focus": (soft(photograph("astronaut"), 4), {"blurred"}),
    "leaning left": (leaning(room(), 6), {"tilted"}),
    "leaning right": (leaning(room(), -8), {"tilted"}),
    "leaning far": (leaning(room(), 12), {"tilted"}),
}
"""Each with everything that is to be said of it, and nothing else."""
