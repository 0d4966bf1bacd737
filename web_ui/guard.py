"""What every request must pass before a page sees it, and what every answer carries.

Apart and one table: an address that is not in ROUTES is closed, whoever asks.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, request

from appliance.errors import BadInput, Locked, NotFound, NotPaired, OtherSite, ScreenGone, TooLarge, WrongType
from web_ui.answers import Answer
from web_ui.cookies import make_answer
from web_ui.faults import OTHER_ORIGIN, fault_answer, wants_page
from web_ui.fields import op_id
from web_ui.keeping import too_often
from web_ui.limits import Rate
from web_ui.phones import Phone
from web_ui.site import the_site
from web_ui.visitor import Access, Opened, Role, Visitor

BODY_BYTES: Final = 64 * 1024
CSP: Final = "; ".join(
    (
        "default-src 'self'",
        "media-src 'self' blob:",
        "img-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


RATES: Final = {Role.STRANGER: Rate(100, 20), Role.PAIRED: Rate(120, 30), Role.UNLOCKED: Rate(400, 100)}
STATIC_RATE: Final = Rate(300, 60)


STRANGER, PAIRED, UNLOCKED = (Access(role) for role in Role)
ROUTES: Final[dict[str, Access]] = {  # of a box; web_ui.desk has its own
    "static": STRANGER,
    "record.front": STRANGER,
    "languages.choose": Access(Role.STRANGER, once=True),
    "unlock.page": STRANGER,
    "unlock.hello": STRANGER,
    "unlock.pair": Access(Role.STRANGER, once=True),
    "unlock.unlock": Access(Role.PAIRED, once=True),
    "unlock.lock": Access(Role.PAIRED, once=True),
    "unlock.end_visit": Access(Role.PAIRED, once=True),
    "unlock.phones": UNLOCKED,
    "adding.told": UNLOCKED,
    "adding.wifi_code": UNLOCKED,
    "adding.page_code": UNLOCKED,
    "unlock.revoke": Access(Role.UNLOCKED, once=True),
    "visit.home": PAIRED,
    "visit.ready": PAIRED,
    "visit.family": PAIRED,
    "visit.consent": PAIRED,
    "visit.close": PAIRED,
    "visit.told": Access(Role.PAIRED, use=False),
    "visit.find_family": Access(Role.UNLOCKED, once=True),
    "visit.begin": Access(Role.UNLOCKED, once=True),
    "visit.put_consent": Access(Role.UNLOCKED, once=True),
    "visit.put_assent": Access(Role.UNLOCKED, once=True),
    "visit.passed": Access(Role.PAIRED, once=True),
    "record.page": PAIRED,
    "record.status": PAIRED,
    "record.verb": Access(Role.PAIRED, once=True),
    "clock.told": PAIRED,
    "clock.give": Access(Role.UNLOCKED, once=True),
    "pad.page": PAIRED,
    "pad.ops": PAIRED,
    "objection.told": PAIRED,
    "objection.objection": Access(Role.PAIRED, once=True),
    "moments.tag_sets": PAIRED,
    "moments.of_session": UNLOCKED,
    "sessions.page": UNLOCKED,
    "film.player": UNLOCKED,
    "sessions.listed": Access(Role.UNLOCKED, use=False),
    "film.playlist": UNLOCKED,
    "film.init": UNLOCKED,
    "film.segment": UNLOCKED,
    "film.frame": UNLOCKED,
    "film.pts": UNLOCKED,
    "summary.page": PAIRED,
    "summary.told": PAIRED,
    "summary.best": Access(Role.UNLOCKED, use=False),
    "carrying.page": PAIRED,
    "carrying.told": PAIRED,
    "carrying.go": Access(Role.PAIRED, once=True),
    "carrying.confirm": Access(Role.PAIRED, once=True),
    "carrying.erase": Access(Role.UNLOCKED, once=True),
    "radio.told": PAIRED,
    "radio.go": Access(Role.PAIRED, once=True),
    "screen.page": STRANGER,
    "screen.ask": Access(Role.STRANGER, once=True),
    "screen.code": STRANGER,
    "screen.state": Access(Role.STRANGER, screen=True),
    "screen.told": Access(Role.STRANGER, once=True, screen=True),
    "screen_film.playlist": Access(Role.STRANGER, screen=True),
    "screen_film.init": Access(Role.STRANGER, screen=True),
    "screen_film.segment": Access(Role.STRANGER, screen=True),
    "screen_film.frame": Access(Role.STRANGER, screen=True),
    "screen_film.pts": Access(Role.STRANGER, screen=True),
    "remote.page": UNLOCKED,
    "remote.told": Access(Role.UNLOCKED, use=False),
    "remote.take": Access(Role.UNLOCKED, once=True),
    "remote.let_go": Access(Role.UNLOCKED, once=True),
    "remote.show": Access(Role.UNLOCKED, once=True),
    "remote.do": Access(Role.UNLOCKED, once=True),
    "reels.page": UNLOCKED,
    "reels.listed": UNLOCKED,
    "reels.keep": Access(Role.UNLOCKED, once=True),
    "health.page": PAIRED,
    "health.support": PAIRED,
    "framing.page": PAIRED,
    "framing.preview": PAIRED,
    "bench.page": Access(Role.STRANGER, bench=True),
    "bench.look": Access(Role.STRANGER, bench=True),
    "bench.verb": Access(Role.STRANGER, once=True, bench=True),
}


def visitor() -> Visitor:
    found: Visitor = g.visitor
    return found


def paired_phone() -> Phone:
    """At a box only."""
    phone = visitor().phone
    if phone is None:
        raise NotPaired("This phone is not paired with the box.")
    return phone


def opened() -> Opened:
    """What the visitor's key opens; raises Locked."""
    found = visitor().opened
    if found is None:
        raise Locked("It was locked meanwhile.")
    return found


