"""The parts of a JPEG that stand before its first scan."""

import struct
from collections.abc import Iterator

#: Parts that are walked over at most.
_MOST = 4096

#: Bytes in which a beginning is looked for; cameras put previews and maps before it.
_HEAD = 1 << 24

_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length

#: Parts that no pixel depends on: text, profiles, previews. JFIF's (E0) and Adobe's (EE) say how
#: colours are stored.
_NOTES = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, place and length of what stands before the first scan.

    Raises struct.error and IndexError where the file breaks off.
    """
    at = 2
    for _ in range(_MOST):
        if at >= _HEAD:
            return
        at = data.find(b"\xff", at, _HEAD)
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
