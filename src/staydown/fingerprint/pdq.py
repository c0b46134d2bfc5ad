"""PDQ: 256 bits that stay nearly the same when a picture is resized, re-encoded or retouched.

The algorithm is Meta's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
2019, https://github.com/facebook/ThreatExchange/tree/main/pdq): brightness, two box filters along
rows and columns, 64 × 64 samples, a discrete cosine transform, one bit for each of 16 × 16 low
frequencies that lies above their median.

The bits are the same as those of the ``pdqhash`` package, rounding errors included (``samples``).
"""

import math
from itertools import product

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Kind, Turn
from staydown.fingerprint.samples import SIDE, Bytes, Floats, filtered_samples, plain_samples
from staydown.fingerprint.value import Fingerprint
from staydown.kernels.compiled import kernel

#: Pictures with a shorter side have no fingerprint to speak of: all bits 0, quality 0.
SMALLEST_SIDE = 5

_LOW = 16  # low frequencies along each side

#: Which samples make a turned picture: (upside down, mirrored, rows and columns exchanged).
_TURNS = {
    Turn.NONE: (False, False, False),
    Turn.TURNED_90: (True, False, True),
    Turn.TURNED_180: (True, True, False),
    Turn.TURNED_270: (False, True, True),
    Turn.MIRRORED: (False, True, False),
    Turn.MIRRORED_90: (True, True, True),
    Turn.MIRRORED_180: (True, False, False),
    Turn.MIRRORED_270: (False, False, True),
}


def _cosines() -> Floats:
    """The rows 1 to 16 of the 64-point DCT-II, scaled as the original scales them."""
    scale = float(np.float32(math.sqrt(2.0 / SIDE)))
    step = math.pi / 2.0 / SIDE
    rows = [
        [scale * math.cos(step * (i + 1) * (2 * j + 1)) for j in range(SIDE)] for i in range(_LOW)
    ]
    return np.array(rows, dtype=np.float32)


_COSINES = _cosines()

_TOO_SMALL = Fingerprint(Kind.PDQ, bytes(32), 0)


def pdq(pixels: NDArray[np.uint8]) -> Fingerprint:
    """Return the PDQ fingerprint, with its quality from 0 to 100, of an upright picture.

    ``pixels`` are 8-bit levels, (height, width, 3) for red, green and blue or (height, width) for
    grey. Raises ValueError for any other shape or type.
    """
    small = _samples(pixels, mirrored=False)
    if small is None:
        return _TOO_SMALL
    return _fingerprints([_transform(small, _COSINES)], [_quality(small)])[0]


def pdq_turns(pixels: NDArray[np.uint8]) -> dict[Turn, Fingerprint]:
    """Return the fingerprints of a picture turned and mirrored in all eight ways.

    Each is that of ``pdq`` on the turned pixels, but for rounding (rarely more than two bits, which
    is far nearer than to flip the frequencies alone, for a PDQ is not sampled symmetrically).
    Takes and raises what ``pdq`` does, and costs little more.
    """
    samples = _samples(pixels, mirrored=True)
    if samples is None:
        return dict.fromkeys(Turn, _TOO_SMALL)
    forwards, backwards = slice(SIDE), slice(None, SIDE - 1, -1)
    four = {}
    for upside_down, mirrored in product((False, True), repeat=2):
        rows, columns = (backwards if back else forwards for back in (upside_down, mirrored))
        small = np.ascontiguousarray(samples[rows, columns])
        four[upside_down, mirrored] = _transform(small, _COSINES), _quality(small)
    ways = [(*four[made_of[:2]], made_of[2]) for made_of in _TURNS.values()]
    frequencies = [whole.T if exchanged else whole for whole, _, exchanged in ways]
    return dict(zip(_TURNS, _fingerprints(frequencies, [way[1] for way in ways]), strict=True))


def warm() -> None:
    """Compile, or load from disk, every kernel, so that no later call has to."""
    for shape in ((SIDE, SIDE), (SIDE, SIDE, 3), (7, 7), (7, 7, 3)):
        pdq(np.zeros(shape, dtype=np.uint8))
        pdq_turns(np.zeros(shape, dtype=np.uint8))


def _samples(pixels: NDArray[np.uint8], *, mirrored: bool) -> Floats | None:
    """The samples of a picture; None for one that is too small. Raises ValueError."""
    if pixels.dtype != np.uint8 or pixels.ndim not in {2, 3} or pixels.shape[2:] not in {(), (3,)}:
        raise ValueError("PDQ takes 8-bit pixels of shape (height, width, 3) or (height, width)")
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return None
    row_by_row: Bytes = np.ascontiguousarray(pixels).reshape(-1)
    row_by_row.flags.writeable = False  # one type for the compiler, whatever was given
    channels = pixels.size // (height * width)
    if (height, width) == (SIDE, SIDE):
        small = plain_samples(row_by_row, channels)
        return np.tile(small, (2, 2)) if mirrored else small
    return filtered_samples(row_by_row, height, width, channels, mirrored)


def _fingerprints(frequencies: list[Floats], qualities: list[int]) -> list[Fingerprint]:
    """One bit for each frequency above the (lower) median; the first frequency is the last bit."""
    flat = np.stack(frequencies).reshape(len(frequencies), -1)
    medians = np.sort(flat, axis=1)[:, flat.shape[1] // 2 - 1 : flat.shape[1] // 2]
    bits = np.packbits((flat > medians)[:, ::-1], axis=1)
    return [
        Fingerprint(Kind.PDQ, line.tobytes(), quality)
        for line, quality in zip(bits, qualities, strict=True)
    ]


@kernel
def _quality(small: Floats) -> int:
    """How much happens in the samples, 0 to 100: steep changes counted in hundredths of white."""
    total = 0
    for i in range(SIDE):
        for j in range(SIDE):
            here = small[i, j]
            if i + 1 < SIDE:
                total += abs(int((here - small[i + 1, j]) * np.float32(100) / np.float32(255)))
            if j + 1 < SIDE:
                total += abs(int((here - small[i, j + 1]) * np.float32(100) / np.float32(255)))
    return min(100, total // 90)


@kernel
def _transform(small: Floats, cosines: Floats) -> Floats:
    """Return the 16 × 16 low frequencies without the mean: cosines × small × cosines turned."""
    half = np.zeros((_LOW, SIDE), dtype=np.float32)
    for i in range(_LOW):
        for k in range(SIDE):
            for j in range(SIDE):
                half[i, j] += cosines[i, k] * small[k, j]
    turned = cosines.T.copy()
    whole = np.zeros((_LOW, _LOW), dtype=np.float32)
    for i in range(_LOW):
        for k in range(SIDE):
            for j in range(_LOW):
                whole[i, j] += half[i, k] * turned[k, j]
    return whole
