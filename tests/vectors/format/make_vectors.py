"""Made vectors.json, once: `python -m tests.vectors.format.make_vectors > tests/vectors/format/vectors.json`.

Kept so that anyone can see how the vectors came about; running it again makes others, for sealing draws lots.
"""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.sealing import age
from appliance.sealing.certificates import certify, device_id, public_text, to_base64
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import ScryptRecipient
from appliance.sealing.signing import WriterKey

SESSION = "00112233445566778899aabbccddeeff"
PASSPHRASE = "ribbon otter velvet 27"


def main() -> None:
    device_key, writer_key = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
    subject = HybridIdentity(bytes(range(32)))
    certificate = certify(device_key, "recorder", public_text(writer_key))
    signer = WriterKey(writer_key, certificate)
    op = {
        "v": 1,
        "id": "6f1c2f5e-3f0c-4b7e-9d55-0c2f1a7be001",
        "lane": "recorder",
        "n": 3,
        "device": device_id(device_key.public_key().public_bytes_raw()),
        "lamport": 1041,
        "at": 1780000000123,
        "at_source": "last known",
        "by": "phone 1",
        "subject": SESSION,
        "kind": "moment",
        "pts_ms": 61500,
        "in_ms": 53500,
        "out_ms": 65500,
        "tags": ["orion-8@1/taking-turns"],
        "note": 'grüßt „zurück“ 👋 "so"\n',
    }
    checkpoint = f"fieldreel checkpoint v1\n{SESSION}\n61\n{'ab' * 32}\n"
    identity_file = f"{subject.text}\n"
    vectors = {
        "identity": subject.text,
        "recipient": subject.recipient.text,
        "op": op,
        "op_line": json.dumps(op, ensure_ascii=False, separators=(",", ":")),
        "op_sealed": to_base64(seal_op(op, signer, [subject.recipient]).data),
        "signer_public": signer.public,
        "certificate": certificate,
        "checkpoint_session": SESSION,
        "checkpoint_lines": 61,
        "checkpoint_prev": "ab" * 32,
        "checkpoint_message": checkpoint,
        "checkpoint_signature": to_base64(signer.sign(checkpoint.encode())),
        "passphrase": PASSPHRASE,
        "office_key": to_base64(age.seal(identity_file.encode(), [ScryptRecipient(PASSPHRASE)]).data),
    }
    print(json.dumps(vectors, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
