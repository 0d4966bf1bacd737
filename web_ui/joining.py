"""The page on joining, over plain HTTP: where the pages are, how a phone comes to trust them; and answers to probes.

Apart from the app of the pages, and a process of its own: it sets no cookie and reads none, holds no key, and looks at
nothing of the home but the office's certificate, which is public.
"""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from appliance import qr
from appliance.captive import ADDRESS, API_PATH, API_TYPE, Policy, answer, probe_hosts
from appliance.config import Config
from appliance.errors import BadInput
from appliance.provisioning.wording import LANGUAGES, Words, filled, isolated, read_words
from appliance.sealing.authority import compared, read_certificate
from web_ui.guard import HEADERS

CERTIFICATE_PATH: Final = "/office.crt"
CERTIFICATE_TYPE: Final = "application/x-x509-ca-cert"
STYLES: Final = ("app.css", "join.css")


@dataclass(frozen=True, slots=True)
class Box:
    """What the page tells. `page`: the address of the box's pages. `authority`: PEM; None: phones trust it anyway."""

    hosts: frozenset[str]
    page: str
    policy: Policy
    authority: bytes | None

    @classmethod
    def of(cls, config: Config) -> "Box":
        """Raises BadInput where the certificate cannot be read."""
        own = {*config.hosts, ADDRESS, config.join_bind.rpartition(":")[0]}
        return cls(frozenset(own), config.page_address, Policy(config.captive), _authority(config))

    @property
    def code(self) -> str:
        return compared(read_certificate(self.authority).sha256) if self.authority else ""


def create_joining(config: Config) -> Flask:
    """Answers GET and HEAD of what is written here, by the box's own names and, by its policy, by those of probes."""
    box = Box.of(config)
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/", "front", lambda: _front(box))
    app.add_url_rule(CERTIFICATE_PATH, "certificate", lambda: _certificate(box))
    app.add_url_rule(API_PATH, "captive", lambda: _captive(box))
    app.add_url_rule("/static/<name>", "style", lambda name: _style(app, name))
    app.before_request(lambda: _admit(box))
    app.after_request(_dress)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, lambda failure: _unforeseen(app, failure))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return app


def _admit(box: Box) -> Response | None:
    host = request.host.partition(":")[0].lower()
    if host in box.hosts:
        return None
    told = answer(box.policy, host, request.path) if request.method in ("GET", "HEAD") else None
    if told is None:
        return _plain("", 404 if host in probe_hosts(box.policy) else 421)
    made = _plain(told.body, told.status, told.content_type)
    made.headers.update(told.headers)
    if told.location is not None:
        made.headers["Location"] = told.location
    return made


def _front(box: Box) -> Any:
    words, language = _words()
    code = _drawn(request.host_url, words["join"]["second"])
    return render_template("join.html", words=words, language=language, text=words["join"], box=box, code=code)


@lru_cache(maxsize=32)
def _drawn(address: str, title: str) -> str:
    """Remembered, so that nobody keeps the box busy with drawing."""
    return qr.svg(address, title)


def _certificate(box: Box) -> Response:
    if box.authority is None:
        return _not_here()
    made = make_response(
        box.authority
    )  # inline: as an attachment an iPhone would file it, and not offer it as a profile
    made.headers["Content-Type"] = CERTIFICATE_TYPE
    made.headers["Content-Disposition"] = 'inline; filename="fieldreel-office.crt"'
    return made


def _captive(box: Box) -> Response:
    """RFC 8908, for phones that were told of it by DHCP."""
    if box.policy is not Policy.PORTAL:
        return _not_here()
    made = jsonify({"captive": True, "user-portal-url": f"http://{ADDRESS}/"})
    made.headers["Content-Type"] = API_TYPE
    return made


def _style(app: Flask, name: str) -> Response:
    if name not in STYLES:
        return _plain("", 404)
    made = make_response((Path(app.root_path) / "static" / name).read_bytes())
    made.headers["Content-Type"] = "text/css; charset=utf-8"
    return made


def _not_here() -> Response:
    words, language = _words()
    return make_response(render_template("join_not_here.html", words=words, language=language, text=words["join"]), 404)


def _refused(failure: HTTPException) -> Response:
    status = failure.code or 500
    return _not_here() if status == 404 else _plain("", status)


def _unforeseen(app: Flask, failure: Exception) -> Response:
    app.logger.error("%s", type(failure).__name__)
    return _plain("", 500)


def _words() -> tuple[Words, str]:
    language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return filled(read_words(language), {"address": isolated(f"http://{ADDRESS}/")}), language


def _plain(body: str, status: int, content_type: str = "text/plain") -> Response:
    made = make_response(body, status)
    made.headers["Content-Type"] = f"{content_type}; charset=utf-8"
    return made


def _dress(made: Response) -> Response:
    made.headers.update(HEADERS)
    made.headers["Cache-Control"] = "no-store"
    return made


def _authority(config: Config) -> bytes | None:
    if config.authority is None:
        return None
    try:
        found = Path(config.authority).read_bytes()
    except OSError as failure:
        raise BadInput(f"The office's certificate cannot be read: {failure.strerror}.") from None
    read_certificate(found)
    return found
