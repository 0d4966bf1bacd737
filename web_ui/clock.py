"""The noun clock: the box's own, for a phone to measure its own against, and the phone's, for a box without a better.

Apart from the record because what time it is is kept by a program of its own.
"""

from typing import Any, Final

from flask import Blueprint

from appliance.errors import Fault, RecorderGone
from web_ui.answers import Answer
from web_ui.fields import FAR_US, op_id, text, whole
from web_ui.guard import body, changes
from web_ui.site import the_box

pages: Final = Blueprint("clock", __name__)


@pages.get("/api/clock")
def told() -> dict[str, Any]:
    """CLOCK_MONOTONIC as the recorder has it."""
    clock = the_box().clock
    return {"boot": clock.boot_id(), "now_us": clock.monotonic_us()}


@changes(pages, "/api/time")
def give() -> Answer:
    """What time it was (`utc_ms`) when the box's clock showed `mono_us` in its boot `boot`, by this phone's clock.

    Only of an unlocked phone: by the time alone films erase themselves, and the office's receipts let others go.
    """
    asked = body()
    told = {"utc_ms": whole(asked, "utc_ms", 0, FAR_US), "mono_us": whole(asked, "mono_us", 0, FAR_US)}
    try:
        return Answer(the_box().timekeeper.ask("set", op_id=op_id(asked), boot=text(asked, "boot", 64), **told))
    except RecorderGone:
        raise Fault("The part of the box that keeps the time does not answer.") from None
