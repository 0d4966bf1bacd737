import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput, FileTampered
from appliance.sealing.signing import WriterKey, make_device
from appliance.sealing.statements import make_statement, read_statement
from tests.sealing.keys import OFFICE

TOLD = {"session": "0" * 32, "keep_until": None}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> WriterKey:
    folder = tmp_path_factory.mktemp("home") / "device"
    make_device(folder, ["recorder", "web"], f"{OFFICE.recipient.text}\n")
    return WriterKey.load(folder, "web")


def test_what_was_said_is_read(web: WriterKey) -> None:
    line = make_statement("confirmed", 1_700_000_000_000, TOLD, web)
    told = read_statement(line)
    assert list(told) == ["v", "kind", "device", "writer", "id", "at", *TOLD, "certificate", "signature"]
    assert (told["kind"], told["writer"], told["at"]) == ("confirmed", "web", 1_700_000_000_000)
    assert told["device"] == web.certificate["device"]


@given(at=st.integers(min_value=0), to=st.integers(0, 255))
def test_a_changed_byte_is_found(web: WriterKey, at: int, to: int) -> None:
    line = bytearray(make_statement("confirmed", 1, TOLD, web))
    at %= len(line)
    if line[at] == to:
        return
    line[at] = to
    with pytest.raises(FileTampered):
        read_statement(bytes(line))


@given(
    line=st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_anything_else_is_no_statement(line: bytes) -> None:
    with pytest.raises(FileTampered):
        read_statement(line)


def test_another_writers_name_is_found(web: WriterKey, tmp_path: Path) -> None:
    make_device(tmp_path / "device", ["web"], f"{OFFICE.recipient.text}\n")
    other = WriterKey.load(tmp_path / "device", "web")
    mine, theirs = make_statement("confirmed", 1, TOLD, web), make_statement("confirmed", 1, TOLD, other)
    device = str(web.certificate["device"]).encode()
    assert device in mine
    with pytest.raises(FileTampered):
        read_statement(theirs.replace(str(other.certificate["device"]).encode(), device, 1))


@pytest.mark.parametrize("told", [{"signature": "x"}, {"at": 2}, {"x": float("nan")}])
def test_what_cannot_be_said(web: WriterKey, told: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        make_statement("confirmed", 1, told, web)
