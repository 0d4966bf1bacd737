"""The noun health: a page; what it shows comes with the recorder's status."""

from typing import Final

from flask import Blueprint, render_template

pages: Final = Blueprint("health", __name__)


@pages.get("/health")
def page() -> str:
    return render_template("health.html", page="health")
