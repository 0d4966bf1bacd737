"""The card and the processor: how long a second of film takes to be sealed and durable.

Apart because each kind of card has a sheet of its own.
"""

import statistics
import time
from typing import Final

from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from tests.board.bench import Bench, Status, film
from tests.board.check import Check, Outcome, judged

SECOND_BYTES: Final = 1_000_000
"""A second of film at 8 Mbit/s."""
WRITES: Final = 200
SYNC_P99_MS: Final = 1_000.0
"""The queue holds 20 s: a card this slow once in a hundred seconds loses nothing."""
SEAL_MS: Final = 100.0
QUEUE_MS: Final = 5_000


def sync_p99(bench: Bench) -> Outcome:
    took_ms = sorted(bench.synced_ms(round(bench.long_s(WRITES)), SECOND_BYTES))
    p99 = took_ms[min(len(took_ms) - 1, round(len(took_ms) * 0.99))]
    note = f"median {statistics.median(took_ms):.1f} ms, at most {took_ms[-1]:.0f} ms, {len(took_ms)} writes"
    return judged(round(p99, 1), "ms", most=SYNC_P99_MS, note=note)


def sealing(bench: Bench) -> Outcome:
    """CPU time of this processor, of which a second of film has a second."""
    recipient, data = HybridIdentity.generate().recipient, b"x" * SECOND_BYTES
    began_s = time.process_time()
    rounds = max(3, round(bench.long_s(20)))
    for _ in range(rounds):
        seal(data, [recipient])
    return judged(round((time.process_time() - began_s) / rounds * 1000, 1), "ms a second of film", most=SEAL_MS)


def queue(bench: Bench) -> Outcome:
    """How far behind the card is while it films, and whether anything had to be dropped."""
    worst, dropped = [0], [0]

    def watch(told: Status) -> None:
        worst[0] = max(worst[0], int(told["queue_ms"]))
        dropped[0] = max(dropped[0], int(told["dropped_pictures"]))

    before = int(bench.status()["dropped_pictures"])
    film(bench, bench.long_s(300), watch)
    lost = max(0, dropped[0] - before)
    return judged(worst[0] if not lost else 10 * QUEUE_MS, "ms", most=QUEUE_MS, note=f"{lost} pictures dropped")


CHECKS: Final = (
    Check("sync-p99", "a second of film is durable in time", "each card stalls in its own way", 3, sync_p99),
    Check("sealing", "the processor seals in time", "no AES and no vectors as on a PC", 0.5, sealing),
    Check("queue", "the card keeps up with five minutes of film", "each card stalls in its own way", 6, queue),
)
