"""Bits as a picture could have them, made from a number."""

import hashlib


def made_bits(number: int, bits: int = 256) -> bytes:
    """Return bits, about half of them set, that tell one number from another."""
    return hashlib.shake_256(number.to_bytes(32)).digest(bits // 8)


def near_bits(flipped: int, bits: int = 256, number: int = 0) -> bytes:
    """Return the bits of ``number`` with the last ``flipped`` of them turned over.

    Two of these differ by the difference of ``flipped``.
    """
    base = int.from_bytes(made_bits(number, bits))
    return (base ^ (1 << flipped) - 1).to_bytes(bits // 8)
