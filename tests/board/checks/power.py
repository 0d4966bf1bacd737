"""The battery: how long it films, and how it ends. Last, for afterwards the box is off.

Apart because it goes on after the box has switched itself off.
"""

from typing import Final

from tests.board.bench import Bench, await_state
from tests.board.check import Check, Mark, Outcome, judged

RUN_MIN: Final = 120.0
NOTE_S: Final = 30.0


def run_time(bench: Bench) -> Outcome:
    """From full to the floor, to half a minute. It must end by itself, with the film closed."""
    if bench.notes.get("boot") in {None, bench.boot()}:  # never begun, or the script was ended and not the box
        if not bench.yes("Is the battery full, and the mains plug out?"):
            return Outcome(Mark.NOT_DONE, limit=f"≥ {RUN_MIN:g} min")
        _film_until_it_ends(bench)
    minutes = round((bench.notes["last_s"] - bench.notes["began_s"]) / 60, 1)
    kept = bench.kept(bench.notes["session"])
    if kept.state != "closed" or not kept.sound:
        return Outcome(Mark.FAILED, f"{minutes:g} min", f"≥ {RUN_MIN:g} min", f"The last film is {kept.state}.")
    return judged(minutes, "min", least=RUN_MIN, note=f"closed for {kept.reason}")


def _film_until_it_ends(bench: Bench) -> None:
    """Films end at their limit; the next one begins at once. The box goes off in the middle of this."""
    bench.tell("The box films until its battery ends. Plug it in afterwards and start this again.")
    bench.note(began_s=bench.now_s(), last_s=bench.now_s(), boot=bench.boot())
    while True:
        bench.order("start")
        await_state(bench, lambda told: told["film"] is not None and told["film"]["acked_ms"] > 0, 15, "film")
        while (told := bench.status())["state"] == "recording":
            bench.note(last_s=bench.now_s(), session=told["film"]["session"])
            bench.wait(NOTE_S)
        await_state(bench, lambda now: now["state"] in {"ready", "off"}, 30, "the end of the film")


CHECKS: Final = (Check("battery", "so long a battery films", "only a battery runs empty", 240, run_time),)
