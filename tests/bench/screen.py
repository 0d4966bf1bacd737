"""One visit with a browser in front of the box, for the rows about what is seen on a phone: filmed and looked at once.

Apart from the rows because three of them tell of the same film; the pictures' markers say which each of them was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from playwright.sync_api import Page

from appliance.sealing.identities import HybridIdentity
from tests.bench.context import Context
from tests.bench.pages import box_with_pages, browsing, clock_of
from tests.journeys.phone import Phone
from tests.process.box import Box, now_us
from tests.process.playing import Played, play

DEFAULTS: Final = (Path(__file__).parent / "defaults.js").read_text(encoding="utf-8")
ACT: Final = """async ([act, value]) => {
  const video = eye.video, range = document.getElementById("range");
  const acts = {
    step: () => document.getElementById(value > 0 ? "step-on" : "step-back").click(),
    seek: () => { range.value = value; range.dispatchEvent(new Event("input")); },
    add: () => { video.currentTime += value; },
  };
  do await new Promise(requestAnimationFrame); while (video.seeking);
  return new Promise((done) => {
    const began = performance.now();
    const shown = (_now, { expectedDisplayTime }) => done([expectedDisplayTime - began, eye.read()]);
    video.requestVideoFrameCallback(shown);
    setTimeout(() => done([2000, null]), 2000);
    acts[act]();
  });
}"""
"""Once the picture before stands still: what is done, and the first picture shown because of it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step or seek: ms until a picture was shown, and whether it was the right one."""

    ms: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """How long is filmed before anyone looks, how long a player may take to reach the edge, how long it is watched."""

    film_ms: int
    settle_ms: int
    look_ms: int


@dataclass(frozen=True, slots=True)
class Screened:
    """`live_ms`, `default_ms`: from the capture of each picture to its being shown, by our player and by hls.js alone.

    `added`: what a player does that counts on 1/30 s for each picture.
    """

    live_ms: Sequence[float]
    default_ms: Sequence[float]
    first_ms: Sequence[float]
    seeks: Sequence[Move]
    steps: Sequence[Move]
    added: Sequence[Move]


def screened(context: Context) -> Screened:
    """Made once for a context."""
    if context.screened is None:
        context.screened = _visit(context)
    return context.screened


def _visit(context: Context) -> Screened:
    takes, moves = context.pick((5, 100), (1, 4))
    watch = Watch(*context.pick((5_000, 3_000, 12_000), (2_000, 500, 1_000)))
    office = HybridIdentity.generate()
    with (
        context.scratch() as folder,
        box_with_pages(folder, context.profile, office) as box,
        browsing(box) as phone,
    ):
        session = _filming(box, phone, watch.film_ms)
        live = _watched(phone, session, watch)
        default = _watched_by_default(phone, session, watch)
        first_ms = [_replay_ms(box, phone)]
        first_ms += [_replay_ms(box, phone) for _ in range(takes - 1) if _filming(box, phone, 2_500)]
        truth = play(box.session(session), [office])
        seeks, steps, added = _moved(phone, session, truth, moves)
    return Screened(_behind_ms(live, truth), _behind_ms(default, truth), first_ms, seeks, steps, added)


def _filming(box: Box, phone: Phone, ms: int) -> str:
    """A session that may be shown, of so much film so far."""
    session = str(box.start_film(ms)["film"]["session"])
    phone.consent(session)
    return session


Seen = list[tuple[float, int]]
"""(CLOCK_MONOTONIC in ms, number in the marker) of pictures as they were shown."""


def _watched(phone: Phone, session: str, watch: Watch) -> Seen:
    phone.goto(f"/sessions/{session}")
    phone.shown()
    phone.page.click("#live")
    return _settled(phone.page, watch)


def _watched_by_default(phone: Phone, session: str, watch: Watch) -> Seen:
    """The same by hls.js alone: its defaults, a target of 1 s for segments of 1 s, and no answer that waits."""
    phone.goto("/health")
    phone.page.add_script_tag(url="/static/vendor/hls.light.min.js")
    phone.page.evaluate(DEFAULTS, f"/sessions/{session}/index.m3u8")
    return _settled(phone.page, watch)


def _settled(page: Page, watch: Watch) -> Seen:
    page.wait_for_timeout(watch.settle_ms)
    page.evaluate("eye.seen.length = 0")
    page.wait_for_timeout(watch.look_ms)
    clock_ms, seen = clock_of(page), page.evaluate("eye.seen")
    return [(each["at_ms"] + clock_ms, each["number"]) for each in seen if each["number"] is not None]


def _behind_ms(seen: Seen, truth: Played) -> list[float]:
    """By the film itself: when each picture was taken, by its number."""
    taken_ms = {shown.number: truth.opened.mono_us / 1000 + shown.at_ms for shown in truth.pictures}
    return [at_ms - taken_ms[number] for at_ms, number in seen]


def _replay_ms(box: Box, phone: Phone) -> float:
    """From the stop to the first picture of what was just filmed."""
    began_ms = now_us() / 1000
    session = box.stop_film()
    phone.goto(f"/sessions/{session}")
    phone.page.wait_for_function("() => eye.first_ms")
    return float(phone.page.evaluate("eye.first_ms")) + clock_of(phone.page) - began_ms


def _moved(phone: Phone, session: str, truth: Played, count: int) -> tuple[list[Move], list[Move], list[Move]]:
    draw, page = Random(2026), phone.page
    phone.goto(f"/sessions/{session}")
    phone.shown()
    times_ms = [shown.at_ms for shown in truth.pictures]
    seeks = [_sought(page, truth, draw.randrange(len(times_ms) - 1)) for _ in range(count)]
    middle = len(times_ms) // 2
    steps = []
    for by in (1, -1):
        _sought(page, truth, middle)
        steps += [_move(page, "step", by, _number(truth, middle + by * (n + 1))) for n in range(min(count, middle - 1))]
    _sought(page, truth, middle)
    return seeks, steps, _added(page, truth, middle, min(count, middle - 1))


def _sought(page: Page, truth: Played, at: int) -> Move:
    """To the middle of that picture, by the timeline."""
    here, following = truth.pictures[at], truth.pictures[at + 1]
    return _move(page, "seek", round((here.at_ms + following.at_ms) / 2), here.number)


def _added(page: Page, truth: Played, at: int, count: int) -> list[Move]:
    """Steps of 1/30 s; each is right where it shows the picture after the one that was shown."""
    following = {here.number: after.number for here, after in zip(truth.pictures, truth.pictures[1:], strict=False)}
    found, wanted = list[Move](), following[_number(truth, at)]
    for _ in range(count):
        ms, number = page.evaluate(ACT, ["add", 1 / 30])
        found.append(Move(ms, number == wanted))
        wanted = following.get(number, wanted)
    return found


def _move(page: Page, act: str, value: float, wanted: int | None) -> Move:
    ms, number = page.evaluate(ACT, [act, value])
    return Move(ms, number == wanted)


def _number(truth: Played, at: int) -> int | None:
    return truth.pictures[at].number
