"""The parts of a JPEG that stand before its first scan."""

import struct
from collections.abc import Iterator

#: Parts that are walked over at most, and before a decoder is asked.
MOST = 1 << 20
MOST_AT_FIRST = 4096

_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length

#: How many marks are looked at from the end, most of them of no part, and how long a part may be.
_TAIL_MARKS = 1 << 16
_LONGEST = 0xFFFF

#: Parts that no pixel depends on: text, profiles, previews. JFIF's (E0) and Adobe's (EE) say how
#: colours are stored.
_NOTES = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})


def segments(data: bytes, most: int = MOST) -> Iterator[tuple[int, int, int]]:
    """Yield marker, place and length of what stands before the first scan.

    No more than ``most`` of them: programs read on, however many there are, so whoever asks for
    fewer has to take it that others follow.

    Raises struct.error and IndexError where the file breaks off.
    """
    at = 2
    for _ in range(most):
        at = data.find(b"\xff", at)
        if at < 0:
            return
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker in _ALONE or marker == 0:
            continue
        if marker in {0xD9, 0xDA}:
            return
        (length,) = struct.unpack_from(">H", data, at)
        yield marker, at + 2, length - 2
        at += length


def without_notes(data: bytes) -> bytes:
    """Return a JPEG without its text, profiles and previews; as it is where it breaks off there.

    A decoder would take each of them in, and may choke on one.
    """
    kept, rest = [data[:2]], 2
    noted = False
    try:
        for marker, at, length in segments(data):
            if marker in _NOTES:
                noted = True
            else:
                kept.append(b"\xff" + data[at - 3 : at + length])
            rest = at + length
    except (struct.error, IndexError):
        return data
    return b"".join([*kept, data[rest:]]) if noted else data


def without_a_broken_part(data: bytes) -> bytes:
    """Return a JPEG without the part that it breaks off in, where that isn't a scan's pixels.

    A decoder that misses the rest of a table gives up on all scans before it, too.
    """
    at = len(data)
    for _ in range(_TAIL_MARKS):
        at = data.rfind(b"\xff", 2, at)
        if at < 0:
            break
        marker = data[at + 1] if at + 1 < len(data) else 0xFF
        if marker in _ALONE or marker in {0, 0xD9, 0xFF}:
            continue
        length = int.from_bytes(data[at + 2 : at + 4]) if at + 4 <= len(data) else _LONGEST
        return data[:at] if at + 2 + length > len(data) else data
    return data
