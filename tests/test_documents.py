"""What the documents show is what the code says."""

import re
from pathlib import Path

import pytest

from appliance.visit.states import mermaid

LINK = re.compile(r"`((?:tests|appliance|provisioning)/[\w./-]+)`")


def test_the_state_diagram_is_the_table(checkout: Path) -> None:
    """After a change of the table: paste what this prints between the two markers in DESIGN.md."""
    design = (checkout / "DESIGN.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- states -->\n```mermaid\n(.*?)```\n<!-- /states -->", design, re.DOTALL)
    assert found is not None
    assert found[1] == mermaid(), mermaid()


@pytest.mark.parametrize("name", ["README.md", "DESIGN.md", "FORMAT.md", "CONTRIBUTING.md"])
def test_every_path_named_in_a_document_exists(checkout: Path, name: str) -> None:
    named = LINK.findall((checkout / name).read_text(encoding="utf-8"))
    assert [path for path in named if not (checkout / path).exists()] == []
