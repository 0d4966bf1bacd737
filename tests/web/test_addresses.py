"""Rules that are ready to be matched only, and write addresses down as Werkzeug's own do where somebody asks."""

from collections.abc import Callable

import pytest
from werkzeug.routing import Map, Rule

from tests.web.box import WebBox
from web_ui.addresses import Address
from web_ui.app import create_app

RULE = "/sessions/<session>/<int:n>.m4s"


@pytest.mark.parametrize("values", [{"session": "a b/c", "n": 7}, {"session": "x", "n": 7, "rule": "é&"}])
def test_an_address_is_written_as_by_werkzeug(values: dict[str, object]) -> None:
    ours, theirs = (Map([kind(RULE, endpoint="film")]).bind("box") for kind in (Address, Rule))
    assert ours.build("film", values) == theirs.build("film", values)
    assert ours.match("/sessions/x/7.m4s") == theirs.match("/sessions/x/7.m4s") == ("film", {"session": "x", "n": 7})


def test_making_an_app_gets_no_rule_ready_to_be_written(box: WebBox, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Rule] = []
    real = Rule._compile_builder

    def note(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made.append(rule)
        return real(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)
    app = create_app(box.config, box.site)
    assert made == []
    with app.test_request_context():
        assert app.url_for("film.player", session="0f") == "/sessions/0f"
    assert made != []
