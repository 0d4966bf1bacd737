"""Every non-armored vector of age's public testkit: the outcome, and each byte that is released on the way to it."""

import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import FileTampered, WrongKey
from appliance.sealing import age
from appliance.sealing.identities import Identity, ScryptIdentity, parse_identity
from appliance.sealing.sealed import Sealed
from appliance.sealing.stream import ChunkChanged, CutShort, EmptyLastChunk, TrailingBytes

FOLDER = Path(__file__).resolve().parent.parent / "vectors" / "age"
NOT_VECTORS = {"README.md", ".gitattributes"}
FAULTS: dict[str, type[WrongKey] | type[FileTampered]] = {
    "no match": WrongKey,
    "header failure": FileTampered,
    "HMAC failure": FileTampered,
    "payload failure": FileTampered,
}
PAYLOAD_FAULTS = (ChunkChanged, CutShort, EmptyLastChunk, TrailingBytes)


@dataclass(frozen=True)
class Vector:
    """`payload`: SHA-256 of what is released; that of nothing where the vector names none."""

    expect: str
    payload: str
    armored: bool
    identities: list[Identity]
    sealed: bytes


def read_vector(path: Path) -> Vector:
    head, _, sealed = path.read_bytes().partition(b"\n\n")
    pairs = [(name, value) for line in head.decode().splitlines() for name, _, value in [line.partition(": ")]]
    facts = dict(pairs)
    return Vector(
        facts["expect"],
        facts.get("payload", hashlib.sha256(b"").hexdigest()),
        "armored" in facts,
        [parse_identity(value) for name, value in pairs if name == "identity"]
        + [ScryptIdentity(value) for name, value in pairs if name == "passphrase"],
        zlib.decompress(sealed) if "compressed" in facts else sealed,
    )


VECTORS = {path.name: read_vector(path) for path in sorted(FOLDER.iterdir()) if path.name not in NOT_VECTORS}
BINARY = {name: vector for name, vector in VECTORS.items() if not vector.armored}


def test_the_testkit_is_whole() -> None:
    assert len(VECTORS) == 143
    assert len(BINARY) == 110
    assert {expect: sum(v.expect == expect for v in BINARY.values()) for expect in (*FAULTS, "success")} == {
        "no match": 12,
        "header failure": 60,
        "HMAC failure": 1,
        "payload failure": 18,
        "success": 19,
    }


@pytest.mark.parametrize("name", BINARY)
def test_a_stream_ends_and_releases_as_the_vector_says(name: str) -> None:
    vector = BINARY[name]
    released = io.BytesIO()
    if vector.expect == "success":
        age.open_stream(io.BytesIO(vector.sealed), released, vector.identities)
    else:
        with pytest.raises(FAULTS[vector.expect]) as caught:
            age.open_stream(io.BytesIO(vector.sealed), released, vector.identities)
        assert (type(caught.value) in PAYLOAD_FAULTS) == (vector.expect == "payload failure")
    assert hashlib.sha256(released.getvalue()).hexdigest() == vector.payload


@pytest.mark.parametrize("name", BINARY)
def test_a_whole_file_opens_or_gives_nothing(name: str) -> None:
    vector = BINARY[name]
    if vector.expect == "success":
        opened = age.open_sealed(Sealed.found(vector.sealed), vector.identities)
        assert hashlib.sha256(opened).hexdigest() == vector.payload
    else:
        with pytest.raises(FAULTS[vector.expect]):
            age.open_sealed(Sealed.found(vector.sealed), vector.identities)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("stream_bad_tag", ChunkChanged),
        ("stream_no_final", CutShort),
        ("stream_no_final_full", CutShort),
        ("stream_no_chunks", CutShort),
        ("stream_last_chunk_empty", EmptyLastChunk),
        ("stream_trailing_garbage_long", TrailingBytes),
        ("stream_trailing_garbage_short", TrailingBytes),
        ("stream_two_final_chunks", TrailingBytes),
    ],
)
def test_a_broken_payload_says_how(name: str, fault: type[FileTampered]) -> None:
    with pytest.raises(FileTampered) as caught:
        age.open_sealed(Sealed.found(BINARY[name].sealed), BINARY[name].identities)
    assert type(caught.value) is fault
