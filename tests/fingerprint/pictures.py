"""Pictures to measure with: crops of the sample photographs and drawn contents, any size."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import staydown.cli

SAMPLES = Path(staydown.cli.__file__).parent / "samples"

RGB = NDArray[np.uint8]


def photograph(name: str, width: int, height: int, turn: int = 0) -> RGB:
    """A sample photograph, resized without keeping its proportions and turned by quarter turns."""
    with Image.open(SAMPLES / f"{name}.jpg") as image:
        small = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.rot90(np.asarray(small), turn))


def noise(width: int, height: int, seed: int = 1) -> RGB:
    """Every channel of every pixel at random."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def flat(width: int, height: int, colour: tuple[int, int, int] = (40, 90, 200)) -> RGB:
    """One colour."""
    return np.full((height, width, 3), colour, dtype=np.uint8)


def gradient(width: int, height: int) -> RGB:
    """Red grows to the right, green downward, blue along the diagonal."""
    x = np.linspace(0, 255, width)[None, :]
    y = np.linspace(0, 255, height)[:, None]
    wide = np.broadcast_arrays(x, y, (x + y) / 2)
    return np.stack(wide, axis=2).astype(np.uint8)


def stripes(width: int, height: int, period: int = 7) -> RGB:
    """Vertical black and white stripes: half of the coefficients are rounding noise."""
    line = ((np.arange(width) // period) % 2 * 255).astype(np.uint8)
    return np.broadcast_to(line[None, :, None], (height, width, 3)).copy()


def checks(width: int, height: int, period: int = 5) -> RGB:
    """A coloured chequer-board."""
    odd = (np.arange(width)[None, :] // period + np.arange(height)[:, None] // period) % 2
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[odd == 0] = (250, 220, 30)
    picture[odd == 1] = (20, 30, 120)
    return picture


def blobs(width: int, height: int, seed: int = 3) -> RGB:
    """Discs of many colours on grey, as in a drawing."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), (128, 128, 128))
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        size = int(rng.integers(1, max(2, min(width, height) // 3)))
        red, green, blue = (int(part) for part in rng.integers(0, 256, 3))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(red, green, blue))
    return np.asarray(image).copy()


def screen(width: int, height: int, seed: int = 5) -> RGB:
    """White with dark lines of text-like marks and a coloured bar, as in a screenshot."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, max(1, height // 10)), fill=(30, 90, 160))
    step = max(3, height // 20)
    for y in range(height // 8, height, step):
        x = width // 20
        while x < width * 0.9:
            long = int(rng.integers(1, max(2, width // 12)))
            draw.rectangle((x, y, x + long, y + step // 2), fill=(20, 20, 20))
            x += long + max(2, width // 60)
    return np.asarray(image).copy()


def grey_photograph(width: int, height: int) -> RGB:
    """A photograph whose three channels are equal."""
    with Image.open(SAMPLES / "moon.jpg") as image:
        small = image.convert("L").resize((width, height), Image.Resampling.BICUBIC)
    return np.repeat(np.asarray(small)[:, :, None], 3, axis=2)


#: Every drawn content by its name; each takes a width and a height.
CONTENTS: dict[str, Callable[[int, int], RGB]] = {
    "chelsea": lambda width, height: photograph("chelsea", width, height),
    "coffee": lambda width, height: photograph("coffee", width, height),
    "rocket": lambda width, height: photograph("rocket", width, height),
    "moon": grey_photograph,
    "noise": noise,
    "flat": flat,
    "gradient": gradient,
    "stripes": stripes,
    "checks": checks,
    "blobs": blobs,
    "screen": screen,
}
