"""The pages' pure modules by node's own test runner, and what they say held against the appliance."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.visit.lamp import PATTERNS
from appliance.visit.lamp_words import MEANING
from tests.pages.tools import NODE_S, STATIC, TEMPLATES, exported, modules, node

SUITES = sorted((Path(__file__).parent / "node").glob("*.mjs"))
OWN = {"minutes_short", "hours_minutes_short", "kilobytes", "megabytes", "gigabytes"}
"""Those that `words.js` itself puts together."""
LOOKED_UP = re.compile(r"`(\w+_)\$\{")


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_modules_in_node(suite: Path, tmp_path: Path) -> None:
    shutil.copy(suite, modules(tmp_path) / "suite.mjs")
    run = subprocess.run(
        [node(), "--test", "suite.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=NODE_S
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^# pass [1-9]|^. pass [1-9]", run.stdout, re.MULTILINE), run.stdout


def test_the_lamp_on_the_page_is_the_lamp(tmp_path: Path) -> None:
    shown = exported(tmp_path, "lamp.js", "PATTERNS")
    real = {
        lamp.value: [[colour.name.lower(), long_us // 1000] for colour, long_us in pattern.steps]
        for lamp, pattern in PATTERNS.items()
    }
    assert shown == real


def test_the_lamp_means_on_the_page_what_it_means(tmp_path: Path) -> None:
    words = exported(tmp_path, "words.js", "words")
    told = {lamp: words[f"lamp_{re.sub(r',? ', '_', lamp.value)}"] for lamp in MEANING}
    assert told == {lamp: meaning.sentence for lamp, meaning in MEANING.items()}


@pytest.mark.parametrize("module", ["words.js", "desk_words.js", "words_pad.js", "words_player.js", "words_summary.js"])
def test_no_word_is_left_over(module: str, tmp_path: Path) -> None:
    words = exported(tmp_path, module, "words")
    wanted = {path: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js") if path.name != module}
    told = re.compile(rf'import {{[^}}]*\bwords\b(?: as (\w+))?[^}}]*}} from "./{re.escape(module)}"')
    texts = [(text, found[1] or "words") for text in wanted.values() if (found := told.search(text))]
    used = {name for text, called in texts for name in re.findall(rf"\b{called}\.(\w+)", text)} | OWN
    assert used - OWN - {"js"} <= words.keys() | {"js"}
    begun = tuple(name for text, _ in texts for name in LOOKED_UP.findall(text))
    assert sorted(name for name in words if name not in used and not name.startswith(begun)) == []


def test_no_icon_is_missing() -> None:
    sprite = (TEMPLATES / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'id="i-([\w-]+)"', sprite))
    asked = {
        name
        for path in TEMPLATES.glob("*.html")
        for name in re.findall(r'href="#i-([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    asked |= {
        name
        for path in STATIC.glob("*.js")
        for name in re.findall(r'\bicon\("([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked - drawn == set()


def test_no_page_holds_script_or_style_of_its_own() -> None:
    """The content security policy forbids both."""
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    pages = [*TEMPLATES.glob("*.html"), *TEMPLATES.glob("*.svg")]
    found = {path.name: inline.findall(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: lines for name, lines in found.items() if lines} == {}
