# ruff: noqa: ARG001 - Numba knows what a function takes by the names of its arguments
"""What a processor can do with a 64-bit word and Numba has no name for.

The functions here can be called from kernels only.
"""

# mypy: allow-untyped-decorators, allow-untyped-calls
# (Machine code is written through interfaces of Numba and llvmlite that carry no types.)

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic as numba_intrinsic

intrinsic: Any = numba_intrinsic  # what it makes is called without the first argument


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
        number, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        start = context.make_array(signature.args[0])(context, builder, given[0]).data
        place = builder.bitcast(builder.gep(start, [given[1]]), byte)
        # To be read (0), to be kept in all caches (3), data (1).
        builder.call(call, [place, *(ir.Constant(number, one) for one in (0, 3, 1))])
        return context.get_dummy_value()

    return types.none(array, types.int64), emit
