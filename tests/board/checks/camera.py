"""The camera by itself: its sensor mode, its encoder, its pace, its focus.

Apart because the recorder must let go of it for these; it is started again after each.
"""

import itertools
from typing import Final

from appliance.capture.packet import Packet, VideoPacket
from tests.board.bench import Bench
from tests.board.check import Check, Outcome, answered, judged

TAKE_S: Final = 20.0
LOST_SHARE_MOST: Final = 0.5
V4L2, LIBX264 = "h264_encoder", "libav_h264_encoder"
WITHOUT_CODEC: Final = ("Raspberry Pi 5", "Raspberry Pi Compute Module 5")
LENS_MOST: Final = 0.01


def full_view(bench: Bench) -> Outcome:
    """Left to itself picamera2 takes a mode that sees 67 % of the width."""
    with bench.eyes() as eyes:
        chosen = next(mode for mode in eyes.modes if tuple(mode["size"]) == tuple(eyes.mode["output_size"]))
        widest = max(mode["crop_limits"][2] * mode["crop_limits"][3] for mode in eyes.modes)
        seen = chosen["crop_limits"][2] * chosen["crop_limits"][3]
    size = "x".join(map(str, chosen["size"]))
    return judged(round(100 * seen / widest), "% of the sensor", least=100, note=f"mode {size}")


def encoder(bench: Bench) -> Outcome:
    """What really encodes while it films: the Pi 5 and its kin have no codec."""
    wanted = LIBX264 if bench.model().startswith(WITHOUT_CODEC) else V4L2
    with bench.eyes() as eyes:
        eyes.camera.start(lambda _packet: None)
        found = eyes.encoder().rpartition(".")[2]
        eyes.camera.stop(5)
    return answered(found == wanted, wanted, found)


def pace(bench: Bench) -> Outcome:
    """Pictures that are missing in a take, by the holes between their times."""
    pictures = _take(bench)
    gaps_us = [later - earlier for earlier, later in itertools.pairwise(each.pts_us for each in pictures)]
    if not gaps_us:
        return answered(False, "pictures come", "none")
    usual_us = sorted(gaps_us)[len(gaps_us) // 2]
    lost = sum(round(gap / usual_us) - 1 for gap in gaps_us)
    note = f"{len(pictures)} pictures, {1e6 / usual_us:.2f} a second, longest gap {max(gaps_us) / 1000:.0f} ms"
    return judged(round(100 * lost / (len(pictures) + lost), 2), "% lost", most=LOST_SHARE_MOST, note=note)


def key_frames(bench: Bench) -> Outcome:
    with bench.eyes() as eyes:
        fps = eyes.camera.profile.fps
    places = [place for place, each in enumerate(_take(bench)) if each.key]
    steps = {later - earlier for earlier, later in itertools.pairwise(places)}
    good = places[:1] == [0] and steps == {fps}
    return answered(good, f"first, then each {fps}", ", ".join(map(str, sorted(steps))) or "none")


def focus(bench: Bench) -> Outcome:
    """Continuous autofocus hunts in the picture (picamera2 issues 1082 and 1272)."""
    with bench.eyes() as eyes:
        before = eyes.lens()
        bench.tell("Wave a hand close before the lens for ten seconds.")
        bench.wait(bench.long_s(10))
        after = eyes.lens()
    if before is None or after is None:
        return answered(None, "the lens stays", note="This lens does not move.")
    return judged(round(abs(after - before), 3), "dioptres moved", most=LENS_MOST)


def _take(bench: Bench) -> list[VideoPacket]:
    packets: list[Packet] = []
    with bench.eyes() as eyes:
        eyes.camera.start(packets.append)
        bench.wait(bench.long_s(TAKE_S))
        eyes.camera.stop(5)
    return [packet for packet in packets if isinstance(packet, VideoPacket)]


CHECKS: Final = (
    Check("full-view", "the camera sees its full width", "only a sensor has modes", 0.5, full_view),
    Check("encoder", "the board's own encoder encodes", "only a board has its encoder", 0.5, encoder),
    Check("pace", "no picture is missing at full size", "only a sensor keeps its own time", 1, pace),
    Check("key-frames", "a key frame each second", "only a board has its encoder", 1, key_frames),
    Check("focus", "focus stays where it was locked", "only a lens moves", 1, focus),
)
