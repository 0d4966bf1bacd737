"""What is said of pictures: of each case all that is wrong with it, and nothing of those that are well."""

import time
from dataclasses import asdict, replace

import av
import numpy as np
import pytest

from appliance.capture.camera import Picture
from appliance.capture.faces import Faces
from appliance.capture.framing import Framing, Look, first_sight
from appliance.capture.light import shrunk
from appliance.capture.shift import is_motion, is_moved, is_same_view
from tests.capture.films import big_buck_bunny
from tests.capture.framing_cases import CASES, HEIGHT, WIDTH, Luma, grainy, lit, photograph, room, shifted, with_face

SECOND_US = 1_000_000
SIZES = (24, 28, 32, 36, 40, 48, 60, 80, 100)


def said_of(luma: Luma) -> set[str]:
    return {name for name, so in asdict(first_sight(luma)).items() if so is True}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_wrong_is_said_and_nothing_else(name: str) -> None:
    luma, wrong = CASES[name]
    assert said_of(luma) == wrong


def test_every_fact_is_shown_and_left_out_somewhere() -> None:
    facts = {"covered", "dark", "backlit", "blurred", "tilted"}
    assert set().union(*(wrong for _, wrong in CASES.values())) == facts
    assert sum(not wrong for _, wrong in CASES.values()) >= 8


def test_a_real_film_raises_no_false_alarm() -> None:
    """Every fifth picture of Big Buck Bunny: bright, sharp, level. Its rabbit passes for a face twice."""
    faces, alarms, looked = Faces(), dict.fromkeys(("faces", "covered", "dark", "backlit", "blurred", "tilted"), 0), 0
    with av.open(str(big_buck_bunny())) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number % 5 == 0:
                luma = frame.reformat(WIDTH, HEIGHT, "gray").to_ndarray().astype(np.uint8)
                looked += 1
                for name in said_of(luma):
                    alarms[name] += 1
                alarms["faces"] += len(faces.find(luma))
    print(f"\nof {looked} pictures of a film: {alarms}")
    assert looked >= 25
    assert alarms.pop("faces") <= 2
    assert sum(alarms.values()) == 0


def test_faces_are_found_where_they_are_and_nowhere_else() -> None:
    """Towards the camera, and from 24 pixels on; smaller ones and profiles are missed, which is why this is advice."""
    faces, found = Faces(), []
    for px in SIZES:
        boxes = faces.find(with_face(px))
        middle_x, middle_y = 300 + 131 * px / 110, 100 + 110 * px / 110
        for left, top, width, height in boxes:
            assert abs((left + width / 2) * WIDTH / 1000 - middle_x) < px * 0.6
            assert abs((top + height / 2) * HEIGHT / 1000 - middle_y) < px * 0.6
        found.append(len(boxes))
    false = {name: faces.find(luma) for name, (luma, _) in CASES.items() if "face" not in name}
    print(f"\nfaces found: {dict(zip(SIZES, found, strict=True))}; false ones in {len(false)} other pictures: "
          f"{sum(map(len, false.values()))}")  # fmt: skip
    assert sum(number == 1 for number in found) >= 7
    assert all(boxes == () for boxes in false.values())


# ---- what moves


@pytest.mark.parametrize("luma", [room(), photograph("coffee"), lit(0.34, 12)], ids=["room", "cup", "one lamp"])
@pytest.mark.parametrize("grain", [2, 8])
def test_noise_and_lamps_are_no_motion(luma: Luma, grain: float) -> None:
    before, dimmed = shrunk(luma), shrunk(grainy(luma * 0.8 + 5, grain))
    other = np.asarray(np.roll(grainy(luma, grain).astype(np.int16) - luma, 17, axis=1) + luma)
    assert not is_motion(before, shrunk(grainy(other, grain)))
    assert not is_motion(before, dimmed)


@pytest.mark.parametrize(("px", "seen"), [(8, False), (32, True), (60, True)])
def test_a_hand_that_moves_is_motion(px: int, seen: bool) -> None:
    hand = room().copy()
    hand[180 : 180 + px, 300 : 300 + px] = 90
    assert is_motion(shrunk(room()), shrunk(hand)) is seen


