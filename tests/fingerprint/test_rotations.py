"""The rotations of copy1: orthogonal, the same everywhere, and nothing else."""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from staydown.fingerprint import rotations
from staydown.fingerprint.rotations import CODE_BITS, DIMENSIONS, signs_of

#: SHA-256 of the code of ``_vectors``: whoever writes this anew must get the same.
CODES_SHA256 = "fec41c4fc999c10e2c0d9d14dcf8c9b3866f9875a4a23e716592d9883fd10c2e"


def _vectors(count: int = 8) -> NDArray[np.float32]:
    """Unit vectors that any language can make: bytes of SHA-256, as numbers around zero."""
    blocks = [hashlib.sha256(f"vector {n}".encode()).digest() for n in range(count * 16)]
    numbers = np.frombuffer(b"".join(blocks), np.uint8).reshape(count, DIMENSIONS)
    plain = numbers.astype(np.float64) - 127.5
    lengths: NDArray[np.float64] = np.sqrt((plain**2).sum(axis=1, keepdims=True))
    unit: NDArray[np.float64] = plain / lengths
    return unit.astype(np.float32)


def test_the_codes_are_those_that_everybody_else_makes() -> None:
    """A change of seed, order, sign or packing would be another kind of fingerprint."""
    codes = signs_of(_vectors())
    assert codes.shape == (8, CODE_BITS // 8)
    assert hashlib.sha256(codes.tobytes()).hexdigest() == CODES_SHA256


def test_a_rotation_keeps_lengths_and_angles() -> None:
    """Each half is orthogonal: rows of the identity stay orthogonal and equally long."""
    for half in range(2):
        turned = rotations._rotated(np.eye(DIMENSIONS), half)
        assert np.array_equal(turned @ turned.T, np.eye(DIMENSIONS) * DIMENSIONS**3)


def test_the_two_rotations_look_at_different_directions() -> None:
    """No axis of one is near an axis of the other, so that the bits say 1,024 things."""
    first, second = (rotations._rotated(np.eye(DIMENSIONS), half) for half in range(2))
    assert np.abs(first.T @ second).max() / DIMENSIONS**3 < 0.3


def test_the_share_of_differing_bits_is_the_angle() -> None:
    """Charikar's estimate: within four standard deviations at 512 independent looks."""
    rng = np.random.default_rng(7)
    for cosine in (0.95, 0.8, 0.6, 0.2):
        one, other = np.linalg.qr(rng.standard_normal((DIMENSIONS, 2)))[0].T
        pair = np.stack([one, cosine * one + np.sqrt(1 - cosine**2) * other]).astype(np.float32)
        a, b = signs_of(pair)
        share = np.bitwise_count(a ^ b).sum() / CODE_BITS
        assert share == pytest.approx(np.arccos(cosine) / np.pi, abs=4 * 0.5 / np.sqrt(512))


def test_other_signs_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that don't have the written hash stop everything instead of making other codes."""
    rotations._flips.cache_clear()
    monkeypatch.setattr(rotations, "_SEED", "another seed {}")
    with pytest.raises(ValueError, match="not those"):
        signs_of(_vectors(1))
    rotations._flips.cache_clear()
