"""The sentences that a page's scripts say, carried by the page itself in its language.

Apart because a script cannot ask for them before it shows anything, and a page needs those of its own scripts only.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from appliance.languages.catalog import sentences

STATIC: Final = Path(__file__).parent / "static"
SCRIPT: Final = re.compile(r'\bsrc="/static/([\w-]+\.js)"')
IMPORT: Final = re.compile(r'\b(?:from |import\()"\./([\w-]+\.js)"')
TEXT: Final = re.compile(r'"(?:[^"\\\n]|\\["\\])*"')


def script_words(markup: str, tag: str) -> Markup:
    """A block of JSON for said.js: what the scripts named in `markup` say, by its English; none for English itself."""
    words = _words_of(tuple(SCRIPT.findall(markup)), tag)
    if not words:
        return Markup()
    return Markup(f'<script type="application/json" id="words">{words}</script>')  # noqa: S704 - from our own files


@cache
def _words_of(scripts: tuple[str, ...], tag: str) -> str:
    known = sentences(tag)
    texts = {json.loads(text) for name in _with_imports(scripts) for text in TEXT.findall(_source(name))}
    found = {text: known[text] for text in sorted(texts) if text in known}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c") if found else ""


def _with_imports(scripts: tuple[str, ...]) -> Iterator[str]:
    seen, waiting = set(scripts), list(scripts)
    while waiting:
        name = waiting.pop()
        yield name
        new = set(IMPORT.findall(_source(name))) - seen
        seen |= new
        waiting += new


@cache
def _source(name: str) -> str:
    path = STATIC / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""
