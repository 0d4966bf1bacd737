"""Single pictures out of segments: decoded from the key frame on, and kept while memory lasts, as stepping wants them.

Apart because it is the only place of this station that knows a codec.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation

from appliance.errors import FileTampered
from appliance.playback.boxes import Sample

KEPT: Final = 90
KEPT_BYTES: Final = 100_000_000
"""Of decoded pictures: one second of 1080p30, a few of a smaller size (what is given back leaves holes in memory)."""
LEAST_WIDTH: Final = 16
_FINE, _COARSE = 3, 5
_SMALL_WIDTH: Final = 640
_LAMBDA: Final = 118  # libavutil: FF_QP2LAMBDA
_BT709: Final = 1


@dataclass(slots=True)
class Pictures:
    """One decoder, wherever it stands, and the pictures that it made last. For one thread."""

    _decoder: VideoCodecContext | None = None
    _settings: bytes = b""
    _segment: tuple[str, int] = ("", -1)
    _next: int = 0
    _kept: "OrderedDict[tuple[str, int, int], VideoFrame]" = field(default_factory=OrderedDict)
    _kept_bytes: int = 0

    def picture(self, segment: tuple[str, int], settings: bytes, samples: list[Sample], index: int) -> VideoFrame:
        """Picture `index` of a segment (session, n). Raises FileTampered if it does not decode."""
        kept = self._kept.get((*segment, index))
        if kept is not None:
            self._kept.move_to_end((*segment, index))
            return kept
        decoder = self._standing_at(segment, settings, index)
        try:
            while True:
                frame = self._step(decoder, samples[self._next])
                self._keep((*segment, self._next), frame)
                self._next += 1
                if self._next > index:
                    return frame
        except (av.error.FFmpegError, ValueError):
            self._decoder = None
            raise FileTampered("A picture of this film cannot be decoded.") from None

    def _standing_at(self, segment: tuple[str, int], settings: bytes, index: int) -> VideoCodecContext:
        """A decoder that can go on to `index`: the one at work, or else one at the segment's key frame."""
        if self._decoder is None or settings != self._settings:
            self._decoder, self._settings = _decoder(settings), settings
            self._segment = ("", -1)
        if segment != self._segment or index < self._next:
            self._decoder.flush_buffers()
            self._segment, self._next = segment, 0
        return self._decoder

    def _step(self, decoder: VideoCodecContext, sample: Sample) -> VideoFrame:
        packet = av.Packet(bytes(sample.data))
        packet.pts = packet.dts = self._next
        (frame,) = decoder.decode(packet)
        return frame

    def _keep(self, key: tuple[str, int, int], frame: VideoFrame) -> None:
        if key in self._kept:
            return
        self._kept[key] = frame
        self._kept_bytes += _bytes(frame)
        while len(self._kept) > KEPT or (self._kept_bytes > KEPT_BYTES and len(self._kept) > 1):
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _bytes(oldest)


def jpeg(frame: VideoFrame, width: int | None = None) -> bytes:
    """The picture as JFIF: full range, BT.601. `width`: scaled down to so many pixels (made even), never up."""
    wide = frame.width if width is None else min(frame.width, max(width, LEAST_WIDTH))
    wide, high = _even(wide), _even(wide * frame.height / frame.width)
    picture = frame.reformat(
        wide,
        high,
        "yuvj420p",
        src_colorspace=Colorspace.ITU709 if frame.colorspace == _BT709 else Colorspace.ITU601,
        dst_colorspace=Colorspace.ITU601,
        interpolation=Interpolation.AREA,
        src_color_range="MPEG",
        dst_color_range="JPEG",
    )
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = wide, high, "yuvj420p", Fraction(1, 30)
    quality = _FINE if wide > _SMALL_WIDTH else _COARSE
    encoder.qscale, encoder.global_quality, encoder.thread_count = True, quality * _LAMBDA, 1
    picture.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(picture), *encoder.encode(None)))


def _decoder(settings: bytes) -> VideoCodecContext:
    """Without delay: our film has no B-frames, so that each packet gives its picture at once."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = settings
    decoder.thread_count = 1
    decoder.flags |= Flags.low_delay
    return decoder


def _bytes(frame: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def _even(size: float) -> int:
    return max(2, 2 * round(size / 2))
