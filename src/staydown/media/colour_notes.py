"""What a picture file says of its colours: a profile, or curves and primaries that stand for one.

Everything is turned into the bytes of an ICC profile (ICC.1:2010), so that one thing (``colour``)
makes of it what programs show. Pure reading, bounded, and nothing is believed for good.
"""

import struct
import zlib
from collections.abc import Iterator

from staydown.base.face import Colour
from staydown.media.curves import by_code, by_gamma
from staydown.media.outline import Outline
from staydown.media.segments import segments
from staydown.media.sniff import Format

#: Bytes of a profile that is looked at. Those of printers come to 3 MB.
MOST_PROFILE = 8_000_000

#: Chunks of a PNG that are walked over; what names colours stands before the picture.
_MOST_CHUNKS = 4096

_Note = tuple[Colour, bytes]


class ProfileTooLarge(Exception):
    """There is a profile, and it is larger than any that is looked at."""


def notes(data: bytes, what: Outline, by_decoder: object = None) -> list[_Note]:
    """Return each way in which a file asks for its colours to be shown, as a profile.

    ``by_decoder``: the profile that the decoder found, for the formats that are not read here
    (TIFF, AVIF). Raises ProfileTooLarge.
    """
    try:
        found = list(_notes(data, what, by_decoder))
    except (struct.error, IndexError):  # it breaks off
        return []
    if any(len(profile) > MOST_PROFILE for _, profile in found):
        raise ProfileTooLarge
    return found


def _notes(data: bytes, what: Outline, by_decoder: object) -> Iterator[_Note]:
    if what.kind is Format.JPEG:
        profile = b"".join(part for _, part in sorted(_jpeg_parts(data)))
        yield from [(Colour.PROFILE, profile)] if profile else []
    elif what.kind is Format.PNG:
        yield from _png_notes(data)
    elif what.kind is Format.WEBP:
        yield from _webp_notes(data)
    else:
        if isinstance(by_decoder, bytes) and by_decoder:
            yield Colour.PROFILE, by_decoder
        if what.kind is Format.AVIF:
            yield from _avif_notes(data)


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of the profile with their numbers: ICC.1:2010, B.4."""
    for marker, at, length in segments(data):
        if marker == 0xE2 and data.startswith(b"ICC_PROFILE\0", at) and length > 14:
            yield data[at + 12], data[at + 14 : at + length]


def _png_notes(data: bytes) -> Iterator[_Note]:
    """Yield what chunks before the picture say: PNG, third edition, 11.3.2."""
    gamma, primaries = 0, b""
    at = 8
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length] if name in _READ else b""
        at += 12 + length
        if name == b"IDAT":
            break
        if name == b"gAMA" and length == 4:
            (gamma,) = struct.unpack(">I", body)
        elif name == b"cHRM" and length == 32:
            primaries = body
        elif name == b"cICP" and length == 4:
            yield from _of_code(body[0], body[1])
        elif name == b"iCCP":
            profile = _unpacked(body)
            yield from [(Colour.PROFILE, profile)] if profile else []
    if gamma or primaries:
        made = by_gamma(gamma or 45455, struct.unpack(">8I", primaries) if primaries else None)
        yield from [(Colour.GAMMA, made)] if made else []


_READ = frozenset({b"gAMA", b"cHRM", b"cICP", b"iCCP"})


def _unpacked(body: bytes) -> bytes:
    """Unpack a profile, a little farther than it may be long and no more."""
    start = body.find(b"\0", 0, 81) + 2
    try:
        return zlib.decompressobj().decompress(body[start:], MOST_PROFILE + 1) if start > 1 else b""
    except zlib.error:
        return b""


def _webp_notes(data: bytes) -> Iterator[_Note]:
    """Yield the profile, which stands right behind the header: RFC 9649, 2.7.1."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"ICCP":
            yield Colour.PROFILE, data[at + 8 : at + 8 + length]
            return
        at += 8 + length + (length & 1)


def _avif_notes(data: bytes) -> Iterator[_Note]:
    """Yield what the first nclx box says: ISO/IEC 14496-12, 12.1.5."""
    at = data.find(b"colrnclx", 0, 1 << 16)
    if at >= 0:
        primaries, curve = struct.unpack_from(">HH", data, at + 8)
        yield from _of_code(primaries, curve)


def _of_code(primaries: int, curve: int) -> Iterator[_Note]:
    made = by_code(primaries, curve)
    if made:
        yield Colour.CODE, made
