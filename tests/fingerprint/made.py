"""Bits as a picture could have them, made from a number."""

import random


def made_bits(number: int, bits: int) -> bytes:
    """Return ``bits`` bits, half of them set, that tell one number from another and repeat."""
    ones = random.Random(number).sample(range(bits), bits // 2)
    return sum(1 << place for place in ones).to_bytes(bits // 8)


def near_bits(flipped: int, bits: int, number: int = 0) -> bytes:
    """Return the bits of ``number`` with so many flipped, every other one of them set before.

    So as many are set as before, give or take one. Two of these differ by the difference of
    ``flipped``.
    """
    base = int.from_bytes(made_bits(number, bits))
    places = [place for place in range(bits) if base >> place & 1]
    others = [place for place in range(bits) if not base >> place & 1]
    in_turn = [place for pair in zip(places, others, strict=True) for place in pair]
    mask = sum(1 << place for place in in_turn[:flipped])
    return (base ^ mask).to_bytes(bits // 8)
