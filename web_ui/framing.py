"""The noun framing: the camera's picture on a phone, for whoever sets it up; nothing of it is kept.

Apart because it is the only address at which a picture of the room leaves the box as it is taken.
"""

import base64
from typing import Final

from flask import Blueprint, Response, render_template

from web_ui.site import the_box

pages: Final = Blueprint("framing", __name__)


@pages.get("/framing")
def page() -> str:
    return render_template("framing.html", page="visit")


@pages.get("/api/preview")
def preview() -> Response:
    """One JPEG, 640 wide. While it is asked for the lamp says so, or that the box films; in a pause it is refused."""
    told = the_box().recorder.ask("preview")
    return Response(base64.b64decode(told["jpeg"]), content_type="image/jpeg")
