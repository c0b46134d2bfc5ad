"""Instructions on 64-bit words."""

import numpy as np
import pytest
from numpy.typing import NDArray

from staydown.kernels.compiled import kernel
from staydown.kernels.machine_words import popcount, prefetch


@kernel
def _counted(words: NDArray[np.uint64], at: int) -> int:
    prefetch(words, at)
    prefetch(words, 1 << 40)  # nowhere
    return int(np.int64(popcount(words[at])))


@pytest.mark.parametrize("word", [0, 1, 2**63, 2**64 - 1, 0x0123_4567_89AB_CDEF])
def test_bits_are_counted(word: int) -> None:
    """As Python counts them; to ask ahead changes nothing, even where there is no memory."""
    assert _counted(np.array([0, word], np.uint64), 1) == word.bit_count()
