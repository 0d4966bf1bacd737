"""Packets -> segments -> sealed segments -> disk: the one thread that writes a session.

Apart from the attendant so that a card that stalls for seconds stalls only this thread, behind a queue that holds 20.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.capture.camera import Profile
from appliance.capture.packet import Packet
from appliance.clock import Clock
from appliance.errors import CardFailing, CardFull, Fault, ParametersChanged
from appliance.recorder.notices import Closed, Dropped, Kept, Notify, Opened
from appliance.recorder.packet_queue import Begin, Finish, Hole, Item, PacketQueue
from appliance.sealing.age import seal
from appliance.sealing.recipients import HybridRecipient, Recipient
from appliance.sealing.sealed import Signer
from appliance.sealing.subjects import new_subject
from appliance.segment.segmenter import Event, Init, Segment, Segmenter
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.sessions import Opening, SessionWriter

CLOCK_MOVED_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom a new session is sealed; `unlock` is asked at each start, for a phone may have been paired since."""

    office: tuple[Recipient, ...]
    unlock: Callable[[], Recipient | None]


@dataclass(slots=True)
class _Film:
    """The session being written."""

    writer: SessionWriter
    recipient: HybridRecipient
    utc_offset_ms: int


class Pipeline:
    """Turns the queue's items into sessions. `run` is the work of a Worker; everything else is called inside it."""

    def __init__(
        self,
        *,
        queue: PacketQueue,
        home: Home,
        profile: Profile,
        clock: Clock,
        recipients: Recipients,
        signer: Signer,
        notify: Notify,
        durable: Durable,
    ) -> None:
        self._queue, self._home, self._profile, self._clock = queue, home, profile, clock
        self._recipients, self._signer, self._notify, self._durable = recipients, signer, notify, durable
        self._segmenter = self._new_segmenter()
        self._film: _Film | None = None
        self._continues: str | None = None
        self._broken: Fault | None = None

    def run(self, stopping: threading.Event) -> None:
        """Until `stopping` is set and the queue is empty; a session still open then is closed as a shutdown."""
        while self.carry_out(0.2) or not stopping.is_set():
            pass
        if self._film is not None:
            self._take(Finish("shutdown"))

    def carry_out(self, wait_s: float = 0.0) -> bool:
        """The oldest item, waited for up to `wait_s`; whether there was one."""
        item = self._queue.get(wait_s)
        if item is not None:
            self._take(item)
        return item is not None

    def _take(self, item: Item) -> None:
        if isinstance(item, Finish):
            self._finish(item.reason)
        elif isinstance(item, Begin):
            self._continues = item.continues
        elif self._broken is None:
            try:
                self._hole(item.why) if isinstance(item, Hole) else self._packet(item)
            except CardFull as fault:
                self._break(fault, "card-full")
            except CardFailing as fault:
                self._card_failing(fault)

    def _packet(self, packet: Packet) -> None:
        try:
            events = self._segmenter.push(packet)
        except ParametersChanged:
            self._write(self._segmenter.finish())
            self._continue_in_new("parameters-changed")
            events = self._segmenter.push(packet)
        self._write(events)

    def _hole(self, why: str) -> None:
        if why == "slow card":
            self._notify(Dropped())
        self._write(self._segmenter.hole(why))
        if why == "pause" and self._film is not None:
            self._film.writer.paused()

    def _write(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Init):
                self._begin(event)
            elif self._film is None:
                raise AssertionError("the segmenter gives Init first")
            elif isinstance(event, Segment):
                self._segment(self._film, event)
            else:
                self._film.writer.gap(event.pts_ms, event.dur_ms, event.what, event.why)

    def _begin(self, init: Init) -> None:
        """Identity, key.age, local.age, folder, first log line, init segment: DESIGN.md "Starting a session"."""
        start_us = self._segmenter.start_us
        if start_us is None:
            raise AssertionError("Init comes with time 0")
        subject = new_subject(self._recipients.office, self._recipients.unlock())
        opening = self._opening(subject.recipient, start_us)
        writer = SessionWriter.begin(
            self._home, opening, subject.key, subject.local, self._signer, durable=self._durable
        )
        self._film = _Film(writer, subject.recipient, self._utc_offset_ms())
        writer.init(seal(init.data, [subject.recipient]))
        self._notify(Opened(writer.id, subject.recipient.text, start_us, self._continues))
        self._continues = None

    def _opening(self, recipient: HybridRecipient, start_us: int) -> Opening:
        return Opening(
            recipient=recipient.text,
            boot=self._clock.boot_id(),
            mono_us=start_us,
            utc_ms=self._utc_offset_ms() + start_us // 1000,
            utc_source=self._clock.utc_source(),
            continues=self._continues,
            width=self._profile.width,
            height=self._profile.height,
            fps=self._profile.fps,
            bitrate=self._profile.bitrate,
        )

    def _segment(self, film: _Film, segment: Segment) -> None:
        began_us = self._clock.monotonic_us()
        film.writer.segment(segment.n, segment.pts_ms, segment.dur_ms, seal(segment.data, [film.recipient]))
        end_ms = segment.pts_ms + segment.dur_ms
        if abs(self._utc_offset_ms() - film.utc_offset_ms) > CLOCK_MOVED_MS:
            film.utc_offset_ms = self._utc_offset_ms()
            film.writer.clock_moved(end_ms, self._clock.utc_ms(), self._clock.utc_source())
        sync_us = self._clock.monotonic_us() - began_us
        self._notify(Kept(film.writer.id, segment.n, segment.end_us, end_ms, sync_us))

    def _finish(self, reason: str) -> None:
        """Close what is open; always answered by one Closed."""
        if self._broken is None:
            try:
                self._write(self._segmenter.finish())
            except CardFull as fault:
                self._break(fault, "card-full")
            except CardFailing as fault:
                self._break(fault, "card-failing")
        session, failed = self._close(reason)
        self._segmenter, self._broken = self._new_segmenter(), None
        self._notify(Closed(session, reason, asked=True, fault=failed))

    def _continue_in_new(self, reason: str) -> None:
        """Close this session; the next key frame begins another that names it."""
        session, fault = self._close(reason)
        self._segmenter, self._continues = self._new_segmenter(), session
        if fault is not None:
            raise fault

    def _card_failing(self, fault: CardFailing) -> None:
        """One write was refused: close, and try a new session; refused there as well, the card is given up."""
        if self._film is None:
            self._break(fault, "card-failing")
            return
        session, _ = self._close("card-failing")
        self._segmenter, self._continues = self._new_segmenter(), session

    def _break(self, fault: Fault, reason: str) -> None:
        """Close as well as can be, and take nothing more until the attendant says Finish."""
        session, _ = self._close(reason)
        self._broken = fault
        self._notify(Closed(session, reason, asked=False, fault=fault))

    def _close(self, reason: str) -> tuple[str | None, Fault | None]:
        film, self._film = self._film, None
        if film is None:
            return None, None
        try:
            film.writer.close(reason, self._clock.utc_ms(), self._clock.utc_source())
        except (CardFull, CardFailing) as fault:
            return film.writer.id, fault
        return film.writer.id, None

    def _new_segmenter(self) -> Segmenter:
        return Segmenter(self._profile.width, self._profile.height, self._profile.fps)

    def _utc_offset_ms(self) -> int:
        return self._clock.utc_ms() - self._clock.monotonic_us() // 1000
