"""The noun entry: choose one's name, give the passphrase, sign out.

Apart because nothing else may set a cookie.
"""

from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template

from web_ui.answers import Answer
from web_ui.cookies import make_answer
from web_ui.desk.site import the_desk
from web_ui.fields import session_id, text
from web_ui.guard import body, changes, visitor
from web_ui.visitor import Role

pages: Final = Blueprint("entry", __name__)
PASSPHRASE_MOST: Final = 1_000


@pages.get("/")
def front() -> Any:
    return redirect("/families" if visitor().role is Role.UNLOCKED else "/sign-in")


@pages.get("/sign-in")
def page() -> str:
    return render_template("desk_sign_in.html", page="sign-in", store=the_desk().books.facts().name)


@pages.get("/api/hello")
def hello() -> Response:
    """What a page must know before anybody has signed in."""
    who = visitor()
    members = [{"id": each.id, "name": each.name} for each in the_desk().staff.present()]
    return make_answer({"staff": members, "signed_in": who.role is Role.UNLOCKED, "by": who.by})


@changes(pages, "/api/sign-in")
def sign_in() -> Answer:
    asked = body()
    passphrase = text(asked, "passphrase", PASSPHRASE_MOST, 1)
    return Answer({"signed_in": True}, {"signin": the_desk().sign_ins.sign_in(session_id(asked, "staff"), passphrase)})


@changes(pages, "/api/sign-out")
def sign_out() -> Answer:
    desk, by = the_desk(), visitor().by
    desk.sign_ins.sign_out(by)
    desk.noted.ended(by)
    return Answer({"signed_in": False}, {"signin": None})


@pages.get("/api/status")
def status() -> dict[str, Any]:
    """Who has signed in, and when that ends by itself."""
    desk, by = the_desk(), visitor().by
    name = next((each.name for each in desk.staff.members() if each.id == by), "")
    return {"unlocked": True, "name": name, "locks_in_s": desk.sign_ins.locks_in_s(by)}
