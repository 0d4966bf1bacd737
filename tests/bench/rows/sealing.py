"""Sealing one segment by itself, beside the bare cipher in one call."""

import os
import statistics
import time
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.recipients import Recipient
from tests.bench.context import Context
from tests.bench.row import Row, p50_p99

SEGMENT_BYTES: Final = 1_000_000
US: Final = 1e6


def measure(context: Context) -> Row:
    runs = context.pick(400, 40)
    recipient, aead = HybridIdentity.generate().recipient, ChaCha20Poly1305(ChaCha20Poly1305.generate_key())
    plain, nonce = os.urandom(SEGMENT_BYTES), bytes(12)
    ours, peer = [], []
    for _ in range(runs):
        began = time.thread_time()
        seal(plain, [recipient])
        between = time.thread_time()
        aead.encrypt(nonce, plain, None)
        ours.append((between - began) * US)
        peer.append((time.thread_time() - between) * US)
    head_us = _head_us(recipient, runs)
    ours_us, ours_p99_us = p50_p99(ours)
    peer_us, _ = p50_p99(peer)
    return Row(
        what="CPU to seal one segment of 1 MB to the session's recipient (ML-KEM-768 + X25519)",
        ours=f"{ours_us:.0f} µs",
        peer=f"ChaCha20-Poly1305 of `cryptography` in one call, no key exchange: {peer_us:.0f} µs",
        ratio=ours_us / peer_us,
        figures={"ours_us": ours_us, "ours_p99_us": ours_p99_us, "peer_us": peer_us, "head_us": head_us},
        disk="none",
        runs=runs,
        note=f"of it {head_us:.0f} µs for key exchange and head, whatever the length",
    )


def _head_us(recipient: Recipient, runs: int) -> float:
    """What sealing nothing costs."""
    spent = []
    for _ in range(runs):
        began = time.thread_time()
        seal(b"", [recipient])
        spent.append((time.thread_time() - began) * US)
    return statistics.median(spent)
