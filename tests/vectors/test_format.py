"""FORMAT.md by example: what vectors.json holds opens and verifies as the document says, for ever."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import FileTampered
from appliance.sealing.certificates import certificate_message, check_certificate, check_signature
from appliance.sealing.identities import HybridIdentity, parse_identity, read_identities
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.store.log import Chain, checkpoint_message

Vectors = dict[str, Any]


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    found: Vectors = json.loads((Path(__file__).parent / "format" / "vectors.json").read_bytes())
    return found


def sealed(vectors: Vectors, key: str) -> Sealed:
    return Sealed.found(base64.b64decode(vectors[key]))


def test_the_identity_has_its_recipient(vectors: Vectors) -> None:
    identity = parse_identity(vectors["identity"])
    assert isinstance(identity, HybridIdentity)
    assert identity.recipient.text == vectors["recipient"]


def test_the_op_opens(vectors: Vectors) -> None:
    identities = [parse_identity(vectors["identity"])]
    place = {key: vectors["op"][key] for key in ("lane", "n", "device", "subject")}
    op = open_op(sealed(vectors, "op_sealed"), identities, known_writers([vectors["certificate"]]), place)
    assert op == vectors["op"]
    assert json.dumps(op, ensure_ascii=False, separators=(",", ":")) == vectors["op_line"]
    with pytest.raises(FileTampered):
        open_op(sealed(vectors, "op_sealed"), identities, known_writers([]), place)


def test_the_certificate_is_genuine(vectors: Vectors) -> None:
    certificate = vectors["certificate"]
    assert check_certificate(certificate)
    assert certificate["public"] == vectors["signer_public"]
    message = f"fieldreel certificate v1\n{certificate['device']}\nrecorder\n{certificate['public']}\n".encode()
    assert certificate_message(certificate["device"], "recorder", certificate["public"]) == message
    assert check_signature(certificate["device_public"], message, base64.b64decode(certificate["signature"]))


def test_the_checkpoint_is_signed(vectors: Vectors) -> None:
    message = vectors["checkpoint_message"].encode()
    before = Chain(vectors["checkpoint_prev"], vectors["checkpoint_lines"])
    assert checkpoint_message(vectors["checkpoint_session"], before) == message
    assert check_signature(vectors["signer_public"], message, base64.b64decode(vectors["checkpoint_signature"]))
    other = checkpoint_message(vectors["checkpoint_session"], Chain(before.prev, before.lines + 1))
    assert not check_signature(vectors["signer_public"], other, base64.b64decode(vectors["checkpoint_signature"]))


def test_the_key_file_opens(vectors: Vectors) -> None:
    (identity,) = read_identities(sealed(vectors, "office_key").data, lambda: str(vectors["passphrase"]))
    assert isinstance(identity, HybridIdentity)
    assert identity.text == vectors["identity"]
