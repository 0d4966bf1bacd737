"""The contract's asserts speak as plainly as those of a test file."""

import pytest

pytest.register_assert_rewrite("tests.timekeeping.contract")
