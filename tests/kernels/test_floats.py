"""Vectors do to sixteen numbers what NumPy does, rounding included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from staydown.kernels.compiled import kernel
from staydown.kernels.floats import (
    LANES,
    colour_levels,
    grey_levels,
    has_fused_multiply,
    mean,
    minus,
    plus,
    transpose,
)
from staydown.kernels.simd import load, store

Floats = NDArray[np.float32]


@kernel
def add_and_subtract(left: Floats, right: Floats, total: Floats, difference: Floats) -> None:
    """Work on the second sixteen of each array."""
    store(total, LANES, plus(load(left, LANES), load(right, LANES)))
    store(difference, LANES, minus(load(left, LANES), load(right, LANES)))


@kernel
def divide(totals: Floats, count: np.float32, share: np.float32) -> None:
    """Divide each number in place."""
    for at in range(0, totals.size, LANES):
        store(totals, at, mean(load(totals, at), count, share))


@kernel
def turn(numbers: Floats) -> None:
    """Transpose in place."""
    transpose(numbers, 0, LANES, numbers, 0, LANES)


@kernel
def brightness(pixels: NDArray[np.uint8], out: Floats, channels: int) -> None:
    """Brightness of all pixels; their number is a multiple of sixteen."""
    for at in range(0, out.size, LANES):
        if channels == 3:
            store(out, at, colour_levels(pixels, 3 * at))
        else:
            store(out, at, grey_levels(pixels, at))


def test_sums_and_differences_are_numpy_s() -> None:
    """Number by number, and nothing else is touched."""
    left, right = np.random.default_rng(1).random((2, 3 * LANES), dtype=np.float32)
    total, difference = np.zeros((2, 3 * LANES), dtype=np.float32)
    add_and_subtract(left, right, total, difference)
    middle = slice(LANES, 2 * LANES)
    assert np.array_equal(total[middle], (left + right)[middle])
    assert np.array_equal(difference[middle], (left - right)[middle])
    assert not total[:LANES].any()
    assert not total[2 * LANES :].any()


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 1 << 22), seed=st.integers(0, 1 << 30))
def test_a_mean_is_rounded_as_a_division_is(count: int, seed: int) -> None:
    """For any divisor that a filter can have, over many magnitudes and both signs."""
    rng = np.random.default_rng(seed)
    size = 1 << 14
    totals = (rng.standard_normal(size) * 2.0 ** rng.integers(-40, 30, size)).astype(np.float32)
    totals[:LANES] = 0
    expected = totals / np.float32(count)
    divide(totals, np.float32(count), np.float32(1) / np.float32(count))
    assert np.array_equal(totals, expected)


def test_every_total_of_a_binade_is_rounded_right_for_common_windows() -> None:
    """All 2^23 floats from 1 to 2, divided by 1,000 and by odd windows."""
    for count in (3, 7, 11, 31, 1000):
        totals = np.arange(1 << 23, 1 << 24, dtype=np.float32) / np.float32(1 << 23)
        expected = totals / np.float32(count)
        divide(totals, np.float32(count), np.float32(1) / np.float32(count))
        assert np.array_equal(totals, expected)


def test_a_share_of_0_gives_0() -> None:
    """However large the total: such a step of a filter gives no mean."""
    totals = np.array([0.0, 1.0, -5.0, 1e9] * 4, dtype=np.float32)
    divide(totals, np.float32(1), np.float32(0))
    assert not totals.any()


def test_rows_become_columns() -> None:
    """16 × 16 numbers, in place."""
    numbers = np.arange(LANES * LANES, dtype=np.float32)
    expected = numbers.reshape(LANES, LANES).T.copy()
    turn(numbers)
    assert np.array_equal(numbers.reshape(LANES, LANES), expected)


def test_brightness_is_the_float_of_the_original() -> None:
    """Weights in 64-bit floats, rounded once to 32 bits, for every colour of a fine grid."""
    levels = np.arange(0, 256, 5, dtype=np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    colours = np.ascontiguousarray(colours[: len(colours) // LANES * LANES])
    out = np.empty(len(colours), dtype=np.float32)
    brightness(colours.reshape(-1), out, 3)
    wide = colours.astype(np.float64)
    expected = (0.299 * wide[:, 0] + 0.587 * wide[:, 1] + 0.114 * wide[:, 2]).astype(np.float32)
    assert np.array_equal(out, expected)
    grey = np.arange(256, dtype=np.uint8)
    out = np.empty(256, dtype=np.float32)
    brightness(grey, out, 1)
    assert np.array_equal(out, grey.astype(np.float32))


@pytest.mark.parametrize(
    ("triple", "features", "fused"),
    [
        ("x86_64-unknown-linux-gnu", "+avx2,+fma,+sse2", True),
        ("x86_64-unknown-linux-gnu", "+avx,-fma,+sse2", False),
        ("x86_64-unknown-linux-gnu", "-fma4,+fma4", False),
        ("aarch64-unknown-linux-gnu", "", True),
        ("arm64-apple-darwin", "", True),
        ("powerpc64le-unknown-linux-gnu", "", False),
    ],
)
def test_fused_multiplication_is_used_where_it_is_one_instruction(
    triple: str, features: str, fused: bool
) -> None:
    """Elsewhere it would be a call for each number."""
    assert has_fused_multiply(triple, features) is fused
