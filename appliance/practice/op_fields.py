"""The fields of an op, each as it must be or the op says nothing (FORMAT.md section 8).

Apart because ops about sessions and ops about families are read by the same rules.
"""

from collections.abc import Mapping
from typing import Any, Final

FAR: Final = 1 << 53
"""No number in an op reaches this: the largest that every reader of JSON counts to exactly."""


class Ignored(Exception):
    """The op is of no kind that is known here, or not what that kind should be."""


def whole(told: Mapping[str, Any], key: str) -> int:
    value = told.get(key)
    if type(value) is not int or not -FAR < value < FAR:
        raise Ignored
    return value


def count(told: Mapping[str, Any], key: str) -> int:
    value = whole(told, key)
    if value < 0:
        raise Ignored
    return value


def text(told: Mapping[str, Any], key: str) -> str:
    return as_text(told.get(key))


def as_text(value: object) -> str:
    """A text that can be written down: JSON can spell half of a character."""
    if not isinstance(value, str):
        raise Ignored
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Ignored from None
    return value
