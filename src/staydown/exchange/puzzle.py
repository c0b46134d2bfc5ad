"""Work in place of waiting: puzzles that take a browser seconds, and a bank no time to check.

A challenge is any text. Its part number ``i`` is solved by a number ``n`` for which the first four
bytes of SHA-256(SHA-256(challenge) ‖ i ‖ n), with i and n as four bytes, are small enough: one
number in ``HASHES_EACH`` is (hashcash, Back 2002). The parts are many and small, so that nobody is
unlucky for long: of 32 parts the slowest in a hundred times takes 1.45 times the mean. And they are
solved one after the other, so that when the price rises meanwhile, what was solved still counts.

The work travels as the numbers of the parts in order, four bytes each, in base64url.
``web/static/js/puzzle.js`` does the same; ``tests/vectors/work/`` holds the two together.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable

#: Numbers that are tried for one part, on average.
HASHES_EACH = 32_000

#: Parts of the ordinary price: a million hashes, under 2 s in a browser on a sixth of a core.
UNIT = 32

#: The most parts that anybody is ever asked for, or that are looked at.
MOST = 160 * UNIT

_BYTES_EACH = 4
_BOUND = 2**32 // HASHES_EACH
_END = 2**32

#: The longest text that can be work.
MOST_TEXT = -(-MOST * _BYTES_EACH // 3) * 4


def _nothing(share: float) -> None:
    del share


def solve(
    challenge: str, count: int, done: str = "", *, told: Callable[[float], None] = _nothing
) -> str:
    """Return the work that solves the first ``count`` parts, ``done`` among them.

    Takes ``HASHES_EACH`` hashes for each part that is missing: 10 to 30 ms on one core. ``told``
    hears how much is done, 0 to 1.

    Raises ValueError for more parts than ``MOST``.
    """
    if count > MOST:
        raise ValueError("more work than any bank asks for")
    start = _start(challenge)
    numbers = _read(done)[: solved(challenge, done)]
    for part in range(len(numbers), count):
        prefix = start + part.to_bytes(_BYTES_EACH)
        numbers.append(next(n for n in range(_END) if _is_solved(prefix, n)))
        told((part + 1) / count)
    return base64.urlsafe_b64encode(b"".join(n.to_bytes(_BYTES_EACH) for n in numbers)).decode()


def solved(challenge: str, work: str) -> int:
    """Return how many parts of the challenge the work solves, from the first on.

    Any text is taken as work; what is none solves nothing. Costs a hash for each part.
    """
    start = _start(challenge)
    for part, number in enumerate(numbers := _read(work)):
        if not _is_solved(start + part.to_bytes(_BYTES_EACH), number):
            return part
    return len(numbers)


def _start(challenge: str) -> bytes:
    return hashlib.sha256(challenge.encode("utf-8", "replace")).digest()


def _is_solved(prefix: bytes, number: int) -> bool:
    found = hashlib.sha256(prefix + number.to_bytes(_BYTES_EACH)).digest()
    return int.from_bytes(found[:_BYTES_EACH]) < _BOUND


def _read(work: str) -> list[int]:
    if len(work) > MOST_TEXT:
        return []
    try:
        packed = base64.b64decode(work.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return []
    whole = len(packed) - len(packed) % _BYTES_EACH
    return [int.from_bytes(packed[at : at + _BYTES_EACH]) for at in range(0, whole, _BYTES_EACH)][
        :MOST
    ]
