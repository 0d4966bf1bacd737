"""The Wi-Fi, which other people's phones judge: a person joins and types what they saw.

Apart because none of it can be seen from the box.
"""

from typing import Final

from tests.board.bench import Bench
from tests.board.check import Check, Outcome, answered, judged

JOIN_S: Final = 20.0
POLICIES: Final = ("honest", "online", "portal")


def joining(bench: Bench) -> Outcome:
    """Each phone, each band and each policy by name; the slowest counts."""
    slowest: float | None = None
    told: list[str] = []
    for policy in POLICIES:
        phones = bench.word(f"captive = {policy}: which phones and bands did you try? (none: just enter)")
        if phones:
            took_s = bench.number("How many seconds did the slowest take from joining to the page?")
            if took_s is not None:
                slowest = max(slowest or 0.0, took_s)
                told.append(f"{policy}: {phones}")
    return judged(slowest, "s", most=JOIN_S, note="; ".join(told))


def drops(bench: Bench) -> Outcome:
    return judged(bench.number("How often did a phone lose the Wi-Fi in 60 minutes?"), "times", most=0)


def five_ghz(bench: Bench) -> Outcome:
    told = bench.run("iw", "dev")
    channel = next((line.split()[1] for line in told.splitlines() if "channel" in line), None)
    return answered(None if channel is None else int(channel) >= 36, "channel 36", f"channel {channel}")


CHECKS: Final = (
    Check("joining", "phones join and see the page", "a real radio, other people's phones", 30, joining),
    Check("drops", "they stay for an hour", "a real radio, other people's phones", 60, drops),
    Check("five-ghz", "the box's Wi-Fi is at 5 GHz", "a real radio, other people's phones", 0.1, five_ghz),
    Check(
        "management-frames",
        "phones of every kind join with protected management frames as shipped",
        "a real radio, other people's phones",
        5,
        lambda bench: answered(bench.yes("Did every phone join, the oldest too?"), "all join"),
    ),
    Check(
        "isolation",
        "one phone cannot reach another",
        "the radio's own driver",
        5,
        lambda bench: answered(bench.yes("Does a ping from one phone to another get no answer?"), "no answer"),
    ),
    Check(
        "awake",
        "a phone's screen stays on with the pad open",
        "only a phone can tell",
        10,
        lambda bench: answered(bench.yes("Did an iPhone's screen stay on for ten minutes?"), "stays on"),
    ),
)
