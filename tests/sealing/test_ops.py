import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput, FileTampered, WrongKey
from appliance.sealing import age
from appliance.sealing.certificates import to_base64
from appliance.sealing.ops import known_writers, open_op, seal_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey, check_signature, make_device
from tests.sealing.keys import ESCROW, OFFICE, STRANGER

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def make_writers(folder: Path) -> tuple[WriterKey, WriterKey]:
    make_device(folder, ["recorder", "web"], OFFICE.recipient.text)
    return WriterKey.load(folder, "recorder"), WriterKey.load(folder, "web")


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> tuple[WriterKey, WriterKey]:
    return make_writers(tmp_path_factory.mktemp("home") / "device")


@pytest.fixture(scope="module")
def recorder(writers: tuple[WriterKey, WriterKey]) -> WriterKey:
    return writers[0]


def star(signer: WriterKey, **more: Any) -> dict[str, Any]:
    certificate = signer.certificate
    head = {"v": 1, "id": "5f0c", "lane": certificate["writer"], "n": 7, "device": certificate["device"]}
    when = {"lamport": 41, "at": 1_780_000_000_123, "at_source": "rtc", "by": "panel", "subject": "0" * 32}
    return head | when | {"kind": "star", "pts_ms": 61_500} | more


def resealed(line: bytes, signature: bytes) -> Sealed:
    return age.seal(line + b"\n" + to_base64(signature).encode() + b"\n", [OFFICE.recipient])


def test_an_op_opens_as_it_was_sealed(recorder: WriterKey) -> None:
    op = star(recorder, note='grüßt\n"zurück" 👋')
    sealed = seal_op(op, recorder, [OFFICE.recipient, ESCROW.recipient])
    check = known_writers([recorder.certificate])
    for identity in (OFFICE, ESCROW):
        found = open_op(sealed, [identity], check, {"lane": "recorder", "n": 7, "subject": "0" * 32})
        assert found == op
        assert list(found) == list(op)
    with pytest.raises(WrongKey):
        open_op(sealed, [STRANGER], check)


def test_the_plaintext_is_two_lines(recorder: WriterKey) -> None:
    op = star(recorder)
    lines = age.open_sealed(seal_op(op, recorder, [OFFICE.recipient]), [OFFICE]).split(b"\n")
    assert len(lines) == 3
    assert lines[0] == json.dumps(op, separators=(",", ":"), ensure_ascii=False).encode()
    assert check_signature(recorder.public, lines[0], base64.b64decode(lines[1]))
    assert lines[2] == b""


@given(st.dictionaries(TEXT, st.integers(-(2**53), 2**53) | TEXT, max_size=4))
def test_keys_that_nobody_knows_yet_come_through(recorder: WriterKey, more: dict[str, Any]) -> None:
    op = star(recorder) | {f"x-{key}": value for key, value in more.items()}
    sealed = seal_op(op, recorder, [OFFICE.recipient])
    assert open_op(sealed, [OFFICE], known_writers([recorder.certificate])) == op


@pytest.mark.parametrize("value", ["half a \ud83d letter", float("nan"), float("inf")])
def test_what_json_cannot_hold_is_refused(recorder: WriterKey, value: object) -> None:
    with pytest.raises(BadInput):
        seal_op(star(recorder, note=value), recorder, [OFFICE.recipient])


def test_an_edited_op_is_found(recorder: WriterKey) -> None:
    line, signature, _ = age.open_sealed(seal_op(star(recorder), recorder, [OFFICE.recipient]), [OFFICE]).split(b"\n")
    edited = line.replace(b"61500", b"61501")
    assert edited != line
    raw = base64.b64decode(signature)
    with pytest.raises(FileTampered, match="not signed"):
        open_op(resealed(edited, raw), [OFFICE], known_writers([recorder.certificate]))
    with pytest.raises(FileTampered, match="not signed"):
        open_op(resealed(line + b" ", raw), [OFFICE], known_writers([recorder.certificate]))


