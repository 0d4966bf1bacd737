"""The lab itself: a whole system starts from its root, runs what it is told, and leaves nothing behind."""

from pathlib import Path

import pytest

from tests.lab.container import Container, Failed

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800)]


def test_a_system_starts_and_leaves_its_root_as_it_was(root: Path) -> None:
    with Container(root) as box:
        assert box.state() == "running", box.run("systemctl --failed")
        assert box.run("cat; touch /changed", stdin="heard") == "heard"
        assert box.run("ip -brief address show scope global") == "", "no network but its own"
        with pytest.raises(Failed, match="exit 3 of"):
            box.run("exit 3")
    assert not (root / "changed").exists()
