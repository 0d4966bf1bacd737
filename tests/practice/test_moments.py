"""What taps and edits make of a session: the rules of moments, one each."""

import pytest

from appliance.practice.fold import fold
from appliance.practice.moments import Moment
from tests.practice.makers import NAMING, SESSION, TURNS, Told, Writer


def moments(*ops: Told) -> tuple[Moment, ...]:
    view = fold(ops).sessions.get(SESSION)
    return view.moments if view is not None else ()


def only(*ops: Told) -> Moment:
    (moment,) = moments(*ops)
    return moment


def times(*ops: Told) -> list[tuple[int, int]]:
    return [(moment.in_ms, moment.out_ms) for moment in moments(*ops)]


def test_a_tap_reaches_back_and_on() -> None:
    web = Writer()
    tap = web.tap(61_500, TURNS, note="wacht")
    assert only(tap) == Moment(
        "web-0", SESSION, 61_500, 53_500, 65_500, (TURNS,), "wacht", "phone 1", ("web-0",)
    )  # fmt: skip
    assert not only(tap).star


def test_a_star_is_a_moment_without_a_tag() -> None:
    panel = Writer("recorder")
    star = panel.star(61_500, by="panel")
    assert only(star) == Moment("recorder-0", SESSION, 61_500, 53_500, 65_500, (), "", "panel", ("recorder-0",))
    assert only(star).star
    assert only(Writer().tap(5_000)).star
    assert not only(star, Writer().edit(star, tags=[TURNS])).star


def test_no_moment_begins_before_its_session() -> None:
    web = Writer()
    assert times(web.star(3_000), web.tap(3_000, TURNS, in_ms=-5_000)) == [(0, 7_000), (0, 7_000)]
    tap = web.tap(20_000, NAMING)
    assert times(tap, web.edit(tap, in_ms=-1)) == [(0, 24_000)]


@pytest.mark.parametrize(("again_ms", "expected"), [(20_000, [(12_000, 24_000)]), (24_000, [(12_000, 28_000)])])
def test_the_same_tag_within_its_lag_makes_the_moment_longer(again_ms: int, expected: list[tuple[int, int]]) -> None:
    web = Writer()
    assert times(web.tap(20_000, TURNS), web.tap(again_ms, TURNS)) == expected


def test_every_tap_starts_the_lag_anew() -> None:
    web = Writer()
    taps = [web.tap(at_ms, TURNS) for at_ms in (20_000, 23_000, 26_000, 29_500)]
    moment = only(*taps)
    assert (moment.in_ms, moment.out_ms, moment.pts_ms) == (12_000, 33_500, 20_000)
    assert (moment.id, moment.taps) == ("web-0", ("web-0", "web-1", "web-2", "web-3"))


def test_other_taps_are_moments_of_their_own() -> None:
    web, other = Writer(), Writer("web-2", lamport=100)
    first = web.tap(20_000, TURNS)
    assert len(moments(first, web.tap(24_001, TURNS))) == 2, "after the lag"
    assert len(moments(first, web.tap(19_999, TURNS))) == 2, "before it in the film"
    assert len(moments(first, web.tap(21_000, NAMING))) == 2, "another tag"
    assert len(moments(first, web.tap(21_000, TURNS, NAMING))) == 2, "one tag more"
    assert len(moments(first, other.tap(21_000, TURNS, by="phone 2"))) == 2, "another person"
    assert len(moments(first, web.tap(21_000, TURNS, out_ms=23_999))) == 2, "a stretch inside the first"
    assert len(moments(web.tap(20_000), web.tap(21_000))) == 2, "no tag"
    assert len(moments(web.star(20_000), web.star(20_000))) == 2, "stars"


def test_the_order_of_tags_is_no_difference_and_twice_is_once() -> None:
    web = Writer()
    assert only(web.tap(20_000, TURNS, NAMING, TURNS), web.tap(21_000, NAMING, TURNS)).tags == (TURNS, NAMING)


def test_a_stretch_marked_in_between_does_not_part_a_moment_from_its_next_tap() -> None:
    web = Writer()
    taps = [web.tap(20_000, TURNS), web.tap(24_000, TURNS), web.tap(22_000, TURNS, in_ms=21_000, out_ms=22_500)]
    assert times(*taps, web.tap(26_000, TURNS)) == [(12_000, 30_000), (21_000, 22_500)]