def test_a_forged_op_is_found(writers: tuple[WriterKey, WriterKey], tmp_path: Path) -> None:
    recorder, web = writers
    check = known_writers([recorder.certificate, web.certificate])
    line = json.dumps(star(recorder), separators=(",", ":")).encode()
    stranger, _ = make_writers(tmp_path / "device")
    for signer in (web, stranger):
        with pytest.raises(FileTampered, match="not signed"):
            open_op(resealed(line, signer.sign(line)), [OFFICE], check)
    own = seal_op(star(stranger), stranger, [OFFICE.recipient])
    with pytest.raises(FileTampered, match="not signed"):
        open_op(own, [OFFICE], check)
    assert open_op(own, [OFFICE], known_writers([stranger.certificate]))["lane"] == "recorder"


def test_a_certificate_that_is_not_genuine_counts_as_none(recorder: WriterKey, tmp_path: Path) -> None:
    stranger, _ = make_writers(tmp_path / "device")
    lent = dict(recorder.certificate) | {"public": stranger.public}
    line = json.dumps(star(recorder), separators=(",", ":")).encode()
    with pytest.raises(FileTampered):
        open_op(resealed(line, stranger.sign(line)), [OFFICE], known_writers([lent]))


@pytest.mark.parametrize(
    "place", [{"subject": "1" * 32}, {"subject": "agency"}, {"n": 8}, {"lane": "web"}, {"device": "0" * 16}]
)
def test_an_op_that_was_moved_or_readdressed_is_found(recorder: WriterKey, place: dict[str, Any]) -> None:
    """What the reader knows of the place differs from what was signed, whoever sealed it anew."""
    sealed = seal_op(star(recorder), recorder, [OFFICE.recipient])
    opened = age.open_sealed(sealed, [OFFICE])
    again = age.seal(opened, [ESCROW.recipient])
    with pytest.raises(FileTampered, match="elsewhere"):
        open_op(again, [ESCROW], known_writers([recorder.certificate]), place)


@pytest.mark.parametrize("change", [{"lane": "web"}, {"device": "0" * 16}, {"v": 2}])
def test_a_writer_signs_only_its_own_ops(recorder: WriterKey, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        seal_op(star(recorder) | change, recorder, [OFFICE.recipient])


@pytest.mark.parametrize(
    "missing", ["v", "id", "lane", "n", "device", "lamport", "at", "at_source", "by", "subject", "kind"]
)
def test_an_op_has_the_keys_that_every_op_has(recorder: WriterKey, missing: str) -> None:
    op = star(recorder)
    del op[missing]
    with pytest.raises(BadInput):
        seal_op(op, recorder, [OFFICE.recipient])
    line = json.dumps(op).encode()
    with pytest.raises(FileTampered):
        open_op(resealed(line, recorder.sign(line)), [OFFICE], known_writers([recorder.certificate]))


@given(
    st.binary(max_size=100)
    | st.sampled_from(
        [b"", b"\n", b"\n\n", b"{}\n\n", b"[" * 100_000 + b"\n\n", b"1" * 5000 + b"\nQQ==\n", b"{}\nQQ==\nx"]
    )
)
def test_whatever_else_is_sealed_is_not_an_op(plaintext: bytes) -> None:
    with pytest.raises(FileTampered):
        open_op(age.seal(plaintext, [OFFICE.recipient]), [OFFICE], known_writers([]))


@pytest.mark.parametrize("line", [b"[" * 100_000, b"1" * 5000, b'"op"', b"null", b"{}"])
def test_a_signed_line_that_is_no_op_is_refused(recorder: WriterKey, line: bytes) -> None:
    with pytest.raises(FileTampered):
        open_op(resealed(line, recorder.sign(line)), [OFFICE], known_writers([recorder.certificate]))


@pytest.mark.parametrize("lane", [7, None, ["recorder"], {}])
def test_a_lane_that_is_no_text_is_nobodys(recorder: WriterKey, lane: object) -> None:
    line = json.dumps(star(recorder) | {"lane": lane}).encode()
    with pytest.raises(FileTampered):
        open_op(resealed(line, recorder.sign(line)), [OFFICE], known_writers([recorder.certificate]))
