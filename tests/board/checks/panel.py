"""Buttons, lamp, buzzer and clicker: a person presses and looks, the script watches what the recorder says.

Apart because each needs a hand.
"""

from collections.abc import Callable
from typing import Final

from tests.board.bench import Bench, Status
from tests.board.check import Check, Outcome, answered

HAND_S: Final = 60.0
RED: Final = "Is the lamp steady red?"
LIGHTS: Final = (
    ("press", "recording", RED),
    ("double", "paused", "Is it red and white, slowly?"),
    ("press", "recording", RED),
    ("hold", "ready", "Is it steady white?"),
)


def stars(told: Status) -> int:
    return 0 if told["film"] is None else int(told["film"]["stars"])


def _in(state: str) -> Callable[[Status], bool]:
    return lambda told: bool(told["state"] == state)


def buttons_and_lamp(bench: Bench) -> Outcome:
    wrong: list[str] = []
    for deed, state, light in LIGHTS:
        if bench.until(deed, _in(state), HAND_S) is None:
            wrong.append(f"{deed}: not {state}")
        bench.wait(2)
        if not bench.yes(light):
            wrong.append(f"lamp: {light}")
    return answered(not wrong, "every gesture and light", note="; ".join(wrong))


def star(bench: Bench) -> Outcome:
    bench.order("start")
    bench.wait(3)
    took_s = bench.until("press", lambda told: stars(told) == 1, HAND_S)
    bench.order("stop")
    return answered(took_s is not None, "one star")


def bounces(bench: Bench) -> Outcome:
    """A rattling finger in ready starts one film: whatever follows within it would be a star or a pause."""
    came = bench.until("bounce", lambda told: told["state"] == "recording", HAND_S)
    bench.wait(3)
    told = bench.status()
    bench.order("stop")
    good = came is not None and told["state"] == "recording" and stars(told) == 0
    return answered(good, "one film, no star, no pause", f"{told['state']}, {stars(told)} stars")


def recessed(bench: Bench) -> Outcome:
    came = bench.until("pen", lambda told: told["pairing_until_us"] is not None, HAND_S)
    return answered(came is not None, "the pairing window opens")


def clicker(bench: Bench) -> Outcome:
    if not bench.status().get("clicker"):
        return answered(None, "one star", note="No clicker was connected.")
    bench.order("start")
    bench.wait(3)
    took_s = bench.until("click", lambda told: stars(told) == 1, HAND_S)
    bench.order("stop")
    return answered(took_s is not None, "one star")


def lamp_goes_out(bench: Bench) -> Outcome:
    """The kernel keeps a dead process's outputs as they were; ExecStopPost= puts them out."""
    bench.run("systemctl", "stop", "fieldreel-recorder.service")
    seen = bench.yes("The recorder was stopped. Is the lamp out?")
    bench.run("systemctl", "start", "fieldreel-recorder.service")
    return answered(seen, "out")


CHECKS: Final = (
    Check("buttons-and-lamp", "gestures and colours on real pins", "real wires and real fingers", 3, buttons_and_lamp),
    Check("star", "a press while filming is a star", "real wires and real fingers", 1, star),
    Check("bounces", "a rattling finger is one press", "real wires and real fingers", 1, bounces),
    Check("recessed", "a pen opens the pairing window", "real wires and real fingers", 1, recessed),
    Check("clicker", "a presenter's button is a star", "real wires and real fingers", 1, clicker),
    Check("lamp-out", "the lamp goes out with the recorder", "the kernel keeps outputs as they were", 1, lamp_goes_out),
)
