from hypothesis import given
from hypothesis import strategies as st

from appliance.courier.progress import RATE_AFTER_US, Moving
from tests.courier.rig import CourierRig

PARCELS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b"]), st.lists(st.integers(0, 10**6), min_size=1)), max_size=9
)


@given(PARCELS)
def test_what_moved_is_what_all_parcels_came_to(parcels: list[tuple[str | None, list[int]]]) -> None:
    """Each begins at nothing; what is told of one only grows."""
    moving = Moving()
    moving.begin("store", 0)
    for session, told in parcels:
        for so_far in [0, *sorted(told)]:
            moving.at(session, so_far)
            assert moving.present == so_far
    assert moving.moved == sum(max(told) for _, told in parcels)


def test_a_rate_is_told_once_it_means_something() -> None:
    moving = Moving()
    moving.begin("store", 1_000_000)
    moving.at("a", 5_000)
    assert moving.rate(1_000_000 + RATE_AFTER_US - 1) is None
    assert moving.rate(2_000_000) == 5_000
    moving.begin("store", 9_000_000)
    assert moving.rate(99_000_000) is None


def test_bytes_are_those_of_all_parcels_to_all_stores(rig: CourierRig) -> None:
    told = list[tuple[int, int]]()
    rig.box.record(61)

    def look() -> None:
        rig.clock.advance(ms=300)
        status = rig.courier.take({"do": "status"})
        told.append((int(status["sent_bytes"]), int(status["bytes"])))

    rig.mover.during = look
    last = rig.turn()
    assert told == sorted(told), "it never goes back"
    assert all(0 <= sent <= all_of_it for sent, all_of_it in told)
    assert (
        last["sent_bytes"]
        == last["bytes"]
        == sum(path.stat().st_size for path in rig.offices[0].drop(rig.box).iterdir())
    )
