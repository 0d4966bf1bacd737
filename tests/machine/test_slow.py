"""The longer limits of a machine are limits that the program has: a name that is gone would be found only inside."""

import importlib

import pytest

from tests.lab.gadgets.slow import LIMITS


@pytest.mark.parametrize(("module", "names"), [each for limits in LIMITS.values() for each in limits.items()])
def test_each_limit_that_is_made_longer_is_there(module: str, names: tuple[str, ...]) -> None:
    there = vars(importlib.import_module(module))
    assert [name for name in names if type(there.get(name)) not in {int, float}] == []
