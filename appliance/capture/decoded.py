"""The frames of a stream that may be damaged.

Apart because PyAV's own loop ends at the first packet that does not decode, and films found in the wild hold such.
"""

import contextlib
from collections.abc import Iterator
from typing import overload

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream


@overload
def decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]: ...


@overload
def decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]: ...


def decoded(container: InputContainer, stream: VideoStream | AudioStream) -> Iterator[VideoFrame | AudioFrame]:
    """From where the container stands on; damaged packets are left out, a film that breaks off ends there."""
    with contextlib.suppress(av.error.FFmpegError):
        for packet in container.demux(stream):
            with contextlib.suppress(av.error.InvalidDataError):
                yield from stream.decode(packet)
