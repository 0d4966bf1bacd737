"""How a recorder process ends, and how the next one begins."""

import os
import signal
from dataclasses import dataclass

from appliance.store.listing import SessionFacts
from appliance.store.verify import Verdict
from tests.process.box import Box, Studio, now_us
from tests.process.scenes import scene

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Ending:
    """`took_us`: from the signal, or from the end of the hold, until the process was gone."""

    exit_code: int
    reason: str | None
    findings: tuple[object, ...]
    took_us: int
    left: list[str]
    told: str
    off: bool
    """Whether the whole box is to be switched off."""


def _ending(box: Box, exit_code: int, since_us: int) -> Ending:
    verdict: Verdict = box.verdict(box.sessions()[-1].id)
    assert verdict.facts is not None
    left = [path.name for path in box.session(box.sessions()[-1].id).iterdir() if path.name.endswith(".tmp")]
    off = (box.run / "off").exists()
    return Ending(exit_code, verdict.facts.reason, verdict.findings, now_us() - since_us, left, box.told, off)


def endings(studio: Studio) -> dict[str, Ending]:
    """One box, switched on again after each."""
    box, found = studio.unstarted("endings"), {}
    try:
        for name, number in (("SIGTERM", signal.SIGTERM), ("SIGINT", signal.SIGINT)):
            box.start()
            box.start_film()
            since_us = now_us()
            assert box.pid is not None
            os.kill(box.pid, number)
            found[name] = _ending(box, box.wait(), since_us)
        box.start()
        box.start_film()
        box.pen_hold(5.2)
        since_us = now_us()
        found["recessed button"] = _ending(box, box.wait(), since_us)
        box.start()
        since_us = now_us()
        box.ask("start")
        found["SIGTERM at once"] = _ending(box, box.stop(), since_us)
    finally:
        box.stop()
    return found


@scene(endings)
def test_each_closes_the_session_and_ends_well(take: dict[str, Ending]) -> None:
    for name, ending in take.items():
        print(f"\n{name}: exit {ending.exit_code}, {ending.reason}, {ending.took_us / SECOND_US:.1f} s")
        assert (ending.exit_code, ending.reason, ending.findings) == (0, "shutdown", ())
        assert (ending.left, ending.told) == ([], "")
        assert ending.took_us < 10 * SECOND_US
        assert ending.off == (name == "recessed button")
    assert len(take) == 4


@dataclass(frozen=True, slots=True)
class Again:
    sockets: set[str]
    state: str
    sessions: list[SessionFacts]


def started_after_a_kill(studio: Studio) -> Again:
    box = studio.unstarted("again")
    try:
        box.start()
        box.start_film()
        box.kill()
        sockets = {path.name for path in box.run.iterdir()}
        box.start()
        state = box.filmed(1_000)["state"]
        box.stop_film()
        return Again(sockets, state, box.sessions())
    finally:
        box.stop()


@scene(started_after_a_kill)
def test_what_a_killed_recorder_left_stops_nobody(take: Again) -> None:
    """Its sockets still stand; its locks went with it."""
    assert {"recorder.sock", "bench.sock"} <= take.sockets
    assert take.state == "recording"
    assert [facts.state for facts in take.sessions] == ["recovered", "closed"]
    assert take.sessions[1].continues == take.sessions[0].id
