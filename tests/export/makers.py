"""A session with real pictures and sound, recorded by the real stations and sealed to a real office key."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from appliance.capture.packet import Packet
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.subjects import Subject, new_subject
from appliance.segment.events import Event, Gap, Init, Segment
from appliance.segment.segmenter import Segmenter
from appliance.store.layout import Home
from appliance.store.sessions import SessionWriter
from tests.segment.codecs import FPS, HEIGHT, START_US, WIDTH, Take, arrivals
from tests.store.makers import SIGNER, UTC_MS, opening

OFFICE = HybridIdentity.generate()
UNLOCK = HybridIdentity.generate()


def events(take: Take, pause_at_s: int | None = None, pause_s: int = 0) -> list[Event]:
    """What the segmenter makes of a take, with a pause let in."""
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    if pause_at_s is None:
        return [event for packet in take.arrivals() for event in segmenter.push(packet)] + segmenter.finish()
    cut_us = START_US + pause_at_s * 1_000_000
    early = _part(take, lambda packet: packet.pts_us < cut_us, 0)
    late = _part(take, lambda packet: packet.pts_us >= cut_us, pause_s * 1_000_000)
    found = [event for packet in early for event in segmenter.push(packet)] + segmenter.hole("pause")
    return found + [event for packet in late for event in segmenter.push(packet)] + segmenter.finish()


def _part(take: Take, keep: Callable[[Packet], bool], later_us: int) -> list[Packet]:
    return arrivals(
        [replace(packet, pts_us=packet.pts_us + later_us) for packet in take.pictures if keep(packet)],
        [replace(packet, pts_us=packet.pts_us + later_us) for packet in take.sound if keep(packet)],
    )


def write_session(root: Path, made: list[Event], *, close: bool = True) -> Path:
    """Record the events; gives the session's folder."""
    subject = new_subject([OFFICE.recipient], UNLOCK.recipient)
    beginning = replace(opening(), recipient=subject.recipient.text)
    writer = SessionWriter.begin(Home(root), beginning, subject.key, subject.local, SIGNER)
    for event in made:
        _write(writer, event, subject)
    if close:
        writer.close("stop", UTC_MS, "rtc")
    return writer.folder


def _write(writer: SessionWriter, event: Event, subject: Subject) -> None:
    match event:
        case Init(data):
            writer.init(seal(data, [subject.recipient]))
        case Segment():
            writer.segment(event.n, event.pts_ms, event.dur_ms, seal(event.data, [subject.recipient]))
        case Gap():
            writer.gap(event.pts_ms, event.dur_ms, event.what, event.why)
