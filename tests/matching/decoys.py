"""Harmless pictures whose PDQ lies near another picture's: what somebody who has that one can make.

A search in the frequencies that PDQ looks at: those of the harmless picture that are on the wrong
side of the median are pushed over it, a little more each time. The nearest of all is taken.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from staydown.fingerprint.pdq import _COSINES, pdq

_SIDE = 64
_LOW = 16


#: Steps of the search; more of them find nothing nearer.
_STEPS = 25


def nearest_decoy(harmless: Image.Image, target: Image.Image) -> Image.Image:
    """Return ``harmless`` with stains, its PDQ as near to that of ``target`` as the search gets."""
    # A little less contrast, so that there is room for the stains.
    pixels = 40 + 0.68 * np.asarray(harmless.convert("RGB"), dtype=np.float64)
    wanted = pdq(np.asarray(target.convert("RGB")))
    bits = np.unpackbits(np.frombuffer(wanted.bits, np.uint8))[::-1].reshape(_LOW, _LOW) > 0
    cosines = _COSINES.astype(np.float64)
    rows = _stretched(cosines, pixels.shape[0])
    columns = _stretched(cosines, pixels.shape[1])
    stain = np.zeros((_LOW, _LOW))
    best, nearest = pixels.astype(np.uint8), 256
    for _ in range(_STEPS):
        made = np.clip(pixels + (rows.T @ stain @ columns)[..., None], 0, 255).astype(np.uint8)
        distance = pdq(made).distance(wanted)
        if distance < nearest:
            best, nearest = made, distance
        stain += _push(_frequencies(made), bits)
    return Image.fromarray(best)


def _push(frequencies: NDArray[np.float64], bits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Half the way to the far side of the median, for the frequencies that are on the wrong one."""
    middle = np.median(frequencies)
    side = np.where(bits, 1.0, -1.0)
    wrong = (frequencies > middle) != bits
    return np.where(wrong, 0.5 * (middle - frequencies) + 6.0 * side, 0.0)


def _frequencies(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    cosines = _COSINES.astype(np.float64)
    return cosines @ np.asarray(small, dtype=np.float64) @ cosines.T


def _stretched(cosines: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """The cosines as waves over ``length`` pixels."""
    places = (np.arange(length) + 0.5) * _SIDE / length - 0.5
    return np.array([np.interp(places, np.arange(_SIDE), wave) for wave in cosines])


def png(picture: Image.Image) -> bytes:
    """The picture as a file that keeps every pixel."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
