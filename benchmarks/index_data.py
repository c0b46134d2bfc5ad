"""Fingerprints for the benchmark of the index: uniform ones, and PDQs of crops of photographs.

The photographs are those of ``corpus.toml``. Each is opened once; crops of a quarter to
all of each side are drawn at random and fingerprinted in all eight turns, by the shipped PDQ. They
are kept in the cache folder. Crops of one photograph overlap, so that these lie closer together
than a bank's would.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from staydown.base.vocabulary import Turn
from staydown.fingerprint.pdq import pdq_turns, warm

Rows = NDArray[np.uint64]

#: The longer side of a photograph that crops are taken from; and of the smallest crop.
_SIDE = 400
_LEAST = 64


def uniform(count: int, seed: int) -> Rows:
    """Return rows of 256 random bits: shape (count, 4)."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def real(cache: Path, corpus: Path, crops: int) -> tuple[Rows, Rows]:
    """Return PDQs of crops of photographs: eight for each of ``crops``; and as many of strangers.

    The first come from three photographs out of four, the second, an eighth as many, from the rest.
    They are drawn again only when ``cache`` doesn't hold them.
    """
    found = []
    for name, part, wanted in (("listed", 0, crops), ("strangers", 1, crops // 8)):
        place = cache / f"pdq-{name}-{crops}.npy"
        if not place.exists():
            photographs = [
                path
                for number, path in enumerate(sorted((corpus / "files").glob("*.[jp]*g")))
                if (number % 4 == 3) == part
            ]
            np.save(place, _crops(photographs, wanted, part))
        found.append(np.load(place))
    return found[0], found[1]


def _crops(photographs: list[Path], count: int, seed: int) -> Rows:
    """Return the fingerprints of ``count`` crops, in an order that mixes the photographs."""
    warm()
    random = np.random.default_rng(seed)
    rows = np.zeros((count, len(Turn), 4), dtype=np.uint64)
    at = random.permutation(count)
    for number, path in enumerate(photographs):
        pixels = _grey(path)
        for place in at[number :: len(photographs)]:
            turns = pdq_turns(_crop(pixels, random))
            rows[place] = [np.frombuffer(one.bits, dtype=np.uint64) for one in turns.values()]
    return rows.reshape(-1, 4)


def _grey(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        image.thumbnail((_SIDE, _SIDE))
        return np.asarray(image.convert("L"))


def _crop(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    size = [max(min(_LEAST, side), int(side * random.uniform(0.25, 1))) for side in pixels.shape]
    top, left = (
        random.integers(0, side - s + 1) for side, s in zip(pixels.shape, size, strict=True)
    )
    return np.ascontiguousarray(pixels[top : top + size[0], left : left + size[1]])


def near(rows: Rows, most: int, seed: int) -> Rows:
    """Return copies of rows with 0 to ``most`` random bits of each flipped."""
    random = np.random.default_rng(seed)
    order = np.argsort(random.random((len(rows), 256)), axis=1)
    flipped = order < random.integers(0, most + 1, len(rows))[:, None]
    return rows ^ np.packbits(flipped, axis=1).view(np.uint64)
