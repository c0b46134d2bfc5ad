"""What no picture has is told from what one may have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from staydown.base.vocabulary import Kind
from staydown.fingerprint.degenerate import (
    Degenerate,
    DegenerateFingerprint,
    degenerate,
    refuse_degenerate,
)
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.value import BITS, PDQ_LISTING_QUALITY, Fingerprint
from tests.fingerprint.made import made_bits, near_bits
from tests.fingerprint.pictures import CONTENTS, RGB, photograph

PHOTOGRAPHS = ("chelsea", "coffee", "rocket", "moon", "coffee-copy", "coffee-screenshot")


def _with_ones(kind: Kind, count: int) -> Fingerprint:
    """A fingerprint with so many bits set, spread out evenly."""
    size = BITS[kind]
    value = sum(1 << (place * size // max(count, 1)) for place in range(count))
    return Fingerprint(kind, value.to_bytes(size // 8))


@pytest.mark.parametrize(
    ("kind", "bits", "quality", "why"),
    [
        (Kind.PDQ, bytes(32), 0, Degenerate.CONSTANT),
        (Kind.PDQ, b"\xff" * 32, 100, Degenerate.CONSTANT),
        (Kind.PDQ, b"\0" * 31 + b"\1", 100, Degenerate.TOO_FEW_BITS),
        (Kind.PDQ, b"\xff" * 31 + b"\x7f", None, Degenerate.TOO_MANY_BITS),
        (Kind.PDQ, _with_ones(Kind.PDQ, 79).bits, None, Degenerate.TOO_FEW_BITS),
        (Kind.PDQ, _with_ones(Kind.PDQ, 177).bits, None, Degenerate.TOO_MANY_BITS),
        (Kind.PDQ, b"\x55" * 32, 100, Degenerate.REPEATING),
        (Kind.PDQ, b"\xff\xff\0\0" * 8, 100, Degenerate.REPEATING),
        (Kind.PDQ, b"\x12\x9e\xed\x61" * 8, 100, Degenerate.REPEATING),
        (Kind.PDQ, b"\xff" * 16 + made_bits(1)[:8] + bytes(8), None, Degenerate.LONG_RUN),
        (Kind.PDQ, made_bits(1), 100, None),
        (Kind.PDQ, made_bits(1), None, None),
        (Kind.COPY1, bytes(128), None, Degenerate.CONSTANT),
        (Kind.COPY1, b"\xff" * 128, None, Degenerate.CONSTANT),
        (Kind.COPY1, _with_ones(Kind.COPY1, 383).bits, None, Degenerate.TOO_FEW_BITS),
        (Kind.COPY1, _with_ones(Kind.COPY1, 641).bits, None, Degenerate.TOO_MANY_BITS),
        (Kind.COPY1, made_bits(1) * 4, None, Degenerate.REPEATING),
        (Kind.COPY1, b"\xff" * 8 + made_bits(1, 1024)[8:], None, Degenerate.LONG_RUN),
        (Kind.COPY1, made_bits(1, 1024), 100, Degenerate.QUALITY),
        (Kind.COPY1, made_bits(1, 1024), None, None),
        (Kind.MD5, bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e"), None, Degenerate.NO_FILE),
        (Kind.MD5, made_bits(1, 128), 90, Degenerate.QUALITY),
        (Kind.MD5, made_bits(1, 128), None, None),
        (Kind.SHA256, made_bits(1), None, None),
    ],
)
def test_why_a_fingerprint_is_no_pictures(
    kind: Kind, bits: bytes, quality: int | None, why: Degenerate | None
) -> None:
    one = Fingerprint(kind, bits, quality)
    assert degenerate(one) is why
    if why is None:
        refuse_degenerate(one)
        return
    with pytest.raises(DegenerateFingerprint) as refused:
        refuse_degenerate(one)
    assert refused.value.why is why
    assert one.hex not in str(refused.value)


@given(st.integers(0, 2**64), st.integers(0, 256))
def test_a_fingerprint_with_half_of_its_bits_set_at_random_may_be_a_pictures(
    number: int, flipped: int
) -> None:
    assert degenerate(Fingerprint(Kind.PDQ, near_bits(flipped, 256, number))) is None
    assert degenerate(Fingerprint(Kind.COPY1, made_bits(number, 1024))) is None


def _edited(picture: RGB, how: int) -> RGB:
    """A picture as people change them: mirrored onto itself, repeated, framed, in two tones."""
    if how == 1:
        return np.concatenate([picture, picture[:, ::-1]], axis=1)
    if how == 2:
        return np.tile(picture, (2, 2, 1))
    if how == 3:
        framed = np.full((picture.shape[0] * 2, picture.shape[1] * 2, 3), 255, np.uint8)
        framed[: picture.shape[0], : picture.shape[1]] = picture
        return framed
    if how == 4:
        two: RGB = np.where(picture.mean(axis=2, keepdims=True) > 128, 255, 0).astype(np.uint8)
        return np.repeat(two, 3, axis=2)
    return picture


def test_no_photograph_that_can_be_listed_is_refused() -> None:
    """Crops of six photographs, as they are and edited."""
    chance = np.random.default_rng(11)
    looked_at = 0
    for name in PHOTOGRAPHS:
        whole = Image.fromarray(photograph(name, 400, 300))
        for number in range(60):
            width, height = (int(side * chance.uniform(0.2, 1)) for side in whole.size)
            x = int(chance.integers(0, whole.width - width + 1))
            y = int(chance.integers(0, whole.height - height + 1))
            part = np.asarray(whole.crop((x, y, x + width, y + height)))
            one = pdq(np.ascontiguousarray(_edited(part, number % 5)))
            if (one.quality or 0) >= PDQ_LISTING_QUALITY:
                looked_at += 1
                assert degenerate(one) is None, (name, number, one.hex)
    assert looked_at > 300


def test_a_plain_pattern_of_high_quality_is_refused() -> None:
    """Fine checks and bars claim all quality there is, and look like thousands of others."""
    refused = 0
    for side in range(64, 320, 8):
        for pattern in ("checks", "stripes"):
            one = pdq(CONTENTS[pattern](side, side))
            refused += (one.quality or 0) >= PDQ_LISTING_QUALITY and degenerate(one) is not None
    assert refused > 0
