"""A large archive at an office: many sessions as their logs tell of them, and many ops, made in seconds.

Apart from the offices of other tests because its film is left out: one second stands for all in each session's folder.
"""

import json
import shutil
from collections.abc import Iterator
from typing import Final

from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.store.layout import KEY, LOG, new_id, segment_name
from tests.desk.office import BoxAtHome, Office

BOXES: Final = 3
FAMILIES: Final = 40
APART_MS: Final = 4_000


def fill(office: Office, sessions: int, ops: int, *, film_s: int = 600) -> list[str]:
    """Sessions of `film_s` seconds by BOXES boxes, with `ops` in all, half of them from phones; their ids.

    Each session's log has a line for each second, and one op of each says whose it is.
    """
    boxes = [office.box(f"Box {n}") for n in range(1, BOXES + 1)]
    made: list[str] = []
    for box, own in zip(boxes, _spread(sessions, BOXES), strict=True):
        for session, key in _sessions(office, box, own, film_s):
            family = f"F-{len(made) % FAMILIES + 1:03d}"
            box.op("recorder", session, key.recipient, "session", family=family, purpose="film", discreet=False)
            _tag(box, session, key, ops // sessions - 1 + (len(made) < ops % sessions))
            made.append(session)
    return made


def _sessions(office: Office, box: BoxAtHome, count: int, film_s: int) -> Iterator[tuple[str, HybridIdentity]]:
    """The first is recorded; of the others only key, beginning of the log and op are their own."""
    template = box.session([b"picture"] * film_s, family=None, ago_days=30)
    folder = office.store.session(template)
    for path in [folder / segment_name(n) for n in range(1, film_s)]:
        path.unlink()
    log = (folder / LOG).read_bytes()
    for n in range(count):
        session, key = new_id(), HybridIdentity.generate()
        shutil.copytree(folder, office.store.session(session))
        begins, newline, rest = log.partition(b"\n")
        opened = json.loads(begins)
        opened |= {"session": session, "number": n + 1, "recipient": key.recipient.text}
        opened["utc_ms"] += n * 3_600_000
        line = json.dumps(opened, separators=(",", ":")).encode()
        (office.store.session(session) / LOG).write_bytes(line + newline + rest)
        sealed = seal(f"{key.text}\n".encode(), [office.key.recipient])
        (office.store.session(session) / KEY).write_bytes(sealed.data)
        yield session, key
    shutil.rmtree(folder)


def _tag(box: BoxAtHome, session: str, key: HybridIdentity, count: int) -> None:
    for n in range(count):
        if n % 2:
            box.op("recorder", session, key.recipient, "star", pts_ms=n * APART_MS)
        else:
            box.moment(session, n * APART_MS, to=key.recipient)


def _spread(count: int, over: int) -> list[int]:
    return [count // over + (n < count % over) for n in range(over)]