@pytest.mark.parametrize("luma", [room(), photograph("coffee"), lit(0.34, 12)], ids=["room", "cup", "one lamp"])
def test_a_camera_that_was_knocked_is_told_from_one_that_shook(luma: Luma) -> None:
    reference = shrunk(luma)
    told = {px: is_moved(reference, shrunk(grainy(shifted(luma, px, px // 2), 2))) for px in (0, 6, 12, 32, 64, 120)}
    assert told == {0: False, 6: False, 12: False, 32: True, 64: True, 120: True}
    assert not is_moved(reference, shrunk(grainy(luma * 0.5 + 5)))


def test_somebody_before_the_camera_is_no_other_view() -> None:
    reference = shrunk(room())
    for width in (160, 320, 450):
        crowded = room().copy()
        crowded[60:, 100 : 100 + width] = photograph("astronaut")[60:, 100 : 100 + width]
        assert not is_moved(reference, shrunk(crowded))
        assert is_same_view(reference, shrunk(crowded))
    assert not is_same_view(reference, shrunk(photograph("coffee")))


# ---- looks in a row


def picture(luma: Luma, second: float) -> Picture:
    i420 = np.full((HEIGHT * 3 // 2, WIDTH), 128, dtype=np.uint8)
    i420[:HEIGHT] = luma
    return Picture(i420, round(second * SECOND_US))


def test_what_is_seen_once_is_not_said_and_what_is_seen_twice_is() -> None:
    framing, cap = Framing(), CASES["a cap"][0]
    looks = [framing.look(picture(luma, n), for_faces=False) for n, luma in enumerate([room(), cap, room(), cap, cap])]
    assert [look.covered for look in looks] == [False, False, False, False, True]
    looks = [framing.look(picture(luma, 5 + n), for_faces=False) for n, luma in enumerate([room(), room()])]
    assert [look.covered for look in looks] == [True, False]


def test_a_camera_turned_to_another_view_was_moved() -> None:
    framing = Framing()
    framing.look(picture(room(), 0), for_faces=False)
    told = [framing.look(picture(photograph("coffee"), 1 + n), for_faces=False).moved for n in range(4)]
    assert told[-1]
    framing.begin()
    told = [framing.look(picture(photograph("coffee"), 5 + n), for_faces=False).moved for n in range(3)]
    assert not told[-1], "when filming begins, the camera stands where it should"


def test_nobody_in_view_is_said_after_a_while_without_a_face_or_motion() -> None:
    framing = Framing()
    alone = [framing.look(picture(room(), n), for_faces=True).alone for n in range(0, 24, 4)]
    assert alone == [False, False, False, False, False, True]
    assert not framing.look(picture(with_face(60), 25), for_faces=True).alone
    face = framing.look(picture(with_face(60), 60), for_faces=True)
    assert len(face.faces) == 1
    assert not face.alone, "a face that keeps still is somebody"


def test_a_look_takes_little_of_a_core() -> None:
    """At one a second, and faces each tenth: printed as measured here; the bound is for a machine under load."""
    framing, moving = Framing(), [picture(shifted(room(), n, 0), n) for n in range(6)]
    framing.look(moving[0], for_faces=True)
    cost_ms = []
    for for_faces in (False, True):
        began = time.thread_time()
        for each in moving:
            framing.look(each, for_faces=for_faces)
        cost_ms.append((time.thread_time() - began) / len(moving) * 1000)
    plain_ms, faces_ms = cost_ms
    filming, framed = plain_ms + (faces_ms - plain_ms) / 10, plain_ms + (faces_ms - plain_ms) / 2
    print(f"\na look: {plain_ms:.1f} ms of a core, {faces_ms:.1f} with faces: "
          f"{filming / 10:.1f} % while filming, {framed / 10:.1f} % while a phone shows the picture")  # fmt: skip
    assert filming < 50


def test_a_look_holds_no_picture() -> None:
    """What crosses to the attendant, and from there to phones, is words and boxes."""
    look = Framing().look(picture(with_face(60), 0), for_faces=True)
    assert replace(look, faces=()) == Look()
    assert all(isinstance(value, bool | tuple) for value in asdict(look).values())
