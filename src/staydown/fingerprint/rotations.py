"""From 512 numbers to 1,024 bits: signs after two fixed random rotations.

A sign of each number would keep 512 bits; two different rotations give twice as many looks at the
same direction, and the share of differing bits still estimates the angle between two vectors
(Charikar, *Similarity estimation techniques from rounding algorithms*, STOC 2002).

Each rotation is three rounds of "change some signs, then Walsh–Hadamard transform" (Ailon and
Chazelle's randomised Hadamard; three rounds as in Andoni et al., *Practical and optimal LSH for
angular distance*, NeurIPS 2015). It is orthogonal without any numerical work, so that everybody
gets the same bits of it, which a QR decomposition out of a linear-algebra library doesn't give.

**The generator.** The signs of round *r* (0 to 5: three for the first rotation, three for the
second) are the 512 bits of SHA-512 over the ASCII text ``staydown copy1 round r``, the most
significant bit of the first byte first; a bit of 1 flips the sign of that number.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

#: Numbers that the network gives.
DIMENSIONS = 512

#: Bits of a copy code: two rotations of all numbers.
CODE_BITS = 2 * DIMENSIONS

#: SHA-256 over the six digests in order. Other signs would be another kind of fingerprint.
SIGNS_SHA256 = "ca1e6529226f5b5f037e7ceabf1a914aeeb0e8a23a5639bcede3350b6bead190"

_ROTATIONS = 2
_ROUNDS = 3
_SEED = "staydown copy1 round {}"


def signs_of(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the bits of ``vectors``, shape (n, 512), as bytes of shape (n, 128).

    Bit *i*, the most significant of a byte first, is 1 where number *i* is above zero: 512 bits of
    the first rotation, then 512 of the second. Sums are made in a fixed order in double precision.
    """
    exact = vectors.astype(np.float64)
    halves = [_rotated(exact, number) > 0 for number in range(_ROTATIONS)]
    return np.packbits(np.concatenate(halves, axis=1), axis=1)


def _rotated(vectors: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Return each row turned by rotation ``number``, and longer by 512 to the power of 1.5."""
    for flips in _flips()[number * _ROUNDS : (number + 1) * _ROUNDS]:
        vectors = _hadamard(vectors * flips)
    return vectors


def _hadamard(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Walsh–Hadamard transform of each row, in natural order, not scaled."""
    rows, width = vectors.shape
    step = 1
    while step < width:
        pairs = vectors.reshape(rows, width // (2 * step), 2, step)
        left, right = pairs[:, :, 0], pairs[:, :, 1]
        vectors = np.concatenate((left + right, left - right), axis=2).reshape(rows, width)
        step *= 2
    return vectors


@cache
def _flips() -> NDArray[np.float64]:
    """The signs of every round, 1 or −1, shape (6, 512), checked against ``SIGNS_SHA256``."""
    rounds = range(_ROTATIONS * _ROUNDS)
    digests = [hashlib.sha512(_SEED.format(number).encode()).digest() for number in rounds]
    if hashlib.sha256(b"".join(digests)).hexdigest() != SIGNS_SHA256:
        raise ValueError("the signs of copy1 are not those that everybody else uses")
    bits = np.unpackbits(np.frombuffer(b"".join(digests), np.uint8))
    flips: NDArray[np.float64] = 1.0 - 2.0 * bits.astype(np.float64)
    return flips.reshape(len(digests), DIMENSIONS)
