"""How a file says that its picture is to be turned, as browsers read it.

The person's page is shown pixels that the browser has turned. What the gate or a command turns
otherwise would get another fingerprint there than here. So browsers decide what counts:

========  ==========================================================================
JPEG      the first EXIF part before the first scan, right or wrong
PNG       the first ``eXIf`` before the pixels, which begins with a TIFF header
WebP      nothing: browsers pass its EXIF over
AVIF      the properties ``irot`` and ``imir`` (its decoder knows), never EXIF
TIFF      tag 274; no browser opens it, and viewers go by that
========  ==========================================================================

In EXIF, only an orientation counts that is one SHORT from 1 to 8 in the first directory. XMP and
other text never do.
"""

import struct

from staydown.media.segments import segments
from staydown.media.sniff import Format

_ORIENTATION = 0x0112
_SHORT = 3

_MOST_ENTRIES = 4096
_MOST_CHUNKS = 1 << 22


def stored_turn(untrusted_data: bytes, kind: Format) -> int:
    """Return the EXIF orientation, 1 to 8, that the bytes of a JPEG or PNG file give it, or 1."""
    try:
        if kind is Format.JPEG:
            return _of_jpeg(untrusted_data)
        if kind is Format.PNG:
            return _of_png(untrusted_data)
    except (struct.error, IndexError):  # it breaks off
        pass
    return 1


def _of_jpeg(data: bytes) -> int:
    for marker, at, length in segments(data):
        if marker == 0xE1 and length >= 6 and data[at : at + 5] == b"Exif\0":
            return exif_turn(data[at + 6 : at + length])
    return 1


def _of_png(data: bytes) -> int:
    at = 8
    for _ in range(_MOST_CHUNKS):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if name in {b"IDAT", b"IEND"}:
            return 1
        if name == b"eXIf":
            return exif_turn(data[at + 8 : at + 8 + length])
        at += 12 + length
    return 1


def exif_turn(block: bytes) -> int:
    """Return the orientation in a block that begins with a TIFF header; 1 where there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for entry in range(min(count, _MOST_ENTRIES)):
            at = start + 2 + 12 * entry
            tag, kind, many, value = struct.unpack_from(order + "HHIH", block, at)
            if tag == _ORIENTATION and kind == _SHORT and many == 1 and 1 <= value <= 8:
                return int(value)
    except struct.error:  # it breaks off
        pass
    return 1
