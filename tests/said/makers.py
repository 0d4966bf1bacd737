"""Offices and boxes that speak: real keys, kept in memory, and the lines that they would write."""

import uuid
from typing import Any

from appliance.said.kinds import Said, read_said
from appliance.sealing.signing import WriterKey
from appliance.sealing.statements import make_statement, read_statement
from tests.store.makers import make_signer

BOX, OTHER_BOX, STORE, OTHER_STORE = 11, 12, 21, 22
"""Seeds of devices."""
STORE_ID, OTHER_STORE_ID = "57" * 16, "58" * 16


def public_of(device_seed: int) -> str:
    return str(make_signer(device_seed).certificate["device_public"])


def device_of(device_seed: int) -> str:
    return str(make_signer(device_seed).certificate["device"])


def writer(device_seed: int, name: str) -> WriterKey:
    return make_signer(device_seed, name)


def line(device_seed: int, name: str, kind: str, at: int = 1, **told: Any) -> bytes:
    return make_statement(kind, at, told, writer(device_seed, name), id_=str(uuid.uuid4()))


def said(device_seed: int, name: str, kind: str, at: int = 1, **told: Any) -> Said:
    read = read_said(read_statement(line(device_seed, name, kind, at, **told)))
    assert read is not None
    return read


def receipt_told(session: str, sums_sha256: str, **other: Any) -> dict[str, Any]:
    """The keys of a receipt by STORE for a session of BOX."""
    return {
        "box": device_of(BOX),
        "session": session,
        "number": 1,
        "store": STORE_ID,
        "sums_sha256": sums_sha256,
        "bytes": 1,
        "purge_after": 0,
        "hold": False,
        **other,
    }
