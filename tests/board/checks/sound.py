"""Sound: whether it meets the picture, and what becomes of a microphone that is pulled out.

Apart because the first listens to the microphone itself, with the recorder out of its way.
"""

import statistics
from typing import Final

from appliance.capture.packet import AudioPacket, Packet, VideoPacket
from tests.board.bench import Bench, Status
from tests.board.check import Check, Mark, Outcome, answered, judged
from tests.board.flashes import apart_ms, beeps_us, flashes_us

TAKE_S: Final = 20.0
LIPS_MS: Final = 20.0
HAND_S: Final = 60.0
TOLD_S: Final = 5.0


def flash_and_beep(bench: Bench) -> Outcome:
    """The time between them, in the middle of all of a take: one flash alone is only as exact as a picture is long."""
    bench.tell("Play the film of flashes and beeps (--flashes FILE makes it) before the camera, half a metre away.")
    packets: list[Packet] = []
    with bench.eyes() as eyes, bench.ears() as microphone:
        eyes.camera.start(packets.append)
        microphone.start(packets.append)
        bench.wait(bench.long_s(TAKE_S))
        eyes.camera.stop(5)
        microphone.stop(5)
    pictures = [each for each in packets if isinstance(each, VideoPacket)]
    sounds = [each for each in packets if isinstance(each, AudioPacket)]
    if not pictures or not sounds:
        return Outcome(Mark.FAILED, "no picture" if sounds else "no sound", f"≤ {LIPS_MS:g} ms")
    apart = apart_ms(flashes_us(pictures), beeps_us(sounds))
    if not apart:
        return Outcome(Mark.FAILED, "no flash with a beep", f"≤ {LIPS_MS:g} ms")
    middle = statistics.median(apart)
    note = f"beep minus flash {middle:+.1f} ms in the middle of {len(apart)}, {min(apart):+.1f} to {max(apart):+.1f} ms"
    return judged(round(abs(middle), 1), "ms", most=LIPS_MS, note=note)


def microphone_pulled(bench: Bench) -> Outcome:
    """The film goes on, the fault is told, and goes when the plug is back."""
    bench.order("start")
    bench.wait(3)
    gone_s = bench.until("unplug", _silent, HAND_S)
    bench.wait(3)
    back_s = bench.until("plug", lambda told: not _silent(told), HAND_S)
    filming = bench.status()["state"] == "recording"
    bench.order("stop")
    good = gone_s is not None and back_s is not None and filming
    told = {True: "told and forgiven", False: "the film ended" if not filming else "not told, or not forgiven"}[good]
    return answered(good, "told, and the film goes on", told)


def _silent(told: Status) -> bool:
    return any(fault["code"] == "mic-silent" for fault in told["faults"])


CHECKS: Final = (
    Check("flash-and-beep", "sound and picture meet", "each microphone is late in its own way", 2, flash_and_beep),
    Check(
        "microphone-pulled",
        "a pulled microphone is told, and comes back",
        "USB, and a real plug",
        2,
        microphone_pulled,
    ),
)
