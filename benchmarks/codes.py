"""Copy codes to search in: of real photographs, and as many more as a benchmark wants.

The network's 512 numbers are kept for every photograph of the corpus (``benchmarks.corpus``), for
random parts of each, which stand for other pictures, and for light edits of the photographs, which
are the near copies that a search must find. A bank of millions is filled up with *made* codes: each
is a real picture's numbers mixed with a draw from the normal distribution that has the mean and the
covariance of all real ones, normalised and turned into signs like real ones.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

from staydown.fingerprint.copy import prepare
from staydown.fingerprint.model import find_model
from staydown.fingerprint.network import session
from staydown.fingerprint.rotations import DIMENSIONS, _rotated, signs_of

Numbers = NDArray[np.float32]
Rows = NDArray[np.uint64]

#: Parts and near copies that are made of each photograph.
PARTS = 12
COPIES = 6

#: The network shrinks pictures to this anyhow: larger ones only take time.
_SIDE = 900

#: Codes that are made at a time.
_AT_ONCE = 16_384


@dataclass(frozen=True)
class Embedded:
    """What the network says: of whole photographs, of parts of them, of near copies."""

    photos: Numbers
    parts: Numbers
    copies: Numbers


def embedded(photos: Path, cache: Path) -> Embedded:
    """Return the network's numbers for the pictures in a folder; made once, kept in ``cache``."""
    file = cache / "embedded-copy1.npz"
    if not file.exists():
        _embed_all(sorted(photos.glob("*.jpg")), file)
    with np.load(file, allow_pickle=False) as kept:
        return Embedded(kept["photos"], kept["parts"], kept["copies"])


def rows(numbers: Numbers) -> Rows:
    """Return the copy codes of the network's numbers: (n, 16) words."""
    return np.ascontiguousarray(signs_of(numbers)).view(np.uint64)


def made(real: Numbers, count: int, seed: int) -> Rows:
    """Return ``count`` codes of pictures that don't exist, with real ones' mean and covariance.

    The share that a real picture's numbers have in a made one's is drawn from 0 to 0.5, so that
    there are regions with more and with less in them, as among real ones. Everything is turned
    first and drawn then, which is the same and takes half of the time.
    """
    random = np.random.default_rng(seed)
    turn = _turn()
    turned, mean = real @ turn, real.mean(axis=0) @ turn
    spread = np.linalg.cholesky(_covariance(real)).T.astype(np.float32) @ turn
    parts = []
    for size in [_AT_ONCE] * (count // _AT_ONCE) + [count % _AT_ONCE]:
        draws = mean + random.standard_normal((size, len(spread)), np.float32) @ spread
        draws *= np.float32(2**0.5) / np.linalg.norm(draws, axis=1, keepdims=True)
        share = random.uniform(0, 0.5, (size, 1)).astype(np.float32)
        draws *= np.sqrt(1 - share**2)
        draws += share * turned[random.integers(len(real), size=size)]
        parts.append(np.packbits(draws > 0, axis=1).view(np.uint64))
    return np.concatenate(parts)


def _turn() -> Numbers:
    """The two rotations of ``copy1`` beside each other, (512, 1024), as a plain matrix."""
    every = np.eye(DIMENSIONS)
    turned = [_rotated(every, number) for number in (0, 1)]
    return (np.concatenate(turned, axis=1) / np.linalg.norm(turned[0][0])).astype(np.float32)


def _covariance(real: Numbers) -> NDArray[np.float64]:
    return np.cov(real, rowvar=False) + 1e-9 * np.eye(real.shape[1])


def _embed_all(files: list[Path], out: Path) -> None:
    network = session(str(find_model()))
    random = np.random.default_rng(20)
    kept: dict[str, list[Numbers]] = {"photos": [], "parts": [], "copies": []}
    for file in files:
        with Image.open(file) as opened:
            photo = ImageOps.exif_transpose(opened).convert("RGB")
        photo.thumbnail((2 * _SIDE, 2 * _SIDE))
        made_of = {
            "photos": [photo],
            "parts": [_part(photo, random, 0.2, 0.5) for _ in range(PARTS)],
            "copies": [_edited(photo, random) for _ in range(COPIES)],
        }
        for name, pictures in made_of.items():
            for picture in pictures:
                given = prepare(np.asarray(picture))[None]
                kept[name].append(network.run(["embedding"], {"image": given})[0][0])
    out.parent.mkdir(parents=True, exist_ok=True)
    photos, parts, copies = (np.array(numbers, np.float32) for numbers in kept.values())
    np.savez(out, photos=photos, parts=parts, copies=copies)


def _part(
    photo: Image.Image, random: np.random.Generator, least: float, most: float
) -> Image.Image:
    """A part of the picture whose sides are a share of the picture's, between two bounds."""
    width, height = (max(32, int(side * random.uniform(least, most))) for side in photo.size)
    width, height = min(width, photo.width), min(height, photo.height)
    left, top = random.integers(photo.width - width + 1), random.integers(photo.height - height + 1)
    return photo.crop((int(left), int(top), int(left) + width, int(top) + height))


def _edited(photo: Image.Image, random: np.random.Generator) -> Image.Image:
    """A lightly cropped copy, brighter or darker, sometimes tilted or small."""
    copy = _part(photo, random, 0.7, 0.98)
    copy = ImageEnhance.Brightness(copy).enhance(random.uniform(0.7, 1.3))
    if random.random() < 0.3:
        copy = copy.rotate(random.uniform(-6, 6), Image.Resampling.BILINEAR)
    if random.random() < 0.3:
        copy.thumbnail((240, 240))
    return copy
