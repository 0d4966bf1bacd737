"""Tag sets: versioned lists of words for what is seen in a film, each with its wording, icon, lead and lag.

Apart and pure because a moment keeps the version it was tagged with for ever: what a tag means must be readable long
after the words on the pad have changed. `practice/tag_sets.py` reads the files.

A file is one JSON object: `v`=1, `set`, `version`, `wording` (the set's name by language), `tags` (each `key`,
`wording`, and perhaps `icon`, `lead_ms`, `lag_ms`), and perhaps `purpose` (`film`, the usual one, `review`, or
`family`: the family's own marks, which no pad offers) and `ratings` (each `key`, `wording`): what is judged once a
visit and never tagged.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from appliance.errors import BadInput
from appliance.visit.session import Purpose

LEAD_MS: Final = 8_000
LAG_MS: Final = 4_000
LONGEST_MS: Final = 60_000
DEFAULT_SET: Final = "orion-8"
THAT_ONE: Final = "family@1/that-one"
"""What a parent says of a moment on the family's screen."""
FAMILY: Final = "family"
FIRST_LANGUAGE: Final = "en"
ICON: Final = "tag"
TAGS_MOST, FILE_BYTES = 24, 64 * 1024

_SET: Final = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_KEY: Final = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)

Wording = Mapping[str, str]
"""Language -> words."""


def word_in(wording: Wording, language: str) -> str:
    """In this language, else in English, else in the first that there is."""
    return wording.get(language) or wording.get(FIRST_LANGUAGE) or next(iter(wording.values()))


@dataclass(frozen=True, slots=True)
class Rating:
    key: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Tag:
    """`ref`: how ops name it, `set@version/key`. A moment reaches from `lead_ms` before the tap to `lag_ms` after."""

    ref: str
    key: str
    wording: Wording
    icon: str = ICON
    lead_ms: int = LEAD_MS
    lag_ms: int = LAG_MS


@dataclass(frozen=True, slots=True)
class TagSet:
    """`purpose`: the kind of session whose pad offers it; None: no pad does, for it is the family's own."""

    name: str
    version: int
    purpose: Purpose | None
    wording: Wording
    tags: tuple[Tag, ...]
    ratings: tuple[Rating, ...] = ()

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"purpose": FAMILY if self.purpose is None else self.purpose.value}


class TagSets:
    """All versions of all sets that are known. Raises BadInput where two are the same version of the same set."""

    def __init__(self, sets: Iterable[TagSet]) -> None:
        self._sets: dict[tuple[str, int], TagSet] = {}
        for each in sets:
            if self._sets.setdefault((each.name, each.version), each) is not each:
                raise BadInput(f"There are two tag sets {each.name} of version {each.version}.")
        self._tags = {tag.ref: tag for each in self._sets.values() for tag in each.tags}

    def all(self) -> tuple[TagSet, ...]:
        """By name and version."""
        return tuple(self._sets[key] for key in sorted(self._sets))

    def offered(self, purpose: Purpose | None = None) -> tuple[TagSet, ...]:
        """The newest version of each set for this purpose, or for any; the default set first, the others by name."""
        newest = {each.name: each for each in self.all()}
        fitting = (each for each in newest.values() if purpose in (None, each.purpose))
        return tuple(sorted(fitting, key=lambda each: each.name != DEFAULT_SET))

    def tag(self, ref: str) -> Tag | None:
        """Any version's; None for one that nobody here knows, such as another agency's."""
        return self._tags.get(ref)

    def margins(self, refs: Sequence[str]) -> tuple[int, int]:
        """Lead and lag in ms of a moment with these tags: the longest of those known, the usual ones if none is."""
        known = [tag for tag in map(self._tags.get, refs) if tag is not None]
        lead_ms = max((tag.lead_ms for tag in known), default=LEAD_MS)
        return lead_ms, max((tag.lag_ms for tag in known), default=LAG_MS)


def read_tag_set(data: bytes) -> TagSet:
    """The tag set that a file holds. Raises BadInput and says what in it cannot be taken."""
    told = _object(_json(data), "The file", {"v", "set", "version", "purpose", "wording", "tags", "ratings"})
    if type(told.get("v")) is not int or told["v"] != 1:
        raise BadInput("This is no tag set of a kind that is known here: v must be 1.")
    name, version = _matching(told, "set", _SET), _whole(told, "version", 1, 999_999)
    tags = tuple(_tag(each, f"{name}@{version}/") for each in _many(told, "tags", 1))
    ratings = tuple(_rating(each) for each in _many(told, "ratings", 0))
    keys = [*(tag.key for tag in tags), *(rating.key for rating in ratings)]
    if len(set(keys)) != len(keys):
        raise BadInput("A key stands twice in the tag set.")
    return TagSet(name, version, _purpose(told), _wording(told), tags, ratings)


def _tag(value: object, prefix: str) -> Tag:
    told = _object(value, "A tag", {"key", "wording", "icon", "lead_ms", "lag_ms"})
    key = _matching(told, "key", _KEY)
    icon = _matching(told, "icon", _KEY) if "icon" in told else ICON
    lead_ms = _whole(told, "lead_ms", 0, LONGEST_MS, LEAD_MS)
    return Tag(prefix + key, key, _wording(told), icon, lead_ms, _whole(told, "lag_ms", 1, LONGEST_MS, LAG_MS))


def _rating(value: object) -> Rating:
    told = _object(value, "A rating", {"key", "wording"})
    return Rating(_matching(told, "key", _KEY), _wording(told))


def _json(data: bytes) -> object:
    if len(data) > FILE_BYTES:
        raise BadInput(f"A tag set has at most {FILE_BYTES} bytes.")
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError):
        raise BadInput("The file does not hold JSON in UTF-8.") from None


def _object(value: object, what: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{what} is not a JSON object.")
    if not value.keys() <= keys:
        raise BadInput(f"{what} has a key that is not known; known are {', '.join(sorted(keys))}.")
    return value


def _many(told: Mapping[str, Any], name: str, least: int) -> list[Any]:
    value = told.get(name, [])
    if not isinstance(value, list) or not least <= len(value) <= TAGS_MOST:
        raise BadInput(f"{name} is a list of {least} to {TAGS_MOST}.")
    return value


def _matching(told: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise BadInput(f"{name} is made of small letters, digits and hyphens.")
    return value


def _whole(told: Mapping[str, Any], name: str, least: int, most: int, default: int | None = None) -> int:
    value = told.get(name, default)
    if type(value) is not int or not least <= value <= most:
        raise BadInput(f"{name} is a whole number from {least} to {most}.")
    return value


def _purpose(told: Mapping[str, Any]) -> Purpose | None:
    if told.get("purpose") == FAMILY:
        return None
    try:
        return Purpose(told.get("purpose", Purpose.FILM.value))
    except ValueError:
        raise BadInput("The purpose is film, review or family.") from None


def _wording(told: Mapping[str, Any]) -> Wording:
    value = told.get("wording")
    if not isinstance(value, dict) or not value or not all(_is_wording(*each) for each in value.items()):
        raise BadInput("wording gives a line of 1 to 80 characters for each language, such as en, nl, es or he.")
    return value


def _is_wording(language: str, words: object) -> bool:
    if not _LANGUAGE.fullmatch(language) or not isinstance(words, str):
        return False
    return 1 <= len(words) <= 80 and words.isprintable() and words.strip() == words
