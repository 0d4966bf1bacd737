"""The state table as a whole, and the few paths that must never change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Forbidden
from appliance.visit.states import TABLE, Effect, Event, State, mermaid, step


def test_every_state_has_a_row_and_every_target_exists() -> None:
    assert set(TABLE) == set(State)
    assert {then for row in TABLE.values() for then, _ in row.values()} <= set(State)


def test_every_state_can_be_reached_and_left_but_off() -> None:
    seen, front = {State.BOOT}, [State.BOOT]
    while front:
        for then, _ in TABLE[front.pop()].values():
            if then not in seen:
                seen.add(then)
                front.append(then)
    assert seen == set(State)
    assert all(TABLE[state] for state in State if state is not State.OFF)


@pytest.mark.parametrize("state", [State.RECORDING, State.PAUSED])
@pytest.mark.parametrize("event", [Event.HOLD, Event.STOP, Event.OBJECTION, Event.LIMIT, Event.NO_ROOM])
def test_whatever_ends_a_film_closes_its_session(state: State, event: Event) -> None:
    assert step(state, event) == (State.FINISHING, (Effect.CLOSE_SESSION,))


def test_the_button_as_practice_has_it() -> None:
    assert step(State.READY, Event.PRESS) == (State.RECORDING, (Effect.START_FILM,))
    assert step(State.RECORDING, Event.PRESS) == (State.RECORDING, (Effect.STAR,))
    assert step(State.RECORDING, Event.DOUBLE_PRESS) == (State.PAUSED, (Effect.PAUSE_FILM,))
    assert step(State.PAUSED, Event.PRESS) == (State.RECORDING, (Effect.RESUME_FILM,))


def test_a_missing_entry_is_forbidden_and_says_why() -> None:
    with pytest.raises(Forbidden, match=r"pause.*ready"):
        step(State.READY, Event.PAUSE)


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_film_starts_and_closes_in_pairs(events: list[Event]) -> None:
    """However the world behaves, no second film starts before the first is closed, and off means nothing is open."""
    state, filming = State.BOOT, False
    for event in events:
        try:
            state, effects = step(state, event)
        except Forbidden:
            continue
        for effect in effects:
            if effect is Effect.START_FILM:
                assert not filming
                filming = True
            elif effect is Effect.CLOSE_SESSION:
                assert filming
                filming = False
            elif effect in {Effect.STAR, Effect.PAUSE_FILM, Effect.RESUME_FILM}:
                assert filming
        assert filming is (state in {State.RECORDING, State.PAUSED})


def test_the_diagram_names_every_state() -> None:
    drawn = mermaid()
    assert all(state.name in drawn for state in State)
    assert "READY --> RECORDING: press | start / start film" in drawn
