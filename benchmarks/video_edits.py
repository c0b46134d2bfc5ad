"""What people do to a video before they put it up again: named, seeded edits."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.video_sources import Encoding, Pixels, rate_of, read, write


@dataclass(frozen=True, slots=True)
class Edit:
    """``seconds``: the length of a clip out of the video, None for all of it."""

    name: str
    change: Callable[[random.Random], Callable[[Pixels], Pixels]]
    seconds: float | None = None
    speed: float = 1.0
    codec: str = "libx264"
    suffix: str = ".mp4"


def _sized(pixels: Pixels, width: int, height: int) -> Pixels:
    """To whole, even numbers of pixels, as codecs want them."""
    size = (max(16, width // 2 * 2), max(16, height // 2 * 2))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def same(_: random.Random) -> Callable[[Pixels], Pixels]:
    return lambda p: p


def scaled(draw: random.Random) -> Callable[[Pixels], Pixels]:
    scale = draw.uniform(0.45, 0.8)
    return lambda p: _sized(p, int(p.shape[1] * scale), int(p.shape[0] * scale))


def mirrored(_: random.Random) -> Callable[[Pixels], Pixels]:
    return lambda p: p[:, ::-1]


def turned(_: random.Random) -> Callable[[Pixels], Pixels]:
    return np.rot90


def letterboxed(draw: random.Random) -> Callable[[Pixels], Pixels]:
    bar = draw.uniform(0.1, 0.3)
    level = draw.choice((0, 0, 16, 255))

    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        rows = int(height * bar) // 2 * 2
        out = np.full((height + 2 * rows, width, 3), level, dtype=np.uint8)
        out[rows : rows + height] = pixels
        return out

    return change


def story(draw: random.Random) -> Callable[[Pixels], Pixels]:
    """Upright, over its own blurred and enlarged self."""
    place = draw.uniform(0.35, 0.65)

    def change(pixels: Pixels) -> Pixels:
        height, width = 640, 360
        image = Image.fromarray(pixels)
        scale = width / pixels.shape[1]
        inner = image.resize((width, min(height, int(pixels.shape[0] * scale))))
        back = image.resize((width // 8, height // 8)).filter(ImageFilter.GaussianBlur(3))
        out = back.resize((width, height), Image.Resampling.BICUBIC)
        out.paste(inner, (0, int((height - inner.height) * place)))
        return np.asarray(out)

    return change


def captioned(draw: random.Random) -> Callable[[Pixels], Pixels]:
    place, size = draw.uniform(0.05, 0.8), draw.uniform(0.05, 0.09)

    def change(pixels: Pixels) -> Pixels:
        image = Image.fromarray(pixels)
        at = (int(pixels.shape[1] * 0.1), int(pixels.shape[0] * place))
        ImageDraw.Draw(image).text(
            at,
            "look who it is @someone",
            fill="white",
            font_size=int(pixels.shape[0] * size),
            stroke_width=2,
            stroke_fill="black",
        )
        return np.asarray(image)

    return change


def brighter(draw: random.Random) -> Callable[[Pixels], Pixels]:
    gamma, gain = draw.uniform(0.7, 1.4), draw.uniform(0.85, 1.15)
    levels = np.clip(255 * gain * (np.arange(256) / 255) ** gamma, 0, 255).astype(np.uint8)
    return lambda p: levels[p]


def cropped(draw: random.Random) -> Callable[[Pixels], Pixels]:
    edges = [draw.uniform(0.0, 0.04) for _ in range(4)]

    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        top, left = int(edges[0] * height), int(edges[1] * width)
        bottom, right = height - int(edges[2] * height), width - int(edges[3] * width)
        return _sized(pixels[top:bottom, left:right], right - left, bottom - top)

    return change


def boxed_and_mirrored(draw: random.Random) -> Callable[[Pixels], Pixels]:
    box = letterboxed(draw)
    return lambda p: box(p[:, ::-1])


EDITS = (
    Edit("encoded again", same),
    Edit("encoded by VP9 to WebM", scaled, 12.0, codec="libvpx-vp9", suffix=".webm"),
    Edit("scaled", scaled),
    Edit("mirrored", mirrored, 10.0),
    Edit("turned", turned, 10.0),
    Edit("letterboxed", letterboxed, 10.0),
    Edit("story", story, 10.0),
    Edit("captioned", captioned, 10.0),
    Edit("brightness", brighter, 10.0),
    Edit("cropped by up to 4 %", cropped, 10.0),
    Edit("faster by 5 %", same, 20.0, speed=1.05),
    Edit("slower by 7 %", same, 20.0, speed=0.93),
    Edit("clip of 5 s", same, 5.0),
    Edit("clip of 5 s, scaled", scaled, 5.0),
    Edit("clip of 5 s, letterboxed", letterboxed, 5.0),
    Edit("clip of 5 s, mirrored", mirrored, 5.0),
    Edit("clip of 5 s, letterboxed and mirrored", boxed_and_mirrored, 5.0),
)


def start_of_clip(edit: Edit, length: float, seed: int) -> float:
    """Where in the source the clip begins."""
    draw = random.Random(f"{edit.name} {seed}")
    return draw.uniform(0, max(0.0, length - (edit.seconds or length)))


def apply(edit: Edit, source: Path, length: float, target: Path, seed: int) -> None:
    """Write the edited video."""
    draw = random.Random(f"{edit.name} {seed} look")
    rate = rate_of(source)
    start = start_of_clip(edit, length, seed)
    end = start + (edit.seconds or length)
    change = edit.change(draw)
    crf = ("crf", str(draw.randint(24, 33)))
    quick = ("preset", "superfast") if edit.codec == "libx264" else ("deadline", "realtime")
    more = (("b", "0"), ("cpu-used", "8")) if edit.codec != "libx264" else ()
    gap = ("g", str(round(rate * draw.choice((1, 2, 20)))))
    options = (quick, crf, gap, *more)
    encoding = Encoding(codec=edit.codec, rate=max(1, round(rate)), options=options)
    frames = _paced(read(source, start, end), rate, start, edit.speed)
    write(target, (change(p) for p in frames), encoding)


def _paced(
    frames: Iterator[tuple[float, Pixels]], rate: float, start: float, speed: float
) -> Iterator[Pixels]:
    """The frames, some left out or shown twice for another speed; their sides are even."""
    given = 0
    for at, pixels in frames:
        height, width = (side // 2 * 2 for side in pixels.shape[:2])
        while given <= (at - start) * rate / speed:
            given += 1
            yield pixels[:height, :width]
