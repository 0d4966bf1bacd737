"""The cookies, and how an answer is made: names and attributes that no script and no other site gets past.

Apart so that no view sets a header of its own.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, jsonify, make_response, request

from web_ui.answers import Cookies
from web_ui.site import the_site

LANGUAGE: Final = "language"
"""Holds no secret."""
LASTING: Final = {"phone", LANGUAGE}
PHONE_S: Final = 400 * 24 * 3600
"""The longest that browsers keep a cookie; each use of the front page begins it anew."""


def cookie_name(kind: str) -> str:
    """`__Host-box-phone`: the prefix binds it to this very host and to a trustworthy address."""
    return f"__Host-{the_site().config.site}-{kind}"


def read_cookie(kind: str) -> str | None:
    return request.cookies.get(cookie_name(kind))


def make_answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None, cookies: Cookies | None = None
) -> Response:
    """JSON for a dict or list, anything else as it is."""
    answer = make_response(jsonify(body) if isinstance(body, dict | list) else body, status)
    answer.headers.update(headers or {})
    for kind, value in (cookies or {}).items():
        answer.set_cookie(
            cookie_name(kind),
            value or "",
            max_age=0 if value is None else PHONE_S if kind in LASTING else None,
            path="/",
            secure=True,
            httponly=True,
            samesite="Strict",
        )
    return answer
