"""Homes to play from: phones paired by a real keeper, films by the real stations, each picture's marker known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.capture import marker
from appliance.capture.beeper import Beeper
from appliance.capture.camera import Profile
from appliance.capture.drawn_camera import Shot
from appliance.capture.faults import Faults
from appliance.capture.h264 import H264
from appliance.capture.i420 import black
from appliance.capture.packet import Packet, VideoPacket
from appliance.capture.test_card import TestCard, TestCardScene
from appliance.clock import SetClock
from appliance.playback.keeper_link import KeeperLink
from appliance.playback.phones import Phones
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.recipients import Recipient, parse_recipient
from appliance.sealing.subjects import Subject, new_subject
from appliance.segment.events import Event, Gap, Init
from appliance.segment.film_clock import ticks
from appliance.segment.segmenter import Segmenter
from appliance.store.durable import Durable, SyncKind, Syncs
from appliance.store.layout import Home
from appliance.store.sessions import SessionWriter
from tests.capture.contract import Station, film_by_hand
from tests.capture.takes import pictures_of
from tests.store.makers import SIGNER, UTC_MS, opening

OFFICE = HybridIdentity.generate()
PIN = "294751"
SECRET = bytes.fromhex("9d1f6f0c5b7a4e2884c3d0e7a1b25396f84c0de1723b9a65d80e417f2ac6b953")
PROFILE = Profile(640, 360, 30, 1_500_000)
UNSYNCED: set[SyncKind] = {"segment", "log", "folder", "file"}
HASTY = Durable(Syncs(UNSYNCED))
"""What is tested here is no power cut."""


def pin(text: str = PIN) -> bytearray:
    return bytearray(text.encode())


def secret(data: bytes = SECRET) -> bytearray:
    return bytearray(data)


def obey(home: Home, phones: Phones) -> None:
    """What the web does with a keeper's answer."""
    home.unlock.mkdir(parents=True, exist_ok=True)
    for name, data in phones.write.items():
        (home.unlock / name).write_bytes(data)
    for name in phones.remove:
        (home.unlock / name).unlink()


def pair(link: KeeperLink, home: Home) -> str:
    """The first phone; gives its id. The keeper is unlocked from then on."""
    phones = link.first(pin(), secret(), "phone 1")
    obey(home, phones)
    return phones.pairing


def unlock(link: KeeperLink, home: Home, pairing: str, *, digits: str = PIN, cookie: bytes = SECRET) -> None:
    files = [(home.unlock / name).read_bytes() for name in (f"{pairing}.bin", "identity.age")]
    link.unlock(files[0], files[1], pin(digits), secret(cookie))


def unlock_recipient(home: Home) -> Recipient:
    return parse_recipient((home.unlock / "recipient.txt").read_text().strip())


@dataclass(frozen=True)
class Film:
    """`shown`: (90 kHz time, number in the marker) of every picture that was filmed, in order."""

    events: Sequence[Event]
    shown: Sequence[tuple[int, int]]


def filmed(seconds: float, profile: Profile = PROFILE) -> Film:
    """The test card and its beeps, by the capture stations themselves, faster than life."""
    clock, faults = SetClock(), Faults()
    station = Station(TestCard(profile, clock, faults), Beeper(clock, faults), clock)
    station.open()
    take = film_by_hand(station, clock, seconds)
    station.camera.close(5)
    station.microphone.close(5)
    return _cut([packet for packet, _ in take.arrivals], profile)


def drawn(pts_us: Iterable[int], profile: Profile = PROFILE) -> Film:
    """Test card pictures at these times, without sound: for times that no camera here keeps."""
    scene, encoder = TestCardScene(profile.width, profile.height), H264(profile)
    canvas = black(profile.width, profile.height)
    packets: list[Packet] = []
    for number, at_us in enumerate(pts_us):
        shot = Shot(number, at_us, UTC_MS)
        scene.paint(canvas, shot)
        scene.caption(canvas, shot)
        packets.append(encoder.encode(canvas, at_us))
    return _cut(packets, profile)


def _cut(packets: Sequence[Packet], profile: Profile) -> Film:
    """What the segmenter makes of them; libav's own reading of the packets says which picture is which."""
    segmenter = Segmenter(profile.width, profile.height, profile.fps)
    events = [event for packet in packets for event in segmenter.push(packet)] + segmenter.finish()
    pictures = [packet for packet in packets if isinstance(packet, VideoPacket)]
    times = [ticks(packet.pts_us - pictures[0].pts_us) for packet in pictures]
    numbers = [marker.read(luma) for luma in pictures_of(pictures)]
    assert len(numbers) == len(times)
    return Film(events, [(pts, number) for pts, number in zip(times, numbers, strict=True) if number is not None])


def record(home: Home, events: Iterable[Event], local: Recipient | None, *, close: bool = True) -> str:
    """A session of these events, kept for `local`; gives its id."""
    writer, subject = begin(home, local)
    for event in events:
        write(writer, subject, event)
    if close:
        writer.close("stop", UTC_MS, "rtc")
    return writer.id


def begin(home: Home, local: Recipient | None) -> tuple[SessionWriter, Subject]:
    subject = new_subject([OFFICE.recipient], local)
    beginning = replace(opening(), recipient=subject.recipient.text)
    return SessionWriter.begin(home, beginning, subject.key, subject.local, SIGNER, durable=HASTY), subject


def write(writer: SessionWriter, subject: Subject, event: Event) -> None:
    if isinstance(event, Init):
        writer.init(seal(event.data, [subject.recipient]))
    elif isinstance(event, Gap):
        writer.gap(event.pts_ms, event.dur_ms, event.what, event.why)
    else:
        writer.segment(event.n, event.pts_ms, event.dur_ms, seal(event.data, [subject.recipient]))


def keeper_pid(link: KeeperLink) -> int:
    assert link._keeper is not None
    return link._keeper.process.pid


def peak_bytes(link: KeeperLink) -> int:
    """The most memory that the keeper ever had."""
    told = Path(f"/proc/{keeper_pid(link)}/status").read_text()
    (row,) = [row for row in told.splitlines() if row.startswith("VmHWM:")]
    return int(row.split()[1]) * 1024
