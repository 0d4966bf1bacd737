"""The noun radio: where the box's one Wi-Fi belongs now, and a person's wish to have it elsewhere.

Apart from carrying because it is another program's, which a box without Wi-Fi does not have.
"""

from typing import Any, Final

from flask import Blueprint

from appliance.errors import BadInput, RecorderGone
from appliance.visit.network import Mode
from web_ui.answers import Answer
from web_ui.fields import op_id
from web_ui.guard import body, changes
from web_ui.site import the_box

pages: Final = Blueprint("radio", __name__)


@pages.get("/api/radio")
def told() -> dict[str, Any]:
    """`radio`: None where nothing looks after one. `up` is left out: it is the name of a network."""
    try:
        status = the_box().net.ask("status")
    except RecorderGone:
        return {"radio": None}
    return {"radio": {name: status[name] for name in ("mode", "next", "phones", "given")}}


@changes(pages, "/api/radio/place")
def go() -> Answer:
    """Two seconds after the answer the phone that asked may be off the Wi-Fi."""
    asked = body()
    try:
        mode = Mode(asked.get("mode"))
    except ValueError:
        raise BadInput("The Wi-Fi has three places: visit, office and off.") from None
    status = the_box().net.ask("mode", mode=mode.value, op_id=op_id(asked))
    return Answer({"mode": status["mode"], "next": status["next"]})
