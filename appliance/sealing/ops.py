"""An op's way into a lane's file and back: signed by its writer, then sealed to one subject (FORMAT 8).

Apart because it alone joins the two: the signature stands inside the seal, so a sealed op tells nobody who wrote it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from appliance.errors import BadInput, FileTampered
from appliance.sealing.age import open_sealed, seal
from appliance.sealing.certificates import check_certificate, check_signature, from_base64, to_base64
from appliance.sealing.sealed import Sealed, Signer
from appliance.sealing.wrapping import Identity, Recipient

KEYS: Final = ("v", "id", "lane", "n", "device", "lamport", "at", "at_source", "by", "subject", "kind")
"""Every op begins with these, in this order."""

CheckOp = Callable[[Mapping[str, Any], bytes, bytes], bool]
"""(op, the bytes signed, signature) -> whether the writer that the op names signed it; never raises."""

ANYWHERE: Final[Mapping[str, Any]] = MappingProxyType({})


def seal_op(op: Mapping[str, Any], signer: Signer, recipients: Sequence[Recipient]) -> Sealed:
    """Raises BadInput if `op` lacks a key of every op, names another writer than the signer, or is not JSON."""
    certificate = signer.certificate
    if tuple(op)[: len(KEYS)] != KEYS or op["v"] != 1:
        raise BadInput("An op does not begin with the keys that every op has.")
    if (op["device"], op["lane"]) != (certificate["device"], certificate["writer"]):
        raise BadInput("An op names another writer than the one that signs it.")
    try:
        line = json.dumps(op, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        raise BadInput("An op holds a text or number that cannot be written down.") from None
    return seal(b"%b\n%b\n" % (line, to_base64(signer.sign(line)).encode()), recipients)


def open_op(
    sealed: Sealed, identities: Sequence[Identity], check: CheckOp, expected: Mapping[str, Any] = ANYWHERE
) -> dict[str, Any]:
    """The op, after its signature was found genuine by `check` (see `known_writers`).

    `expected`: what the reader knows from where the op lay (`lane`, `n`, `subject`, `device`), so that an op that was
    moved or sealed anew to another subject is found out. Raises WrongKey, FileTampered.
    """
    line, signature = _two_lines(open_sealed(sealed, identities))
    op = _read_object(line)
    if not check(op, line, signature):
        raise FileTampered("An op was not signed by the writer that it names.")
    if any(op.get(key) != value for key, value in expected.items()):
        raise FileTampered("An op lies elsewhere than where its writer put it.")
    return op


def known_writers(certificates: Iterable[Mapping[str, Any]]) -> CheckOp:
    """A check that takes ops of these certificates' writers only; certificates that are not genuine count as none."""
    public = {(each["device"], each["writer"]): each["public"] for each in certificates if check_certificate(each)}

    def check(op: Mapping[str, Any], line: bytes, signature: bytes) -> bool:
        device, lane = op.get("device"), op.get("lane")
        if not isinstance(device, str) or not isinstance(lane, str) or (device, lane) not in public:
            return False
        return check_signature(public[device, lane], line, signature)

    return check


def _two_lines(plaintext: bytes) -> tuple[bytes, bytes]:
    lines = plaintext.split(b"\n")
    signature = from_base64(lines[1]) if len(lines) == 3 and not lines[2] else None
    if signature is None:
        raise FileTampered("A sealed op does not hold an op and its signature.")
    return lines[0], signature


def _read_object(line: bytes) -> dict[str, Any]:
    try:
        op = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise FileTampered("A sealed op does not hold JSON.") from None
    if not isinstance(op, dict) or not set(KEYS) <= op.keys():
        raise FileTampered("A sealed op lacks keys that every op has.")
    return op
