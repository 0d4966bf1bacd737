"""A living room that was never lived in: the picture of the test card, drawn once and grainy like a camera's.

Apart so that the demo and the tests have real pictures of a home visit without anybody's home in them.
"""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.brush import Brush, Colour, View, view_of
from appliance.capture.i420 import I420, planes

GRAINS: Final = 5
"""Copies of the room with other sensor noise, shown in turn: a noiseless picture would cost no bits."""
_GRAIN: Final = 1.6
"""Standard deviation of the noise in luma steps: a small sensor in a lit room."""

_OAK: Final = (181, 140, 98)
_WHITE: Final = (238, 234, 226)
_BOOKS: Final[tuple[Colour, ...]] = (
    (176, 70, 60), (222, 176, 84), (70, 104, 122), (116, 142, 104), (226, 214, 192), (142, 84, 96), (60, 72, 98),
)  # fmt: skip


@lru_cache(maxsize=4)
def drawn_room(width: int, height: int) -> tuple[I420, ...]:
    """The room without its people, `GRAINS` times with other noise; read only. Both sides must be even."""
    view = view_of(width, height)
    brush = Brush((view.left, view.top), (width / view.scale, height / view.scale), view.scale)
    for paint in (_walls, _window, _pictures, _shelf, _lamp, _sofa, _plant, _rug):
        paint(brush)
    lit = _lit(brush.picture(), view)
    clean = np.asarray(cv2.cvtColor(lit, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
    noise = np.random.default_rng(1).normal(0, _GRAIN, (height, width)).astype(np.float32)
    return tuple(_grainy(clean, noise, step) for step in range(GRAINS))


def _walls(brush: Brush) -> None:
    brush.box(0, 0, 1920, 700, (221, 208, 188))
    brush.box(0, 690, 1920, 1080, (164, 122, 84))
    for row in range(9):
        near = (row / 9) ** 1.6
        y = 716 + near * 380
        brush.stroke([(0, y), (1920, y)], 2 + 2 * near, (146, 106, 72))
        for joint in range(7):
            x = joint * 330 + (row * 137) % 300
            y_next = 716 + ((row + 1) / 9) ** 1.6 * 380
            brush.stroke([(x, y), (x + (x - 960) * 0.02, y_next)], 2 + near, (146, 106, 72))
    brush.box(0, 680, 1920, 712, _WHITE)
    brush.box(0, 708, 1920, 715, (120, 88, 60))


def _window(brush: Brush) -> None:
    brush.box(176, 96, 560, 470, _WHITE, radius=4)
    for step in range(42):
        shade = step / 41
        sky = (round(150 + 74 * shade), round(192 + 42 * shade), round(226 + 20 * shade))
        brush.box(194, 114 + step * 8, 542, 124 + step * 8, sky)
    brush.ellipse((300, 180), 56, 20, (246, 249, 251))
    brush.ellipse((344, 168), 44, 24, (246, 249, 251))
    brush.ellipse((290, 460), 190, 92, (128, 164, 116), start=180, end=360)
    brush.ellipse((470, 460), 168, 66, (108, 148, 102), start=180, end=360)
    brush.polygon([(194, 440), (542, 440), (542, 456), (194, 456)], (102, 140, 96))
    for left, right in ((100, 176), (560, 640)):
        brush.box(left, 330, right, 470, (221, 208, 188))
    brush.box(440, 352, 450, 420, (98, 76, 58))
    brush.ellipse((445, 340), 34, 40, (84, 124, 84))
    brush.box(360, 104, 376, 464, _WHITE)
    brush.box(186, 272, 552, 286, _WHITE)
    brush.box(186, 452, 552, 470, _WHITE)
    brush.box(156, 466, 580, 486, (226, 220, 210))
    brush.box(90, 72, 646, 82, (110, 84, 62))
    for left, way in ((106, 1), (630, -1)):
        for fold in range(5):
            colour = (104, 142, 142) if fold % 2 else (118, 156, 155)
            x = left + way * fold * 20
            brush.polygon([(x, 82), (x + way * 21, 82), (x + way * 21, 640), (x, 640)], colour)


def _pictures(brush: Brush) -> None:
    for left, top, right, bottom in ((900, 130, 1090, 330), (1130, 170, 1300, 330)):
        brush.box(left + 5, top + 7, right + 5, bottom + 7, (196, 182, 162))
        brush.box(left, top, right, bottom, (92, 70, 54))
        brush.box(left + 10, top + 10, right - 10, bottom - 10, (244, 240, 232))
    brush.ellipse((995, 236), 52, 52, (224, 168, 92))
    brush.polygon([(928, 296), (984, 222), (1020, 262), (1040, 240), (1062, 296)], (96, 128, 138))
    for x, colour in ((1180, (190, 96, 74)), (1215, (224, 178, 92)), (1250, (104, 138, 126))):
        brush.ellipse((x, 250), 25, 34, colour)
        brush.stroke([(x, 284), (x, 306)], 4, (90, 110, 84))


def _shelf(brush: Brush) -> None:
    brush.box(196, 506, 548, 712, (140, 104, 72))
    for row, floor in enumerate((602, 700)):
        brush.box(208, floor - 84, 536, floor, (104, 76, 54))
        x, place = 214, row * 3
        while x < 500 - 70 * row:
            thick, tall = 15 + (place * 7) % 12, 58 + (place * 11) % 20
            brush.box(x, floor - tall, x + thick, floor, _BOOKS[place % len(_BOOKS)])
            x, place = x + thick + 2, place + 1
    brush.box(452, 650, 524, 700, (206, 178, 138), radius=8)
    brush.stroke([(474, 668), (502, 668)], 5, (140, 104, 72))
    brush.box(188, 498, 556, 512, _OAK)


def _lamp(brush: Brush) -> None:
    brush.ellipse((1700, 774), 78, 16, (120, 88, 60))
    brush.ellipse((1700, 768), 64, 14, (72, 60, 54))
    brush.stroke([(1700, 766), (1700, 330)], 10, (84, 70, 62))
    brush.polygon([(1646, 214), (1754, 214), (1800, 372), (1600, 372)], (250, 226, 174))
    brush.polygon([(1600, 366), (1800, 366), (1801, 376), (1599, 376)], (228, 192, 132))


def _sofa(brush: Brush) -> None:
    dark, body, light = (72, 94, 108), (90, 115, 130), (104, 130, 145)
    brush.ellipse((1130, 806), 470, 26, (122, 90, 62))
    for x in (760, 1484):
        brush.stroke([(x, 772), (x - 6, 806)], 15, (92, 66, 46))
    brush.box(716, 436, 1528, 700, body, radius=44)
    brush.stroke([(1122, 456), (1122, 640)], 4, dark)
    brush.box(700, 640, 1544, 784, dark, radius=26)
    brush.box(740, 610, 1122, 700, light, radius=24)
    brush.box(1126, 610, 1504, 700, light, radius=24)
    for left in (676, 1476):
        brush.box(left, 540, left + 92, 786, body, radius=40)
    cushions: tuple[tuple[tuple[int, int], Colour, Colour], ...] = (
        ((1420, 560), (214, 162, 82), (196, 142, 66)),
        ((1352, 572), (226, 214, 196), (206, 192, 172)),
    )
    for (x, y), colour, seam in cushions:
        brush.polygon([(x - 66, y - 52), (x + 58, y - 62), (x + 68, y + 50), (x - 56, y + 60)], colour)
        brush.stroke(
            [(x - 66, y - 52), (x + 58, y - 62), (x + 68, y + 50), (x - 56, y + 60), (x - 66, y - 52)], 7, seam
        )


def _plant(brush: Brush) -> None:
    brush.ellipse((1836, 842), 70, 14, (122, 90, 62))
    for x, y, colour in (
        (1776, 560, (74, 112, 80)), (1812, 500, (88, 130, 92)), (1850, 470, (70, 108, 76)),
        (1886, 520, (94, 138, 98)), (1906, 600, (78, 118, 84)), (1764, 640, (90, 132, 94)),
    ):  # fmt: skip
        brush.stroke([(1838, 730), ((x + 1838) / 2, (y + 730) / 2 - 16), (x, y)], 6, (84, 104, 72))
        brush.ellipse((x, y), 28, 56, colour, turn=(x - 1838) * 0.55)
    brush.polygon([(1780, 720), (1896, 720), (1880, 846), (1796, 846)], (196, 112, 82))
    brush.box(1772, 712, 1904, 742, (210, 126, 94), radius=6)


def _rug(brush: Brush) -> None:
    for grow, colour in ((0, (196, 178, 158)), (-14, (150, 82, 72)), (-30, (206, 188, 166)), (-130, (186, 164, 142))):
        brush.ellipse((1060, 880), 520 + grow, 74 + grow * 0.32, colour)


def _lit(rgb: npt.NDArray[np.uint8], view: View) -> npt.NDArray[np.uint8]:
    """Daylight from the window, warm light from the lamp, darker corners: computed small, for light is smooth."""
    height, width = rgb.shape[:2]
    coarse = 8
    y, x = np.mgrid[0:height:coarse, 0:width:coarse].astype(np.float32) / view.scale
    y, x = y + view.top, x + view.left
    day = np.exp(-(((x - 380) / 760) ** 2 + ((y - 360) / 620) ** 2))
    glow = np.exp(-(((x - 1700) / 250) ** 2 + ((y - 330) / 270) ** 2))
    pool = np.exp(-(((x - 1700) / 330) ** 2 + ((y - 790) / 90) ** 2))
    corner = 1 - 0.22 * (((x - 960) / 1100) ** 2 + ((y - 540) / 900) ** 2)
    light = [corner * (0.86 + cool * day + warm * glow + 0.16 * pool)
             for cool, warm in ((0.20, 0.34), (0.22, 0.22), (0.25, 0.02))]  # fmt: skip
    shade = cv2.resize(np.dstack(light), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(rgb * shade, 0, 255), dtype=np.uint8)


def _grainy(clean: I420, noise: npt.NDArray[np.float32], step: int) -> I420:
    picture = clean.copy()
    luma = planes(picture).y
    luma[:] = np.clip(luma + np.roll(noise, (37 * step, 101 * step), axis=(0, 1)), 16, 235)
    picture.setflags(write=False)
    return picture
