"""The summary of a film: what stands in clear for a locked phone, and what was seen for one that gave its PIN."""

from typing import Any

import pytest

from appliance.recorder.quiet import Patience
from tests.store.makers import film as film_seconds
from tests.store.makers import sealed
from tests.web.box import Browser, WebBox
from tests.web.test_hidden import hide
from tests.web.test_moments import TAG, op
from web_ui.summary import QUIET_END_MS


def summary(phone: Browser, session: str) -> Any:
    told = phone.get(f"/api/sessions/{session}/summary")
    assert told.status == 200, told.text
    return told.json


def filmed(box: WebBox, reason: str = "stop") -> str:
    """Two seconds, five of a pause, three seconds."""
    writer = box.session(2, live=True)
    writer.paused()
    writer.gap(2_000, 5_000, "all", "pause")
    for n in range(2, 5):
        writer.segment(n, 5_000 + n * 1_000, 1_000, sealed(f"after {n}"))
    writer.close(reason, box.clock.utc_ms(), "rtc")
    box.keeper.films[writer.id] = [b"film"] * 5
    return str(writer.id)


def test_a_locked_phone_sees_what_stands_in_clear(box: WebBox) -> None:
    session = filmed(box)
    told = summary(box.paired(), session)
    assert told["seen"] is None
    assert (told["film_ms"], told["filmed_ms"], told["reason"], told["live"]) == (10_000, 5_000, "stop", False)
    assert told["pauses"] == [{"in_ms": 2_000, "out_ms": 7_000}]
    assert (told["confirmed"], told["quiet_in_ms"]) == (True, None)


def test_what_was_seen_is_told_as_rates_and_best_moments(box: WebBox) -> None:
    writer = box.session(600, ago_s=700)
    session = writer.id
    taps = [op(session, n, pts_ms=at_ms, in_ms=at_ms - 8_000, out_ms=at_ms + 4_000, tags=tags)
            for n, (at_ms, tags) in enumerate([(60_000, [TAG]), (300_000, [TAG]), (500_000, [])])]  # fmt: skip
    other = op(session, 9, pts_ms=302_000, in_ms=294_000, out_ms=306_000, by="phone 2")
    gone = op(session, 10, pts_ms=410_000, in_ms=402_000, out_ms=414_000)
    box.keeper.told = [*taps, other, gone, hide(session, 11, 400_000, 500_000 - 50_000)]
    told = summary(box.phone(), session)["seen"]
    assert told["shown_ms"] == 550_000
    assert told["rates"] == [{"tag": TAG, "rate": 3.3}]
    assert (told["stars"], len(told["moments"])) == (1, 4)
    assert [(each["in_ms"], each["out_ms"], each["coders"]) for each in told["best"]] == [
        (52_000, 64_000, 1),
        (292_000, 306_000, 2),
        (492_000, 504_000, 1),
    ]
    assert max(told["best"], key=lambda each: each["weight"])["in_ms"] == 292_000


def test_best_moments_stand_alone_too(box: WebBox) -> None:
    session, phone = filmed(box), box.phone()
    assert phone.get(f"/api/sessions/{session}/best").json == {"best": [], "reading": False}
    star = op(session, 1, "star", pts_ms=8_500)
    box.keeper.told = [star]
    (clip,) = phone.get(f"/api/sessions/{session}/best").json["best"]
    assert clip == {
        "in_ms": 500, "out_ms": 10_000, "pts_ms": 8_500, "moments": [star["id"]], "tags": [], "coders": 1,
        "parent": False, "weight": 2,
    }  # fmt: skip


def test_a_film_that_still_runs_or_is_paused_has_a_summary(box: WebBox) -> None:
    writer, phone = box.session(2, live=True), box.phone()
    assert (summary(phone, writer.id)["reason"], summary(phone, writer.id)["live"]) == (None, True)
    writer.paused()
    assert summary(phone, writer.id)["pauses"] == [{"in_ms": 2_000, "out_ms": None}]
    film_seconds(writer, 1, first=2)
    assert summary(phone, writer.id)["filmed_ms"] == 3_000


def test_a_film_that_stopped_for_quiet_says_since_when(box: WebBox) -> None:
    writer = box.session(1, live=True)
    writer.segment(1, 1_000, 20 * 60_000, sealed("long"))
    writer.close("quiet", box.clock.utc_ms(), "rtc")
    phone = box.phone()
    assert summary(phone, writer.id)["quiet_in_ms"] == 1_000 + 5 * 60_000
    box.recorder.quiet_end = {"session": writer.id, "from_ms": 42_000}
    assert summary(phone, writer.id)["quiet_in_ms"] == 42_000
    box.recorder.gone = True
    assert summary(phone, writer.id)["quiet_in_ms"] == 1_000 + 5 * 60_000
    assert summary(phone, filmed(box, "quiet"))["quiet_in_ms"] == 0, "all of a short one"
    assert Patience().ask_us + Patience().answer_us == QUIET_END_MS * 1_000


@pytest.mark.parametrize("path", ["/sessions/{}/summary", "/api/sessions/{}/summary", "/api/sessions/{}/best"])
def test_of_an_erased_film_there_is_none(box: WebBox, path: str) -> None:
    writer = box.session(2)
    (writer.folder / "ERASING").touch()
    assert box.phone().get(path.format(writer.id)).status == 404


def test_reading_a_summary_of_a_family_keeps_nothing_unlocked(box: WebBox) -> None:
    """Its page asks by itself, with nobody looking."""
    session, phone = filmed(box), box.phone()
    for _ in range(7):
        box.clock.advance(ms=60_000)
        last = phone.get(f"/api/sessions/{session}/summary")
    assert last.status == 200
    assert last.json["seen"] is None
