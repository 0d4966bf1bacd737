"""What a picture of the test card costs: drawn and encoded, as a share of one core at its frame rate."""

import statistics
import time
from typing import Final

from appliance.capture.drawn_camera import Shot
from appliance.capture.h264 import H264
from appliance.capture.i420 import black
from appliance.capture.test_card import TestCardScene
from tests.bench.context import Context
from tests.bench.row import Row

MS: Final = 1e3
TARGET_SHARE: Final = 1.0


def measure(context: Context) -> Row:
    profile, pictures = context.profile, context.pick(600, 30)
    scene, encoder = TestCardScene(profile.width, profile.height), H264(profile)
    canvas = black(profile.width, profile.height)
    drawing, encoding = [], []
    for number in range(pictures):
        shot = Shot(number, number * 1_000_000 // profile.fps, 1_780_000_000_000 + number * 1000 // profile.fps)
        began = time.process_time()
        scene.paint(canvas, shot)
        scene.caption(canvas, shot)
        drawn = time.process_time()
        encoder.encode(canvas, shot.capture_us)
        drawing.append((drawn - began) * MS)
        encoding.append((time.process_time() - drawn) * MS)
    draw_ms, encode_ms = statistics.mean(drawing), statistics.mean(encoding)
    share = (draw_ms + encode_ms) * profile.fps / MS
    return Row(
        what=f"test card, {profile.width}x{profile.height} at {profile.fps} pictures a second",
        ours=f"{100 * share:.0f} % of a core ({draw_ms + encode_ms:.1f} ms a picture)",
        peer=f"libx264 alone on the same pictures: {encode_ms:.1f} ms",
        ratio=(draw_ms + encode_ms) / encode_ms,
        target=f"≤ {100 * TARGET_SHARE:.0f} % of a core",
        met=share <= TARGET_SHARE,
        figures={"share_of_a_core": share, "draw_ms": draw_ms, "encode_ms": encode_ms},
        disk="none",
        runs=pictures,
    )
