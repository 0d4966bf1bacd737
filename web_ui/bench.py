"""The noun bench: fingers, switches and batteries of a box that is software; nothing of it is there on a real one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from flask import Blueprint, render_template

from appliance.clock import SOURCES
from appliance.errors import BadInput, NotFound
from web_ui.answers import Answer
from web_ui.fields import Body, flag, op_id, text
from web_ui.guard import body, changes
from web_ui.site import the_box

pages: Final = Blueprint("bench", __name__)
SWITCH_MOST: Final = 1e12


@pages.get("/bench")
def page() -> str:
    return render_template("bench.html", page="bench")


@pages.get("/api/bench")
def look() -> dict[str, Any]:
    """The lamp's colour now, the switches, the readings; and how the recorder stands, which the box itself shows."""
    site = the_box()
    return {**site.bench.ask("look"), "state": site.recorder.ask("status")["state"]}


@changes(pages, "/api/bench/<verb>")
def verb(verb: str) -> Answer:
    asked = body()
    match verb:
        case "finger":
            down = flag(asked, "down")
            return Answer(the_box().bench.ask("finger", button=text(asked, "button", 20), down=down))
        case "click":
            return Answer(the_box().bench.ask("click"))
        case "fault":
            return Answer(the_box().bench.ask("fault", name=text(asked, "name", 40), value=_switch(asked)))
        case "health":
            return Answer(the_box().bench.ask("health", **_readings(asked)))
        case "pull-the-plug":
            return Answer(the_box().plug.ask("pull", op_id=op_id(asked)))
    raise NotFound("The bench has no such thing.")


def _switch(asked: Body) -> bool | int | float:
    value = asked.get("value")
    if not isinstance(value, bool | int | float) or not abs(value) <= SWITCH_MOST:
        raise BadInput("value is true, false or a number that is not too large.")
    return value


def _readings(asked: Body) -> dict[str, Any]:
    found = {name: asked[name] for name in READINGS if name in asked}
    for name, value in found.items():
        if value is not None and not READINGS[name](value):
            raise BadInput("{field} is of another kind, or out of range.", field=name)
    return found


def _between(least: float, most: float, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


READINGS: Final[Mapping[str, Callable[[object], bool]]] = {
    "temperature_c": partial(_between, -40, 150),
    "undervoltage": lambda value: isinstance(value, bool),
    "battery_percent": partial(_between, 0, 100),
    "plugged_in": lambda value: isinstance(value, bool),
    "utc_source": lambda value: value in SOURCES,
}
