"""A number survives coding and scaling, and what is no marker is never a number."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture import marker
from appliance.capture.camera import Profile
from appliance.capture.drawn_camera import Shot
from appliance.capture.h264 import H264
from appliance.capture.i420 import black
from appliance.capture.test_card import TestCardScene
from tests.capture.takes import pictures_of

numbers = st.integers(min_value=0, max_value=marker.LAST_NUMBER)
sizes = st.sampled_from(
    [(320, 180), (375, 211), (426, 240), (640, 360), (853, 480), (1280, 720), (1920, 1080), (640, 480)]
)


def drawn(width: int, height: int, number: int, grey: int = 120) -> npt.NDArray[np.uint8]:
    luma = np.full((height, width), grey, dtype=np.uint8)
    marker.draw(luma, number)
    return luma


@given(numbers, sizes)
def test_reads_what_it_draws(number: int, size: tuple[int, int]) -> None:
    assert marker.read(drawn(*size, number)) == number


@given(numbers, sizes, sizes)
def test_survives_scaling(number: int, size: tuple[int, int], other: tuple[int, int]) -> None:
    luma = drawn(*size, number)
    height = round(other[0] * size[1] / size[0])
    seen = cv2.resize(luma, (other[0], height), interpolation=cv2.INTER_AREA)
    assert marker.read(np.asarray(seen, dtype=np.uint8)) == number


@given(numbers, st.integers(0, 31))
def test_a_changed_cell_is_no_number(number: int, cell: int) -> None:
    luma = drawn(640, 360, number)
    row, column = divmod(cell, 16)
    y, x = 360 - 30 + 10 * row, 20 + 10 * column
    luma[y : y + 10, x : x + 10] = 255 - luma[y : y + 10, x : x + 10]
    assert marker.read(luma) is None


@given(numbers, numbers)
def test_two_pictures_blended_are_no_third(one: int, other: int) -> None:
    blend = (drawn(640, 360, one) // 2) + (drawn(640, 360, other) // 2)
    assert marker.read(blend) in ({one} if one == other else {None})


@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 7, 31]))
def test_noise_is_no_number(seed: int, smooth: int) -> None:
    luma = np.random.default_rng(seed).integers(0, 256, (360, 640), dtype=np.uint8)
    if smooth:
        luma = np.asarray(cv2.blur(luma, (smooth, smooth)), dtype=np.uint8)
        luma = np.asarray(cv2.normalize(luma, luma, 0, 255, cv2.NORM_MINMAX), dtype=np.uint8)
    assert marker.read(luma) is None


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (64, 64), (1080, 64), (64, 1920), (180, 320)])
def test_pictures_without_a_marker(shape: tuple[int, int]) -> None:
    for grey in (0, 16, 128, 255):
        assert marker.read(np.full(shape, grey, dtype=np.uint8)) is None


@pytest.mark.parametrize(
    ("size", "bitrate"), [((640, 360), 250_000), ((1280, 720), 800_000), ((1920, 1080), 1_500_000)]
)
def test_survives_hard_coding_and_then_scaling(size: tuple[int, int], bitrate: int) -> None:
    scene, canvas = TestCardScene(*size), black(*size)
    encoder = H264(Profile(*size, bitrate=bitrate))
    packets, expected = [], [place * 279_620 for place in range(40)]
    for number in expected:
        shot = Shot(number, number * 33_333, 1_780_000_000_000)
        scene.paint(canvas, shot)
        scene.caption(canvas, shot)
        packets.append(encoder.encode(canvas, shot.capture_us))
    pictures = pictures_of(packets)
    assert [marker.read(picture) for picture in pictures] == expected
    for width in (320, 375, 853, 1920):
        target = (width, round(width * size[1] / size[0]))
        seen = [marker.read(np.asarray(cv2.resize(picture, target), dtype=np.uint8)) for picture in pictures]
        assert seen == expected
