"""What ten thousand boxes ask of an S3 store: requests, bytes and money, as the table in DESIGN.md shows them.

Apart from the courier, whose sizes it takes, so that the table is computed and not remembered: `python -m tests.fleet`.
"""

import math
from dataclasses import dataclass
from typing import Final

from appliance.courier.loads import TAR_BYTES, TAR_SEGMENTS
from appliance.courier.pace import LONGEST_LOOK_US
from appliance.store.space import SEGMENT_OVERHEAD_BYTES, SOUND_BITS_PER_S

MILLION: Final = 1e6
FILES: Final = 4
"""Log, key, sums and signature of a session."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars. The defaults are AWS's list for us-east-1, S3 Standard, as of 2025: put your own here."""

    put_per_1000: float = 0.005
    get_per_1000: float = 0.0004
    gb_month: float = 0.021
    gb_month_cold: float = 0.004
    """Glacier Instant Retrieval: for what nobody is expected to look at."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Assumptions. `sessions`: of a box in a week; `busy_share`, `busy_hours`: so much of a day's film goes home then.

    `other_parcels`: ops, statements and families' keys that go with a session.
    """

    boxes: int = 10_000
    sessions: float = 5
    minutes: float = 20
    bitrate: int = 8_000_000
    kept_days: int = 365
    busy_share: float = 0.8
    busy_hours: float = 2
    other_parcels: int = 3
    prices: Prices = Prices()

    @property
    def segment_bytes(self) -> float:
        return (self.bitrate + SOUND_BITS_PER_S) / 8 + SEGMENT_OVERHEAD_BYTES

    @property
    def session_bytes(self) -> float:
        return self.minutes * 60 * self.segment_bytes

    @property
    def puts_a_session(self) -> int:
        a_tar = min(TAR_SEGMENTS, int(TAR_BYTES / self.segment_bytes))
        return math.ceil(self.minutes * 60 / a_tar) + FILES + self.other_parcels

    @property
    def sessions_a_year(self) -> float:
        return self.boxes * self.sessions * 365 / 7

    @property
    def puts_a_year(self) -> float:
        """Of one store. What is taken in is read once, and copied within the store once."""
        return self.sessions_a_year * self.puts_a_session

    @property
    def held_bytes(self) -> float:
        """In one store, once as much goes as comes."""
        return self.sessions_a_year * self.session_bytes * self.kept_days / 365

    @property
    def busy_bits_per_s(self) -> float:
        a_working_day = self.boxes * self.sessions / 5
        return a_working_day * self.session_bytes * 8 * self.busy_share / (self.busy_hours * 3600)

    @property
    def requests_usd_a_year(self) -> float:
        """A PUT into the drop, a GET to check it, a copy into the archive (billed as a PUT), for each parcel."""
        return self.puts_a_year / 1000 * (2 * self.prices.put_per_1000 + self.prices.get_per_1000)

    @property
    def single_seconds_usd_a_year(self) -> float:
        """The same if every second were an object of its own."""
        objects = self.sessions_a_year * (self.minutes * 60 + FILES + self.other_parcels)
        return objects / 1000 * (2 * self.prices.put_per_1000 + self.prices.get_per_1000)

    @property
    def looks_usd_a_year(self) -> float:
        """Two listings (billed as PUTs) of an outbox, as often as a box that is docked day and night looks."""
        looks = self.boxes * 365 * 86_400 * 1_000_000 / LONGEST_LOOK_US
        return 2 * looks / 1000 * self.prices.put_per_1000

    def storage_usd_a_month(self, *, cold: bool) -> float:
        price = self.prices.gb_month_cold if cold else self.prices.gb_month
        return self.held_bytes / 1e9 * price


def table(*fleets: Fleet) -> str:
    """A row for each quantity, a column for each fleet; one store each."""
    rows: list[tuple[str, str, list[str]]] = [
        ("bitrate", "", [f"{f.bitrate / MILLION:g} Mbit/s" for f in fleets]),
        ("a session", "minutes x 60 x segment", [f"{f.session_bytes / 1e9:.2f} GB" for f in fleets]),
        ("PUTs a session", f"tars of {TAR_SEGMENTS} s + {FILES} + ops", [f"{f.puts_a_session}" for f in fleets]),
        ("PUTs a year", "sessions x PUTs", [f"{f.puts_a_year / MILLION:.0f} million" for f in fleets]),
        ("arrives a year", "sessions x GB", [f"{f.sessions_a_year * f.session_bytes / 1e15:.2f} PB" for f in fleets]),
        ("held", "kept days / 365 of it", [f"{f.held_bytes / 1e15:.2f} PB" for f in fleets]),
        ("in the busy hours", "share x day / hours", [f"{f.busy_bits_per_s / 1e9:.1f} Gbit/s" for f in fleets]),
        ("requests", "2 PUT + 1 GET a parcel", [f"${f.requests_usd_a_year:,.0f} a year" for f in fleets]),
        ("looking for receipts", "2 listings, 48 times a day", [f"${f.looks_usd_a_year:,.0f} a year" for f in fleets]),
        ("were seconds objects", "", [f"${f.single_seconds_usd_a_year:,.0f} a year" for f in fleets]),
        ("storage, standard", "held x price", [f"${f.storage_usd_a_month(cold=False):,.0f} a month" for f in fleets]),
        ("storage, cold", "held x price", [f"${f.storage_usd_a_month(cold=True):,.0f} a month" for f in fleets]),
    ]
    lines = ["| what | how | " + " | ".join("" for _ in fleets) + " |", "| --- | --- |" + " --- |" * len(fleets)]
    lines += [f"| {what} | {how} | " + " | ".join(cells) + " |" for what, how, cells in rows]
    return "\n".join(lines) + "\n"


DESIGN_FLEETS: Final = (Fleet(), Fleet(bitrate=2_000_000))

if __name__ == "__main__":
    print(table(*DESIGN_FLEETS), end="")
