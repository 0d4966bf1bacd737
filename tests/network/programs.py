"""Stands in for nmcli and iw: keeps what is up, answers as they do, and can be told to refuse.

Apart from the tests so that what is taken for those programs' words can be read on one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

FIVE, TWO, OFFICE = "fieldreel-visit-5", "fieldreel-visit-2.4", "office"


@dataclass
class Programs:
    """`run` is a NmcliRadio's. `refuses`: profiles that do not come up. `has_iw`: whether it is installed."""

    profiles: dict[str, str] = field(default_factory=lambda: {FIVE: "aaaa", TWO: "bbbb", OFFICE: "cccc"})
    up: str | None = None
    refuses: set[str] = field(default_factory=set)
    phones: int = 0
    has_iw: bool = True
    asked: list[list[str]] = field(default_factory=list)

    def run(self, command: Sequence[str], timeout_s: float) -> str | None:
        self.asked.append([*command])
        match command:
            case ["iw", *words] if self.has_iw:
                return self._iw(words)
            case ["nmcli", "--terse", "--wait", wait_s, *words] if 0 < int(wait_s) < timeout_s:
                return self._nmcli(words)
        return None

    def _nmcli(self, words: Sequence[str]) -> str | None:
        match words:
            case ["--fields", "UUID,TYPE,NAME", "connection", "show", *which]:
                shown = [name for name in self.profiles if not which or name == self.up]
                lines = [f"{self.profiles[name]}:802-11-wireless:{name}" for name in shown]
                return "\n".join([*lines, "0d0c:802-3-ethernet:Wired connection 1", ""])
            case ["connection", "up" | "down" as verb, "id" | "uuid" as kind, which]:
                names = {uuid: name for name, uuid in self.profiles.items()}
                name = which if kind == "id" else names.get(which, "")
                if name not in self.profiles or (verb == "up" and name in self.refuses):
                    return None
                self.up = name if verb == "up" else None
                return "done\n"
        return None

    def _iw(self, words: Sequence[str]) -> str | None:
        match words:
            case ["dev"]:
                return "phy#0\n\tInterface wlan0\n\t\ttype AP\n"
            case ["dev", "wlan0", "station", "dump"]:
                there = range(self.phones)
                return "".join(f"Station 02:00:00:00:00:0{n} (on wlan0)\n\tinactive time:\t0 ms\n" for n in there)
        return None
