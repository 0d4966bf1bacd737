"""The noun health: a page, which shows what comes with the recorder's status; and the support bundle."""

import json
from typing import Final

from flask import Blueprint, Response, render_template

from web_ui.site import the_box
from web_ui.support import bundle

pages: Final = Blueprint("health", __name__)


@pages.get("/health")
def page() -> str:
    return render_template("health.html", page="health")


@pages.get("/api/support")
def support() -> Response:
    """A file to be sent to whoever looks after the box: nothing in it is about a family, a film or a person."""
    told = json.dumps(bundle(the_box()), indent=2)
    name = {"Content-Disposition": 'attachment; filename="fieldreel-support.json"'}
    return Response(f"{told}\n", content_type="application/json", headers=name)