def test_a_second_tap_never_makes_a_moment_shorter() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    assert times(tap, web.edit(tap, out_ms=60_000), web.tap(22_000, TURNS)) == [(12_000, 60_000)]
    assert times(tap, web.edit(tap, out_ms=21_000), web.tap(22_000, TURNS)) == [(12_000, 26_000)]


def test_going_back_in_the_film_a_second_tap_finds_the_moment_there() -> None:
    web = Writer()
    taps = [web.tap(20_000, TURNS), web.tap(90_000, TURNS), web.tap(21_000, TURNS)]
    assert times(*taps) == [(12_000, 25_000), (82_000, 94_000)]


def test_no_word_of_a_note_is_lost_where_taps_join() -> None:
    web = Writer()
    taps = [web.tap(20_000, TURNS, note="she waits"), web.tap(21_000, TURNS), web.tap(22_000, TURNS, note="he looks")]
    assert only(*taps).note == "she waits\nhe looks"


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS, note="a")
    assert only(tap, web.edit(tap, note="b")).note == "b"
    changed = only(tap, web.edit(tap, in_ms=15_000, out_ms=19_000, tags=[NAMING]))
    assert (changed.in_ms, changed.out_ms, changed.tags, changed.note, changed.pts_ms) == (
        15_000, 19_000, (NAMING,), "a", 20_000,
    )  # fmt: skip
    star = web.star(50_000)
    assert only(star, web.edit(star, in_ms=49_000)).in_ms == 49_000


def test_the_later_edit_leads_field_by_field() -> None:
    web, desk = Writer(), Writer("desk", lamport=100)
    tap = web.tap(20_000, TURNS)
    by_desk = desk.edit(tap, note="desk", in_ms=1_000)
    by_web = web.edit(tap, note="web", out_ms=30_000)
    moment = only(tap, by_desk, by_web)
    assert (moment.note, moment.in_ms, moment.out_ms) == ("desk", 1_000, 30_000)


def test_of_equal_lamports_the_device_and_then_the_lane_decides() -> None:
    tap = Writer().tap(20_000, TURNS)
    a = Writer("web", device="a" * 16, lamport=9).edit(tap, note="a", id="a")
    b = Writer("desk", device="b" * 16, lamport=9).edit(tap, note="b", id="b")
    c = Writer("web", device="b" * 16, lamport=9).edit(tap, note="c", id="c")
    assert [only(tap, *ops).note for ops in ([b, a], [c, a], [c, b])] == ["b", "c", "c"]


def test_an_edit_of_any_tap_changes_the_moment_it_is_part_of() -> None:
    web = Writer()
    first, second = web.tap(20_000, TURNS), web.tap(22_000, TURNS)
    moment = only(first, second, web.edit(second, note="both", tags=[NAMING]))
    assert (moment.id, moment.note, moment.tags) == ("web-0", "both", (NAMING,))


def test_a_tap_after_an_edit_goes_by_the_tags_as_they_are_then() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    edit = web.edit(tap, tags=[NAMING])
    assert [moment.tags for moment in moments(tap, edit, web.tap(21_000, TURNS))] == [(NAMING,), (TURNS,)]
    assert only(tap, edit, web.tap(21_000, NAMING)).out_ms == 25_000


def test_an_edit_that_stands_before_its_tap_waits_for_it() -> None:
    slow, fast = Writer(), Writer("recorder", lamport=5_000)
    star = fast.star(20_000)
    edit = slow.edit(star, note="early")
    assert moments(edit) == ()
    assert only(edit, star).note == "early"
    tap = fast.tap(40_000, TURNS)
    again = fast.tap(41_000, TURNS)
    assert only(slow.edit(again, note="of the second"), tap, again).note == "of the second"


def test_a_moment_is_never_without_length() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    later, whole = web.edit(tap, in_ms=30_000), web.edit(tap, out_ms=40_000)
    assert times(tap, later) == [(30_000, 30_001)]
    assert times(tap, later, whole) == [(30_000, 40_000)]


def test_moments_come_as_in_the_film() -> None:
    web = Writer()
    taps = [web.tap(at_ms, TURNS) for at_ms in (90_000, 20_000, 50_000)]
    assert [moment.pts_ms for moment in moments(*taps)] == [20_000, 50_000, 90_000]
    assert [moment.pts_ms for moment in moments(*taps, web.edit(taps[0], in_ms=0))] == [90_000, 20_000, 50_000]
