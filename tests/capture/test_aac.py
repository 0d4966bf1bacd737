"""Sound goes in and comes out at its time, loud as it was; holes are holes."""

import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture import sound_line
from appliance.capture.aac import Aac
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, AudioPacket, Packet
from appliance.capture.sound_line import SoundLine
from appliance.errors import Fault, MicSilent
from tests.capture.takes import sound_of

START_US = 7_000_000_000


def tone(frames: int, hz: int = 440) -> npt.NDArray[np.int16]:
    return (8000 * np.sin(2 * np.pi * hz * np.arange(frames * AUDIO_FRAME) / AUDIO_RATE)).astype(np.int16)


def frames_of(samples: npt.NDArray[np.int16]) -> list[npt.NDArray[np.int16]]:
    return list(samples.reshape(-1, AUDIO_FRAME))


def frame_us(number: int) -> int:
    return START_US + number * AUDIO_FRAME * 1_000_000 // AUDIO_RATE


def test_every_sample_comes_out_at_its_time() -> None:
    quiet_then_loud = tone(40)
    quiet_then_loud[: 20 * AUDIO_FRAME] = 0
    encoder = Aac(START_US)
    packets = [packet for frame in frames_of(quiet_then_loud) for packet in encoder.encode(frame)] + encoder.finish()
    heard = sound_of(packets)
    onset = int(np.flatnonzero(np.abs(heard) > 0.1)[0])
    onset_us = packets[0].pts_us + onset * 1_000_000 // AUDIO_RATE
    assert abs(onset_us - frame_us(20)) < 3_000
    assert packets[0].pts_us == START_US - AUDIO_FRAME * 1_000_000 // AUDIO_RATE - 1, "the priming lies before"
    assert packets[-1].pts_us >= frame_us(39)
    assert np.abs(heard[30 * AUDIO_FRAME :]).max() == pytest.approx(8000 / 32768, rel=0.1)


def test_a_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="1024"):
        Aac(START_US).encode(np.zeros(1000, dtype=np.int16))


def test_an_encoder_that_took_nothing_has_nothing_to_finish() -> None:
    assert Aac(START_US).finish() == []


class Line:
    """A SoundLine with what came out of it."""

    def __init__(self) -> None:
        self.sent: list[AudioPacket] = []
        self.told: list[Fault] = []
        self.line = SoundLine(self.told.append)

    def sink(self, packet: Packet) -> None:
        assert isinstance(packet, AudioPacket)
        self.sent.append(packet)

    def hear(self, samples: npt.NDArray[np.int16], first: int) -> None:
        for number, frame in enumerate(frames_of(samples)):
            self.line.take(frame, frame_us(first + number))


def test_levels_come_always_and_packets_between_attach_and_detach() -> None:
    line = Line()
    before = line.line.level
    line.hear(tone(3), 0)
    assert before is None
    assert line.line.level is not None
    assert line.sent == []
    line.line.attach(line.sink)
    line.hear(tone(10), 3)
    line.line.detach()
    count = len(line.sent)
    assert count == 11, "ten frames and the priming"
    assert line.sent[0].pts_us < frame_us(3) <= line.sent[1].pts_us
    line.hear(tone(3), 13)
    line.line.detach()
    assert len(line.sent) == count


def test_a_hole_in_the_samples_is_a_hole_in_the_packets() -> None:
    line = Line()
    line.line.attach(line.sink)
    line.hear(tone(10), 0)
    line.hear(tone(10), 30)
    line.line.detach()
    times = np.array([packet.pts_us for packet in line.sent])
    steps = np.diff(times)
    assert np.count_nonzero(steps > 22_000) == 1
    assert steps.max() == pytest.approx(20 * 21_333, abs=25_000), "all sound before the hole, none invented in it"
    assert len(sound_of(line.sent)) == len(line.sent) * AUDIO_FRAME


def test_times_that_waver_by_less_than_a_millisecond_are_no_hole() -> None:
    line = Line()
    line.line.attach(line.sink)
    for number, frame in enumerate(frames_of(tone(20))):
        line.line.take(frame, frame_us(number) + (number % 3 - 1) * 300)
    line.line.detach()
    assert len(line.sent) == 21


def test_ten_minutes_are_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame is 21,333 1/3 microseconds: thirds that are lost add up to a hole that is none after a minute."""
    made: list[Aac] = []

    def make(start_us: int) -> Aac:
        made.append(Aac(start_us))
        return made[-1]

    monkeypatch.setattr(sound_line, "Aac", make)
    line, frame = Line(), tone(1)
    line.line.attach(line.sink)
    for number in range(10 * 60 * AUDIO_RATE // AUDIO_FRAME):
        line.line.take(frame, frame_us(number))
    assert len(made) == 1


def test_silence_is_told_once_until_there_was_sound_again() -> None:
    line = Line()
    zero = np.zeros(3 * 47 * AUDIO_FRAME, dtype=np.int16)
    line.hear(zero, 0)
    assert [fault.code for fault in line.told] == ["mic-silent"]
    line.line.hush(MicSilent("The microphone is gone."))
    assert line.line.level is None
    assert len(line.told) == 1
    line.hear(tone(50), 200)
    line.line.hush(MicSilent("The microphone is gone."))
    assert len(line.told) == 2
