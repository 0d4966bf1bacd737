"""The encoder sends nothing: for a while, and for good."""

from dataclasses import dataclass

from appliance.store.listing import SessionFacts
from appliance.store.verify import Verdict
from tests.process.box import Studio, now_us
from tests.process.playing import TOGETHER_MS, Played, play
from tests.process.scenes import scene
from tests.process.verbs import Answers, every_verb

STALL_US = 4_500_000
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Stall:
    """`standing`: faults that stood in the middle of it; `told_us`: from the switch to the first of them."""

    sessions: list[SessionFacts]
    verdict: Verdict
    played: Played
    standing: set[str]
    told_us: int
    stalled_us: int
    after: set[str]


def stalled_for_a_while(studio: Studio) -> Stall:
    with studio.box("stalled-for-a-while") as box:
        box.start_film(2_000)
        since_us = now_us()
        box.fault("encoder_stalled", True)
        standing = box.until("told", lambda status: status["faults"])["faults"]
        told_us = now_us() - since_us
        box.until("stalled for long enough", lambda _: now_us() - since_us > STALL_US)
        box.fault("encoder_stalled", False)
        stalled_us = now_us() - since_us
        status = box.filmed(round(stalled_us / 1000) + 4_000)
        session = box.stop_film()
        return Stall(
            box.sessions(),
            box.verdict(session),
            play(box.session(session), studio.office),
            {fault["code"] for fault in standing},
            told_us,
            stalled_us,
            {fault["code"] for fault in status["faults"]},
        )


@scene(stalled_for_a_while)
def test_the_same_session_goes_on_behind_a_gap(take: Stall) -> None:
    long_s, told_s = take.stalled_us / SECOND_US, take.told_us / SECOND_US
    print(f"\na stall of {long_s:.1f} s, told after {told_s:.1f} s: {take.played.told()}")
    assert [facts.state for facts in take.sessions] == ["closed"]
    assert take.verdict.findings == ()
    assert take.played.complaints == ""
    (gap,) = [gap for gap in take.played.gaps if gap.what == "all"]
    assert gap.why == "camera"
    assert gap.dur_ms * 1000 > take.stalled_us - SECOND_US // 10
    assert take.played.off_the_grid_ms() < TOGETHER_MS
    assert len(take.played.runs()) == 2


@scene(stalled_for_a_while)
def test_it_is_told_within_three_seconds_and_forgotten_after(take: Stall) -> None:
    assert take.standing == {"camera-lost"}
    assert take.told_us < 4 * SECOND_US
    assert take.after == set()


@scene(stalled_for_a_while)
def test_flash_and_beep_meet_on_both_sides_of_it(take: Stall) -> None:
    lips_ms = take.played.lips_ms()
    print(f"\nbeep minus flash: {', '.join(f'{each:+.1f}' for each in lips_ms)} ms")
    assert len(lips_ms) >= 3
    assert max(map(abs, lips_ms)) <= 20


@dataclass(frozen=True, slots=True)
class Loss:
    """`lost_us`: from the switch until the session was closed and the lamp said fault."""

    session: str
    verdict: Verdict
    played: Played
    lost_us: int
    fault: dict[str, str]
    lamp: str
    colours: set[str]
    answers: Answers
    still: str
    mended: list[str]
    later: Played


def stalled_for_good(studio: Studio) -> Loss:
    with studio.box("stalled-for-good") as box:
        box.start_film(2_000)
        since_us = now_us()
        box.fault("encoder_stalled", True)
        status = box.state("fault")
        lost_us = now_us() - since_us
        session = status["last_session"]
        box.until("amber", lambda status: status["lamp"]["colour"] == "amber")
        colours = box.colours(1.0)
        answers = every_verb(box, session)
        box.fault("encoder_stalled", False)
        box.press()
        mended = [box.state("ready")["state"]]
        box.start_film(1_000)
        box.fault("encoder_stalled", True)
        still = box.state("fault")["state"]
        box.fault("encoder_stalled", False)
        mended.append(box.state("ready", 20)["state"])
        box.start_film(2_000)
        later = box.stop_film()
        return Loss(
            session=session,
            verdict=box.verdict(session),
            played=play(box.session(session), studio.office),
            lost_us=lost_us,
            fault=next(fault for fault in status["faults"] if fault["code"] == "camera-lost"),
            lamp=status["lamp"]["says"],
            colours=colours,
            answers=answers,
            still=still,
            mended=mended,
            later=play(box.session(later), studio.office),
        )


@scene(stalled_for_good)
def test_a_lost_camera_closes_the_session(take: Loss) -> None:
    print(f"\nlost {take.lost_us / SECOND_US:.1f} s after the last picture: {take.played.told()}")
    assert take.verdict.findings == ()
    assert take.verdict.facts is not None
    assert take.verdict.facts.reason == "camera-lost"
    assert take.played.complaints == ""
    assert take.played.film_ms >= 2_000
    assert take.lost_us < 15 * SECOND_US


@scene(stalled_for_good)
def test_it_is_said_what_to_do(take: Loss) -> None:
    assert take.fault["what"]
    assert "press again" in take.fault["do"]
    assert take.lamp == "fault"
    assert take.colours == {"amber", "off"}


@scene(stalled_for_good)
def test_every_request_is_answered_in_a_fault(take: Loss) -> None:
    assert take.answers.state == "fault"
    assert take.answers.told == take.answers.expected


@scene(stalled_for_good)
def test_a_press_or_time_mends_it(take: Loss) -> None:
    assert (take.mended, take.still) == (["ready", "ready"], "fault")
    assert take.later.complaints == ""
    assert take.later.film_ms >= 2_000


@dataclass(frozen=True, slots=True)
class Handover:
    """A stall for good where somebody starts the recorder anew. `off`: whether the box was told to switch off."""

    exit_code: int
    off: bool
    sessions: list[SessionFacts]
    verdicts: list[Verdict]


def stalled_under_systemd(studio: Studio) -> Handover:
    with studio.box("stalled-under-systemd", NOTIFY_SOCKET="/nowhere") as box:
        box.start_film(2_000)
        box.fault("encoder_stalled", True)
        code = box.wait()
        off = (box.run / "off").exists()
        box.start()
        box.filmed(1_000)
        box.stop_film()
        sessions = box.sessions()
        return Handover(code, off, sessions, [box.verdict(facts.id) for facts in sessions])


@scene(stalled_under_systemd)
def test_the_next_process_goes_on_with_the_film(take: Handover) -> None:
    assert (take.exit_code, take.off) == (70, False)
    assert [facts.reason for facts in take.sessions] == ["camera-lost", "stop"]
    assert take.sessions[1].continues == take.sessions[0].id
    assert [verdict.findings for verdict in take.verdicts] == [(), ()]
