"""Sixteen numbers side by side: for loops that must not wait for the compiler's own idea of them.

See ``kernels.simd``.
"""

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from staydown.kernels.simd import FLOATS, all_over, any_number, intrinsic, pointer

#: Numbers in a vector.
LANES = FLOATS.lanes

_FLOATS = FLOATS.llvm


def _places(numbers: Sequence[int]) -> Any:
    """Which elements a shuffle takes."""
    return ir.Constant(ir.VectorType(ir.IntType(32), len(numbers)), list(numbers))


@intrinsic
def plus(_: Any, left: Any, right: Any) -> Any:
    """``plus(left, right)``: the sum of two vectors, number by number."""
    return FLOATS(left, right), lambda _c, builder, _s, given: builder.fadd(*given)


@intrinsic
def minus(_: Any, left: Any, right: Any) -> Any:
    """``minus(left, right)``: the difference of two vectors, number by number."""
    return FLOATS(left, right), lambda _c, builder, _s, given: builder.fsub(*given)


def has_fused_multiply(triple: str, features: str) -> bool:
    """Whether the processor computes a × b + c with one rounding, in one instruction."""
    return "+fma" in features.split(",") or triple.startswith(("aarch64", "arm64"))


def _quotient(context: Any, builder: Any, total: Any, count: Any, share: Any) -> Any:
    """Divide a vector by a whole number below 2²², rounded as a division rounds; see ``mean``.

    A division takes ten times as long as a multiplication, so a first guess, total × share, is
    corrected by what it leaves over (Markstein, "Computation of elementary functions on the IBM
    RISC System/6000 processor", 1990). Why the result is the division's own: the guess is off by
    less than 1½ units in the last place. What is left over is a multiple of that unit, less than
    2²⁴ of them, so that it is exact. The sum before its rounding is then off the true quotient by
    at most 1½ · 2⁻²⁴ units, and no quotient by such a number lies so near to the middle between
    two floats (the nearest is half a unit ÷ count away) without being it, which it can't be.
    """
    triple, _, features = context.codegen().magic_tuple()
    shares = all_over(builder, FLOATS, share)
    if not has_fused_multiply(triple, features):
        exact = builder.fdiv(total, all_over(builder, FLOATS, count))
        nothing = builder.fcmp_ordered("==", shares, ir.Constant(_FLOATS, [0.0] * LANES))
        return builder.select(nothing, shares, exact)
    kind = ir.FunctionType(_FLOATS, [_FLOATS] * 3)
    fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
    guess = builder.fmul(total, shares)
    minus_guess = builder.fneg(guess)
    left_over = builder.call(fused, [minus_guess, all_over(builder, FLOATS, count), total])
    return builder.call(fused, [left_over, shares, guess])


@intrinsic
def mean(_: Any, total: Any, count: Any, share: Any) -> Any:
    """``mean(total, count, share)``: total / count, rounded once; 0 where ``share`` is 0.

    ``count`` is a whole number from 1 to 2²², ``share`` 1 / count, both float32.
    """

    def emit(context: Any, builder: Any, _: Any, given: Any) -> Any:
        return _quotient(context, builder, *given)

    return FLOATS(total, count, share), emit


@intrinsic
def grey_levels(_: Any, pixels: Any, at: Any) -> Any:
    """``grey_levels(pixels, at)``: 16 bytes from element ``at`` as a vector."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        levels = ir.VectorType(ir.IntType(8), LANES)
        place = pointer(context, builder, (signature.args[0], given[0]), given[1], levels)
        return builder.uitofp(builder.load(place, align=1), _FLOATS)

    return FLOATS(pixels, any_number(at)), emit


@intrinsic
def colour_levels(_: Any, pixels: Any, at: Any) -> Any:
    """``colour_levels(pixels, at)``: the brightness of 16 pixels of red, green, blue bytes.

    Weights 0.299, 0.587 and 0.114. Whole thousandths, divided once, give the very float that
    64-bit floats give in the original, with half of the work.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        bytes_, numbers = (
            ir.VectorType(ir.IntType(8), 3 * LANES),
            ir.VectorType(ir.IntType(32), LANES),
        )
        place = pointer(context, builder, (signature.args[0], given[0]), given[1], bytes_)
        three = builder.load(place, align=1)
        total = ir.Constant(numbers, [0] * LANES)
        for channel, weight in enumerate((299, 587, 114)):
            part = builder.shuffle_vector(three, three, _places(range(channel, 3 * LANES, 3)))
            weighed = builder.mul(
                builder.zext(part, numbers), ir.Constant(numbers, [weight] * LANES)
            )
            total = builder.add(total, weighed)
        thousandths = builder.sitofp(total, _FLOATS)
        number = ir.FloatType()
        return _quotient(
            context, builder, thousandths, ir.Constant(number, 1000.0), ir.Constant(number, 1e-3)
        )

    return FLOATS(pixels, any_number(at)), emit


@intrinsic
def transpose(_: Any, target: Any, to: Any, step: Any, source: Any, at: Any, pitch: Any) -> Any:  # noqa: PLR0917 - Numba knows no keyword-only arguments
    """``transpose(target, to, step, source, at, pitch)``: 16 × 16 numbers, rows becoming columns.

    Row k is read from element at + k × pitch and becomes column k of what is written; row k of
    that begins at to + k × step. Both arrays are float32.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args

        def place(array: int, start: Any, pitch: Any, row: int) -> Any:
            at = builder.add(start, builder.mul(pitch, context.get_constant(types.intp, row)))
            return pointer(context, builder, (kinds[array], given[array]), at, _FLOATS)

        rows = [builder.load(place(3, given[4], given[5], row), align=4) for row in range(LANES)]
        for row, vector in enumerate(_transposed(builder, rows)):
            builder.store(vector, place(0, given[1], given[2], row), align=4)
        return context.get_dummy_value()

    plain = [any_number(kind) for kind in (to, step, at, pitch)]
    return types.none(target, *plain[:2], source, *plain[2:]), emit


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Transpose 16 vectors: single numbers, then pairs within quarters, then whole quarters."""
    zip_single = [(0, 16, 1, 17), (2, 18, 3, 19)]
    zip_pairs = [(0, 1, 16, 17), (2, 3, 18, 19)]
    for distance, halves in ((1, zip_single), (2, zip_pairs)):
        masks = [[4 * q + place for q in range(4) for place in half] for half in halves]
        rows = _zipped(builder, rows, distance, masks)
    rows = [rows[row & ~3 | (row & 1) << 1 | (row & 2) >> 1] for row in range(LANES)]
    low, high = range(LANES), range(LANES, 2 * LANES)
    even = [*low[0:4], *high[0:4], *low[8:12], *high[8:12]]
    odd = [*low[4:8], *high[4:8], *low[12:16], *high[12:16]]
    rows = _zipped(builder, rows, 4, [even, odd])
    rows = _zipped(builder, rows, 8, [[*low[:8], *high[:8]], [*low[8:], *high[8:]]])
    return rows


def _zipped(builder: Any, rows: list[Any], distance: int, masks: list[list[int]]) -> list[Any]:
    """Shuffle each row with the one ``distance`` further, the first result first."""
    out = list(rows)
    for row in range(LANES):
        if not row & distance:
            pair = rows[row], rows[row + distance]
            out[row] = builder.shuffle_vector(*pair, _places(masks[0]))
            out[row + distance] = builder.shuffle_vector(*pair, _places(masks[1]))
    return out
