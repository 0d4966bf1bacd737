"""Made unlock.json, once: `python -m tests.vectors.format.make_unlock > tests/vectors/format/unlock.json`.

Kept so that anyone can see how the vector came about; running it again makes another, for pairing draws lots.
"""

import json

from appliance.sealing.certificates import to_base64
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.unlock import make_pairing, open_pairing, seal_identity

PIN = b"294751"
SECRET = bytes(range(32))
BOARD = bytes(range(200, 232))


def main() -> None:
    unlock = HybridIdentity(bytes(range(64, 96)))
    phone = make_pairing(PIN, SECRET, "phone 1", made=1780000000123, board=BOARD)
    vector = {
        "pin": to_base64(PIN),
        "secret": to_base64(SECRET),
        "board": to_base64(BOARD),
        "pairing_bin": phone.data.decode(),
        "phone_identity": open_pairing(phone.data, PIN, SECRET, BOARD).text,
        "identity_age": to_base64(seal_identity(unlock, [phone.recipient]).data),
        "unlock_identity": unlock.text,
        "recipient_txt": f"{unlock.recipient.text}\n",
    }
    print(json.dumps(vector, indent=1))


if __name__ == "__main__":
    main()
