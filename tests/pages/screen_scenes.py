"""The family's screen, the remote and the reels in their states; apart because they have many."""

from typing import Any, Final

from playwright.sync_api import Page

from tests.pages.scenes import LISTED, MOMENTS, READY, SESSION, SESSIONS, Scene, hello

VISIT: Final = {"visit": {"visit": {"question": "How do I get him to listen without shouting?"}}}
SIGNED_IN: Final = {**READY, **hello(paired=True, unlocked=True)}
TURNS: Final = {"en": "taking turns", "nl": "om de beurt gaan", "es": "turnarse", "he": "לקיחת תורות"}
CLIP: Final = {
    "kind": "clip",
    "address": "/screen/token",
    "in_ms": 1_000,
    "out_ms": 7_000,
    "loops": 1,
    "hold_ms": None,
}
PROMPTS: Final = ["What does Sam do with his hands here?", "How did it feel to wait?", "What could you do more of?"]
SAID: Final = "Look how she waits for you, and then she smiles."


def screen(face: str, item: dict[str, Any] | None, **changed: Any) -> dict[str, Any]:
    order = {"turn": 3, "order": "at", "at_ms": 2_000, "exact": True, "steps": 0, "told_steps": 0}
    ways = {"speed": 1.0, "looping": False, "parent": False, "words": False}
    told = {"rev": 1, "face": face, **order, **ways, "item": item, "tags": [], **changed}
    return {"screen/code": {"code": None, "taken": True}, "screen": told, "screen/told": {"rev": 2}}


def remote(face: str, item: dict[str, Any] | None, **changed: Any) -> dict[str, Any]:
    order = {"turn": 3, "order": "at", "at_ms": 3_000, "exact": True, "steps": 0, "told_steps": 0}
    ways = {"speed": 1.0, "looping": False, "parent": False, "words": False}
    seen = {"now_us": 5_000_000, "since_us": 5_000_000, "silent_ms": 300, "locks_in_s": 251, "marks": 0}
    reel: dict[str, Any] = {"moment": None, "tags": [], "reel": None, "place": 0, "places": 0, "next": None}
    told = {"rev": 1, "taken": True, "waiting": [], **seen, "face": face, **order, **ways, "item": item, **reel}
    moments = {"moments": [{**m, "star": not m["tags"]} for m in MOMENTS], "reading": False}
    lists = {**LISTED, **{f"sessions/{each['id']}/moments": moments for each in SESSIONS}}
    return {**SIGNED_IN, **lists, **VISIT, "reels": REELS, "remote": {**told, **changed}}


def clip(number: int, in_ms: int, **changed: Any) -> dict[str, Any]:
    where = {"kind": "clip", "session": SESSION, "in_ms": in_ms, "out_ms": in_ms + 12_000}
    return {**where, "number": number, "speed": 1.0, "loops": 1, "hold_ms": None, "prompts": [], **changed}


CARD: Final = {"kind": "card", "text": "You wait, and he comes to you.", "prompts": []}
ITEMS: Final = [CARD, clip(9, 61_000, prompts=PROMPTS), clip(9, 122_000, speed=0.5)]
REEL: Final = {
    "id": "11111111-2222-4333-8444-555555555555",
    "subject": SESSION,
    "title": "Waiting and turns",
    "approved": True,
    "items": ITEMS,
    "numbers": {SESSION: 9},
    "long_ms": 36_000,
    "many": False,
    "long": False,
}
MANY: Final = {
    **REEL,
    "id": "11111111-2222-4333-8444-666666666666",
    "title": "Everything of Tuesday",
    "approved": False,
    "items": [clip(9, 40_000 * n, out_ms=40_000 * n + 38_000) for n in range(6)],
}
REELS: Final = {"reels": [REEL, MANY], "reading": False}
PLAYING: Final = remote("playing", clip(9, 0, out_ms=12_000), moment="a", tags=["orion-8@1/taking-turns"])
RUNNING: Final = remote(
    "held",
    ITEMS[1],
    tags=["orion-8@1/taking-turns"],
    at_ms=66_000,
    speed=0.5,
    words=True,
    parent=True,
    reel={"id": REEL["id"], "title": REEL["title"]},
    place=1,
    places=3,
    next=ITEMS[2],
)
ASKING: Final = {"screen/code": {"code": "4827", "taken": False}}
TWO_ASK: Final[dict[str, Any]] = {"taken": False, "waiting": ["4827", "1063"]}
NO_FILM: Final = {**remote("curtain", None), "sessions": {"sessions": [], "reading": False}}


def wait_for_screen(page: Page) -> None:
    page.wait_for_function("() => document.getElementById('curtain').hidden")


def open_many(page: Page) -> None:
    page.locator("#reels button").nth(1).click()
    page.locator("#warnings .fault").nth(1).wait_for()


SCREEN_SCENES: Final = (
    Scene("screen-asking", "/screen", "#asking:not([hidden])", ASKING),
    Scene("screen-curtain", "/screen", ".curtain-mark", screen("curtain", None)),
    Scene("screen-film", "/screen", "video", screen("held", CLIP, tags=[TURNS]), wait_for_screen),
    Scene("screen-parent", "/screen", "video", screen("held", CLIP, tags=[TURNS], parent=True), wait_for_screen),
    Scene("screen-card", "/screen", "#card:not([hidden])", screen("card", {"kind": "card", "text": SAID})),
    Scene("remote-none", "/remote", "#none:not([hidden])", remote("curtain", None, taken=False, silent_ms=None)),
    Scene("remote-choose", "/remote", "#waiting button", remote("curtain", None, **TWO_ASK)),
    Scene("remote-curtain", "/remote", "#moments li", remote("curtain", None)),
    Scene("remote-playing", "/remote", "#moments .is-on", PLAYING),
    Scene("remote-reel", "/remote", "#next:not([hidden])", RUNNING),
    Scene("remote-lost", "/remote", "#moments li", remote("curtain", None, silent_ms=9_000, locks_in_s=41)),
    Scene("remote-empty", "/remote", "#film-told:not(:empty)", NO_FILM),
    Scene("remote-sent", f"/remote?session={SESSION}&moment=a", "#sent-go", remote("curtain", None)),
    Scene("reels", "/reels", "#items li", {**SIGNED_IN, **LISTED, "reels": REELS}),
    Scene("reels-many", "/reels", "#items li", {**SIGNED_IN, **LISTED, "reels": REELS}, open_many),
    Scene("reels-none", "/reels", "#none:not([hidden])", {**SIGNED_IN, "reels": {"reels": [], "reading": False}}),
)  # fmt: skip
