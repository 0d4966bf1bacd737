"""The press classifier against fingers drawn on a time line, by hand and by lot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.panel.panel import Button
from appliance.panel.presses import BOUNCE_US, DOUBLE_US, HOLD_US, Gesture, Kind, Presses

MS = 1000
END_US = 1 << 50


@dataclass(frozen=True)
class Edge:
    at_us: int
    pressed: bool
    button: Button = Button.RECORD


def play(edges: Iterable[Edge], *, wait_for_double: bool = True, end_us: int = END_US) -> list[Gesture]:
    """Edges in the order given, then all the time in the world."""
    presses = Presses()
    presses.wait_for_double = wait_for_double
    gestures = [gesture for edge in edges for gesture in presses.edge(edge.button, edge.pressed, edge.at_us)]
    return gestures + presses.tick(end_us)


def taps(*times_ms: tuple[int, int], button: Button = Button.RECORD) -> list[Edge]:
    """(down, up) in milliseconds."""
    return [
        Edge(at * MS, pressed, button) for pair in times_ms for at, pressed in zip(pair, (True, False), strict=True)
    ]


def record(kind: Kind, at_ms: int) -> Gesture:
    return Gesture(kind, Button.RECORD, at_ms * MS)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (taps((0, 100)), [record(Kind.PRESS, 0)]),
        (taps((0, 1999)), [record(Kind.PRESS, 0)]),
        (taps((0, 2000)), [record(Kind.HOLD, 0)]),
        (taps((0, 9000)), [record(Kind.HOLD, 0)]),
        (taps((0, 100), (399, 500)), [record(Kind.DOUBLE, 0)]),
        (taps((0, 100), (400, 500)), [record(Kind.PRESS, 0), record(Kind.PRESS, 400)]),
        (taps((0, 100), (200, 9000)), [record(Kind.DOUBLE, 0)]),
        (taps((0, 100), (200, 300), (400, 500)), [record(Kind.DOUBLE, 0)]),
        (taps((0, 100), (200, 300), (400, 2400)), [record(Kind.DOUBLE, 0), record(Kind.HOLD, 400)]),
        (taps((0, 100), (200, 300), (600, 700)), [record(Kind.DOUBLE, 0), record(Kind.PRESS, 600)]),
        (taps((0, 2500), (2600, 2700)), [record(Kind.HOLD, 0), record(Kind.PRESS, 2600)]),
    ],
)
def test_while_a_double_press_means_something(edges: list[Edge], expected: list[Gesture]) -> None:
    assert play(edges) == expected


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (taps((0, 100)), [record(Kind.PRESS, 0)]),
        (taps((0, 9000)), [record(Kind.PRESS, 0)]),
        (taps((0, 100), (399, 500)), [record(Kind.PRESS, 0)]),
        (taps((0, 100), (400, 500)), [record(Kind.PRESS, 0), record(Kind.PRESS, 400)]),
        (taps((0, 100), (300, 2300)), [record(Kind.PRESS, 0), record(Kind.HOLD, 300)]),
    ],
)
def test_while_a_press_must_act_at_once(edges: list[Edge], expected: list[Gesture]) -> None:
    assert play(edges, wait_for_double=False) == expected


@pytest.mark.parametrize("wait_for_double", [False, True])
@pytest.mark.parametrize(
    ("edges", "kinds"),
    [
        (taps((0, 100), button=Button.RECESSED), [Kind.PRESS]),
        (taps((0, 4999), button=Button.RECESSED), [Kind.PRESS]),
        (taps((0, 5000), button=Button.RECESSED), [Kind.HOLD]),
        (taps((0, 100), (200, 300), button=Button.RECESSED), [Kind.PRESS]),
        (taps((0, 100), (500, 600), button=Button.RECESSED), [Kind.PRESS, Kind.PRESS]),
    ],
)
def test_the_recessed_button_knows_press_and_hold(edges: list[Edge], kinds: list[Kind], wait_for_double: bool) -> None:
    assert [gesture.kind for gesture in play(edges, wait_for_double=wait_for_double)] == kinds


def test_starting_to_record_waits_for_nothing() -> None:
    assert Presses().edge(Button.RECORD, True, 5) == [Gesture(Kind.PRESS, Button.RECORD, 5)]


def test_the_press_that_starts_a_film_is_not_its_first_star_nor_its_stop() -> None:
    presses = Presses()
    started = presses.edge(Button.RECORD, True, 0)
    presses.wait_for_double = True
    assert [gesture.kind for gesture in started] == [Kind.PRESS]
    assert presses.tick(10_000 * MS) == []
    assert presses.edge(Button.RECORD, False, 10_001 * MS) == []
    assert presses.edge(Button.RECORD, True, 11_000 * MS) == []
    assert presses.tick(13_000 * MS) == [record(Kind.HOLD, 11_000)]


def test_a_hold_is_given_while_the_finger_is_down() -> None:
    presses = Presses()
    presses.wait_for_double = True
    presses.edge(Button.RECORD, True, 0)
    assert presses.next_deadline_us() == HOLD_US[Button.RECORD]
    assert presses.tick(HOLD_US[Button.RECORD] - 1) == []
    assert presses.tick(HOLD_US[Button.RECORD]) == [record(Kind.HOLD, 0)]
    assert presses.next_deadline_us() is None


def test_bounces_make_neither_a_double_press_nor_break_a_hold() -> None:
    pressing = [Edge(at * MS, pressed) for at, pressed in ((0, True), (3, False), (8, True), (12, False), (20, True))]
    letting_go = [Edge(at * MS, pressed) for at, pressed in ((100, False), (110, True), (125, False))]
    assert play(pressing + letting_go) == [record(Kind.PRESS, 0)]
    slipping = [Edge(1000 * MS, False), Edge(1000 * MS + BOUNCE_US - 1, True)]
    assert play(pressing + slipping) == [record(Kind.HOLD, 0)]


def test_a_finger_too_short_for_the_bounce_time_is_still_a_press_and_no_hold() -> None:
    assert play([Edge(0, True), Edge(10 * MS, False)]) == [record(Kind.PRESS, 0)]


def test_a_finger_that_left_just_before_the_hold_did_not_hold() -> None:
    presses = Presses()
    presses.wait_for_double = True
    presses.edge(Button.RECORD, True, 0)
    presses.edge(Button.RECORD, False, 1990 * MS)
    assert presses.tick(2010 * MS) == []
    assert presses.tick(2020 * MS) == [record(Kind.PRESS, 0)]


Fingers = list[tuple[int, int]]
"""Clean presses of one button, (gap before, time held) in microseconds, both longer than a bounce."""

fingers = st.lists(
    st.tuples(
        st.integers(BOUNCE_US, 900 * MS),
        st.one_of(st.integers(BOUNCE_US, 900 * MS), st.integers(1900 * MS, 2100 * MS)),
    ),
    max_size=12,
)
wild_edges = st.lists(
    st.builds(Edge, st.integers(-(1 << 40), 1 << 40), st.booleans(), st.sampled_from(Button)), max_size=60
)
near_edges = st.lists(
    st.builds(Edge, st.integers(0, 6_000 * MS), st.booleans(), st.sampled_from(Button)), max_size=60
).map(lambda edges: sorted(edges, key=lambda edge: edge.at_us))


def lay_out(pressed: Fingers) -> list[tuple[int, int]]:
    """(down, up) times one after the other."""
    spans: list[tuple[int, int]] = []
    now_us = 0
    for gap_us, held_us in pressed:
        spans.append((now_us + gap_us, now_us + gap_us + held_us))
        now_us = spans[-1][1]
    return spans


def read_as_a_person_would(spans: Sequence[tuple[int, int]]) -> list[Gesture]:
    """The rules of Presses for wait_for_double, told of whole presses instead of edges and deadlines."""
    gestures: list[Gesture] = []
    following: tuple[int, bool] | None = None  # the finger-down before, and whether it waits for a second one
    for down_us, up_us in spans:
        close = following is not None and down_us - following[0] < DOUBLE_US
        if following is not None and close and following[1]:
            gestures[-1] = Gesture(Kind.DOUBLE, Button.RECORD, following[0])
            following = (down_us, False)
        elif up_us - down_us >= HOLD_US[Button.RECORD]:
            gestures.append(Gesture(Kind.HOLD, Button.RECORD, down_us))
            following = (down_us, False)
        elif close:
            following = (down_us, False)
        else:
            gestures.append(Gesture(Kind.PRESS, Button.RECORD, down_us))
            following = (down_us, True)
    return gestures


@given(fingers)
def test_clean_presses_are_read_as_a_person_would(pressed: Fingers) -> None:
    spans = lay_out(pressed)
    edges = [Edge(at, is_down) for span in spans for at, is_down in zip(span, (True, False), strict=True)]
    assert play(edges) == read_as_a_person_would(spans)


@given(st.one_of(wild_edges, near_edges), st.booleans())
def test_no_finger_down_counts_twice(edges: list[Edge], wait_for_double: bool) -> None:
    gestures = play(edges, wait_for_double=wait_for_double)
    for button in Button:
        of_button = [gesture for gesture in gestures if gesture.button is button]
        times = [gesture.at_us for gesture in of_button]
        assert times == sorted(set(times))
        spent = sum(2 if gesture.kind is Kind.DOUBLE else 1 for gesture in of_button)
        assert spent <= sum(edge.pressed and edge.button is button for edge in edges)
        assert set(times) <= {edge.at_us for edge in edges if edge.button is button}  # late times count as now


@given(near_edges, st.lists(st.integers(0, 12_000 * MS), max_size=30), st.booleans())
def test_more_ticks_change_nothing(edges: list[Edge], ticks_us: list[int], wait_for_double: bool) -> None:
    presses = Presses()
    presses.wait_for_double = wait_for_double
    steps = sorted([(edge.at_us, edge) for edge in edges] + [(at, None) for at in ticks_us], key=lambda step: step[0])
    ticked: list[Gesture] = []
    for at_us, edge in steps:
        ticked += presses.tick(at_us) if edge is None else presses.edge(edge.button, edge.pressed, edge.at_us)
    ticked += presses.tick(END_US)
    plain = play(edges, wait_for_double=wait_for_double)
    for button in Button:
        assert [g for g in ticked if g.button is button] == [g for g in plain if g.button is button]


@given(near_edges, st.booleans())
def test_the_buttons_know_nothing_of_each_other(edges: list[Edge], wait_for_double: bool) -> None:
    both = play(edges, wait_for_double=wait_for_double)
    for button in Button:
        alone = play((edge for edge in edges if edge.button is button), wait_for_double=wait_for_double)
        assert [gesture for gesture in both if gesture.button is button] == alone


@given(near_edges, st.booleans())
def test_sleeping_until_the_deadline_is_enough(edges: list[Edge], wait_for_double: bool) -> None:
    """Nothing is decided before the deadline, something always changes at it, and there is an end of deadlines."""
    presses = Presses()
    presses.wait_for_double = wait_for_double
    for edge in edges:
        presses.edge(edge.button, edge.pressed, edge.at_us)
        presses.tick(edge.at_us)
    for _ in range(8):
        due_us = presses.next_deadline_us()
        if due_us is None:
            break
        assert presses.tick(due_us - 1) == []
        presses.tick(due_us)
        after_us = presses.next_deadline_us()
        assert after_us is None or after_us > due_us
    assert presses.next_deadline_us() is None
