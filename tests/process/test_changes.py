"""What a camera does to a film behind the recorder's back: other parameter sets, a clock that jumps."""

from dataclasses import dataclass
from itertools import pairwise

from appliance.store.listing import SessionFacts
from appliance.store.verify import Verdict
from tests.process.box import Studio, now_us
from tests.process.playing import TOGETHER_MS, Played, play
from tests.process.scenes import scene
from tests.process.watching import Seen, Watcher

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """`seen`: every acknowledgement, as another process saw them."""

    sessions: list[SessionFacts]
    verdicts: list[Verdict]
    played: list[Played]
    seen: list[Seen]
    late_pictures: int


def parameters_change(studio: Studio) -> Change:
    """There and back again: three sessions."""
    with studio.box("parameters") as box:
        with Watcher(box.another_line()) as watcher:
            box.start_film(2_000)
            for value, count in ((True, 2), (False, 3)):
                box.fault("parameters_changed", value)
                box.until(f"{count} sessions", lambda _, count=count: len(box.sessions()) == count)  # type: ignore[misc]
                box.filmed(2_000)
            box.stop_film()
        sessions = box.sessions()
        return Change(
            sessions,
            [box.verdict(facts.id) for facts in sessions],
            [play(box.session(facts.id), studio.office) for facts in sessions],
            watcher.seen,
            box.late_pictures(),
        )


@scene(parameters_change)
def test_other_parameter_sets_begin_a_session_that_continues(take: Change) -> None:
    first, second, third = take.sessions
    assert (first.continues, second.continues, third.continues) == (None, first.id, second.id)
    assert [verdict.findings for verdict in take.verdicts] == [(), (), ()]
    reasons = [verdict.facts.reason for verdict in take.verdicts if verdict.facts]
    assert reasons == ["parameters-changed", "parameters-changed", "stop"]
    assert [film.complaints for film in take.played] == ["", "", ""]


@scene(parameters_change)
def test_no_picture_is_lost_at_the_joint(take: Change) -> None:
    joints = [(after.numbers[0] - before.numbers[-1] - 1) for before, after in pairwise(take.played)]
    inside = [sum(film.missing()) for film in take.played]
    ends_us = [film.opened.mono_us + film.film_ms * 1000 for film in take.played]
    apart_us = [after.opened.mono_us - end_us for end_us, after in zip(ends_us, take.played[1:], strict=False)]
    print(f"\nparameter sets changed: {joints} pictures lost at the joints, {inside} inside, {apart_us} us apart")
    assert sum(joints) + sum(inside) <= take.late_pictures
    assert max(map(abs, apart_us)) <= SECOND_US / 30 * (1 + take.late_pictures)


@scene(parameters_change)
def test_sound_and_picture_stay_together_in_each(take: Change) -> None:
    lips_ms = [apart for film in take.played for apart in film.lips_ms()]
    print(f"\nbeep minus flash {min(lips_ms):+.1f} to {max(lips_ms):+.1f} ms")
    assert len(lips_ms) + take.late_pictures >= 4
    assert max(map(abs, lips_ms)) <= 20


@scene(parameters_change)
def test_no_session_is_said_to_be_safer_than_it_is(take: Change) -> None:
    film_ms = {facts.id: facts.film_ms for facts in take.sessions}
    assert {seen.session for seen in take.seen} == set(film_ms)
    assert [seen for seen in take.seen if seen.acked_ms > film_ms[seen.session]] == []


JUMPS_US = (10, 0, -10, 0, 3_600, 0, -3_600)
"""The offsets of the camera's and the microphone's time stamps, one after the other, in seconds."""
LIPS_MS = 40
"""A microphone whose clock leapt begins anew with a frame of 21 ms that overlaps the one before."""


@dataclass(frozen=True, slots=True)
class Jumps:
    verdict: Verdict
    played: Played
    sessions: int
    jumped_at_ms: list[float]
    seconds: float
    told: str
    late_pictures: int


def clock_jumps(studio: Studio) -> Jumps:
    with studio.box("jumps") as box:
        status = box.start_film(2_000)
        start_us, jumped_us = status["film"]["start_us"], []
        for offset_s in JUMPS_US:
            jumped_us.append(now_us())
            box.fault("clock_jump_us", offset_s * SECOND_US)
            box.filmed(box.status()["film"]["acked_ms"] + 2_000)
        until_us = now_us()
        session = box.stop_film()
        return Jumps(
            box.verdict(session),
            play(box.session(session), studio.office),
            len(box.sessions()),
            [(at_us - start_us) / 1000 for at_us in jumped_us],
            (until_us - start_us) / SECOND_US,
            box.told,
            box.late_pictures(),
        )


@scene(clock_jumps)
def test_film_goes_on_through_jumps_of_the_clock(take: Jumps) -> None:
    film = take.played
    print(f"\nclock jumps of {JUMPS_US} s at {[round(at) for at in take.jumped_at_ms]} ms: {film.told()}")
    assert take.verdict.findings == ()
    assert film.complaints == ""
    assert take.sessions == 1
    assert take.told == ""
    assert abs(film.film_ms / 1000 - take.seconds) < 1


@scene(clock_jumps)
def test_no_picture_is_lost_or_moved_far_by_a_jump(take: Jumps) -> None:
    film = take.played
    off_ms, lips_ms = film.off_the_grid_ms(), film.lips_ms()
    print(f"\n{len(JUMPS_US)} jumps, the camera was late for {take.late_pictures}: {film.figures()}")
    assert sum(film.missing()) <= take.late_pictures
    assert off_ms < 1000 / film.fps + TOGETHER_MS
    assert len(lips_ms) + take.late_pictures >= 12
    assert max(map(abs, lips_ms)) <= LIPS_MS
