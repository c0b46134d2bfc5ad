"""How number loops are compiled: to machine code by Numba, kept on disk where that is possible."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

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
