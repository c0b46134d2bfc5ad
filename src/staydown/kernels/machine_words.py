# ruff: noqa: ARG001 - Numba knows what a function takes by the names of its arguments
"""What a processor can do with 64-bit words and Numba has no name for: alone, and eight at once.

A vector of words is compared and counted by one instruction where the processor has it (AVX-512
with VPOPCNTDQ). See ``kernels.simd``.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from staydown.kernels.simd import WORDS, intrinsic, pointer

#: Words in a vector.
_LANES = WORDS.lanes

_WORDS = WORDS.llvm


@intrinsic
def popcount(_: Any, word: Any) -> Any:
    """``popcount(word)``: how many bits of a uint64 are set; one instruction where there is one."""

    def emit(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), emit


@intrinsic
def prefetch(_: Any, array: Any, at: Any) -> Any:
    """``prefetch(array, at)``: have the cache line of element ``at`` fetched, without waiting.

    ``at`` counts elements from the start of a C-contiguous array of any shape. A place outside of
    it does no harm.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        number, byte = ir.IntType(32), ir.IntType(8)
        kind = ir.FunctionType(ir.VoidType(), [byte.as_pointer(), number, number, number])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        place = pointer(context, builder, (signature.args[0], given[0]), given[1], byte)
        # To be read (0), to be kept in all caches (3), data (1).
        builder.call(call, [place, *(ir.Constant(number, one) for one in (0, 3, 1))])
        return context.get_dummy_value()

    return types.none(array, types.int64), emit


@intrinsic
def nothing(_: Any) -> Any:
    """``nothing()``: a vector of zeros."""
    return WORDS(), lambda *_: ir.Constant(_WORDS, [0] * _LANES)


@intrinsic
def count(_: Any, total: Any, rows: Any, query: Any) -> Any:
    """``count(total, rows, query)``: ``total`` plus, in each lane, the bits that differ."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        kind = ir.FunctionType(_WORDS, [_WORDS])
        ones = cgutils.get_or_insert_function(builder.module, kind, f"llvm.ctpop.v{_LANES}i64")
        return builder.add(given[0], builder.call(ones, [builder.xor(given[1], given[2])]))

    return WORDS(total, rows, query), emit


@intrinsic
def least(_: Any, left: Any, right: Any) -> Any:
    """``least(left, right)``: the smaller of two numbers, lane by lane."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        return builder.select(builder.icmp_unsigned("<", *given), *given)

    return WORDS(left, right), emit


@intrinsic
def within(_: Any, numbers: Any, limit: Any) -> Any:
    """``within(numbers, limit)``: a uint64; bit k says that lane k is at most lane k of limit."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        flags = builder.icmp_unsigned("<=", *given)
        return builder.zext(builder.bitcast(flags, ir.IntType(_LANES)), ir.IntType(64))

    return types.uint64(numbers, limit), emit
