"""A purge is never early: over all receipts, clocks and holds that there can be."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Forbidden
from appliance.said.fates import Fate
from appliance.said.kinds import Confirmed, Receipt
from appliance.said.terms import DAY_MS, kept_long_enough, purge_allowed, unconfirmed_too_long
from appliance.said.trusted import Office

STORES = ("1" * 32, "2" * 32, "3" * 32)
OWN, ANOTHER = "a" * 64, "b" * 64
SESSION, BOX = "5" * 32, "b" * 16
_ids = itertools.count()


def receipt(store: str, at: int, sums: str, purge_after: int | None, hold: bool) -> Receipt:
    return Receipt("5" * 16, "ingest", f"{next(_ids):08d}", at, BOX, SESSION, 1, store, sums, 9, purge_after, hold)


RECEIPTS = st.builds(
    receipt,
    st.sampled_from((*STORES, "9" * 32)),
    st.integers(0, 3),
    st.sampled_from((OWN, OWN, ANOTHER)),
    st.none() | st.integers(0, 10),
    st.sampled_from((False, False, True)),
)


@given(
    st.lists(RECEIPTS, max_size=6),
    st.tuples(st.integers(0, 3), st.integers(1, 3)),
    st.booleans(),
    st.integers(0, 12),
    st.sampled_from(("rtc", "phone", "last known")),
)
def test_a_purge_is_never_early(
    receipts: list[Receipt], stores: tuple[int, int], held: bool, now_ms: int, source: str
) -> None:
    known, needed = stores
    office = Office(dict.fromkeys(STORES[:known], "key"), frozenset(), needed)
    try:
        allow = purge_allowed(OWN, receipts, office, held=held, utc_ms=now_ms, utc_source=source)
    except Forbidden:
        allow = ()
    newest = {
        store: max((each for each in receipts if each.store == store), key=lambda each: each.place, default=None)
        for store in STORES[:known]
    }
    good = [
        store
        for store, each in newest.items()
        if each is not None and each.sums_sha256 == OWN and each.purge_after is not None and each.purge_after < now_ms
    ]
    on_hold = held or any(each.hold for each in newest.values() if each is not None)
    allowed = source != "last known" and not on_hold and len(good) >= needed
    assert allow == (tuple(sorted(good)) if allowed else ())


def test_without_an_office_nothing_is_purged() -> None:
    fine = receipt(STORES[0], 1, OWN, 0, False)
    with pytest.raises(Forbidden):
        purge_allowed(OWN, [fine], Office({}, frozenset(), 0), held=False, utc_ms=99, utc_source="rtc")


CONFIRMED = Confirmed("d" * 16, "desk", "x", 1, SESSION, 50)


@pytest.mark.parametrize(
    ("fate", "erases"),
    [(Fate(), True), (Fate(held=True), False), (Fate(confirmed=CONFIRMED), False)],
)
def test_an_unconfirmed_session_goes_after_seven_days_and_not_before(fate: Fate, erases: bool) -> None:
    assert unconfirmed_too_long(fate, 1_000, 1_000 + 7 * DAY_MS + 1) is erases
    assert not unconfirmed_too_long(fate, 1_000, 1_000 + 7 * DAY_MS)
    assert not unconfirmed_too_long(fate, 1_000, 0)


def test_a_confirmed_session_goes_after_its_time_unless_held() -> None:
    assert kept_long_enough(Fate(confirmed=CONFIRMED), 51)
    assert not kept_long_enough(Fate(confirmed=CONFIRMED), 50)
    assert not kept_long_enough(Fate(confirmed=CONFIRMED, held=True), 51)
    assert not kept_long_enough(Fate(), 1 << 52)
