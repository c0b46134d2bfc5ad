"""Small videos of every kind that people's files are, made here."""

import io
import struct
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from staydown.media.picture import Pixels

#: By the name of a file: container, codec, options.
KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "video.mp4": ("mp4", "libx264", {"preset": "ultrafast"}),
    "baseline.mov": ("mov", "libx264", {"preset": "ultrafast", "profile": "baseline"}),
    "video.3gp": ("3gp", "h263", {}),
    "video.avi": ("avi", "mpeg4", {}),
    "motion.avi": ("avi", "mjpeg", {"strict": "unofficial"}),
    "video.mkv": ("matroska", "libx265", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    "video.webm": ("webm", "libvpx", {"deadline": "realtime", "cpu-used": "8"}),
    "nine.webm": ("webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    "fragments.mp4": (
        "mp4",
        "libx264",
        {"preset": "ultrafast", "movflags": "frag_keyframe+empty_moov"},
    ),
}


def scene(seed: int, width: int = 176, height: int = 144) -> Pixels:
    """A picture with large forms and fine grain, another one for each seed."""
    numbers = np.random.default_rng(seed)
    coarse = numbers.integers(0, 256, (18, 22, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    grain = numbers.integers(-6, 7, (height, width, 1))
    levels = np.clip(np.asarray(image).astype(np.int16) + grain, 0, 255)
    return np.asarray(levels, dtype=np.uint8)


def scenes(first: int, count: int, rate: int, seconds: float = 1.0) -> list[Pixels]:
    """The frames of a video that shows another scene every so many seconds."""
    shown = round(rate * seconds)
    return [picture for seed in range(first, first + count) for picture in [scene(seed)] * shown]


def video(
    frames: list[Pixels],
    kind: str = "video.mp4",
    rate: int = 10,
    *,
    gap: int = 250,
    options: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a file; ``gap``: frames between key frames."""
    container_name, codec, usual = KINDS[kind]
    file = io.BytesIO()
    moving = {"movflags": usual["movflags"]} if "movflags" in usual else {}
    with av.open(file, "w", format=container_name, options=moving) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = gap
        stream.thread_count = 1
        stream.options = {
            **{name: value for name, value in usual.items() if name != "movflags"},
            **(options or {}),
        }
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def sound(container_name: str = "mp4", seconds: int = 1) -> bytes:
    """A file that holds nothing but a tone."""
    file = io.BytesIO()
    with av.open(file, "w", format=container_name) as container:
        stream: AudioStream = container.add_stream("aac", rate=8000, layout="mono")
        wave = np.sin(np.arange(8000 * seconds) / 8).astype(np.float32)[None, :]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def animation(frames: list[Pixels], kind: str, milliseconds: int) -> bytes:
    """An animated GIF or WebP."""
    images = [Image.fromarray(pixels) for pixels in frames]
    file = io.BytesIO()
    images[0].save(
        file, kind, save_all=True, append_images=images[1:], duration=milliseconds, loop=0
    )
    return file.getvalue()


def with_matrix(mp4: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """The same MP4 file, whose track is to be shown turned: a, b, c, d of its display matrix."""
    at = mp4.index(b"tkhd") + 4 + 40  # version 0: the matrix follows 40 bytes of other fields
    a, b, c, d = (number << 16 for number in matrix)
    numbers = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return mp4[:at] + numbers + mp4[at + len(numbers) :]
