"""What is on the family's screen now, for everybody who asks; whoever waits for a change is told at once.

Apart from its table, which is pure: this holds the one state, its revision, and the token of each showing.
"""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore, Condition

from appliance.clock import Clock
from appliance.errors import Forbidden, NotFound
from appliance.practice.items import Card, Item
from appliance.practice.reels import Reel
from appliance.practice.screen import Event, Screen, Told, showing, step
from web_ui.keeping import too_often
from web_ui.screens import Screens

SCREENS_MOST, PHONES_MOST = 3, 8
"""How many may wait at once: each keeps one of the server's threads."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`token`: the address of its film begins with it; another for every item that is shown.

    `place`: of the item in the reel. `moment`, `tags`: where it was made of one.
    """

    screen: Screen = field(default_factory=Screen)
    token: str = field(default="", repr=False)
    reel: Reel | None = None
    place: int = 0
    moment: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def next(self) -> Item | None:
        return self.reel.items[self.place + 1] if self.reel and self.place + 1 < len(self.reel.items) else None


class Showing:
    """Used by many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._changed = clock, Condition()
        self._screens, self._now = Screens(), Shown()
        self._rev = secrets.randbelow(1 << 40)
        self._heard_us: int | None = None
        self._marks = 0
        self._slots = {True: BoundedSemaphore(SCREENS_MOST), False: BoundedSemaphore(PHONES_MOST)}

    # ---- which browser is the screen

    def ask(self, address: str) -> tuple[str, str]:
        """A number to show, and the token of its cookie. Raises TooOften."""
        with self._turning():
            asked = self._screens.ask(address, self._now_us())
            if asked is None:
                raise too_often("Too many browsers ask to be the screen.", 5)
            return asked

    def code_of(self, token: str | None) -> str | None:
        with self._changed:
            return self._screens.code_of(token, self._now_us())

    def codes(self) -> list[str]:
        with self._changed:
            return self._screens.codes(self._now_us())

    def take(self, code: str) -> None:
        """Raises NotFound."""
        with self._turning():
            self._screens.take(code, self._now_us())
            self._now, self._heard_us = _bare(self._now), self._now_us()

    def let_go(self) -> None:
        """The browser is no screen any more."""
        with self._turning():
            self._screens.let_go()
            self._now = _bare(self._now)

    def is_screen(self, token: str | None) -> bool:
        with self._changed:
            return self._screens.is_screen(token)

    @property
    def taken(self) -> bool:
        with self._changed:
            return self._screens.taken

    def end(self) -> None:
        """The box was locked: nothing is on any screen, and none is one."""
        with self._turning():
            self._screens.let_go()
            self._now, self._heard_us, self._marks = Shown(Screen(turn=self._now.screen.turn + 1)), None, 0

    # ---- what is on it

    @property
    def now(self) -> Shown:
        with self._changed:
            return self._now

    def show(self, item: Item, **about: object) -> Shown:
        """`about`: the other fields of Shown. Raises Forbidden where there is no screen."""
        with self._turning():
            if not self._screens.taken:
                raise Forbidden("No screen is in use.", "Open /screen on the tablet or TV, then choose it here.")
            screen = showing(self._now.screen, item, self._now_us())
            token = "" if isinstance(item, Card) else secrets.token_urlsafe(16)
            self._now = Shown(screen, token, **about)  # type: ignore[arg-type]
            return self._now

    def do(
        self, event: Event, turn: int | None = None, steps: int = 0, at_ms: int | None = None
    ) -> tuple[Shown, Shown]:
        """Before and after. Raises Forbidden for what can not be done with what is shown."""
        with self._turning():
            before = self._now
            screen = step(before.screen, event, Told(self._now_us(), turn, steps, at_ms))
            if screen != before.screen:
                self._now = _bare(before, screen) if event is Event.CURTAIN else replace(before, screen=screen)
            return before, self._now

    def marked(self) -> None:
        """A parent marked a moment."""
        with self._turning():
            self._marks += 1

    @property
    def marks(self) -> int:
        """How many were marked since the box was last locked."""
        return self._marks

    def film_at(self, token: str) -> Item:
        """The item whose film is served under this address. Raises NotFound where another is shown by now, or none."""
        with self._changed:
            now = self._now
        known = now.token and token.isascii() and hmac.compare_digest(now.token, token)
        if not known or now.screen.item is None:
            raise NotFound("This is not on the screen any more.")
        return now.screen.item

    # ---- waiting for a change

    @property
    def rev(self) -> int:
        with self._changed:
            return self._rev

    def wait(self, rev: int | None, wait_s: float, *, screen: bool) -> None:
        """Until there is another revision than this, or so long. Raises TooOften where too many wait already."""
        if rev is None or wait_s <= 0:
            return
        slots = self._slots[screen]
        if not slots.acquire(blocking=False):
            raise too_often("Too many pages wait for the screen at once.", 1)
        try:
            with self._changed:
                self._changed.wait_for(lambda: self._rev != rev, wait_s)
        finally:
            slots.release()

    def heard(self) -> None:
        """The screen asked."""
        self._heard_us = self._now_us()

    @property
    def silent_ms(self) -> int | None:
        """For how long the screen has not asked; None where there is none."""
        heard_us = self._heard_us
        return None if heard_us is None or not self.taken else (self._now_us() - heard_us) // 1000

    @contextmanager
    def _turning(self) -> Iterator[None]:
        """One change; whoever waits looks anew."""
        with self._changed:
            try:
                yield
            finally:
                self._rev += 1
                self._changed.notify_all()

    def _now_us(self) -> int:
        return self._clock.monotonic_us()


def _bare(shown: Shown, screen: Screen | None = None) -> Shown:
    """The curtain; a reel goes on where it was."""
    kept = screen or step(shown.screen, Event.CURTAIN, Told(0))
    return Shown(kept, "", shown.reel, shown.place)
