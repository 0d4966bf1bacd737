"""The real recorder's eyes and ears: a covered lens is told in time, and a film that nobody is in ends by itself."""

from dataclasses import dataclass
from typing import Any

from appliance.store.verify import Verdict
from tests.process.box import Studio, now_us
from tests.process.scenes import scene

SECOND_US = 1_000_000
ASK_S, ANSWER_S = 6, 5


@dataclass(frozen=True, slots=True)
class Covered:
    """`told_us`, `cleared_us`: from the switch to the Fault, and from the switch back until it had gone."""

    verdict: Verdict
    told_us: int
    cleared_us: int
    lamp: str
    before: list[str]
    picture: dict[str, Any]


def covered_and_freed(studio: Studio) -> Covered:
    with studio.box("covered") as box:
        box.fault("lens_covered", True)
        status = box.until("advised", lambda status: "lens-covered" in codes(status["advice"]))
        before = codes(status["faults"])
        box.fault("lens_covered", False)
        box.until("advised no more", lambda status: "lens-covered" not in codes(status["advice"]))
        box.start_film(2_000)
        since_us = now_us()
        box.fault("lens_covered", True)
        status = box.until("told", lambda status: "lens-covered" in codes(status["faults"]))
        told_us = now_us() - since_us
        lamp = box.until("shown", lambda status: "attention" in status["lamp"]["says"])["lamp"]["says"]
        since_us = now_us()
        box.fault("lens_covered", False)
        cleared = box.until("cleared", lambda status: "lens-covered" not in codes(status["faults"]))
        cleared_us = now_us() - since_us
        session = box.stop_film()
        return Covered(box.verdict(session), told_us, cleared_us, lamp, before, cleared["picture"])


def codes(faults: list[dict[str, str]]) -> list[str]:
    return [fault["code"] for fault in faults]


@scene(covered_and_freed)
def test_a_covered_lens_is_told_within_five_seconds_and_clears(take: Covered) -> None:
    print(
        f"\na covered lens: told after {take.told_us / SECOND_US:.1f} s, gone {take.cleared_us / SECOND_US:.1f} s later"
    )
    assert take.told_us < 5 * SECOND_US
    assert take.cleared_us < 5 * SECOND_US
    assert take.lamp == "recording, attention"
    assert take.before == [], "before filming it is advice, and no Fault"
    assert take.picture["motion"]
    assert take.verdict.findings == ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    session: str
    asked_us: int
    answered: bool
    ended: dict[str, Any]
    verdict: Verdict


def left_alone(studio: Studio) -> Forgotten:
    with studio.box("left-alone", FIELDREEL_BENCH_QUIET_S=f"{ASK_S},{ANSWER_S}") as box:
        box.start_film(1_000)
        since_us = now_us()
        box.fault("lens_covered", True)
        box.fault("microphone_silent", True)
        box.until("asked", lambda status: status["quiet"] is not None)
        asked_us = now_us() - since_us
        box.ask("go_on")
        answered = box.until("taken back", lambda status: status["quiet"] is None)["state"] == "recording"
        box.until("asked again", lambda status: status["quiet"] is not None)
        session = box.closed()
        return Forgotten(session, asked_us, answered, box.status()["quiet_end"], box.verdict(session))


@scene(left_alone)
def test_a_film_that_nobody_is_in_asks_and_then_ends(take: Forgotten) -> None:
    print(f"\nquiet for {ASK_S} s: asked after {take.asked_us / SECOND_US:.1f} s")
    assert take.asked_us + 2 * SECOND_US >= ASK_S * SECOND_US
    assert take.answered
    assert take.verdict.facts is not None
    assert take.verdict.facts.reason == "quiet"
    assert take.verdict.findings == ()
    assert take.ended["session"] == take.session
    assert take.verdict.facts.film_ms - take.ended["from_ms"] > ANSWER_S * 1000
