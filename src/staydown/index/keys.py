"""Keys as arrays: checked, in order, each once."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from staydown.index.hits import Rows

Keys = NDArray[np.uint64]

#: Keys are below this: they fit into the signed numbers of a database.
KEY_LIMIT = 1 << 63


def given(keys: Iterable[int]) -> Keys:
    """Return ``keys`` as an array. Raises ValueError unless each is 0 … 2**63 - 1."""
    listed = list(keys)
    if any(not 0 <= key < KEY_LIMIT for key in listed):
        raise ValueError("a key is a whole number from 0 to 2**63 - 1")
    return np.array(listed, dtype=np.uint64)


def checked(keys: Keys) -> Keys:
    """Return an array of keys, as they must be typed. Raises ValueError as ``given`` does."""
    if keys.ndim != 1 or keys.dtype.kind not in "ui":
        raise ValueError("keys are one array of whole numbers")
    if len(keys) and not 0 <= int(keys.min()) <= int(keys.max()) < KEY_LIMIT:
        raise ValueError("a key is a whole number from 0 to 2**63 - 1")
    return keys.astype(np.uint64, copy=False)


def ascend(keys: Keys) -> bool:
    """Whether each key is larger than the one before."""
    return bool((keys[1:] > keys[:-1]).all())


def once(keys: Keys) -> Keys:
    """Return the keys ascending, each once.

    (``numpy.unique`` is ten times slower for numbers of this type.)
    """
    if ascend(keys):
        return keys
    ordered = np.sort(keys)
    first: NDArray[np.bool_] = np.append(True, ordered[1:] != ordered[:-1])
    return ordered[first]


def last_of_each(keys: Keys, rows: Rows) -> tuple[Keys, Rows]:
    """Return keys (n,) and rows (n, words) by ascending key; of several with one key, the last."""
    if ascend(keys):
        return keys, rows
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    last: NDArray[np.bool_] = np.append(keys[1:] != keys[:-1], True)
    return keys[last], rows[order[last]]
