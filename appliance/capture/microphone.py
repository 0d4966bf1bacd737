"""A real microphone through a child process `arecord`.

Apart because ALSA may hang and microphones get unplugged: a child can be ended and started again, a library cannot.
The libasound inside PyAV's wheels looks for plugins in /tmp, and its time stamps are wall clock; arecord has neither.
"""

import logging
import os
import select
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from appliance.capture.aac import Samples
from appliance.capture.camera import Level
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, Sink
from appliance.capture.sample_clock import WINDOW_US, SampleClock
from appliance.capture.sound_line import OnFault, SoundLine
from appliance.clock import Clock
from appliance.errors import MicSilent
from appliance.worker import Worker

log: Final = logging.getLogger(__name__)
LATENCY_US: Final = 25_000
"""How much later than it sounded a sample is counted: converter and USB. The middle of 20-40 ms, not measured on a
board yet; the flash and beep of the test card give it for a certain microphone."""
CARDS: Final = Path("/proc/asound")
_AGAIN_S: Final = 1.0
_HANGS_S: Final = 2.0
_LOOK_S: Final = 0.1
_SAMPLE_BYTES: Final = 2
_FIRST_WINDOWS: Final = 60_000_000 // WINDOW_US
_TOLD_WINDOWS: Final = 600_000_000 // WINDOW_US


class Arecord:
    """A Microphone (see the Protocol). `card`: the ALSA card's id, or None for the first one that can record.

    Unplugged, it sends nothing, tells `on_fault` once, and looks for the card each second; so too if ALSA hangs.
    """

    def __init__(
        self, card: str | None, clock: Clock, on_fault: OnFault | None = None, *, latency_us: int = LATENCY_US
    ) -> None:
        self._card = card
        self._clock = clock
        self._latency_us = latency_us
        self._line = SoundLine(on_fault)
        self._worker: Worker | None = None
        self._wanted = threading.Event()
        self._told_windows = 0

    def open(self) -> None:
        if self._worker is None:
            self._worker = Worker("microphone", self._listen).start()

    def start(self, sink: Sink) -> None:
        self._wanted.set()
        self._line.attach(sink)

    def stop(self, timeout_s: float) -> None:
        self._wanted.clear()
        self._line.detach()

    def level(self) -> Level | None:
        return self._line.level

    def close(self, timeout_s: float) -> None:
        self._line.detach()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop(timeout_s)
        self._line.hush()

    def _listen(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            card = self._card or find_card()
            if card is not None:
                try:
                    self._record(card, stopping)
                except OSError as failure:  # arecord is not installed, or no process can be made
                    log.error("microphone: %s", type(failure).__name__)
            if not stopping.is_set():
                self._line.hush(MicSilent("The microphone is gone."))
                stopping.wait(_AGAIN_S)

    def _record(self, card: str, stopping: threading.Event) -> None:
        """Until the child ends, hangs, or `stopping` is set; the child is gone when this returns."""
        with subprocess.Popen(command(card), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 - Popen gives them for PIPE
            frames = Frames(SampleClock())
            try:
                for data in _reads(child.stdout.fileno(), child.stderr.fileno(), stopping):
                    frames = self._take(frames, data)
            finally:
                child.kill()

    def _take(self, frames: "Frames", data: bytes | None) -> "Frames":
        """The frames that `data` completes go on their way; a fresh Frames where samples were lost (None)."""
        if data is None:
            return self._lost()
        if self._wanted.is_set():
            frames.clock.settle()
        for samples, start_us in frames.take(data, self._clock.monotonic_us()):
            self._line.take(samples, start_us - self._latency_us)
        if not frames.clock.lost:
            self._tell_drift(frames.clock)
            return frames
        return self._lost()

    def _lost(self) -> "Frames":
        log.warning("microphone: samples lost")
        return Frames(SampleClock())

    def _tell_drift(self, clock: SampleClock) -> None:
        """A minute after the card began, then every ten."""
        if clock.windows % _TOLD_WINDOWS == _FIRST_WINDOWS and clock.windows != self._told_windows:
            log.info("microphone: %+.0f ppm, %d samples put right", clock.ppm, clock.corrected_samples)
        self._told_windows = clock.windows


class Frames:
    """Raw PCM in reads of any size (S16_LE, mono, 48 kHz) -> frames of 1,024 samples with their times."""

    def __init__(self, clock: SampleClock) -> None:
        self.clock = clock
        self._held = b""
        self._given = 0

    def take(self, data: bytes, now_us: int) -> Iterator[tuple[Samples, int]]:
        """(1,024 samples, when the first was heard, before the latency is taken off)."""
        had = len(self._held) // _SAMPLE_BYTES
        self._held += data
        self.clock.heard(len(self._held) // _SAMPLE_BYTES - had, now_us)
        while len(self._held) >= (AUDIO_FRAME + 1) * _SAMPLE_BYTES:  # one more than a frame, in case one is left out
            yield self._cut(self.clock.correction()), self.clock.time_us(self._given)
            self._given += AUDIO_FRAME

    def _cut(self, more: int) -> Samples:
        taken = AUDIO_FRAME - more
        samples = np.frombuffer(self._held, dtype="<i2", count=taken).astype(np.int16)
        self._held = self._held[taken * _SAMPLE_BYTES :]
        return np.append(samples, samples[-1:]) if more > 0 else samples[:AUDIO_FRAME]


def command(card: str) -> list[str]:
    """Through `plug`, so that a card that only knows stereo or 44.1 kHz serves too."""
    shape = ["-f", "S16_LE", "-r", str(AUDIO_RATE), "-c", "1", "-t", "raw"]
    return ["arecord", "-q", "-D", f"plughw:CARD={card},DEV=0", *shape, "--period-size=1024", "--buffer-size=16384"]


def find_card(cards: Path = CARDS) -> str | None:
    """The id of the first sound card that can record (numbers change from boot to boot, ids do not)."""
    for capture in sorted(cards.glob("card[0-9]*/pcm*c")):
        try:
            return (capture.parent / "id").read_text(encoding="ascii").strip()
        except OSError:
            continue  # unplugged this moment
    return None


def _reads(pipe: int, words: int, stopping: threading.Event) -> Iterator[bytes | None]:
    """What comes out of the pipe, until its end, two seconds of nothing, or a stop; None where samples were lost.

    arecord says on its standard error when it was too late for the card and began anew ("overrun!!!", "capture stream
    format change?"), and how many samples that cost it does not know. By counting alone it would show after a window
    or two, and until then the sound would have a time that is over. Whatever else it says costs a fresh count.
    """
    quiet_s, heard = 0.0, {pipe, words}
    while not stopping.is_set() and quiet_s < _HANGS_S:
        ready = select.select(heard, [], [], _LOOK_S)[0]
        if pipe in ready:
            data = os.read(pipe, 65_536)
            if not data:
                return
            quiet_s = 0.0
            yield data
        else:
            quiet_s += _LOOK_S
        if words in ready:
            if os.read(words, 65_536):
                yield None
            else:
                heard.remove(words)
