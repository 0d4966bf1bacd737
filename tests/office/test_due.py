"""What must go, over all that may be said: nothing on hold, nothing without a reason, and everything that has one."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from appliance.office.archived import Archived
from appliance.office.due import Due, Held
from appliance.office.facts import Policy
from appliance.office.numbers import MOST, gaps
from appliance.said.fates import Fates
from appliance.said.kinds import Confirmed, Erase, Hold, Purged, Said
from appliance.said.terms import DAY_MS

DESK, BOX, OTHER = "d" * 16, "b" * 16, "c" * 16
SESSION, FAMILY = "5e" * 16, "fa" * 16
NOW = 100 * DAY_MS


def _id() -> str:
    return str(uuid.uuid4())


WORDS: st.SearchStrategy[Said] = st.one_of(
    st.builds(
        lambda who, at, until: Confirmed(who[0], who[1], _id(), at, SESSION, until),
        st.sampled_from([(DESK, "desk"), (BOX, "web"), (OTHER, "web")]),
        st.integers(0, 3),
        st.sampled_from([None, NOW - 1, NOW, NOW + 1]),
    ),
    st.builds(
        lambda about, at, on: Hold(DESK, "desk", _id(), at, about, on),
        st.sampled_from([SESSION, FAMILY]),
        st.integers(0, 3),
        st.booleans(),
    ),
    st.builds(
        lambda who, at, sessions, families: Erase(who[0], who[1], _id(), at, sessions, families, "request"),
        st.sampled_from([(DESK, "desk"), (BOX, "web"), (OTHER, "web")]),
        st.integers(0, 3),
        st.sampled_from([(SESSION,), ()]),
        st.sampled_from([(FAMILY,), ()]),
    ),
    st.builds(lambda who: Purged(who, "recorder", _id(), 1, SESSION, 1, ()), st.sampled_from([BOX, OTHER])),
)


def _newest(said: list[Said], kind: type[Said], about: str, devices: tuple[str, ...]) -> Said | None:
    own = [each for each in said if isinstance(each, kind) and each.device in devices]
    named = [each for each in own if getattr(each, "session", None) == about]
    return max(named, key=lambda each: each.place, default=None)


@given(st.lists(WORDS, max_size=8), st.sampled_from([NOW, NOW - 7 * DAY_MS, NOW - 7 * DAY_MS - 1]), st.booleans())
def test_what_goes_has_a_reason_and_no_hold(said: list[Said], end_ms: int, unsure: bool) -> None:
    session = Archived(BOX, SESSION, 1, end_ms, "last known" if unsure else "rtc")
    due = Due(Policy(), DESK, Fates((DESK,), said), {SESSION: NOW})
    going = {each.subject: each for each in due.going(Held([session], {FAMILY: BOX}, {}, frozenset()), NOW)}

    def held(about: str) -> bool:
        newest = _newest(said, Hold, about, (DESK,))
        return isinstance(newest, Hold) and newest.on

    def ordered(about: str) -> bool:
        orders = [each for each in said if isinstance(each, Erase) and about in (*each.sessions, *each.families)]
        purged = about == SESSION and any(isinstance(each, Purged) and each.device == BOX for each in said)
        return any(each.device == DESK or (each.device == BOX and not purged) for each in orders)

    late = _newest(said, Confirmed, SESSION, (DESK, BOX)) is None and not unsure and end_ms < NOW - 7 * DAY_MS
    confirmed = _newest(said, Confirmed, SESSION, (DESK,))
    until = confirmed.keep_until if isinstance(confirmed, Confirmed) else None
    over = until is not None and until < NOW
    assert (SESSION in going) == (not held(SESSION) and (ordered(SESSION) or late or over))
    assert (FAMILY in going) == (not held(FAMILY) and ordered(FAMILY))
    assert all(each.family == (each.subject == FAMILY) for each in going.values())


@given(st.sets(st.integers(-2, 40), max_size=30))
def test_gaps_are_what_is_missing_below_the_highest(known: set[int]) -> None:
    positive = {number for number in known if number > 0}
    assert gaps(known) == [number for number in range(1, max(positive, default=0)) if number not in positive]


def test_an_absurd_number_fills_no_report() -> None:
    assert len(gaps({1, 1 << 52})) == MOST
