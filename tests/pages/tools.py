"""What the tests of the pages drive: node with the pages' own modules, and the pinned packages of tests/types.

Apart from the tests because each of them skips, and says why, where a program is missing.
"""

import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
STATIC: Final = ROOT / "web_ui" / "static"
TEMPLATES: Final = ROOT / "web_ui" / "templates"
TYPES: Final = ROOT / "tests" / "types"
NODE_S: Final = 120


@functools.cache
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("NOT CHECKED: node is missing (apt-get install nodejs)")
    return found


@functools.cache
def package(name: str) -> Path:
    """A package of tests/types, installed as its lock says if it is not there yet."""
    folder = TYPES / "node_modules" / name
    if not (folder / "package.json").exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip(f"NOT CHECKED: npm is missing, so {name} cannot be had (apt-get install npm)")
        install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install, cwd=TYPES, check=True, capture_output=True)
    return folder


def modules(place: Path) -> Path:
    """The pages' modules in a folder where node takes them as what they are, whatever its age."""
    shutil.copytree(STATIC, place / "static", ignore=shutil.ignore_patterns("vendor", "*.css", "*.svg"))
    (place / "package.json").write_text('{"type": "module"}')
    return place


def exported(place: Path, module: str, name: str) -> Any:
    """What a module exports under a name, as JSON."""
    script = f"""
        globalThis.matchMedia = () => ({{ matches: false }});
        const {{ {name} }} = await import("./static/{module}");
        console.log(JSON.stringify({name}));
    """
    (modules(place) / "tell.mjs").write_text(script)
    run = subprocess.run([node(), "tell.mjs"], cwd=place, check=True, capture_output=True, text=True, timeout=NODE_S)
    return json.loads(run.stdout)
