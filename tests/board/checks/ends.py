"""Ends that nobody wants: a recorder that hangs, a kernel that panics, a plug that is pulled.

Apart because these end the script, too: each goes on where its notes say, when it is started again.
"""

from typing import Any, Final

from tests.board.bench import Bench, Refused, await_state
from tests.board.check import Check, Mark, Outcome, answered, judged

RECORDER: Final = "fieldreel-recorder.service"
HANG_S: Final = 30.0
"""WatchdogSec=20, five seconds to die, and the start."""
CUTS: Final = 50
NOTE_S: Final = 0.5
PATIENCE_S: Final = 120.0


def hang(bench: Bench) -> Outcome:
    """Until another process is the recorder."""
    before = _pid(bench)
    bench.run("kill", "-STOP", before)
    began_s = bench.now_s()
    while _pid(bench) in {before, "0"}:
        if bench.now_s() - began_s > 3 * HANG_S:
            bench.run("kill", "-CONT", before)
            return answered(False, f"≤ {HANG_S:g} s", "never")
        bench.wait(0.5)
    took_s = bench.now_s() - began_s
    await_state(bench, lambda told: told["state"] == "ready", 30, "a new recorder")
    return judged(round(took_s, 1), "s", most=HANG_S)


def panic(bench: Bench) -> Outcome:
    """The board's own watchdog, 14 s; nothing but a clock in the hand can measure it."""
    stopped = bench.notes.get("boot")
    if stopped == bench.boot() or (stopped is None and not bench.yes("The kernel is stopped now. Are you ready?")):
        return Outcome(
            Mark.FAILED if stopped else Mark.NOT_DONE, note="The box did not start again by itself." * bool(stopped)
        )
    if stopped is None:
        bench.note(boot=bench.boot())
        bench.run("sh", "-c", "echo 0 > /proc/sys/kernel/panic; echo c > /proc/sysrq-trigger")
        raise Refused("the kernel did not stop")
    took_s = bench.number("How many seconds from the stop until the lamp blinked white? (not looked: just enter)")
    return answered(True, "starts again by itself", "" if took_s is None else f"{took_s:g} s")


def power_cuts(bench: Bench) -> Outcome:
    """So many pulls of the plug while filming: nothing acknowledged is lost, and each film verifies."""
    _look_at_the_cut(bench)
    while len(bench.notes.get("cuts", [])) < CUTS:
        if not _wait_for_the_cut(bench):
            break
    cuts: list[dict[str, Any]] = bench.notes.get("cuts", [])
    bad = [cut for cut in cuts if not cut["good"]]
    note = (
        f"{len(bad)} of them bad; acknowledged and lost: at most {max((cut['lost_ms'] for cut in cuts), default=0)} ms"
    )
    if bad:
        return Outcome(Mark.FAILED, f"{len(cuts)} cuts", f"{CUTS} cuts, nothing lost", note)
    mark = Mark.PASSED if len(cuts) >= CUTS else Mark.NOT_DONE
    return Outcome(mark, f"{len(cuts)} cuts", f"{CUTS} cuts, nothing lost", note)


def _wait_for_the_cut(bench: Bench) -> bool:
    """Note what is acknowledged, again and again; False where nobody pulled."""
    bench.order("start")
    await_state(bench, lambda told: told["film"] is not None and told["film"]["acked_ms"] > 0, 15, "film")
    done = len(bench.notes.get("cuts", []))
    bench.tell(f"Cut {done + 1} of {CUTS}. Pull the power plug when you like; then plug it in and start this again.")
    end_s = bench.now_s() + PATIENCE_S
    while bench.now_s() < end_s:
        told = bench.status()["film"]
        bench.note(armed={"session": told["session"], "acked_ms": told["acked_ms"]}, boot=bench.boot())
        bench.wait(NOTE_S)
    bench.note(armed=None)
    bench.order("stop")
    return False


def _look_at_the_cut(bench: Bench) -> None:
    armed = bench.notes.get("armed")
    if armed is None or bench.notes["boot"] == bench.boot():
        return
    kept = bench.kept(armed["session"])
    lost_ms = max(0, armed["acked_ms"] - kept.film_ms)
    good = kept.state == "recovered" and kept.sound and lost_ms == 0
    cut = {"session": armed["session"], "lost_ms": lost_ms, "state": kept.state, "sound": kept.sound, "good": good}
    bench.note(cuts=[*bench.notes.get("cuts", []), cut], armed=None)


def _pid(bench: Bench) -> str:
    return bench.run("systemctl", "show", "--value", "-p", "MainPID", RECORDER).strip()


CHECKS: Final = (
    Check("hang", "a recorder that hangs is started anew", "a slower processor", 1, hang),
    Check("panic", "a kernel that stops is started anew", "the board's own watchdog", 2, panic),
    Check("power-cuts", f"{CUTS} pulled plugs while filming", "cards that lie about what they wrote", 60, power_cuts),
)
