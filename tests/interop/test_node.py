"""Both ways with npm age-encryption, which shares no code with us, and opens where no age program can be had."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import WrongKey
from appliance.sealing import age
from appliance.sealing.identities import Identity, ScryptIdentity, parse_identity
from appliance.sealing.recipients import Recipient, ScryptRecipient, parse_recipient
from appliance.sealing.sealed import Sealed
from tests.interop.tools import run_node
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND, STRANGER

pytestmark = pytest.mark.interop

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "format"
PASSPHRASE = "grüne Wiese 7"
SIZES = [0, 65_536, 65_537, 200_001]
KINDS: dict[str, tuple[Recipient, Identity, tuple[str, str], tuple[str, str]]] = {
    "hybrid": (OFFICE.recipient, OFFICE, ("recipient", OFFICE.recipient.text), ("identity", OFFICE.text)),
    "X25519": (OLD_KIND.recipient, OLD_KIND, ("recipient", OLD_KIND.recipient.text), ("identity", OLD_KIND.text)),
    "passphrase": (
        ScryptRecipient(PASSPHRASE, log_n=10),
        ScryptIdentity(PASSPHRASE),
        ("passphrase", PASSPHRASE),
        ("passphrase", PASSPHRASE),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", SIZES)
def test_each_opens_what_the_other_sealed(tmp_path: Path, kind: str, size: int) -> None:
    recipient, identity, sealing, opening = KINDS[kind]
    film, sealed, opened = (tmp_path / name for name in ("film", "film.age", "opened"))
    film.write_bytes(bytes(number % 251 for number in range(size)))
    run_node("seal.mjs", *sealing, film, sealed)
    assert age.open_sealed(Sealed.found(sealed.read_bytes()), [identity]) == film.read_bytes()
    sealed.write_bytes(age.seal(film.read_bytes(), [recipient]).data)
    run_node("open.mjs", *opening, sealed, opened)
    assert opened.read_bytes() == film.read_bytes()


def test_each_recipient_of_several_opens(tmp_path: Path) -> None:
    film, sealed, opened = (tmp_path / name for name in ("film", "film.age", "opened"))
    film.write_bytes(b"one second")
    sealed.write_bytes(age.seal(b"one second", [OFFICE.recipient, ESCROW.recipient]).data)
    for identity in (OFFICE, ESCROW):
        run_node("open.mjs", "identity", identity.text, sealed, opened)
        assert opened.read_bytes() == b"one second"
    with pytest.raises(subprocess.CalledProcessError):
        run_node("open.mjs", "identity", STRANGER.text, sealed, opened)
    run_node("seal.mjs", "recipient", f"{OFFICE.recipient.text},{ESCROW.recipient.text}", film, sealed)
    for identity in (OFFICE, ESCROW):
        assert age.open_sealed(Sealed.found(sealed.read_bytes()), [identity]) == b"one second"
    with pytest.raises(WrongKey):
        age.open_sealed(Sealed.found(sealed.read_bytes()), [STRANGER])


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-1] + bytes([data[-1] ^ 1])])
def test_what_was_changed_opens_with_neither(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    (tmp_path / "film.age").write_bytes(damage(age.seal(b"one second", [OFFICE.recipient]).data))
    with pytest.raises(subprocess.CalledProcessError):
        run_node("open.mjs", "identity", OFFICE.text, tmp_path / "film.age", tmp_path / "opened")


def test_a_pair_made_there_is_the_same_pair_here() -> None:
    for pair in json.loads(run_node("pair.mjs")).values():
        identity = parse_identity(pair["identity"])
        assert identity.text == pair["identity"]
        assert identity.recipient.text == pair["recipient"]
        assert parse_recipient(pair["recipient"]).text == pair["recipient"]


def test_the_vectors_of_the_format_open_there_too(tmp_path: Path) -> None:
    vectors = json.loads((VECTORS / "vectors.json").read_bytes())
    for key, opening, begins in (
        ("op_sealed", ("identity", vectors["identity"]), vectors["op_line"] + "\n"),
        ("office_key", ("passphrase", vectors["passphrase"]), vectors["identity"] + "\n"),
    ):
        (tmp_path / key).write_bytes(base64.b64decode(vectors[key]))
        run_node("open.mjs", *opening, tmp_path / key, tmp_path / "opened")
        assert (tmp_path / "opened").read_text().startswith(begins)
