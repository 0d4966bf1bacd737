"""The states in which a page is looked at: what the box answers there, and what is touched before looking.

Apart from the tests because every test of how pages look walks all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Page

from appliance.capture.advice import Dark, Drone
from appliance.errors import (
    BadInput,
    CardFull,
    ClockNotSet,
    Forbidden,
    MicSilent,
    OfficeUnreachable,
    PowerLow,
    RecorderGone,
)
from appliance.intercom import fault_object
from tests.pages.stand_in import StandIn
from web_ui.keeping import too_often

SESSION: Final = "5" * 32
SUMMARY: Final = f"/sessions/{SESSION}/summary"
NOON_MS: Final = 1_795_424_933_000
MINUTE_MS: Final = 60_000

Answers = Mapping[str, Any]
Act = Callable[[Page], None]


SILENT: Final = fault_object(MicSilent("The microphone sends only silence."))
WEAK: Final = fault_object(PowerLow("The battery is at {n} %.", n=14))
FULL: Final = fault_object(CardFull("There is no room left on the card."))
UNREACHED: Final = fault_object(OfficeUnreachable("The office's store could not be used ({why}).", why="timeout"))
GONE: Final = fault_object(RecorderGone("The recorder does not answer."))


def film(film_ms: int = 252_000, **changed: Any) -> dict[str, Any]:
    told = {"session": SESSION, "start_us": 8_000_000_000, "film_ms": film_ms, "acked_ms": film_ms - 900, "stars": 2}
    lengths = {"purpose": "film", "discreet": False, "target_ms": 10 * MINUTE_MS, "limit_ms": 60 * MINUTE_MS}
    return {**told, **lengths, **changed}


def status(state: str, says: str, **changed: Any) -> dict[str, Any]:
    health = {
        "temperature_c": 48.2,
        "undervoltage": False,
        "battery_percent": 82,
        "plugged_in": False,
        "utc_source": "rtc",
    }
    return {
        "state": state,
        "lamp": {"says": says, "colour": "white"},
        "boot": "4c0ffee0",
        "now_us": 8_252_000_000,
        "minutes_left": 412,
        "faults": [],
        "film": None,
        "last_session": None,
        "pairing_until_us": None,
        "queue_ms": 40,
        "dropped_pictures": 0,
        "level": {"rms_dbfs": -28.0, "peak_dbfs": -12.0},
        "sound": "good",
        "picture": picture(),
        "advice": [],
        "quiet": None,
        "quiet_end": None,
        "clicker": False,
        "health": {**health, **changed.pop("health", {})},
        "forgot": False,
        "armed": {"family": None, "visit": None, "purpose": "film", "discreet": False, "target_min": None},
        "unlocked": True,
        "name": "work phone",
        "locks_in_s": 251,
        "confirmed": None,
        **changed,
    }


FACES: Final = [[405, 372, 62, 110], [668, 520, 50, 90]]
"""Where the people of the test card have theirs, in per mille."""


def picture(**changed: Any) -> dict[str, Any]:
    wrong = ("covered", "dark", "backlit", "blurred", "tilted", "moved", "alone")
    return {"faces": FACES, "motion": True, **dict.fromkeys(wrong, False), **changed}


def hello(**changed: Any) -> dict[str, Any]:
    told = {"paired": False, "unlocked": False, "phones": 0, "pairing_open_s": 0, "demo": True}
    return {"hello": {**told, **changed}}


READY: Final = {"status": status("ready", "ready"), "clock": {"boot": "4c0ffee0", "now_us": 8_252_000_000}}
FILMING: Final = {**READY, "status": status("recording", "recording", film=film())}
ENOUGH: Final = {**READY, "status": status("recording", "recording, enough film", film=film(724_000))}
UNCONFIRMED: Final = {**READY, "status": status("recording", "recording", film=film(), confirmed=False)}
PAUSED: Final = {**READY, "status": status("paused", "paused", film=film(), level=None)}
POORLY: Final = {
    **READY,
    "status": status(
        "recording",
        "recording, attention",
        film=film(3_412_000),
        minutes_left=9,
        level=None,
        faults=[SILENT, WEAK],
        queue_ms=5_200,
        dropped_pictures=31,
        health={"temperature_c": 83.0, "undervoltage": True, "battery_percent": 14, "utc_source": "last known"},
    ),
}
VISITED: Final = {
    **READY,
    "status": status("recording", "recording", film=film(), visitors={"0601d86e-08f3-49d6-a7ca-1d86d5746346": True}),
}
OBJECTION: Final = {
    "gone": False,
    "filming": False,
    "unlocked": True,
    "reading": False,
    "erase": True,
    "family": "F-017",
    "films": 4,
}
OBJECTED: Final = {**FILMING, "recorder/stop": {"state": "finishing"}, f"objection/{SESSION}": OBJECTION}
OBJECTED_LOCKED: Final = {**OBJECTED, f"objection/{SESSION}": {**OBJECTION, "unlocked": False, "family": None}}
OBJECTED_HELD: Final = {
    **OBJECTED,
    f"sessions/{SESSION}/objection": (
        409,
        {
            "fault": fault_object(
                Forbidden("The office put a hold on this session.", "Ask the office; nothing was erased.")
            )
        },
    ),
}
ERASED: Final = {**OBJECTED, f"sessions/{SESSION}/objection": {"erased": [SESSION]}}
BROKEN: Final = {**READY, "status": status("fault", "fault", minutes_left=0, faults=[FULL])}
TIMELESS: Final = {
    **READY,
    "status": status(
        "ready",
        "ready",
        faults=[fault_object(ClockNotSet("The box does not know the time for sure."))],
        health={"plugged_in": True, "battery_percent": 12, "utc_source": "last known"},
    ),
}
TIMELESS_LOCKED: Final = {**TIMELESS, "status": {**TIMELESS["status"], "unlocked": False}}
UNTIMELY: Final = {
    **TIMELESS,
    "time": (
        409,
        {
            "fault": fault_object(
                BadInput("The phone's date cannot be right.", "Set the phone's own clock first, then try again.")
            )
        },
    ),
}
UNHEARD: Final = {"status": (503, {"fault": GONE})}


DARK: Final = fault_object(Dark("The picture is dark."))
DRONE: Final = fault_object(Drone("There is a steady sound in the room; a television may be on."))
FRAMED: Final = {**READY, "status": status("ready", "framing")}
FRAMED_POORLY: Final = {
    **READY,
    "status": status(
        "ready", "framing", picture=picture(faces=[], dark=True, alone=True), sound="quiet", advice=[DARK, DRONE]
    ),
}
STILL: Final = {
    **READY,
    "status": status(
        "recording",
        "recording",
        film=film(1_860_000),
        quiet={"since_us": 8_252_000_000 - 612_000_000, "stops_at_us": 8_252_000_000 + 288_000_000},
    ),
}


DAY_MS: Final = 86_400_000
STANDING: Final = {
    "confirmed": True,
    "held": False,
    "erases_ms": None,
    "stores": 0,
    "needed": 2,
    "safe": False,
    "leaves_ms": None,
}
UNSURE: Final[dict[str, Any]] = {"confirmed": False, "erases_ms": NOON_MS + 4 * DAY_MS}
SAFE: Final[dict[str, Any]] = {"stores": 2, "safe": True, "leaves_ms": NOON_MS + 6 * DAY_MS}


def session(number: int, state: str, film_ms: int, *, playable: bool = True, **changed: Any) -> dict[str, Any]:
    told = {"id": f"{number:032x}", "number": number, "state": state, "utc_ms": NOON_MS - (9 - number) * 5_400_000}
    tagged = {"family": None, "purpose": "film", "moments": 0, "stars": 0}
    return {**told, "film_ms": film_ms, "playable": playable, "continues": None, **tagged, **STANDING, **changed}


SESSIONS: Final = [
    session(9, "open", 252_000, id=SESSION, family="F-017", moments=3, stars=1),
    session(8, "closed", 724_000, family="F-017", moments=12, stars=2, **SAFE),
    session(7, "closed", 1_860_000, purpose="review", **UNSURE),
    session(6, "recovered", 331_000, continues="a" * 32, moments=1),
    session(5, "open", 95_000, held=True, stores=1),
    session(4, "closed", 612_000, playable=False),
    session(3, "empty", 0, playable=False, utc_ms=None),
    session(2, "unreadable", 100_000, playable=False),
]
LISTED: Final = {"sessions": {"sessions": SESSIONS, "reading": False}}
MOMENTS: Final = [
    {"id": "a", "pts_ms": 1_500, "in_ms": 500, "out_ms": 2_500, "tags": ["orion-8@1/taking-turns"], "note": ""},
    {"id": "b", "pts_ms": 3_000, "in_ms": 2_800, "out_ms": 3_600, "tags": [], "note": ""},
    {
        "id": "c",
        "pts_ms": 5_200,
        "in_ms": 4_000,
        "out_ms": 6_400,
        "tags": ["orion-8@1/supporting-initiative", "orion-8@1/following-with-a-positive-verbal-response"],
        "note": "He waits, and she looks up.",
    },
]
CARRIED: Final = [
    {**each, "open": each["state"] == "open", "bytes": each["film_ms"] * 1_000}
    for each in SESSIONS
    if each["state"] in ("open", "closed", "recovered")
]
GOING: Final = {
    "state": "carrying",
    "sessions": [{"session": f"{7:032x}", "state": "queued", "bytes": 1_860_000_000, "sent_bytes": 611_000_000}],
    "bytes": 2_191_000_000,
    "sent_bytes": 942_000_000,
    "eta_s": 418,
    "fault": None,
}
CARRYING: Final = {"carrying": {"courier": GOING, "fault": None, "films": CARRIED, "purged": 12}}
ARRIVED: Final = {
    "carrying": {
        "courier": {**GOING, "state": "idle", "sessions": []},
        "fault": None,
        "films": [{**each, "open": False, **STANDING, **SAFE} for each in CARRIED[1:3]],
        "purged": 1,
    }
}
RADIO: Final = {"radio": {"radio": {"mode": "visit", "next": None, "phones": 1, "given": True}}}
WAYLESS: Final[Answers] = {
    **RADIO,
    "carrying": {
        "courier": {**GOING, "state": "unreachable", "bytes": 0, "sent_bytes": 0, "fault": UNREACHED},
        "fault": None,
        "films": [],
        "purged": 0,
    },
}
CODED: Final = [
    {**told, "star": not told["tags"], "hidden": False, "by": by, "by_name": name, "own": by == "1"}
    for told, (by, name) in zip(MOMENTS, [("1", "work phone"), ("panel", None), ("2", "tablet")], strict=True)
]
UNDONE: Final = {"undone": [], "hidden": [], "reading": False}
WATCHED: Final = {**READY, **LISTED, f"sessions/{SESSION}/moments": {"moments": CODED, **UNDONE}}
UNSEEN: Final = {
    **READY,
    **LISTED,
    f"sessions/{SESSION}/moments": {
        **UNDONE,
        "moments": [{**CODED[0], "hidden": True}, *CODED[1:]],
        "hidden": [
            {"id": "h1", "in_ms": 0, "out_ms": 2_600, "why": "visitor", "by": "1"},
            {"id": "h2", "in_ms": 7_000, "out_ms": None, "why": "quiet", "by": "1"},
        ],
    },
}
TURNS, INITIATIVE = "orion-8@1/taking-turns", "orion-8@1/supporting-initiative"
FOLLOWING: Final = "orion-8@1/following-with-a-positive-verbal-response"


def clip(in_ms: int, out_ms: int, *tags: str, coders: int = 1, parent: bool = False, weight: int = 2) -> dict[str, Any]:
    told = {"in_ms": in_ms, "out_ms": out_ms, "pts_ms": (in_ms + out_ms) // 2, "moments": [], "tags": list(tags)}
    return {**told, "coders": coders, "parent": parent, "weight": weight}


BEST: Final = [
    clip(64_000, 76_000, TURNS),
    clip(215_000, 238_000, INITIATIVE, FOLLOWING, coders=2, weight=9),
    clip(402_000, 414_000),
    clip(598_000, 612_000, "family@1/that-one", parent=True, weight=14),
]
SEEN: Final[dict[str, Any]] = {
    "family": "F-017",
    "purpose": "film",
    "playable": True,
    "shown_ms": 641_000,
    "hidden": [{"id": "h", "in_ms": 320_000, "out_ms": 361_000, "why": "visitor", "by": "1"}],
    "moments": [{"pts_ms": at + 8_000, "in_ms": at, "out_ms": at + 12_000} for at in range(20_000, 640_000, 52_000)],
    "stars": 2,
    "rates": [{"tag": TURNS, "rate": 5.6}, {"tag": FOLLOWING, "rate": 3.7}, {"tag": INITIATIVE, "rate": 0.9}],
    "best": BEST,
    "reading": False,
}


def came(seen: Mapping[str, Any] | None = SEEN, **changed: Any) -> dict[str, Any]:
    told = {"id": SESSION, "number": 9, "utc_ms": NOON_MS, "film_ms": 744_000, "filmed_ms": 682_000, "live": False}
    ended = {"reason": "stop", "quiet_in_ms": None, "pauses": [{"in_ms": 120_000, "out_ms": 182_000}]}
    about = {**told, **ended, "confirmed": True, "seen": seen, **changed}
    return {**READY, f"sessions/{SESSION}/summary": about}


CUT: Final[dict[str, Any]] = {"film_ms": 41_000, "filmed_ms": 41_000, "reason": "power", "pauses": []}
QUIET: Final[dict[str, Any]] = {"reason": "quiet", "quiet_in_ms": 420_000, "pauses": []}
LEFT_OUT: Final = {**SEEN, "hidden": [{"id": "q", "in_ms": 420_000, "out_ms": None, "why": "quiet", "by": "1"}]}
SHORT: Final = {**SEEN, "rates": [{"tag": TURNS, "rate": None}], "shown_ms": 41_000, "hidden": [], "best": BEST[:1]}
NOTHING: Final = {**SEEN, "rates": [], "moments": [], "hidden": [], "best": []}
FAMILY: Final = "f" * 32
VISIT: Final = {
    "id": "6f1c2f5e-3f0c-4b7e-9d55-0c2f1a7be001",
    "family": FAMILY,
    "code": "F-017",
    "purpose": "film",
    "target_min": 10,
    "discreet": False,
    "says": None,
    "may_film": False,
    "question": "How can we get dressed without a fight?",
    "consents": [],
}
FAMILIES: Final = [
    {"id": "e" * 32, "code": "F-003", "language": "nl", "visits": 0, "last": None},
    {
        "id": FAMILY,
        "code": "F-017",
        "language": "en",
        "visits": 4,
        "last": {"at": NOON_MS - 7 * DAY_MS, "question": "How does he ask for a break?", "purpose": "film"},
    },
    {
        "id": "d" * 32,
        "code": "PK-20417",
        "language": None,
        "visits": 1,
        "last": {"at": NOON_MS - 30 * DAY_MS, "question": "", "purpose": "review"},
    },
]


def consent(scope: str, *, given: bool = True, **changed: Any) -> dict[str, Any]:
    told = {"scope": scope, "given": given, "good": given, "authority": "parent", "until": None}
    return {**told, "at": NOON_MS - 7 * DAY_MS, "visit": None, **changed}


def visit(following: str, done: str = "", now: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    told = {"visit": now, "done": done.split(), "next": following, "last_session": None, "families": FAMILIES}
    return {"visit": {**told, "reading": False, **changed}}


CONSENTED: Final = {
    **VISIT,
    "says": "ok",
    "may_film": True,
    "consents": [
        consent("film"),
        consent("review", until=NOON_MS + 90 * DAY_MS),
        consent("training", given=False, authority="local-authority"),
        consent("research", good=False, until=NOON_MS - DAY_MS),
    ],
}
BEGUN: Final = visit("consent", "ready family", VISIT)
AGREED: Final = visit("film", "ready family consent framing", CONSENTED)
FILMED: Final = visit("watch", "ready family consent framing film", CONSENTED, last_session=SESSION)
FORGOT: Final = {**READY, "status": status("ready", "ready", forgot=True)}
NO_FILM: Final = visit("close", "ready family consent", {**VISIT, "says": "no"})
UNSAID: Final = {**VISIT, "question": None, "consents": None}
LOCKED_VISIT: Final = visit("consent", "ready family", UNSAID, families=None)
LOCKED_READY: Final = {**READY, "status": status("ready", "ready", unlocked=False)}
OF_VISIT: Final = {
    "sessions": {
        "sessions": [
            session(9, "closed", 724_000, family="F-017", visit=VISIT["id"]),
            session(8, "closed", 331_000, purpose="review", visit=VISIT["id"], **UNSURE),
            session(5, "closed", 612_000, family="F-003", held=True),
        ],
        "reading": False,
    }
}
HOME_SAFE: Final[dict[str, Any]] = {"carrying": {"courier": None, "fault": None, "films": [], "purged": 3}}
LOOK: Final = {
    "colour": "red",
    "buzzing": False,
    "state": "recording",
    "faults": {"lens_covered": False, "microphone_dead": False, "encoder_stalled": False, "low_light": False},
    "health": {
        "temperature_c": 45.0,
        "undervoltage": False,
        "battery_percent": 82,
        "plugged_in": True,
        "utc_source": "rtc",
    },
}
PHONES: Final = [
    {"id": "1", "name": "work phone", "made_ms": NOON_MS, "this": True},
    {"id": "2", "name": "tablet", "made_ms": NOON_MS, "this": False},
]


def tap_two(page: Page) -> None:
    page.click(".tag >> nth=1")
    page.click("#moment")


def slide_back(page: Page) -> None:
    """A finger stays down until the track opens, and goes up along it."""
    box = page.locator(".tag >> nth=2").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.locator("#slide").wait_for()
    page.mouse.move(x, y - 110)


def put_off(page: Page) -> None:
    page.click("#for-us")
    page.click("#objection-later")
    page.locator("#undecided button").wait_for()


def erase_all_locked(page: Page) -> None:
    page.click("#for-us")
    page.check("input[value=family]")
    page.locator("#objection-pin").wait_for()


def objected(page: Page) -> None:
    page.click("#for-us")
    page.click("#objection-do")
    page.wait_for_function("""() => document.querySelector("#objection-fault").textContent
        || !document.querySelector("#objection-close").hidden""")


def pictures_only(page: Page) -> None:
    page.click("#discreet")
    page.click("#look")
    page.check("#only-icons")
    page.click("#look-close")


def lose_link(page: Page) -> None:
    page.route("**/api/**", lambda route: route.abort())
    try:
        page.click(".tag >> nth=1")
        page.locator("#lost-link").wait_for()
    finally:
        page.unroute("**/api/**")


def wrong_pin(page: Page) -> None:
    page.fill("#pin", "9999")
    page.click("#pin-go")
    page.wait_for_function("() => document.querySelector('#pin-error').textContent")


def add_phone(page: Page) -> None:
    page.click("#adding summary")
    page.wait_for_function("() => document.querySelector('#page-code').naturalWidth > 0")


def trim_third(page: Page) -> None:
    wait_for_picture(page)
    page.click(".moments li:nth-child(3) .quiet >> nth=1")
    page.locator("#trim:not([hidden])").wait_for()
    page.click("#trim-out-back")
    page.wait_for_function("() => document.querySelector('#trim-out-side').classList.contains('is-chosen')")


def caption_and_note(page: Page) -> None:
    wait_for_picture(page)
    page.click("#captions")
    page.click(".moment-go >> nth=0")
    page.wait_for_function("() => !document.querySelector('video').paused")
    page.fill("#note", "He waits, and she looks up.")
    page.wait_for_function("() => document.querySelector('video').paused")


def give_wrong_time(page: Page) -> None:
    page.click(".check button")
    page.locator(".fault >> nth=1").wait_for()


def into_hidden(page: Page) -> None:
    page.locator("#veil:not([hidden])").wait_for()


def ask_to_show(page: Page) -> None:
    page.click("#hidden .quiet")


def wait_for_picture(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")


def repeat_third(page: Page) -> None:
    wait_for_picture(page)
    page.click(".moments li:nth-child(3) .quiet >> nth=0")
    page.wait_for_function("() => document.querySelector('#loop').getAttribute('aria-pressed') === 'true'")
    page.wait_for_function("() => !document.querySelector('video').paused")
    page.click("#play")
    page.wait_for_function("() => document.querySelector('video').paused")


def wrong_code(page: Page) -> None:
    page.fill("#code", "Jansen")
    page.click("#go")


def erase_one(page: Page) -> None:
    page.locator(".is-erase").first.click()
    page.click("#go")


def click(at: str) -> Act:
    return lambda page: page.click(at)


def nothing(_: Page) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Scene:
    """`ready`: what is on the page once it may be looked at."""

    name: str
    path: str
    ready: str
    answers: Answers = field(default_factory=dict)
    act: Act = nothing

    def open(self, page: Page, box: StandIn) -> None:
        box.answers = {**hello(), **self.answers}
        page.goto(f"{box.address}{self.path}")
        page.locator(self.ready).first.wait_for()
        self.act(page)


TOO_SOON: Final = fault_object(too_often("The PIN was wrong a moment ago.", 4))
ADDING: Final = {
    "phones/join": {
        "ssid": "fieldreel-3F7A",
        "password": "k7mqtw3hdz9fxn2b6crg",
        "page": "https://box3f7a.fieldreel.internal/",
    }
}
SIGNED_IN: Final = {**READY, **hello(paired=True, unlocked=True), "phones": {"phones": PHONES}}
LOCKED: Final = hello(paired=True, phones=2)
SCENES: Final = (
    Scene("unlock-closed", "/unlock", "#closed", hello(phones=1)),
    Scene("unlock-pair", "/unlock", "#pair", hello(pairing_open_s=97)),
    Scene("unlock-locked", "/unlock", "#locked", LOCKED),
    Scene("unlock-wrong", "/unlock", "#locked", {**LOCKED, "unlock": (429, {"fault": TOO_SOON})}, wrong_pin),
    Scene("unlock-open", "/unlock", "#phones li", SIGNED_IN),
    Scene("unlock-adding", "/unlock", "#phones li", {**SIGNED_IN, **ADDING}, add_phone),
    Scene("visit", "/visit", "#next-title:not(:empty)", {**READY, **visit("ready")}),
    Scene("visit-begun", "/visit", "#who:not([hidden])", {**READY, **BEGUN}),
    Scene("visit-forgot", "/visit", "#forgot:not([hidden])", {**FORGOT, **AGREED}),
    Scene("visit-no", "/visit", "#who:not([hidden])", {**READY, **NO_FILM}),
    Scene("visit-ready", "/visit/ready", ".check", {**READY, **visit("ready"), **HOME_SAFE}),
    Scene("visit-unready", "/visit/ready", ".check.is-bad", {**BROKEN, **visit("ready"), **CARRYING}),
    Scene("visit-timeless", "/visit/ready", ".check button", {**TIMELESS, **visit("ready"), **HOME_SAFE}),
    Scene(
        "visit-untimely",
        "/visit/ready",
        ".check button",
        {**UNTIMELY, **visit("ready"), **HOME_SAFE},
        give_wrong_time,
    ),
    Scene(
        "visit-timeless-locked",
        "/visit/ready",
        ".check.is-bad",
        {**TIMELESS_LOCKED, **visit("ready"), **HOME_SAFE},
    ),
    Scene("visit-family", "/visit/family", ".choice", {**READY, **visit("family", "ready")}),
    Scene("visit-family-change", "/visit/family", ".choice input:checked + span", {**READY, **BEGUN}),
    Scene("visit-family-wrong", "/visit/family", ".choice", {**READY, **visit("family", "ready")}, wrong_code),
    Scene("visit-family-locked", "/visit/family", "#locked:not([hidden])", {**LOCKED_READY, **LOCKED_VISIT}),
    Scene("visit-consent", "/visit/consent", "#asking:not([hidden])", {**READY, **BEGUN}),
    Scene("visit-consented", "/visit/consent", ".is-yes", {**READY, **AGREED}, click("summary")),
    Scene("visit-consent-no", "/visit/consent", "#gently-no:not([hidden])", {**READY, **NO_FILM}),
    Scene("visit-close", "/visit/close", ".fate", {**READY, **FILMED, **OF_VISIT}),
    Scene("visit-close-erase", "/visit/close", ".fate", {**READY, **FILMED, **OF_VISIT}, erase_one),
    Scene("visit-close-locked", "/visit/close", "#locked:not([hidden])", {**LOCKED_READY, **LOCKED_VISIT}),
    Scene("framing", "/framing", "#boxes span", {**FRAMED, **visit("framing", "ready family consent", VISIT)}),
    Scene("framing-poorly", "/framing", ".view.is-shown", {**FRAMED_POORLY, **visit("framing")}),
    Scene("framing-filming", "/framing", "#look:not([hidden])", {**FILMING, **visit("film")}),
    Scene("framing-paused", "/framing", "#pad:not([hidden])", {**PAUSED, **visit("film")}),
    Scene("record-quiet", "/record", ".still", STILL),
    Scene("tags-enough", "/tags", "#enough:not([hidden])", ENOUGH, tap_two),
    Scene("tags-quiet", "/tags", ".still", STILL),
    Scene("record-ready", "/record", "#start:enabled", READY),
    Scene("record-start-sure", "/record", "#start:enabled", READY, click("#start")),
    Scene("record-filming", "/record", "#stop:enabled", FILMING),
    Scene("record-consent", "/record", "#consent:not([hidden])", UNCONFIRMED),
    Scene("record-enough", "/record", "#stop:enabled", ENOUGH),
    Scene("record-paused", "/record", "#resume", PAUSED),
    Scene("record-poorly", "/record", ".faults .fault", POORLY),
    Scene("record-broken", "/record", ".faults .fault", BROKEN),
    Scene("record-unheard", "/record", ".faults .fault", UNHEARD),
    Scene("tags-ready", "/tags", "#idle", READY),
    Scene("tags-filming", "/tags", ".tag:enabled", FILMING, tap_two),
    Scene("tags-paused", "/tags", "#resume", PAUSED),
    Scene("tags-poorly", "/tags", ".faults .fault", POORLY, tap_two),
    Scene("tags-discreet", "/tags", ".tag:enabled", {**POORLY, "ops": (503, {"fault": FULL})}, click("#discreet")),
    Scene("tags-slide", "/tags", ".tag:enabled", FILMING, slide_back),
    Scene("tags-visitor", "/tags", "[aria-pressed=true]", VISITED),
    Scene("tags-lost-link", "/tags", ".tag:enabled", FILMING, lose_link),
    Scene("tags-look", "/tags", ".tag:enabled", FILMING, click("#look")),
    Scene("tags-pictures", "/tags", ".tag:enabled", FILMING, pictures_only),
    Scene("tags-objection", "/tags", "#for-us:enabled", OBJECTED, click("#for-us")),
    Scene("tags-objection-pin", "/tags", "#for-us:enabled", OBJECTED_LOCKED, erase_all_locked),
    Scene("tags-objection-held", "/tags", "#for-us:enabled", OBJECTED_HELD, objected),
    Scene("tags-erased", "/tags", "#for-us:enabled", ERASED, objected),
    Scene("tags-undecided", "/tags", "#for-us:enabled", OBJECTED, put_off),
    Scene("record-visitor", "/record", "[aria-pressed=true]", VISITED),
    Scene("record-objection", "/record", "#for-us", OBJECTED, click("#for-us")),
    Scene("tags-note", "/tags", ".tag:enabled", FILMING, click("#note")),
    Scene("tags-stop-sure", "/tags", "#stop:enabled", FILMING, click("#stop")),
    Scene("films", "/sessions", ".film", {**FILMING, **LISTED}),
    Scene("films-empty", "/sessions", "#empty", {**READY, "sessions": {"sessions": [], "reading": False}}),
    Scene("player", f"/sessions/{SESSION}", ".moment-go", WATCHED, wait_for_picture),
    Scene("player-repeat", f"/sessions/{SESSION}", ".moment-go", WATCHED, repeat_third),
    Scene("player-trim", f"/sessions/{SESSION}", ".moment-go", WATCHED, trim_third),
    Scene("player-note", f"/sessions/{SESSION}", ".moment-go", WATCHED, caption_and_note),
    Scene("player-hidden", f"/sessions/{SESSION}", ".moment-go", UNSEEN, into_hidden),
    Scene("player-agreed", f"/sessions/{SESSION}", "#hidden .quiet", UNSEEN, ask_to_show),
    Scene("summary", SUMMARY, ".best li", came()),
    Scene("summary-locked", SUMMARY, "#unlock:not([hidden])", {**came(None), **LOCKED}),
    Scene("summary-unconfirmed", SUMMARY, "#consent:not([hidden])", came(confirmed=False)),
    Scene("summary-nothing", SUMMARY, "#best-none:not([hidden])", came(NOTHING)),
    Scene("summary-quiet", SUMMARY, "#quiet:not([hidden])", came({**SEEN, "hidden": []}, **QUIET)),
    Scene("summary-quiet-out", SUMMARY, "#quiet-back:not([hidden])", came(LEFT_OUT, **QUIET)),
    Scene("summary-objection", SUMMARY, "#decide:not([hidden])", came(reason="objection")),
    Scene("summary-short", SUMMARY, ".best li", came(SHORT, **CUT)),
    Scene("carrying", "/carrying", ".way-film", {**READY, **CARRYING}),
    Scene("carrying-safe", "/carrying", ".way.is-safe", {**READY, **ARRIVED}),
    Scene("carrying-unreachable", "/carrying", "#none:not([hidden])", {**READY, **WAYLESS}),
    Scene("carrying-office", "/carrying", "#radio:not([hidden])", {**READY, **WAYLESS}, click("#radio-office")),
    Scene("films-erase", "/sessions", ".film", {**READY, **LISTED}, click(".film-doing .round")),
    Scene("health", "/health", ".health-line", READY),
    Scene("health-clicker", "/health", ".health-line", {**READY, "status": {**READY["status"], "clicker": True}}),
    Scene("health-poorly", "/health", ".health-line", POORLY, click("summary")),
    Scene("health-timeless", "/health", ".health-line", TIMELESS),
    Scene("health-unheard", "/health", ".fault", UNHEARD),
    Scene("box", "/bench", ".box", {"bench": LOOK}),
    Scene("box-covered", "/bench", ".is-covered", {"bench": {**LOOK, "faults": {"lens_covered": True}}}),
)  # fmt: skip
