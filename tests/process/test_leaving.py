"""The real recorder has less: it purges what the office holds, obeys the desk, and lets go of what nobody confirmed."""

import json
import time
from dataclasses import dataclass
from typing import Any

from appliance.said.terms import DAY_MS
from appliance.said.trusted import Office, write_office
from appliance.sealing.signing import WriterKey
from appliance.store.layout import Home
from appliance.store.sums import file_sha256
from tests.process.box import Box, Studio
from tests.process.lanes import ops_for
from tests.process.scenes import scene
from tests.process.verbs import outcome
from tests.said.makers import OTHER_STORE, STORE, STORE_ID, line, public_of, receipt_told
from tests.store.makers import begin, film

OFFICE = Office({STORE_ID: public_of(STORE)}, frozenset({public_of(STORE)}), 1)
FAMILY = "fa" * 16


@dataclass(frozen=True, slots=True)
class Left:
    """`told`: the recorder's statements; `ops`: sessions that its lane says were erased; `there`: what still stands."""

    old: str
    purged: str
    ordered: str
    kept: str
    told: list[dict[str, Any]]
    ops: list[str]
    there: set[str]
    family_there: bool
    refused: dict[str, str]
    again: list[str]


def a_box_has_less(studio: Studio) -> Left:
    box = studio.unstarted("leaving")
    write_office(box.layout, OFFICE)
    old = _old_session(box.layout)
    box.layout.family(FAMILY).mkdir(parents=True)
    (box.layout.family(FAMILY) / "key.age").write_bytes(b"a family's key")
    try:
        box.start()
        box.until("the old session is gone", lambda _: not box.session(old).exists())
        purged, ordered, kept = _films(box)
        refused = {"without a receipt": outcome(lambda: box.ask("purge", session=purged))}
        _receive(box, purged, purge_after=int(time.time() * 1000) + DAY_MS)
        refused["too early"] = outcome(lambda: box.ask("purge", session=purged))
        _receive(box, purged)
        order = line(STORE, "desk", "erase", sessions=[ordered], families=[FAMILY], why="withdrawn").decode()
        forged = line(OTHER_STORE, "desk", "erase", sessions=[kept], families=[], why="request").decode()
        refused["a stranger's order"] = outcome(lambda: box.ask("obey", statement=forged))
        assert box.ask("purge", session=purged) == {"stores": [STORE_ID]}
        assert box.ask("obey", statement=order)["erased"] == [ordered, FAMILY]
        again = [outcome(lambda: box.ask("purge", session=purged)), outcome(lambda: box.ask("obey", statement=order))]
        folder = box.layout.statements("recorder")
        told = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
        ops = [op["session"] for op in ops_for(box.layout, studio.office) if op["kind"] == "erased"]
        there = {facts.id for facts in box.sessions()}
        family_there = box.layout.family(FAMILY).exists()
        return Left(old, purged, ordered, kept, told, ops, there, family_there, refused, again)
    finally:
        box.stop()


def _films(box: Box) -> tuple[str, ...]:
    sessions = []
    for _ in range(3):
        box.start_film()
        sessions.append(box.stop_film())
    return tuple(sessions)


def _old_session(home: Home) -> str:
    """One that ended eight days ago, as the card of a box that lay in a drawer has it."""
    writer = begin(home)
    film(writer, 2)
    writer.close("stop", int(time.time() * 1000) - 8 * DAY_MS, "rtc")
    return writer.id


def _receive(box: Box, session: str, purge_after: int = 0) -> None:
    device = WriterKey.load(box.layout.device, "recorder").certificate["device"]
    sums = file_sha256(box.session(session) / "SHA256SUMS")
    told = receipt_told(session, sums, box=device, purge_after=purge_after)
    box.layout.receipts.mkdir(exist_ok=True)
    (box.layout.receipts / f"{session}.{STORE_ID}.json").write_bytes(line(STORE, "ingest", "receipt", **told))


@scene(a_box_has_less)
def test_nothing_goes_before_it_may(take: Left) -> None:
    assert take.refused == dict.fromkeys(("without a receipt", "too early", "a stranger's order"), "forbidden")
    assert take.there == {take.kept}
    assert not take.family_there


@scene(a_box_has_less)
def test_it_says_what_it_did_and_says_it_once(take: Left) -> None:
    assert take.again == ["ok", "ok"]
    told = [(said["kind"], said.get("why"), said.get("session") or said["sessions"]) for said in take.told]
    assert told == [
        ("erased", "unconfirmed", [take.old]),
        ("purged", None, take.purged),
        ("erased", "withdrawn", [take.ordered]),
    ]
    assert take.ops == [take.old, take.ordered], "a purged session was not erased: its moments stay"
