"""The morning after a power cut: the disk is recovered, verified and opened, and held against what was promised.

Apart from whoever wrote the disk, so that a stand-in and the real recorder are judged by the same words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

from appliance.errors import Fault
from appliance.sealing.age import open_sealed
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.sealing.identities import HybridIdentity, Identity, read_identities
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from appliance.store.layout import INIT, KEY, LOG, Home, op_number, segment_name
from appliance.store.lines import SegmentLine
from appliance.store.log import read_log
from appliance.store.recovery import recover
from appliance.store.sessions import list_sessions
from appliance.store.verify import verify_session
from tests.lab.promises import Promise

OPENED_AT_RANDOM = 2
BOOT = "00000000-0000-4000-8000-00000000c0de"


@dataclass
class Aftermath:
    """What was found. `troubles`: sentences, none where all is well. `playable_us`: for each session the end of its
    last segment that opens, on the CLOCK_MONOTONIC of its recording."""

    troubles: list[str] = field(default_factory=list)
    playable_us: dict[str, int] = field(default_factory=dict)
    stars_lost: int = 0


def look(root: Path, promises: Sequence[Promise], office: HybridIdentity, chance: Random) -> Aftermath:
    """Recover the home at `root` as the recorder does at start, then check it. `promises`: those that were due."""
    home, found = Home(root), Aftermath()
    try:
        signer = WriterKey.load(home.device, "recorder")
        recovery = recover(home, signer, boot=BOOT, utc_ms=1_790_000_000_000, utc_source="last known")
        found.troubles += [f"{o.session[:6]} was left: {o.why}" for o in recovery.sessions if o.what == "left"]
        _check_sessions(home, {p.session for p in promises if p.kind == "segment"}, office, chance, found)
        _check_promises(home, promises, office, found)
    except (OSError, Fault, ValueError) as failure:
        found.troubles.append(f"{type(failure).__name__}: {failure}")
        found.stars_lost = found.stars_lost or _missing(root, (p for p in promises if p.kind == "star"))
    return found


def _check_sessions(home: Home, promised: set[str], office: HybridIdentity, chance: Random, found: Aftermath) -> None:
    """Verify each session that has film, open some of it, note how far it plays."""
    device = str(WriterKey.load(home.device, "recorder").certificate["device_public"])
    for facts in list_sessions(home):
        folder = home.session(facts.id)
        if facts.state in {"closed", "recovered"}:
            verdict = verify_session(folder, check_signature, check_certificate, device)
            found.troubles += [f"{facts.id[:6]}: {finding.file} {finding.what}" for finding in verdict.findings]
            _note_film(folder, _identities(folder, office), chance, found)
        elif facts.id in promised or facts.state == "open":
            found.troubles.append(f"{facts.id[:6]} is {facts.state}")


def _identities(folder: Path, office: HybridIdentity) -> list[Identity]:
    return read_identities(open_sealed(Sealed.found((folder / KEY).read_bytes()), [office]), str)


def _note_film(folder: Path, identities: list[Identity], chance: Random, found: Aftermath) -> None:
    reading = read_log((folder / LOG).read_bytes())
    there = [line for line in reading.segments if (folder / segment_name(line.n)).exists()]
    if there and reading.opened is not None:
        _open_some(folder, there, identities, chance)
        found.playable_us[folder.name] = reading.opened.mono_us + there[-1].end_ms * 1000
        if [line.n for line in there] != list(range(len(there))):
            found.troubles.append(f"{folder.name[:6]} has a hole in its segments")


def _open_some(folder: Path, there: Sequence[SegmentLine], identities: list[Identity], chance: Random) -> None:
    """The head of the film, its last segment, and a few in between: raises where one does not open."""
    chosen = {there[-1].n, *(chance.choice(there).n for _ in range(OPENED_AT_RANDOM))}
    for name in (INIT, *map(segment_name, sorted(chosen))):
        open_sealed(Sealed.found((folder / name).read_bytes()), identities)


def _check_promises(home: Home, promises: Sequence[Promise], office: HybridIdentity, found: Aftermath) -> None:
    for promise in promises:
        for name, expected in promise.files.items():
            path = home.root / name
            if not path.exists() or sha256(path.read_bytes()).hexdigest() != expected:
                found.troubles.append(f"{promise.kind} {name} was acknowledged and is lost")
                found.stars_lost += promise.kind == "star"
    stars = [name for p in promises if p.kind == "star" for name in p.files if (home.root / name).exists()]
    if stars:
        newest = next(p for p in promises if stars[-1] in p.files)
        _open_star(home, home.root / stars[-1], _identities(home.session(newest.session), office))


def _open_star(home: Home, path: Path, identities: list[Identity]) -> None:
    check = known_writers([WriterKey.load(home.device, "recorder").certificate])
    open_op(Sealed.found(path.read_bytes()), identities, check, {"lane": path.parent.name, "n": op_number(path.name)})


def _missing(root: Path, promises: Iterable[Promise]) -> int:
    """Promises with a file that cannot be read as it was: where nothing else could be looked at."""

    def whole(name: str, expected: str) -> bool:
        try:
            return sha256((root / name).read_bytes()).hexdigest() == expected
        except OSError:
            return False

    return sum(not all(whole(name, expected) for name, expected in p.files.items()) for p in promises)
