"""The two people of the drawn room: a parent and a child who roll a ball to each other.

Apart because their shapes and their timing have nothing to do with the room around them.
"""

import math
from typing import Final

from appliance.capture.brush import Brush, Colour, CutOut, Point, View
from appliance.capture.i420 import Planes
from appliance.capture.pace import SECOND_US

POSES: Final = 12
"""Drawn beforehand between one end of a movement and the other."""
_ROLL_S: Final = 4.0
"""There and back again."""

_SKIN_PARENT: Final = (196, 145, 112)
_SKIN_CHILD: Final = (206, 158, 124)
_SHADE: Final = (58, 44, 40)


class Figures:
    """Made once for a size of picture; `lay_over` is what a picture costs."""

    def __init__(self, view: View) -> None:
        scale = view.scale
        steps = [pose / (POSES - 1) for pose in range(POSES)]
        self._parents = [_parent(step, scale) for step in steps]
        self._children = [_child(step, scale) for step in steps]
        self._ball = _ball(scale)
        self._way = 184 * scale
        self._right, self._down = (-2 * round(side * scale / 2) for side in (view.left, view.top))

    def lay_over(self, picture: Planes, at_us: int) -> None:
        """The people as they sit at `at_us`; the ball is with the parent at each full multiple of four seconds."""
        turn = at_us % round(_ROLL_S * SECOND_US) / (_ROLL_S * SECOND_US)
        there = (1 - math.cos(2 * math.pi * turn)) / 2
        joy = (1 - math.cos(4 * math.pi * turn)) / 2 * there
        self._parents[round((1 - there) * (POSES - 1))].lay_over(picture, right=self._right, down=self._down)
        self._children[round(joy * (POSES - 1))].lay_over(picture, right=self._right, down=self._down)
        rolled = 2 * round(there * self._way / 2)
        self._ball.lay_over(picture, right=self._right + rolled, down=self._down)


def _parent(reach: float, scale: float) -> CutOut:
    """Sits on the rug to the left; `reach` 0 upright, 1 leaning towards the child with the arm stretched out."""
    brush = Brush((640, 340), (430, 560), scale)
    lean = 34 * reach
    jumper, sleeve, jeans = (191, 92, 70), (169, 78, 60), (58, 74, 104)
    hip, shoulder = (770.0, 800.0), (800 + lean, 590 + 10 * reach)
    brush.stroke([hip, (900, 770), (860, 868)], 74, (48, 62, 90))
    brush.polygon([(706, 834), (838, 842), (864 + lean, 560), (752 + lean, 552)], jumper)
    brush.ellipse((772, 822), 72, 50, jumper)
    brush.ellipse((808 + lean, 574), 57, 44, jumper)
    brush.stroke([hip, (934, 800), (886, 876)], 78, jeans)
    brush.ellipse((906, 880), 52, 20, (236, 230, 220))
    _head(brush, (826 + lean * 1.3, 470 + 12 * reach), 62, _SKIN_PARENT, (74, 48, 38), bun=True, turn=8 * reach)
    hand = (946 + 44 * reach, 800 - 30 * (1 - reach))
    elbow = (868 + lean, 716 - 8 * reach)
    brush.stroke([shoulder, elbow], 52, sleeve)
    brush.stroke([elbow, hand], 44, sleeve)
    brush.ellipse(hand, 25, 23, _SKIN_PARENT)
    return brush.cut_out()


def _child(joy: float, scale: float) -> CutOut:
    """Sits on the rug to the right; `joy` 0 hands on the knees, 1 arms up."""
    brush = Brush((1150, 500), (330, 420), scale)
    shirt, sleeve, trousers = (235, 184, 74), (219, 163, 56), (86, 122, 98)
    bounce = -10 * joy
    far_hand = (1256 - 52 * joy, 812 - 190 * joy)
    brush.stroke([(1312, 738 + bounce), (1270 - 20 * joy, 780 - 80 * joy), far_hand], 34, (205, 150, 48))
    brush.ellipse(far_hand, 18, 17, (190, 143, 112))
    brush.box(1286, 700 + bounce, 1394, 872, shirt, radius=44)
    brush.stroke([(1346, 858), (1256, 824), (1232, 880)], 52, trousers)
    brush.ellipse((1212, 884), 34, 17, (203, 74, 62))
    _head(brush, (1326, 636 + bounce), 58, _SKIN_CHILD, (112, 66, 34), bun=False, turn=-6 * joy)
    hand = (1270 - 36 * joy, 822 - 232 * joy)
    brush.stroke([(1352, 744 + bounce), (1312 - 24 * joy, 796 - 96 * joy), hand], 38, sleeve)
    brush.ellipse(hand, 20, 19, _SKIN_CHILD)
    return brush.cut_out()


def _head(brush: Brush, centre: Point, radius: float, skin: Colour, hair: Colour, *, bun: bool, turn: float) -> None:
    """A head looking towards the other person: the parent to the right, the child to the left."""
    x, y = centre
    side = 1 if bun else -1
    if bun:
        brush.ellipse((x - radius * 0.95, y - radius * 0.55), radius * 0.42, radius * 0.42, hair)
    brush.box(x - radius * 0.34, y + radius * 0.5, x + radius * 0.3, y + radius * 1.5, skin, radius=radius * 0.2)
    brush.ellipse((x - side * radius * 0.14, y - radius * 0.1), radius * 1.04, radius * 1.06, hair)
    brush.ellipse((x + side * radius * 0.14, y + radius * 0.14), radius * 0.86, radius * 0.9, skin)
    brush.ellipse((x, y - radius * 0.34), radius * 0.98, radius * 0.62, hair, turn=side * 8 + turn, start=180, end=360)
    brush.ellipse((x - side * radius * 0.52, y + radius * 0.2), radius * 0.15, radius * 0.2, skin)
    for eye in (0.28, 0.7):
        brush.ellipse((x + side * radius * eye, y + radius * 0.1), radius * 0.075, radius * 0.11, _SHADE)
    brush.ellipse(
        (x + side * radius * 0.5, y + radius * 0.44), radius * 0.27, radius * 0.2, (150, 62, 58), start=0, end=180
    )
    brush.ellipse((x + side * radius * 0.16, y + radius * 0.42), radius * 0.13, radius * 0.09, (214, 128, 106))


def _ball(scale: float) -> CutOut:
    brush = Brush((960, 820), (72, 72), scale)
    brush.ellipse((996, 856), 34, 34, (204, 60, 54))
    brush.ellipse((996, 856), 34, 13, (244, 236, 222), turn=-18)
    brush.ellipse((984, 842), 8, 6, (240, 150, 140))
    return brush.cut_out()
