"""Numbers side by side in one value: loaded, stored and spread out by one instruction.

A *vector* is 512 bits: 16 floats of 32 bits (``kernels.floats``) or 8 words of 64
(``kernels.machine_words``). LLVM cuts it into the registers that the processor has. The functions
here can be called from kernels only. ``at`` counts elements from the start of a C-contiguous array,
whose type says which vector is meant, and nobody checks that a vector lies inside of it.
"""

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import models, register_model

intrinsic: Any = numba_intrinsic  # what it makes is called without the first argument

_ELEMENTS = {types.float32: ir.FloatType(), types.uint64: ir.IntType(64)}


class Vector(types.Type):
    """The type of a vector, for Numba."""

    def __init__(self, element: Any, lanes: int) -> None:
        super().__init__(name=f"staydown.Vector({element.name} x {lanes})")
        self.element, self.lanes = element, lanes

    @property
    def llvm(self) -> Any:
        """The same type for LLVM."""
        return ir.VectorType(_ELEMENTS[self.element], self.lanes)


@register_model(Vector)
class _Model(models.PrimitiveModel):
    """A vector is one value of LLVM, kept in registers."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, kind.llvm)


FLOATS, WORDS = Vector(types.float32, 16), Vector(types.uint64, 8)
_VECTORS = {vector.element: vector for vector in (FLOATS, WORDS)}

#: The type of a number that need not be known when a kernel is compiled.
any_number: Any = types.unliteral


def pointer(context: Any, builder: Any, array: tuple[Any, Any], at: Any, target: Any) -> Any:
    """Where element ``at`` of an array (type, value) lies, as a pointer to an LLVM type."""
    start = builder.gep(context.make_array(array[0])(context, builder, array[1]).data, [at])
    return builder.bitcast(start, target.as_pointer())


def all_over(builder: Any, vector: Vector, number: Any) -> Any:
    """A vector of one number all over."""
    place = ir.IntType(32)
    first = builder.insert_element(
        ir.Constant(vector.llvm, ir.Undefined), number, ir.Constant(place, 0)
    )
    return builder.shuffle_vector(
        first, first, ir.Constant(ir.VectorType(place, vector.lanes), [0] * vector.lanes)
    )


@intrinsic
def load(_: Any, array: Any, at: Any) -> Any:
    """``load(array, at)``: the vector that begins at element ``at``."""
    vector = _VECTORS[array.dtype]

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = pointer(context, builder, (signature.args[0], given[0]), given[1], vector.llvm)
        return builder.load(place, align=vector.element.bitwidth // 8)

    return vector(array, any_number(at)), emit


@intrinsic
def store(_: Any, array: Any, at: Any, vector: Any) -> Any:
    """``store(array, at, vector)``: write a vector from element ``at`` on."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = pointer(context, builder, (signature.args[0], given[0]), given[1], vector.llvm)
        builder.store(given[2], place, align=vector.element.bitwidth // 8)
        return context.get_dummy_value()

    return types.none(array, any_number(at), vector), emit


@intrinsic
def spread(_: Any, number: Any) -> Any:
    """``spread(number)``: a vector of one number (float32 or uint64) all over."""
    vector = _VECTORS[number]

    def emit(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return all_over(builder, vector, given[0])

    return vector(number), emit
