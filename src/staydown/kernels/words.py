"""Eight 64-bit words side by side: what a scan does with one word of eight rows at once.

A *vector* is ``LANES`` words that are loaded, compared and counted by one instruction where the
processor has it (AVX-512 with VPOPCNTDQ); elsewhere LLVM cuts it into what there is. The functions
here can be called from kernels only. ``at`` counts elements from the start of a C-contiguous array,
and nobody checks that a vector lies inside of it.
"""

# mypy: allow-untyped-decorators, allow-untyped-calls
# (Machine code is written through interfaces of Numba and llvmlite that carry no types.)

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import models, register_model

intrinsic: Any = numba_intrinsic  # what it makes is called without the first argument
_register: Any = register_model

#: Words in a vector.
LANES = 8

_WORDS = ir.VectorType(ir.IntType(64), LANES)


class _VectorType(types.Type):
    """The type of a vector, for Numba."""

    def __init__(self) -> None:
        super().__init__(name="staydown.WordVector")


@_register(_VectorType)
class _VectorModel(models.PrimitiveModel):
    """A vector is one value of LLVM, kept in registers."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _WORDS)


_VECTOR = _VectorType()
_plain: Any = types.unliteral


def _pointer(context: Any, builder: Any, array: tuple[Any, Any], at: Any, target: Any) -> Any:
    """Where element ``at`` of an array (type, value) lies, as a pointer to an LLVM type."""
    start = builder.gep(context.make_array(array[0])(context, builder, array[1]).data, [at])
    return builder.bitcast(start, target.as_pointer())


def _spread(builder: Any, word: Any) -> Any:
    """A vector of one word all over."""
    place = ir.IntType(32)
    first = builder.insert_element(ir.Constant(_WORDS, ir.Undefined), word, ir.Constant(place, 0))
    return builder.shuffle_vector(
        first, first, ir.Constant(ir.VectorType(place, LANES), [0] * LANES)
    )


@intrinsic
def nothing(_: Any) -> Any:
    """``nothing()``: a vector of zeros."""
    return _VECTOR(), lambda *_: ir.Constant(_WORDS, [0] * LANES)


@intrinsic
def spread(_: Any, word: Any) -> Any:  # noqa: ARG001 - what it is called with, by name
    """``spread(word)``: a vector of one word (uint64) all over."""
    return _VECTOR(types.uint64), lambda _c, builder, _s, given: _spread(builder, given[0])


@intrinsic
def load(_: Any, array: Any, at: Any) -> Any:
    """``load(array, at)``: the vector that begins at element ``at`` of a uint64 array."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = _pointer(context, builder, (signature.args[0], given[0]), given[1], _WORDS)
        return builder.load(place, align=8)

    return _VECTOR(array, _plain(at)), emit


@intrinsic
def store(_: Any, array: Any, at: Any, vector: Any) -> Any:
    """``store(array, at, vector)``: write a vector to a uint64 array from element ``at``."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = _pointer(context, builder, (signature.args[0], given[0]), given[1], _WORDS)
        builder.store(given[2], place, align=8)
        return context.get_dummy_value()

    return types.none(array, _plain(at), vector), emit


@intrinsic
def count(_: Any, total: Any, rows: Any, query: Any) -> Any:
    """``count(total, rows, query)``: ``total`` plus, in each lane, the bits that differ."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        kind = ir.FunctionType(_WORDS, [_WORDS])
        ones = cgutils.get_or_insert_function(builder.module, kind, f"llvm.ctpop.v{LANES}i64")
        return builder.add(given[0], builder.call(ones, [builder.xor(given[1], given[2])]))

    return _VECTOR(total, rows, query), emit


@intrinsic
def least(_: Any, left: Any, right: Any) -> Any:
    """``least(left, right)``: the smaller of two numbers, lane by lane."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        return builder.select(builder.icmp_unsigned("<", *given), *given)

    return _VECTOR(left, right), emit


@intrinsic
def within(_: Any, numbers: Any, limit: Any) -> Any:
    """``within(numbers, limit)``: a uint64; bit k says that lane k is at most lane k of limit."""

    def emit(_: Any, builder: Any, __: Any, given: Any) -> Any:
        flags = builder.icmp_unsigned("<=", *given)
        return builder.zext(builder.bitcast(flags, ir.IntType(LANES)), ir.IntType(64))

    return types.uint64(numbers, limit), emit
