"""The noun pad: what phones tag.

Apart from what was tagged because tagging needs no key: an op is sealed to its session and never read back here.
"""

from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import CardFailing, CardFull, Fault
from appliance.intercom import fault_object
from web_ui.fields import UUID, many
from web_ui.guard import body, paired_phone
from web_ui.op_reading import read_asked
from web_ui.site import the_box

pages: Final = Blueprint("pad", __name__)
OPS_MOST: Final = 100


@pages.get("/tags")
def page() -> str:
    return render_template("tags.html", page="tags")


@pages.post("/api/ops")
def ops() -> dict[str, Any]:
    """Each op is acknowledged or refused by its id; what is acknowledged is durable, and asking again is safe.

    Raises CardFull or CardFailing where nothing could be written at all; a phone keeps those and tries again.
    """
    site, by = the_box(), paired_phone().id
    acked: list[str] = []
    refused: list[dict[str, Any]] = []
    for asked in many(body(), "ops", OPS_MOST):
        op_id = asked.get("id") if isinstance(asked, dict) else None
        try:
            site.tagging.write(read_asked(asked), by)
        except (CardFull, CardFailing) as fault:
            if not acked:
                raise
            return {"acked": acked, "refused": refused, "fault": fault_object(fault)}
        except Fault as fault:
            refused.append({"id": op_id if _is_id(op_id) else None, "fault": fault_object(fault)})
        else:
            acked.append(str(op_id))
    return {"acked": acked, "refused": refused}


def _is_id(op_id: object) -> bool:
    return isinstance(op_id, str) and UUID.fullmatch(op_id) is not None
