"""Reads the fields of a request's JSON, one kind each; whatever does not fit is BadInput with the field's name.

Apart and pure, so that no page looks into what a stranger sent before it has been looked at here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from appliance.errors import BadInput

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
TAG: Final = re.compile(r"[a-z0-9-]{1,40}@[0-9]{1,6}/[a-z0-9-]{1,60}", re.ASCII)
FAR_MS: Final = 7 * 24 * 3_600_000
"""No film is longer than a week: the recorder stops at two hours."""
FAR_US: Final = 1 << 53
"""The largest whole number that JavaScript counts to exactly."""

Body = Mapping[str, Any]


def whole(body: Body, name: str, least: int, most: int) -> int:
    value = body.get(name)
    if type(value) is not int or not least <= value <= most:
        raise BadInput("{field} is a whole number from {least} to {most}.", field=name, least=least, most=most)
    return value


def from_query(query: Mapping[str, str], name: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number in decimal; without `default` it must be there."""
    value = query.get(name)
    if value is None and default is not None:
        return default
    if value is None or not re.fullmatch(r"[0-9]{1,15}", value, re.ASCII) or not least <= int(value) <= most:
        raise BadInput("{field} is a whole number from {least} to {most}.", field=name, least=least, most=most)
    return int(value)


def perhaps_whole(body: Body, name: str, least: int, most: int) -> int | None:
    return None if body.get(name) is None else whole(body, name, least, most)


def text(body: Body, name: str, most: int, least: int = 0) -> str:
    """A text of so many characters, each of which can be written down; no control characters but line breaks."""
    value = body.get(name)
    if not isinstance(value, str) or not least <= len(value) <= most or not _can_be_written(value):
        raise BadInput("{field} is a text of {least} to {most} characters.", field=name, least=least, most=most)
    return value


def line(body: Body, name: str, most: int) -> str:
    """A text of one line that is not empty."""
    value = text(body, name, most, 1)
    if "\n" in value or not value.strip():
        raise BadInput("{field} is one line.", field=name)
    return value


def flag(body: Body, name: str, default: bool | None = None) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise BadInput("{field} is true or false.", field=name)
    return value


def matching(body: Body, name: str, shape: re.Pattern[str], what: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise BadInput("{field} is {what}.", field=name, what=what)
    return value


def one_of(body: Body, name: str, words: Sequence[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value not in words:
        raise BadInput("{field} is one of {names}.", field=name, names=", ".join(words))
    return value


def op_id(body: Body, name: str = "op_id") -> str:
    return matching(body, name, UUID, "a UUID in lower case")


def session_id(body: Body, name: str = "session") -> str:
    return matching(body, name, ID, "32 hexadecimal digits")


def many(body: Body, name: str, most: int) -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise BadInput("{field} is a list of at most {most}.", field=name, most=most)
    return value


def tags(body: Body) -> list[str]:
    found = many(body, "tags", 16)
    if not all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in found) or len(set(found)) != len(found):
        raise BadInput("tags are different ones like orion-8@1/taking-turns, at most 16.")
    return found


def _can_be_written(value: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in value)
