"""Bits as a picture could have them, made from a number."""

import hashlib


def made_bits(number: int, bits: int = 256) -> bytes:
    """Return bits, half of them set as in a photograph's PDQ, that tell one number from another."""
    drawn = int.from_bytes(hashlib.shake_256(number.to_bytes(32)).digest(bits // 8))
    surplus = drawn.bit_count() - bits // 2
    for step in range(bits):
        if surplus == 0:
            break
        place = step * 67 % bits  # spread out: no long run comes of it
        if (drawn >> place & 1) == (surplus > 0):
            drawn ^= 1 << place
            surplus += -1 if surplus > 0 else 1
    return drawn.to_bytes(bits // 8)


def near_bits(flipped: int, bits: int = 256, number: int = 0) -> bytes:
    """Return the bits of ``number`` with the last ``flipped`` of them turned over.

    Two of these differ by the difference of ``flipped``.
    """
    base = int.from_bytes(made_bits(number, bits))
    return (base ^ (1 << flipped) - 1).to_bytes(bits // 8)
