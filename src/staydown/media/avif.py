"""What an AVIF file says of its size: its boxes, and the streams that they point to.

Both are looked at, since a decoder works through the stream and only then finds that the boxes
said something else. ISO/IEC 14496-12 and 23008-12.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from staydown.media.av1 import largest_picture

#: Bytes of boxes that are looked at, and boxes that are walked over for them.
_HEAD = 1 << 20
_MOST_BOXES = 1 << 14

#: Boxes of which nothing is read: pixels, and room that is left free.
_PASSED_OVER = frozenset({b"mdat", b"free", b"skip"})

#: Bytes of each stream that are looked at.
_STREAM = 256

#: Sizes and pieces that are looked at. A picture of tiles has some dozens.
_MOST = 1024


def sizes(data: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Return the sizes that boxes and streams name, and whether all streams were found.

    Raises struct.error and IndexError where the file breaks off.
    """
    head = heads(data)
    named = [struct.unpack_from(">II", head, at + 8) for at in places(head, b"ispe")]
    streams = [largest_picture(data[at : at + _STREAM]) for at in _starts(data, head)]
    found = [size for size in streams if size is not None]
    return [*named, *found], bool(found) and b"moov" not in head


def heads(data: bytes) -> bytes:
    """Return the boxes that say something, wherever they stand, one behind the other.

    Programs read them behind the pixels and behind any room that is left free, too.
    """
    found: list[bytes] = []
    at = room = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(data) or room >= _HEAD:
            break
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        end = at + size if size else len(data)
        if size and size < 8:
            break
        if name not in _PASSED_OVER:
            found.append(data[at : min(end, at + _HEAD - room)])
            room += len(found[-1])
        at = end
    return b"".join(found)


def places(head: bytes, name: bytes) -> Iterator[int]:
    """Yield where a name stands, no more often than a file has need of."""
    at = head.find(name)
    for _ in range(_MOST):
        if at < 0:
            return
        yield at
        at = head.find(name, at + 4)


@dataclass(slots=True)
class _Cursor:
    data: bytes
    at: int

    def number(self, size: int) -> int:
        """Return the next bytes as a number. Raises IndexError where they end."""
        start, self.at = self.at, self.at + size
        if self.at > len(self.data):
            raise IndexError
        return int.from_bytes(self.data[start : self.at])


def _starts(data: bytes, head: bytes) -> Iterator[int]:
    """Yield where in the file each item begins, by the box ``iloc``."""
    inside = data.find(b"idat") + 4
    for place in places(head, b"iloc"):
        at = _Cursor(head, place + 4)
        version = at.number(4) >> 24
        widths = at.number(2)
        offset, length, base = widths >> 12, widths >> 8 & 15, widths >> 4 & 15
        numbered = version in {1, 2}
        index = widths & 15 if numbered else 0
        wide = 4 if version == 2 else 2
        for _ in range(min(at.number(wide), _MOST)):
            at.number(wide)
            method = at.number(2) & 15 if numbered else 0
            at.number(2)
            start = at.number(base) + (inside if method == 1 else 0)
            for piece in range(min(at.number(2), _MOST)):
                at.number(index)
                begins = start + at.number(offset)
                at.number(length)
                if piece == 0:
                    yield begins
