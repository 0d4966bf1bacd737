"""Whatever comes, in whatever order, torn, twice or cut off: the archive ends the same, and no answer is early."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.store.durable import Durable
from tests.office.carrying import family_parcel, put, session_parcels
from tests.office.rig import CarryingBox, OfficeRig, files, same
from tests.store.makers import tree
from tests.store.stopping import Stopped, StoppingDurable, no_syncs

Parcel = tuple[str, bytes]
MOST = 40


def everything(box: CarryingBox) -> tuple[list[Path], Path, list[Parcel]]:
    sessions, family = [box.record(seconds) for seconds in (1, 4, 5)], box.family()
    for n in range(4):
        box.op(n)
    for each in sessions:
        box.say("web", "confirmed", session=each.name, keep_until=None)
    parcels = [parcel for each in sessions for parcel in session_parcels(each)]
    return sessions, family, [*parcels, box.lane_parcel(), box.said_parcel("web"), family_parcel(family)]


def _later(parcel: Parcel, attempt: int) -> Parcel:
    return f"{parcel[0].rpartition('~')[0]}~{attempt}", parcel[1]


@given(st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_every_story_of_arrivals_ends_in_the_same_archive(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        box, office = CarryingBox(Path(name) / "home", 31), OfficeRig(Path(name) / "store")
        office.know(box)
        sessions, family, parcels = everything(box)
        for attempt in range(2, 2 + data.draw(st.integers(0, MOST))):
            one = data.draw(st.sampled_from(parcels))
            match data.draw(st.sampled_from(["come", "come", "torn", "round", "killed", "again"])):
                case "come":
                    put(office.drop(box), [_later(one, attempt)])
                case "torn":
                    torn = data.draw(st.integers(0, len(one[1]) - 1))
                    put(office.drop(box), [(_later(one, attempt)[0], one[1][:torn])])
                case "killed":
                    durable = StoppingDurable(
                        data.draw(st.integers(0, 60)), data.draw(st.sampled_from(["before", "half"]))
                    )
                    with suppress(Stopped):
                        office.again(durable).round()
                    durable.die()
                    office.again()
                case "again":
                    office.again(Durable(no_syncs()))
                case _:
                    office.round()
            _none_early(office, box, sessions)
        put(office.drop(box), [_later(parcel, 99) for parcel in data.draw(st.permutations(parcels))])
        report = office.round()
        assert (report.findings, report.waiting, report.gaps) == ([], {}, {})
        _all_home(office, box, sessions, family)


def _none_early(office: OfficeRig, box: CarryingBox, sessions: list[Path]) -> None:
    for each in sessions:
        assert office.receipt(box, each.name) is None or same(each, office.archived(each.name))


def _all_home(office: OfficeRig, box: CarryingBox, sessions: list[Path], family: Path) -> None:
    for each in sessions:
        assert same(each, office.archived(each.name))
        assert office.receipt(box, each.name) is not None
    assert list(office.drop(box).iterdir()) == []
    assert tree(office.store.lane(box.device, "web")) == tree(box.home.lane("web"))
    assert tree(office.store.statements(box.device, "web")) == tree(box.home.statements("web"))
    assert files(office.store.family(family.name))["key.age"] == (family / "key.age").read_bytes()
    assert len({each["session"] for each in office.said("receipt")}) == len(office.said("receipt")) == len(sessions)
