"""How number loops are compiled: to machine code by Numba, kept on disk where that is possible."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from staydown.base import sources

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
        compiled = numba.njit(cache=True, **options)(function)
        # Numba looks at the kernel's own file only; what it calls may lie in another that changed.
        kept: Any = compiled._cache._cache_file
        kept._source_stamp = (kept._source_stamp, sources.digest(function.__module__))
    except (RuntimeError, AttributeError):
        # "cannot cache function: no locator available", or a Numba that keeps code in another way.
        return cast("_Function", numba.njit(**options)(function))
    return cast("_Function", compiled)
