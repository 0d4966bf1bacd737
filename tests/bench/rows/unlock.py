"""From a PIN to all that was ever tagged, over HTTP; beside the bare cryptography of as many ops."""

import os
import statistics
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from appliance.clock import SystemClock
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.recipients import HYBRID_INFO, HYBRID_SUITE
from appliance.sealing.signing import WriterKey
from appliance.store.layout import Home
from tests.bench.context import SMALL, Context
from tests.bench.pages import PIN, box_with_pages, paired
from tests.bench.row import Row
from tests.playback.homes import HASTY, begin, drawn, unlock_recipient, write
from tests.process.box import Box
from tests.web.phone import Phone
from web_ui.lane import NewOp, WebLane

SESSIONS: Final = 20
FEW_S: Final = 0.5
MANY_S: Final = 5.0
FIRST_PAGE_S: Final = 1.0
APART_MS: Final = 15_000
LINE_BYTES: Final = 400


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Seconds from the PIN's being sent: to the answer, to the first page with moments on it, to the last moment."""

    answer_s: float
    first_page_s: float
    all_s: float


def measure(context: Context) -> Row:
    few, many, runs = *context.pick((1_000, 15_000), (20, 60)), context.pick(5, 1)
    with context.scratch() as folder, box_with_pages(folder, SMALL, HybridIdentity.generate()) as box:
        phone = paired(box)
        sessions = _sessions(box.layout)
        _tag(box, sessions, range(few))
        found_few = [_unlock(phone, sessions[-1][0], few) for _ in range(runs)]
        _tag(box, sessions, range(few, many))
        found_many = [_unlock(phone, sessions[-1][0], many) for _ in range(runs)]
        phone.hang_up()
    floor_s = _floor_s(few) / few * many
    few_s = statistics.median(each.all_s for each in found_few)
    many_s = statistics.median(each.all_s for each in found_many)
    first_s = statistics.median(each.first_page_s for each in found_many)
    answer_s = statistics.median(each.answer_s for each in found_many)
    return Row(
        what=f"PIN to all that was tagged, with {few:,} and with {many:,} ops",
        ours=f"{few_s:.2f} s and {many_s:.2f} s, its first page after {first_s:.2f} s",
        peer=f"X-Wing and Ed25519 of {many:,} ops and nothing else: {floor_s:.2f} s",
        ratio=many_s / floor_s,
        target=f"≤ {FEW_S} s and ≤ {MANY_S:.0f} s, first page ≤ {FIRST_PAGE_S:.0f} s",
        met=few_s <= FEW_S and many_s <= MANY_S and first_s <= FIRST_PAGE_S,
        figures={
            "few_s": few_s,
            "many_s": many_s,
            "first_page_s": first_s,
            "answer_s": answer_s,
            "few_answer_s": statistics.median(each.answer_s for each in found_few),
            "peer_s": floor_s,
        },
        disk=context.disk,
        runs=runs,
        note=f"{SESSIONS} sessions; of it {answer_s:.2f} s for the keeper to start and for the PIN (Argon2id, 64 MiB)",
    )


def _sessions(home: Home) -> list[tuple[str, str]]:
    """(id, recipient) of sessions of one picture that are kept for playing back; the newest last."""
    film, made = drawn([0], SMALL), []
    for _ in range(SESSIONS):
        writer, subject = begin(home, unlock_recipient(home))
        for event in film.events:
            write(writer, subject, event)
        writer.close("stop", SystemClock().utc_ms(), "rtc")
        made.append((writer.id, subject.recipient.text))
    return made


def _tag(box: Box, sessions: list[tuple[str, str]], numbers: range) -> None:
    """So many more ops by the web's own lane, while no web runs."""
    assert box.web is not None
    box.web.stop()
    lane = WebLane(box.layout, WriterKey.load(box.layout.device, "web"), SystemClock(), HASTY)
    for at, n in enumerate(numbers):
        lane.write(_op(*sessions[at * len(sessions) // len(numbers)], n))
    box.web.launch()
    box.web.wait_usable()


def _op(session: str, recipient: str, n: int) -> NewOp:
    at_ms = n * APART_MS
    fields = {"pts_ms": at_ms, "in_ms": max(0, at_ms - 8_000), "out_ms": at_ms + 4_000, "note": ""}
    tags = {"tags": ["orion-8@1/taking-turns"]}
    return NewOp(str(uuid.uuid4()), "moment", session, (recipient,), "0" * 32, {**fields, **tags})


def _unlock(phone: Phone, newest: str, count: int) -> Unlocked:
    phone.hang_up()
    began = time.perf_counter()
    phone.done("/api/unlock", pin=PIN)
    answer_s = time.perf_counter() - began
    phone.read(f"/api/sessions/{newest}/moments")
    first_page_s = time.perf_counter() - began
    told: dict[str, Any] = {"reading": True}
    while told["reading"]:
        told = phone.read("/api/sessions")
    all_s = time.perf_counter() - began
    if sum(each["moments"] for each in told["sessions"]) != count:
        raise RuntimeError("another number of moments was read than was written")
    phone.done("/api/lock")
    return Unlocked(answer_s, first_page_s, all_s)


def _floor_s(count: int) -> float:
    """Seconds for the two public-key operations that each op needs, in a row."""
    mlkem, x25519, signer = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = MLKEM768X25519PublicKey(mlkem.public_key(), x25519.public_key())
    sealed, secret = HYBRID_SUITE.encrypt(bytes(16), public, info=HYBRID_INFO), MLKEM768X25519PrivateKey(mlkem, x25519)
    line, checking = os.urandom(LINE_BYTES), signer.public_key()
    signature = signer.sign(line)
    began = time.perf_counter()
    for _ in range(count):
        HYBRID_SUITE.decrypt(sealed, secret, info=HYBRID_INFO)
        checking.verify(signature, line)
    return time.perf_counter() - began
