"""How number loops are compiled: to machine code by Numba, kept on disk where that is possible."""

import pickle  # noqa: TID251 - its error alone
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from staydown.base import sources
from staydown.base.own_folder import is_own

_Function = TypeVar("_Function", bound=Callable[..., Any])


#: Every kernel of this process.
known_kernels: list[Any] = []


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
        kept: Any = compiled._cache
        # Numba looks at the kernel's own file only; what it calls may lie in another that changed.
        file = kept._cache_file
        file._source_stamp = (file._source_stamp, sources.digest(function.__module__))
        if not is_own(Path(kept.cache_path)):  # whoever else can write there could run code here
            kept.disable()
        kept.load_overload = _or_nothing(kept.load_overload)
        kept.save_overload = _or_nothing(kept.save_overload)
    except (RuntimeError, AttributeError):
        # "cannot cache function: no locator available", or a Numba that keeps code in another way.
        compiled = numba.njit(**options)(function)
    known_kernels.append(compiled)
    return cast("_Function", compiled)


def settle() -> None:
    """Compile nothing more: from now on kernels make do with the types that they have met.

    A process that is closed in could not (it can neither read a cache nor run what it writes). An
    array that can be taken for one of those types is, such as one that lies in one piece for one
    that needn't.
    """
    for compiled in known_kernels:
        if compiled.signatures:
            compiled.disable_compile()


def _or_nothing(of_cache: Callable[..., Any]) -> Callable[..., Any]:
    """Let a full disk, or a file that broke off, cost no more than the time to compile."""

    def tried(*arguments: Any) -> Any:
        try:
            return of_cache(*arguments)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return None

    return tried
