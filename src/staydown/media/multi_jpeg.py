"""The further pictures that a multi-picture JPEG points to (CIPA DC-007). Pure.

Cameras put a preview or the other eye's picture there, phones a map of brightness. Most programs
show the first picture, some any of them.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress

from staydown.media.segments import segments

_ENTRIES = 0xB002
_MOST = 64


def further_pictures(untrusted_data: bytes) -> list[tuple[int, int]]:
    """Return where each picture but the first begins and ends."""
    found: dict[tuple[int, int], None] = {}
    with suppress(struct.error, IndexError):  # it breaks off
        for marker, at, length in segments(untrusted_data):
            if marker == 0xE2 and untrusted_data.startswith(b"MPF\0", at):
                with suppress(struct.error):
                    for one in _pointed_to(untrusted_data, at, length):
                        found[one] = None
                        if len(found) == _MOST:
                            return list(found)
    return list(found)


def pointed_to(data: bytes, at: int, length: int) -> int:
    """Count the pictures that the segment at ``at`` points to, as far as it goes."""
    found = 0
    with suppress(struct.error):
        for _ in _pointed_to(data, at, length):
            found += 1
    return found


def _pointed_to(data: bytes, at: int, length: int) -> Iterator[tuple[int, int]]:
    base, index = at + 4, data[at + 4 : at + length]
    order = "<" if index[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", index, 4)
    (count,) = struct.unpack_from(order + "H", index, start)
    for entry in range(start + 2, start + 2 + 12 * min(count, _MOST), 12):
        tag, _, size, place = struct.unpack_from(order + "HHII", index, entry)
        if tag != _ENTRIES:
            continue
        for one in range(place, place + 16 * min(size // 16, _MOST), 16):
            _, bytes_long, offset = struct.unpack_from(order + "III", index, one)
            if offset and data.startswith(b"\xff\xd8\xff", base + offset):
                yield base + offset, base + offset + bytes_long
