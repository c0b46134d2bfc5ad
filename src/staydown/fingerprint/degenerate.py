"""Fingerprints that no picture of a person has: they would match many pictures, or none.

A PDQ has one bit for each of 256 frequencies above their median, so half of its bits are set. The
limits were set by what was measured (docs/decisions/0051): 9,888 pictures and parts of pictures of
quality 50 and more have 125 to 128 bits set, at least three different rows and columns and no
run of more than 41 equal bits; 505 copy codes of such pictures have 473 to 568 bits set, no run
of more than 19 and sixteen different words. Random bits pass: this is no proof of a picture.
"""

import hashlib
from enum import StrEnum

from staydown.fingerprint.kinds import EXACT
from staydown.fingerprint.value import BadFingerprint, Fingerprint


class Degenerate(StrEnum):
    """Why a fingerprint is no picture's. ``NO_FILE`` is the digest of nothing at all."""

    CONSTANT = "constant"
    TOO_FEW_BITS = "too_few_bits"
    TOO_MANY_BITS = "too_many_bits"
    LONG_RUN = "long_run"
    REPEATING = "repeating"
    NO_FILE = "no_file"
    QUALITY = "quality"


#: The longest run of equal bits.
LONGEST_RUN = 63

_OF_NOTHING = {hashlib.new(kind.value, usedforsecurity=False).digest() for kind in EXACT}

_SAID = {
    Degenerate.CONSTANT: "all its bits are the same, as of a picture of one colour",
    Degenerate.TOO_FEW_BITS: "too few of its bits are set for a picture with anything in it",
    Degenerate.TOO_MANY_BITS: "too many of its bits are set for a picture",
    Degenerate.LONG_RUN: "a long run of its bits is the same, as of a plain pattern",
    Degenerate.REPEATING: "it repeats itself, as of a plain pattern",
    Degenerate.NO_FILE: "it is that of an empty file",
    Degenerate.QUALITY: "a quality is claimed for a kind that has none",
}


class DegenerateFingerprint(BadFingerprint):
    """A fingerprint that is not listed. The message says why and never repeats it."""

    def __init__(self, why: Degenerate) -> None:
        super().__init__(f"this can't be a picture's fingerprint: {_SAID[why]}")
        self.why = why


def degenerate(one: Fingerprint) -> Degenerate | None:
    """Return why a fingerprint is no picture's; None for one that may be."""
    spec = one.spec
    if spec.listing_quality is None and one.quality is not None:
        return Degenerate.QUALITY
    if spec.set_bits is None:
        return Degenerate.NO_FILE if one.bits in _OF_NOTHING else None
    fewest, most = spec.set_bits
    count = int.from_bytes(one.bits).bit_count()
    if count in (0, 8 * len(one.bits)):
        return Degenerate.CONSTANT
    if count < fewest:
        return Degenerate.TOO_FEW_BITS
    if count > most:
        return Degenerate.TOO_MANY_BITS
    if _repeats(one):
        return Degenerate.REPEATING
    return Degenerate.LONG_RUN if _has_long_run(one.bits) else None


def refuse_degenerate(one: Fingerprint) -> None:
    """Raise DegenerateFingerprint for a fingerprint that is no picture's."""
    why = degenerate(one)
    if why is not None:
        raise DegenerateFingerprint(why)


def _repeats(one: Fingerprint) -> bool:
    """Whether too few of its words differ or, where they make a square, of its columns."""
    if one.spec.patterns is None:
        return False
    width, fewest = one.spec.patterns
    step = width // 8
    rows = len({one.bits[at : at + step] for at in range(0, len(one.bits), step)})
    if rows < fewest:
        return True
    # With so few different columns, each of them is one bit of a row.
    if width * width != one.spec.bits or rows > 2 ** (fewest - 1):
        return False
    written = f"{int.from_bytes(one.bits):0{one.spec.bits}b}"
    return len({written[at::width] for at in range(width)}) < fewest


def _has_long_run(bits: bytes) -> bool:
    """Whether more than ``LONGEST_RUN`` bits in a row are equal: each step doubles the run that a
    bit stands for."""
    value, every = int.from_bytes(bits), (1 << 8 * len(bits)) - 1
    for given in (value, value ^ every):
        left = given
        for step in (1, 2, 4, 8, 16, 32):
            left &= left >> step
        if left:
            return True
    return False
