"""What somebody who sets up a camera should hear: one sentence of what is so, one of what to do.

Apart from the Faults of `errors` because none of these keeps anything from being recorded; a person weighs them.
"""

from typing import ClassVar, Final

from appliance.capture.framing import Look
from appliance.capture.hearing import Hearing
from appliance.errors import Fault, LensCovered, MicSilent

NEAR_EDGE: Final = 25
"""Per mille of the picture: a face that near to the edge leaves it at the next move."""


class Advice(Fault):
    """Worth a look before filming, and while filming where it can still be mended."""

    code: ClassVar[str] = "advice"


class Dark(Advice):
    code = "dark"
    do_default = "Open the curtains or switch a lamp on, so that faces can be read."


class Backlit(Advice):
    code = "backlit"
    do_default = "Turn the camera away from the window, or draw the curtain."


class Blurred(Advice):
    code = "blurred"
    do_default = "Wipe the lens with a soft cloth, and keep a metre away from it."


class Tilted(Advice):
    code = "tilted"
    do_default = "Set the camera upright, until door frames and shelves stand straight."


class Moved(Advice):
    code = "moved"
    do_default = "See that everybody is still in the picture, and set the camera firmly."


class NobodyInView(Advice):
    code = "nobody"
    do_default = "Turn the camera so that parent and child are both in the picture, faces to it."


class FaceAtEdge(Advice):
    code = "face-edge"
    do_default = "Move the camera a little, or further away, so that there is room around everybody."


class TooLoud(Advice):
    code = "too-loud"
    do_default = "Move the microphone further away from whatever is loud."


class Drone(Advice):
    code = "drone"
    do_default = "Ask whether it may be switched off while you film: voices are hard to hear beside it."


def advice(look: Look | None, hearing: Hearing, *, filming: bool) -> list[Fault]:
    """Worst first. While filming, a covered lens and a silent microphone are Faults and are not said here again."""
    return [*_of_the_sound(hearing, filming=filming), *_of_the_picture(look or Look(), filming=filming)]


def _of_the_picture(look: Look, *, filming: bool) -> list[Fault]:
    said: list[tuple[bool, Fault]] = [
        (
            look.covered and not filming,
            LensCovered(
                "The camera sees nothing: something is before the lens, or it is quite dark.",
                "Take away what is before the lens, or switch a light on.",
            ),
        ),
        (look.moved and filming, Moved("The camera was moved.")),
        (look.dark and not look.covered, Dark("The picture is dark.")),
        (look.backlit, Backlit("There is a bright window behind the people, and their faces are dark.")),
        (look.blurred, Blurred("The picture is not sharp.")),
        (look.alone, NobodyInView("Nobody is in view.")),
        (any(_near_edge(*box) for box in look.faces), FaceAtEdge("A face is at the edge of the picture.")),
        (look.tilted, Tilted("The camera leans to one side.")),
    ]
    return [fault for so, fault in said if so]


def _of_the_sound(hearing: Hearing, *, filming: bool) -> list[Fault]:
    said: list[tuple[bool, Fault]] = [
        (hearing.silent and not filming, MicSilent("The microphone hears nothing.", "Check the microphone's plug.")),
        (hearing.clipping, TooLoud("The sound is too loud for the microphone.")),
        (hearing.drone, Drone("There is a steady sound in the room; a television may be on.")),
    ]
    return [fault for so, fault in said if so]


def _near_edge(left: int, top: int, width: int, height: int) -> bool:
    return min(left, top, 1000 - left - width, 1000 - top - height) < NEAR_EDGE