def body() -> dict[str, Any]:
    """The JSON object of a change, read and bounded."""
    found: dict[str, Any] = g.body
    return found


def watch(app: Flask) -> None:
    app.before_request(_admit)
    app.after_request(_dress)


def _admit() -> Response | None:
    _check_host()
    g.visitor = the_site().entrance.visitor()
    endpoint = request.endpoint
    _check_rate(static=endpoint == "static")
    access = the_site().routes.get(endpoint or "")
    if access is None or (access.bench and the_site().config.hardware != "bench"):
        if request.routing_exception is not None:
            return None
        raise NotFound("There is nothing at this address.")
    if request.method not in ("GET", "HEAD"):
        if not _from_here():
            return fault_answer(OtherSite("This was sent by a page of another site."), OTHER_ORIGIN)
        g.body = _read_body()
    return _check_role(access)


def _check_host() -> None:
    name, _, port = request.host.partition(":")
    if name not in the_site().config.hosts or not (port == "" or (port.isascii() and port.isdigit())):
        raise OtherSite("Nothing here goes by that name.")


def _from_here() -> bool:
    """Browsers send Origin with everything that is not a GET, and Sec-Fetch-Site where the address is trustworthy."""
    origin = urlsplit(request.headers.get("Origin", ""))
    if (origin.scheme, origin.netloc) != (request.scheme, request.host):
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _check_rate(*, static: bool) -> None:
    who = visitor()
    asker = f"{who.role.name} {who.by or request.remote_addr} {static} {who.screen}"
    rate = STATIC_RATE if static else RATES[Role.UNLOCKED if who.screen else who.role]
    wait_s = the_site().buckets.wait_s(asker, rate, the_site().clock.monotonic_us())
    if wait_s:
        raise too_often("That was too many requests at once.", wait_s)


def _read_body() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise WrongType("Only JSON is taken here.")
    data = request.get_data(cache=False)
    if len(data) > BODY_BYTES:  # one of unknown length is cut a byte further on, and nobody says so
        raise TooLarge("The request is too large.")
    try:
        found = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadInput("The request is not JSON.") from None
    if not isinstance(found, dict):
        raise BadInput("The request is not a JSON object.")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_role(access: Access) -> Response | None:
    who, entrance = visitor(), the_site().entrance
    if access.screen and not who.screen:
        raise ScreenGone("This browser is not the family's screen.")
    if who.role < access.role:
        if wants_page() and request.method in ("GET", "HEAD"):
            return make_answer("", 302, {"Location": entrance.page})
        raise entrance.refusal(who)
    if access.role is Role.UNLOCKED:
        entrance.check(who, used=access.use)
    return None


def changes(pages: Blueprint, rule: str) -> Callable[[Callable[..., Answer]], Callable[..., Response]]:
    """Puts a view that changes something at this address: a POST, done once for each op_id of each asker."""

    def put(view: Callable[..., Answer]) -> Callable[..., Response]:
        @pages.post(rule)
        @wraps(view)
        def change(**places: str) -> Response:
            key = (visitor().by, rule, *places.values(), op_id(body()))
            answer = the_site().once.do(key, lambda: view(**places))
            return make_answer(dict(answer.body), cookies=answer.cookies)

        return change

    return put


def _dress(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    answer.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
    return answer
