"""Statements: what is said in clear and signed, for programs that can open nothing (FORMAT 10).

Apart from ops because a statement is for whoever holds no key, and so may hold ids, times and sizes only.
"""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from appliance.errors import BadInput, FileTampered
from appliance.sealing.certificates import check_certificate, check_signature, from_base64, to_base64
from appliance.sealing.sealed import Signer

LINE_BYTES: Final = 16 * 1024 * 1024
HEAD: Final = ("v", "kind", "device", "writer", "id", "at")
_SIGNATURE: Final = b',"signature":"'
_KIND: Final = re.compile(r"[a-z]{1,32}", re.ASCII)

Statement = dict[str, Any]


def make_statement(kind: str, at_ms: int, told: Mapping[str, Any], signer: Signer, *, id_: str | None = None) -> bytes:
    """One signed line. `at_ms`: UTC; `id_`: a UUID, or a new one. Raises BadInput for what cannot be said."""
    certificate = signer.certificate
    if not _KIND.fullmatch(kind) or {*HEAD, "certificate", "signature"} & told.keys():
        raise BadInput("A statement's own keys cannot be told anew.")
    whole = {
        "v": 1,
        "kind": kind,
        "device": certificate["device"],
        "writer": certificate["writer"],
        "id": id_ or str(uuid.uuid4()),
        "at": at_ms,
        **told,
        "certificate": dict(certificate),
    }
    try:
        text = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        raise BadInput("A statement holds a text or number that cannot be written down.") from None
    return b'%b%b%b"}\n' % (text[:-1], _SIGNATURE, to_base64(signer.sign(_signed(text))).encode())


def read_statement(line: bytes) -> Statement:
    """What is said, after its signature was found genuine. Raises FileTampered for anything else.

    Whether the device that its `certificate` names is to be believed is for the reader to know.
    """
    if len(line) > LINE_BYTES or not line.endswith(b'"}\n') or line.count(b"\n") != 1:
        raise FileTampered("This is not a statement.")
    before, found, after = line.rpartition(_SIGNATURE)
    signature = from_base64(after[:-3]) if found else None
    told = _object(line)
    certificate = told.get("certificate")
    if signature is None or not isinstance(certificate, dict) or not check_certificate(certificate):
        raise FileTampered("A statement is not signed as it should be.")
    if not check_signature(str(certificate["public"]), _signed(before + b"}"), signature):
        raise FileTampered("A statement was changed after it was signed.")
    if (told["device"], told["writer"]) != (certificate["device"], certificate["writer"]):
        raise FileTampered("A statement names another writer than the one that signed it.")
    return told


def _signed(text: bytes) -> bytes:
    return b"fieldreel statement v1\n" + text


def _object(line: bytes) -> Statement:
    try:
        told = json.loads(line.decode())
    except (ValueError, RecursionError):
        raise FileTampered("A statement is not JSON.") from None
    if (
        not isinstance(told, dict)
        or tuple(told)[: len(HEAD)] != HEAD
        or tuple(told)[-2:] != ("certificate", "signature")
    ):
        raise FileTampered("A statement lacks what every statement has.")
    if told["v"] != 1 or type(told["at"]) is not int or not all(isinstance(told[key], str) for key in HEAD[1:5]):
        raise FileTampered("A statement is of a kind that is not known.")
    return told
