"""How the box starts, and whether its programs are where they belong.

First of all checks, for later ones start programs anew.
"""

from typing import Final

from tests.board.bench import Bench, film
from tests.board.check import Check, Mark, Outcome, answered, judged

RECORDER: Final = "fieldreel-recorder.service"
READY_S: Final = 60.0
STALE_S: Final = 300.0
"""So late it was started by hand, and not by the boot."""
EXPOSURE: Final = 1.0


def boot_to_ready(bench: Bench) -> Outcome:
    """From the kernel's start to the recorder's word that it is ready; the loader before it is not in it."""
    ready_s = int(bench.run("systemctl", "show", "--value", "-p", "ActiveEnterTimestampMonotonic", RECORDER)) / 1e6
    if ready_s > STALE_S:
        note = "The recorder was started anew since the boot: reboot, then --again boot-to-ready."
        return Outcome(Mark.NOT_DONE, note=note)
    whole = bench.run("systemd-analyze", "time").splitlines()[0]
    return judged(round(ready_s, 1), "s", most=READY_S, note=whole)


def sandbox(bench: Bench) -> Outcome:
    """The unit as it was shipped films, on this kind of processor, within its fences."""
    fences = ("MemoryDenyWriteExecute", "PrivateNetwork", "DevicePolicy", "WatchdogUSec", "DropInPaths")
    told = bench.run("systemctl", "show", *(f"-p{name}" for name in fences), RECORDER).split()
    wanted = {"MemoryDenyWriteExecute=yes", "PrivateNetwork=yes", "DevicePolicy=closed", "WatchdogUSec=20s"}
    missing = sorted(wanted - set(told)) + [each for each in told if each.startswith("DropInPaths=/")]
    bench.run("systemd-analyze", "security", f"--threshold={EXPOSURE * 10:g}", RECORDER)
    kept = bench.kept(film(bench, bench.long_s(10)))
    good = not missing and kept.state == "closed" and kept.sound
    return answered(good, "films within its fences", f"{kept.film_ms / 1000:.1f} s of film", ", ".join(missing))


def no_swap(bench: Bench) -> Outcome:
    swap = bench.run("swapon", "--show", "--noheadings").strip()
    return answered(not swap, "no swap", note=swap)


def watchdog_set(bench: Bench) -> Outcome:
    """A limit that the hardware cannot count to is dropped without a word (systemd issue 27427)."""
    told = bench.run("cat", "/sys/class/watchdog/watchdog0/timeout", "/sys/class/watchdog/watchdog0/state").split()
    return answered(told == ["14", "active"], "14 s, active", " s, ".join(told))


CHECKS: Final = (
    Check("boot-to-ready", "from the kernel's start to ready", "loader, card and kernel decide it", 0.1, boot_to_ready),
    Check(
        "sandbox", "the recorder's unit as shipped films on this board", "other kernels fence otherwise", 0.5, sandbox
    ),
    Check("no-swap", "nothing of memory can reach the card", "the system on the card decides it", 0.1, no_swap),
    Check("watchdog-set", "the board's watchdog counts", "the board's own watchdog", 0.1, watchdog_set),
)
