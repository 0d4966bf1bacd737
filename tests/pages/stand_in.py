"""A box that is only its pages: the real templates, scripts and headers, and answers that a test writes down.

Apart because a page must look right in states that a real box takes an hour, or a broken card, to get into.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, abort, render_template, request
from werkzeug.serving import WSGIRequestHandler, make_server

from appliance import qr
from appliance.capture.camera import Picture, Profile
from appliance.capture.drawn_camera import Shot
from appliance.capture.i420 import I420, black
from appliance.capture.preview import jpeg
from appliance.capture.test_card import TestCardScene
from appliance.practice.tag_sets import read_tag_sets
from appliance.segment.events import Init, Segment
from appliance.segment.segmenter import Segmenter
from tests.bench.material import make_material
from tests.pages.tools import STATIC, TEMPLATES
from web_ui.guard import HEADERS
from web_ui.speaking import speak

PROFILE: Final = Profile(640, 360, 30, 800_000)
SECONDS: Final = 8
HZ_PER_MS: Final = 90
PAGES: Final = {
    "/unlock": "unlock",
    "/visit": "visit",
    "/visit/ready": "visit_ready",
    "/visit/family": "visit_family",
    "/visit/consent": "visit_consent",
    "/visit/close": "visit_close",
    "/framing": "framing",
    "/record": "record",
    "/tags": "tags",
    "/sessions": "sessions",
    "/carrying": "carrying",
    "/screen": "screen",
    "/remote": "remote",
    "/reels": "reels",
    "/health": "health",
    "/bench": "bench",
}


@dataclass(frozen=True, slots=True)
class ShortFilm:
    """Eight seconds of the test card as a player is served it, and one picture of it."""

    init: bytes
    segments: list[Segment]
    still: bytes

    @classmethod
    def make(cls, place: Path) -> "ShortFilm":
        packets = make_material(place / "packets", PROFILE, SECONDS).loaded().film(SECONDS, 0)
        segmenter = Segmenter(PROFILE.width, PROFILE.height, PROFILE.fps)
        events = [event for packet in packets for event in segmenter.push(packet)] + segmenter.finish()
        (init,) = (event.data for event in events if isinstance(event, Init))
        return cls(init, [event for event in events if isinstance(event, Segment)], jpeg(Picture(_picture(), 0)))

    @property
    def film_ms(self) -> int:
        return sum(segment.dur_ms for segment in self.segments)

    def playlist(self) -> str:
        rows = [f"#EXTINF:{each.dur_ms / 1000:.3f},\n{each.n}.m4s" for each in self.segments]
        head = ["#EXTM3U", "#EXT-X-VERSION:8", "#EXT-X-TARGETDURATION:6", "#EXT-X-PLAYLIST-TYPE:VOD"]
        return "\n".join([*head, '#EXT-X-MAP:URI="init.mp4"', *rows, "#EXT-X-ENDLIST"]) + "\n"

    def pts(self, n: int) -> dict[str, Any]:
        each = self.segments[n]
        frames = round(each.dur_ms * PROFILE.fps / 1000)
        times = [each.pts_ms * HZ_PER_MS + k * 90_000 // PROFILE.fps for k in range(frames)]
        return {"first": n, "n": [n], "start_ms": [each.pts_ms], "pts90k": [times]}


def _page(page: str) -> str:
    """A step of a visit is a page of the tab "visit"."""
    tab, _, step = page.partition("_")
    return render_template(f"{page}.html", page=tab, step=step)


def _picture() -> I420:
    scene, canvas = TestCardScene(PROFILE.width, PROFILE.height), black(PROFILE.width, PROFILE.height)
    shot = Shot(45, 1_500_000, 1_795_424_933_000)
    scene.paint(canvas, shot)
    scene.caption(canvas, shot)
    return canvas


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass


@dataclass
class StandIn:
    """`answers`: path -> JSON, or (status, JSON); others are not found, but ops are taken.

    `asked`: each change, (path, body).
    """

    film: ShortFilm
    port: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://box.localhost:{self.port}"

    @contextmanager
    def served(self) -> Iterator["StandIn"]:
        server = make_server("127.0.0.1", 0, self.app(), threaded=True, request_handler=_Quiet)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, name="stand-in")
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def app(self) -> Flask:
        app = Flask("stand-in", template_folder=str(TEMPLATES), static_folder=str(STATIC), static_url_path="/static")
        speak(app, lambda: None)
        for path, page in PAGES.items():
            app.add_url_rule(path, page, lambda page=page: _page(page))
        app.add_url_rule("/sessions/<session>", view_func=self._player)
        app.add_url_rule("/sessions/<session>/summary", view_func=self._summary)
        app.add_url_rule("/sessions/<session>/<name>", view_func=self._film)
        app.add_url_rule("/phones/<name>.svg", view_func=_code)
        app.add_url_rule("/screen/<session>/<name>", "screen_film", self._film)
        app.add_url_rule("/api/<path:path>", view_func=self._api, methods=["GET", "POST"])
        app.after_request(_dress)
        return app

    def _player(self, session: str) -> str:
        return render_template("player.html", frame="base.html", page="player", session=session)

    def _summary(self, session: str) -> str:
        return render_template("summary.html", page="summary", session=session)

    def _film(self, session: str, name: str) -> Any:
        del session
        match name.split("."):
            case ["index", "m3u8"]:
                return Response(self.film.playlist(), content_type="application/vnd.apple.mpegurl")
            case ["init", "mp4"]:
                return Response(self.film.init, content_type="video/mp4")
            case [n, "m4s"]:
                return Response(self.film.segments[int(n)].data, content_type="video/mp4")
            case ["frame", "jpg"]:
                return Response(self.film.still, content_type="image/jpeg")
            case ["pts", "json"]:
                return self.film.pts(int(request.args["n"]))
        return abort(404)

    def _api(self, path: str) -> Any:
        if request.method == "POST":
            self.asked.append((path, request.get_json()))
        if path == "preview":
            return Response(self.film.still, content_type="image/jpeg")
        if path == "tag-sets":
            return {"tag_sets": [each.told() for each in read_tag_sets().offered()]}
        answer = self.answers.get(path)
        if answer is None and path == "ops":
            return {"acked": [each["id"] for each in request.get_json()["ops"]], "refused": []}
        if answer is None:
            return {"fault": {"code": "not-found", "what": "There is nothing.", "do": ""}}, 404
        return (answer[1], answer[0]) if isinstance(answer, tuple) else answer


def _code(name: str) -> Response:
    return Response(qr.svg(name, ""), content_type="image/svg+xml")


def _dress(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    return answer
