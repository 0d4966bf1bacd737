"""Every route of the app with an example of a proper request, and what each kind of visitor must be answered.

Apart from the test that walks it, because it is the page to read when a route is added.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.web.box import PIN, WebBox

NOBODY = "0" * 32
NOBODYS = "00000000-0000-4000-8000-000000000000"
TOKEN = "token"
"""In place of that of the item which is on the screen."""


@dataclass(frozen=True, slots=True)
class Example:
    """`path` and `body` of a request that is proper; `status` for who may. `{session}` and `{phone}` are filled in."""

    endpoint: str
    path: str
    status: int = 200
    body: dict[str, Any] | None = None
    prepare: Callable[[WebBox], None] = field(default=lambda box: None)

    @property
    def changes(self) -> bool:
        return self.body is not None


EXAMPLES = [
    Example("static", "/static/box.txt", 404),
    Example("record.front", "/", 302),
    Example("languages.choose", "/api/language", 200, {"language": "he"}),
    Example("unlock.page", "/unlock"),
    Example("unlock.hello", "/api/hello"),
    Example("unlock.pair", "/api/pair", 403, {"pin": PIN}),
    Example("unlock.unlock", "/api/unlock", 200, {"pin": PIN}),
    Example("unlock.lock", "/api/lock", 200, {}),
    Example("unlock.end_visit", "/api/end-visit", 200, {}),
    Example("unlock.phones", "/api/phones"),
    Example("adding.told", "/api/phones/join"),
    Example("adding.wifi_code", "/phones/wifi.svg", 404),
    Example("adding.page_code", "/phones/page.svg"),
    Example("unlock.revoke", f"/api/phones/{NOBODY}/revoke", 404, {}),
    Example("visit.home", "/visit"),
    Example("visit.ready", "/visit/ready"),
    Example("visit.family", "/visit/family"),
    Example("visit.consent", "/visit/consent"),
    Example("visit.close", "/visit/close"),
    Example("visit.told", "/api/visit"),
    Example("visit.find_family", "/api/visit/family", 200, {"code": "F-017", "language": "nl"}),
    Example("visit.begin", "/api/visit/begin", 404, {"family": NOBODY, "purpose": "film", "target_min": 10}),
    Example("visit.put_consent", "/api/visit/consent", 409, {"scope": "film", "given": True, "authority": "parent"}),
    Example("visit.put_assent", "/api/visit/assent", 409, {"says": "ok"}),
    Example("visit.passed", "/api/visit/passed", 200, {"step": "ready"}),
    Example("record.page", "/record"),
    Example("record.status", "/api/status"),
    Example("record.verb", "/api/recorder/start", 200, {}),
    Example("clock.told", "/api/clock"),
    Example("clock.give", "/api/time", 200, {"utc_ms": 1_780_000_000_000, "mono_us": 7, "boot": NOBODYS}),
    Example("pad.page", "/tags"),
    Example("objection.told", "/api/objection/{session}"),
    Example("objection.objection", "/api/sessions/{session}/objection", 200, {"do": "keep"}),
    Example("moments.tag_sets", "/api/tag-sets"),
    Example("pad.ops", "/api/ops", 200, {"ops": []}),
    Example("moments.of_session", "/api/sessions/{session}/moments"),
    Example("sessions.page", "/sessions"),
    Example("film.player", "/sessions/{session}"),
    Example("sessions.listed", "/api/sessions"),
    Example("film.playlist", "/sessions/{session}/index.m3u8"),
    Example("film.init", "/sessions/{session}/init.mp4"),
    Example("film.segment", "/sessions/{session}/1.m4s"),
    Example("film.frame", "/sessions/{session}/frame.jpg?pts_ms=1500&width=320"),
    Example("film.pts", "/sessions/{session}/pts.json?n=1&count=2"),
    Example("summary.page", "/sessions/{session}/summary"),
    Example("summary.told", "/api/sessions/{session}/summary"),
    Example("summary.best", "/api/sessions/{session}/best"),
    Example("screen.page", "/screen"),
    Example("screen.ask", "/api/screen/ask", 200, {}),
    Example("screen.code", "/api/screen/code"),
    Example("screen.state", "/api/screen"),
    Example("screen.told", "/api/screen/told", 200, {"do": "stood", "turn": 1}),
    Example("screen_film.playlist", f"/screen/{TOKEN}/index.m3u8"),
    Example("screen_film.init", f"/screen/{TOKEN}/init.mp4"),
    Example("screen_film.segment", f"/screen/{TOKEN}/1.m4s"),
    Example("screen_film.frame", f"/screen/{TOKEN}/frame.jpg?pts_ms=1500&width=320"),
    Example("screen_film.pts", f"/screen/{TOKEN}/pts.json?n=1&count=2"),
    Example("remote.page", "/remote"),
    Example("remote.told", "/api/remote"),
    Example("remote.take", "/api/remote/take", 404, {"code": "0000"}),
    Example("remote.let_go", "/api/remote/let-go", 200, {}),
    Example("remote.show", "/api/remote/show", 409, {"card": "What do you see?"}),
    Example("remote.do", "/api/remote/do/curtain", 200, {}),
    Example("reels.page", "/reels"),
    Example("reels.listed", "/api/reels"),
    Example(
        "reels.keep", f"/api/reels/{NOBODYS}", 404, {"title": "1", "approved": True, "items": [], "session": NOBODY}
    ),
    Example("carrying.page", "/carrying"),
    Example("carrying.told", "/api/carrying"),
    Example("carrying.go", "/api/carrying/go", 200, {}),
    Example("carrying.confirm", "/api/sessions/{session}/confirm", 200, {}),
    Example("carrying.erase", "/api/sessions/{session}/erase", 200, {}),
    Example("radio.told", "/api/radio"),
    Example("radio.go", "/api/radio/place", 200, {"mode": "office"}),
    Example("health.page", "/health"),
    Example("health.support", "/api/support"),
    Example("framing.page", "/framing"),
    Example("framing.preview", "/api/preview"),
    Example("bench.page", "/bench"),
    Example("bench.look", "/api/bench"),
    Example("bench.verb", "/api/bench/finger", 200, {"button": "record", "down": True}),
]
