"""What is printed for a box and said on the page on joining, in each language: one TOML file each in `words/`.

Apart from the catalogs of the pages because these are texts to be read on paper, whole, and not single sentences.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "nl", "es", "he")
_FOLDER: Final = files("appliance.provisioning") / "words"

Words = Mapping[str, Any]


@cache
def read_words(language: str) -> Words:
    """Everything in one of LANGUAGES: a table a paper, as in `en.toml`."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """The same with `{name}` in each text replaced; other braces stay."""
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, Mapping):
        return {key: filled(each, values) for key, each in value.items()}
    return [filled(each, values) for each in value] if isinstance(value, list) else value


def isolated(text: str) -> str:
    """Left to right also within a line of Hebrew: an address must not be turned round (Unicode's LRI and PDI)."""
    return f"\u2066{text}\u2069"


def texts_in(value: Any, at: str = "") -> dict[str, str]:
    """Every text by its place, such as `quick.steps.0.what`."""
    if isinstance(value, str):
        return {at: value}
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return {place: text for key, each in pairs for place, text in texts_in(each, f"{at}.{key}".strip(".")).items()}
