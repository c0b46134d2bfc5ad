"""How number loops are compiled: to machine code by Numba, kept on disk where that is possible.

``add_row``, ``subtract_row`` and ``divide_row`` are loops over ``LANES`` numbers, written as one
vector instruction each: left to itself the compiler can't know that the arrays don't overlap, and
goes through them one number at a time, three times slower. (Numba's cache looks at the file of the
kernel alone: after a change here, delete ``__pycache__``.)
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

#: Numbers that go side by side. 16 floats are one, two or four registers, by the processor.
LANES = 16

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(function: _Function) -> _Function:
    """Compile ``function`` at its first call for the types it is given.

    Floating-point operations keep their order and their rounding (no fast-math), division by zero
    follows IEEE 754, and the global interpreter lock is released. The machine code is kept beside
    the source or in the user's cache folder; where neither can be written, it is compiled anew in
    each process.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return cast("_Function", numba.njit(cache=True, **options)(function))
    except RuntimeError:  # Numba's "cannot cache function: no locator available"
        return cast("_Function", numba.njit(**options)(function))


def _row_pointer(context: Any, builder: Any, kind: Any, rows: Any, number: Any) -> Any:
    """Where row ``number`` of an array of shape (any, LANES) lies, as a pointer to a vector."""
    array = context.make_array(kind)(context, builder, rows)
    start = builder.mul(number, context.get_constant(types.intp, LANES))
    first = builder.gep(array.data, [start])
    return builder.bitcast(first, ir.VectorType(ir.FloatType(), LANES).as_pointer())


def _row_operation(operation: str, *, by_number: bool = False) -> Any:
    """Make ``target[to] = source[at] operation other[by]`` callable from a kernel.

    The arrays are C-contiguous float32, (any, LANES). ``by_number``: the right side is one number
    for the whole row. ``operation`` is the name of an instruction of LLVM.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        left = builder.load(_row_pointer(context, builder, kinds[2], given[2], given[3]), align=4)
        if by_number:
            right = ir.Constant(ir.VectorType(ir.FloatType(), LANES), ir.Undefined)
            for lane in range(LANES):
                place = ir.Constant(ir.IntType(32), lane)
                right = builder.insert_element(right, given[4], place)
        else:
            place = _row_pointer(context, builder, kinds[4], given[4], given[5])
            right = builder.load(place, align=4)
        result = getattr(builder, operation)(left, right)
        target = _row_pointer(context, builder, kinds[0], given[0], given[1])
        builder.store(result, target, align=4)
        return context.get_dummy_value()

    def with_row(_: Any, target: Any, to: Any, source: Any, at: Any, other: Any, by: Any) -> Any:  # noqa: PLR0917 - six operands
        return types.none(target, plain(to), source, plain(at), other, plain(by)), emit

    def with_number(_: Any, target: Any, to: Any, source: Any, at: Any, number: Any) -> Any:
        return types.none(target, plain(to), source, plain(at), number), emit

    plain: Any = types.unliteral
    return intrinsic(with_number if by_number else with_row)


add_row = _row_operation("fadd")
subtract_row = _row_operation("fsub")
divide_row = _row_operation("fdiv", by_number=True)
