"""What is vendored is what its author published, byte by byte, with the licence beside it."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.pages.tools import STATIC, TYPES, package

VENDOR = STATIC / "vendor"
LISTED: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("each", LISTED, ids=lambda each: each["file"])
def test_the_file_has_the_hash_that_is_noted(each: dict[str, Any]) -> None:
    assert sha256((VENDOR / each["file"]).read_bytes()).hexdigest() == each["sha256"]


@pytest.mark.parametrize("each", LISTED, ids=lambda each: each["file"])
def test_the_licence_lies_beside_it(each: dict[str, Any]) -> None:
    assert each["licence"] == "Apache-2.0"
    assert "Apache License, Version 2.0" in (VENDOR / each["licence_file"]).read_text(encoding="utf-8")


def test_nothing_else_is_vendored() -> None:
    listed = {each[name] for each in LISTED for name in ("file", "licence_file")}
    assert {path.name for path in VENDOR.iterdir()} == listed | {"vendor.json"}


@pytest.mark.interop
@pytest.mark.parametrize("each", LISTED, ids=lambda each: each["file"])
def test_the_file_is_that_of_the_package(each: dict[str, Any]) -> None:
    """The version is the one that tests/types pins, so that types and player belong together."""
    folder: Path = package(each["name"])
    pinned = json.loads((TYPES / "package.json").read_text(encoding="utf-8"))["devDependencies"][each["name"]]
    assert json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"] == pinned == each["version"]
    assert (folder / "dist" / each["file"]).read_bytes() == (VENDOR / each["file"]).read_bytes()
