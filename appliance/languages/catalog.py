"""Says an English sentence in another language: by the PO files beside this module, without a build step.

Apart because pages, faults and printed cards all say their sentences through it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, Protocol

from babel.messages.pofile import read_po

from appliance.errors import Value, filled


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` as in BCP 47; `name`: what its speakers call it; `direction` of its writing."""

    tag: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


LANGUAGES: Final[Mapping[str, Language]] = {
    each.tag: each
    for each in (
        Language("en", "English"),
        Language("nl", "Nederlands"),
        Language("es", "Español"),
        Language("he", "עברית", "rtl"),
    )
}
"""By their tags; the first is the one in which the sentences are written."""
SOURCE: Final = "en"


class Translator(Protocol):
    def __call__(self, sentence: str, /, **values: Value) -> str:
        """`{name}` in it becomes the value of that name; a sentence that is not in the catalog stays English."""
        ...


@cache
def sentences(tag: str) -> Mapping[str, str]:
    """Each English sentence with the one in this language; nothing for English itself. `tag` is one of LANGUAGES."""
    if tag == SOURCE:
        return {}
    with (files(__package__) / f"{tag}.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}


def isolated(text: str) -> str:
    """A name or a code keeps to itself in a line from right to left (FSI and PDI of Unicode)."""
    return f"\u2068{text}\u2069"


def translator(tag: str) -> Translator:
    """`tag` is one of LANGUAGES."""
    known, isolate = sentences(tag), LANGUAGES[tag].direction == "rtl"

    def say(sentence: str, /, **values: Value) -> str:
        if isolate:
            values = {name: isolated(each) if isinstance(each, str) else each for name, each in values.items()}
        return filled(known.get(sentence, sentence), values)

    return say
