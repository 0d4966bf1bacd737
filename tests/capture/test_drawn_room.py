"""The test card can be drawn at any size that can be recorded, and looks like a room."""

import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture import marker
from appliance.capture.brush import Brush
from appliance.capture.camera import Profile
from appliance.capture.drawn_camera import Shot
from appliance.capture.h264 import H264
from appliance.capture.i420 import black, planes, scaled
from appliance.capture.test_card import TestCardScene, flash_area
from appliance.errors import CameraLost

SIZES = [(160, 90), (320, 180), (640, 480), (360, 640), (1080, 1080), (1280, 534), (1920, 1080)]


def drawn(width: int, height: int, number: int, capture_us: int) -> npt.NDArray[np.uint8]:
    canvas, scene = black(width, height), TestCardScene(width, height)
    shot = Shot(number, capture_us, 1_780_000_000_000)
    scene.paint(canvas, shot)
    scene.caption(canvas, shot)
    return canvas


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_any_size_is_filled_and_moves(width: int, height: int) -> None:
    one, other = drawn(width, height, 7, 500_000), drawn(width, height, 7, 1_700_000)
    y, u, v = planes(one)
    assert y.std() > 25
    assert min(u.std(), v.std()) > 3
    assert (np.abs(one.astype(int) - other.astype(int)) > 30).mean() > 0.002, "the people move"
    if min(width, height) >= 180 and width >= 320:
        assert marker.read(y) == 7


def test_the_flash_is_on_for_the_first_tenth_of_each_second() -> None:
    left, top, right, bottom = flash_area(640, 360)
    for capture_us, lit in ((0, True), (99_999, True), (100_000, False), (999_999, False), (7_000_000, True)):
        patch = planes(drawn(640, 360, 1, capture_us)).y[top + 2 : bottom - 2, left + 2 : right - 2]
        assert (patch.min() > 200) if lit else (patch.max() < 100)


def test_noise_differs_from_picture_to_picture() -> None:
    one, other = drawn(640, 360, 1, 500_000), drawn(640, 360, 2, 500_000)
    difference = np.abs(one[:200, :200].astype(int) - other[:200, :200])
    assert 0.3 < difference.mean() < 4


def test_a_cut_out_lies_where_it_was_painted_and_is_cut_at_the_edge() -> None:
    brush = Brush((100, 50), (80, 80), 1.0)
    brush.box(120, 70, 160, 110, (255, 255, 255))
    cut_out = brush.cut_out()
    canvas = black(320, 180)
    cut_out.lay_over(planes(canvas))
    rows, columns = np.nonzero(planes(canvas).y > 100)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((70, 109, 120, 159), abs=1)
    for right, down in ((-140, 0), (180, 0), (0, -90), (0, 100), (5000, 0), (-5000, -5000), (0, 5000)):
        moved = black(320, 180)
        cut_out.lay_over(planes(moved), right=right, down=down)
        expected = np.zeros((180, 320), dtype=bool)
        inside = [(y + down, x + right) for y, x in zip(rows, columns, strict=True)]
        for y, x in inside:
            if 0 <= y < 180 and 0 <= x < 320:
                expected[y, x] = True
        assert ((planes(moved).y > 100) == expected).all()


def test_scaled_keeps_the_colours() -> None:
    canvas = drawn(1280, 720, 3, 0)
    for width, height in ((640, 360), (320, 180), (1920, 1080)):
        small = scaled(canvas, width, height)
        assert small.shape == (height * 3 // 2, width)
        for whole, part in zip(planes(canvas), planes(small), strict=True):
            assert part.mean() == pytest.approx(whole.mean(), abs=1)


def test_what_cannot_be_encoded_is_a_lost_camera() -> None:
    with pytest.raises(CameraLost):
        H264(Profile(width=641, height=361))
