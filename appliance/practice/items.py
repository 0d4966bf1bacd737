"""What a family is shown: a clip, a still or a card, as a reel lists them (FORMAT.md section 8).

Apart and pure, because the reels that are kept and the screen that shows them must mean the same by each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FAR_MS: Final = 7 * 24 * 3_600_000
ITEMS_MOST, PROMPTS_MOST = 40, 3
CARD_CHARACTERS, PROMPT_CHARACTERS = 280, 200
SPEEDS: Final = (0.25, 0.5, 1.0)
LOOPS_MOST: Final = 9


@dataclass(frozen=True, slots=True)
class Clip:
    """Film of a session from `in_ms` to before `out_ms`, so many times over; it stands still at `hold_ms` by itself.

    `prompts`: what the practitioner may ask; they are never on the family's screen.
    """

    session: str
    in_ms: int
    out_ms: int
    speed: float = 1.0
    loops: int = 1
    hold_ms: int | None = None
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a session."""

    session: str
    pts_ms: int
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Words in large letters."""

    text: str
    prompts: tuple[str, ...] = ()


Item = Clip | Still | Card


class Unfit(Exception):
    """Not what an item should be; says which field is not."""


def read_items(value: object) -> tuple[Item, ...]:
    """The items of a reel; one of a kind that is not known here is left out. Raises Unfit."""
    if not isinstance(value, list) or len(value) > ITEMS_MOST:
        raise Unfit(f"items is a list of at most {ITEMS_MOST}")
    return tuple(item for item in map(_item, value) if item is not None)


def told(item: Item) -> dict[str, Any]:
    """As JSON has it, its keys in the order of the format."""
    if isinstance(item, Clip):
        where: dict[str, Any] = {"session": item.session, "in_ms": item.in_ms, "out_ms": item.out_ms}
        how = {"speed": item.speed, "loops": item.loops, "hold_ms": item.hold_ms}
        return {"kind": "clip", **where, **how, "prompts": list(item.prompts)}
    if isinstance(item, Still):
        return {"kind": "still", "session": item.session, "pts_ms": item.pts_ms, "prompts": list(item.prompts)}
    return {"kind": "card", "text": item.text, "prompts": list(item.prompts)}


def long_ms(items: Sequence[Item]) -> int:
    """How long the clips of these take, each at its own speed and as often as it is shown."""
    clips = (item for item in items if isinstance(item, Clip))
    return round(sum((clip.out_ms - clip.in_ms) / clip.speed * clip.loops for clip in clips))


def _item(value: object) -> Item | None:
    if not isinstance(value, dict):
        raise Unfit("an item is a JSON object")
    match value.get("kind"):
        case "clip":
            return _clip(value)
        case "still":
            return Still(_session(value), _ms(value, "pts_ms"), _prompts(value))
        case "card":
            return Card(_text(value.get("text"), "text", CARD_CHARACTERS), _prompts(value))
        case str():
            return None
    raise Unfit("an item has a kind")


def _clip(value: Mapping[str, Any]) -> Clip:
    in_ms, out_ms = _ms(value, "in_ms"), _ms(value, "out_ms")
    hold_ms = None if value.get("hold_ms") is None else _ms(value, "hold_ms")
    if not in_ms < out_ms or not (hold_ms is None or in_ms <= hold_ms < out_ms):
        raise Unfit("a clip ends after it begins, and is held within it")
    speed, loops = value.get("speed", 1), value.get("loops", 1)
    if type(speed) not in (int, float) or speed not in SPEEDS:
        raise Unfit("speed is 0.25, 0.5 or 1")
    if type(loops) is not int or not 1 <= loops <= LOOPS_MOST:
        raise Unfit(f"loops is a whole number from 1 to {LOOPS_MOST}")
    return Clip(_session(value), in_ms, out_ms, float(speed), loops, hold_ms, _prompts(value))


def _session(value: Mapping[str, Any]) -> str:
    session = value.get("session")
    if not isinstance(session, str) or len(session) != 32 or not set(session) <= set("0123456789abcdef"):
        raise Unfit("session is 32 hexadecimal digits")
    return session


def _ms(value: Mapping[str, Any], name: str) -> int:
    number = value.get(name)
    if type(number) is not int or not 0 <= number <= FAR_MS:
        raise Unfit(f"{name} is a whole number from 0 to {FAR_MS}")
    return number


def _prompts(value: Mapping[str, Any]) -> tuple[str, ...]:
    prompts = value.get("prompts", [])
    if not isinstance(prompts, list) or len(prompts) > PROMPTS_MOST:
        raise Unfit(f"prompts is a list of at most {PROMPTS_MOST}")
    return tuple(_text(each, "a prompt", PROMPT_CHARACTERS) for each in prompts)


def _text(value: object, what: str, most: int) -> str:
    """Printable, so that JSON's halves of characters are none either."""
    if not isinstance(value, str) or not 1 <= len(value) <= most or not value.strip():
        raise Unfit(f"{what} is a text of 1 to {most} characters")
    if not all(char.isprintable() or char == "\n" for char in value):
        raise Unfit(f"{what} is a text that can be written down")
    return value
