"""A status is sent whole once; what is laid over it afterwards makes it the status of now, whatever changed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.tools import modules, node
from tests.web.box import WebBox
from web_ui.revision import answer, revision

FILM = st.none() | st.fixed_dictionaries(
    {"session": st.sampled_from(["a", "b"]), "film_ms": st.integers(0, 3), "stars": st.integers(0, 1)},
    optional={"sync_ms": st.none() | st.integers(0, 1)},
)
STATUSES = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["ready", "recording"]),
        "boot": st.sampled_from(["one", "two"]),
        "now_us": st.integers(0, 9),
        "film": FILM,
        "level": st.none() | st.fixed_dictionaries({"rms_dbfs": st.floats(-60, 0)}),
        "health": st.fixed_dictionaries({"temperature_c": st.integers(40, 42), "utc_source": st.just("rtc")}),
    },
    optional={"picture": st.none() | st.integers(0, 3), "advice": st.lists(st.just("dark"), max_size=1)},
)


def laid(whole: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """As static/poll.js does it."""
    inside = {name: {**whole[name], **told[name]} for name in ("film", "health") if told.get(name) is not None}
    return {**whole, **told, **inside}


@settings(max_examples=200)
@given(STATUSES, STATUSES)
def test_little_over_the_last_is_the_whole(before: dict[str, Any], now: dict[str, Any]) -> None:
    first = answer(before, None)
    told = answer(now, first["rev"])
    whole = told if "state" in told else laid(first, told)
    assert whole == answer(now, None)
    assert ("state" in told) == (revision(before) != revision(now))


def test_most_answers_are_small(box: WebBox) -> None:
    session, phone = box.session(live=True), box.paired()
    box.recorder.film = {"session": session.id, "film_ms": 1_000, "acked_ms": 500, "stars": 0, "limit_ms": 3_600_000}
    whole = phone.get("/api/status")
    box.recorder.film["film_ms"] = 2_000
    little = phone.get(f"/api/status?rev={whole.json['rev']}")
    assert little.json.keys() < whole.json.keys() | {"rev"}
    assert (little.json["film"], little.json["boot"]) == ({"film_ms": 2_000, "acked_ms": 500}, box.clock.boot)
    assert little.json["now_us"] > whole.json["now_us"]
    box.recorder.film["stars"] = 1
    changed = phone.get(f"/api/status?rev={whole.json['rev']}")
    assert changed.json["rev"] != whole.json["rev"]
    assert changed.json["film"]["limit_ms"] == 3_600_000
    assert phone.get("/api/status?rev=zzz").json == {
        **phone.get("/api/status").json,
        "now_us": box.clock.now_us - 50_000,
    }


def test_a_lock_is_a_change(box: WebBox) -> None:
    phone = box.phone()
    rev = phone.get("/api/status").json["rev"]
    phone.post("/api/lock")
    assert phone.get(f"/api/status?rev={rev}").json["unlocked"] is False


def test_the_page_lays_it_as_this_test_does(tmp_path: Path) -> None:
    whole = {"state": "recording", "film": {"stars": 1, "film_ms": 1}, "health": {"a": 1}, "level": {"rms": 1}}
    tolds: list[dict[str, Any]] = [
        {"film": {"film_ms": 2}, "level": None},
        {"level": {"peak": 3}},
        {"health": {"b": 2}},
    ]
    script = f"""
        import {{ laid }} from "./static/poll.js";
        const whole = {json.dumps(whole)};
        console.log(JSON.stringify({json.dumps(tolds)}.map((told) => laid(whole, told))));
    """
    (modules(tmp_path) / "lay.mjs").write_text(script)
    run = subprocess.run([node(), "lay.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(run.stdout) == [laid(whole, told) for told in tolds]


@pytest.fixture
def box(tmp_path: Path) -> WebBox:
    return WebBox(tmp_path)
