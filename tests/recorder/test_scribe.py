"""The recorder's own lane: what the scribe writes is an op in its place, and says in clear what it is about."""

import json
from pathlib import Path

from appliance.clock import SetClock
from appliance.recorder.scribe import AGENCY, Fact, Scribe
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.store.lanes import SUBJECTS, Lane
from appliance.store.layout import Home, op_name
from tests.store.makers import SIGNER

SESSION = "ab" * 16


def test_each_op_has_a_hint_of_its_subject(tmp_path: Path) -> None:
    identity, lane = HybridIdentity.generate(), Lane(Home(tmp_path), "recorder")
    scribe = Scribe(lane, SIGNER, SetClock(), "recorder")
    facts = [
        Fact("star", SESSION, [identity.recipient], {"pts_ms": 5}),
        Fact("erased", AGENCY, [identity.recipient], {"session": SESSION}),
    ]
    written = [scribe.write(fact) for fact in facts]
    while scribe.carry_out():
        pass
    check = known_writers([SIGNER.certificate])
    ops = [open_op(Sealed.found((lane.folder / op_name(n)).read_bytes()), [identity], check) for n in range(2)]
    assert [op["id"] for op in ops] == [each.result(0) for each in written]
    hints = [json.loads(line) for line in (lane.folder / SUBJECTS).read_text(encoding="ascii").splitlines()]
    assert hints == [{"n": op["n"], "subject": op["subject"]} for op in ops]
