"""Names: what is a session, a segment or an op, and what only looks like one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.layout import Home, is_id, new_id, op_name, op_number, segment_name, segment_number, unfinished


@given(st.integers(0, 10**11))
def test_a_number_survives_its_name(n: int) -> None:
    assert segment_number(segment_name(n)) == op_number(op_name(n)) == n


def test_names_sort_as_they_count_up_to_a_million() -> None:
    assert segment_name(12) == "000012.m4s.age"
    assert [segment_name(n) for n in range(0, 10**6, 997)] == sorted(segment_name(n) for n in range(0, 10**6, 997))
    assert op_name(1_000_000) == "1000000.op.age"


ARABIC = "\u0661" * 6
"""Digits to Python, and no number here."""


@pytest.mark.parametrize(
    "name",
    [
        "0.m4s.age",
        "000001.m4s.age.tmp",
        "0000001.m4s.age",
        "000001.op.age\n",
        "-00001.m4s.age",
        "\u0661" * 6 + ".m4s.age",
        "",
    ],
)
def test_what_is_no_segment_and_no_op(name: str) -> None:
    assert segment_number(name) is None
    assert op_number(name) is None


def test_ids_are_random_and_recognised() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(is_id(each) for each in ids)
    assert not any(is_id(text) for text in ("", "A" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n", "../" + "0" * 29))


@pytest.mark.parametrize("text", ["..", "../device", "0" * 31, "number", ""])
def test_no_session_lies_outside(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        Home(tmp_path).session(text)


@pytest.mark.parametrize("writer", ["", "..", "a/b", "Recorder", "-"])
def test_no_lane_lies_outside(tmp_path: Path, writer: str) -> None:
    with pytest.raises(ValueError, match="not a writer"):
        Home(tmp_path).lane(writer)


def test_the_home_has_the_folders_of_the_format(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folders = [home.device, home.sessions, home.families, home.lanes, home.unlock, home.inbox, home.receipts]
    assert [path.name for path in folders] == [
        "device", "sessions", "families", "lanes", "unlock", "inbox", "receipts",
    ]  # fmt: skip
    assert home.lane("web") == tmp_path / "lanes" / "web"
    assert unfinished(home.session("0" * 32) / "key.age").name == "key.age.tmp"
