"""What the documents show is what the code says."""

import re
from pathlib import Path

import pytest

from appliance.store.space import SEGMENT_OVERHEAD_BYTES
from appliance.visit.states import mermaid
from tests.fleet import DESIGN_FLEETS, Fleet, table

LINK = re.compile(r"`((?:tests|appliance|provisioning)/[\w./-]+)`")


def test_the_state_diagram_is_the_table(checkout: Path) -> None:
    """After a change of the table: paste what this prints between the two markers in DESIGN.md."""
    design = (checkout / "DESIGN.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- states -->\n```mermaid\n(.*?)```\n<!-- /states -->", design, re.DOTALL)
    assert found is not None
    assert found[1] == mermaid(), mermaid()


def test_the_numbers_of_many_boxes_are_the_computed_ones(checkout: Path) -> None:
    """After a change: `python -m tests.fleet` prints what belongs between the two markers in DESIGN.md."""
    design = (checkout / "DESIGN.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- fleet -->\n(.*?)<!-- /fleet -->", design, re.DOTALL)
    assert found is not None
    assert found[1] == table(*DESIGN_FLEETS)


def test_the_numbers_of_one_box_can_be_followed_by_hand() -> None:
    """One box, one session a week, one minute of a million bytes a second: 8 PUTs, 52 weeks."""
    one = Fleet(boxes=1, sessions=7 / 365 * 52, minutes=1, bitrate=8_000_000 - 64_000 - 8 * SEGMENT_OVERHEAD_BYTES)
    assert (round(one.segment_bytes), round(one.session_bytes)) == (1_000_000, 60_000_000)
    assert one.puts_a_session == 1 + 4 + 3
    assert round(one.puts_a_year) == 8 * 52
    assert round(one.held_bytes) == 52 * 60_000_000
    assert one.requests_usd_a_year == pytest.approx(8 * 52 * 0.0104 / 1000)
    assert one.looks_usd_a_year == pytest.approx(2 * 48 * 365 * 0.005 / 1000)
    assert one.storage_usd_a_month(cold=False) == pytest.approx(52 * 0.06 * 0.021)


@pytest.mark.parametrize("name", ["README.md", "DESIGN.md", "FORMAT.md", "CONTRIBUTING.md"])
def test_every_path_named_in_a_document_exists(checkout: Path, name: str) -> None:
    named = LINK.findall((checkout / name).read_text(encoding="utf-8"))
    assert [path for path in named if not (checkout / path).exists()] == []
