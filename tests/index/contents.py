"""All that lives in an index, as a dictionary."""

import numpy as np

from staydown.index.store import LiveIndex


def contents(index: LiveIndex) -> dict[int, bytes]:
    """Return the bits of every living key; fails if a key lives twice."""
    view = index._view
    keys, rows = view.tail.living()
    pairs = list(zip(keys.tolist(), rows, strict=True))
    for part in view.parts:
        places = np.flatnonzero(part.died == 0)
        pairs += zip(part.keys[places].tolist(), part.segment.take(places), strict=True)
    plain = {key: row.tobytes() for key, row in pairs}
    assert len(plain) == len(pairs) == len(index)
    return plain
