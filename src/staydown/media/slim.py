"""A picture file cut down to what its pixels are made of, before a decoder sees it.

Text, profiles, EXIF and the like are left out unread: a decoder would unpack them, and refuse the
whole picture for a fault in one. What is wrong with the frame that the pixels lie in is set right,
as viewers do, and told: sums, lengths, a missing end.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from staydown.media.errors import Truncated
from staydown.media.segments import without_notes
from staydown.media.sniff import Format

_PNG = b"\x89PNG\r\n\x1a\n"

#: Bytes that a PNG's ``tRNS`` has at least, by its kind of colour. Viewers pass over a shorter one.
_CLEAR = {0: 2, 2: 6, 3: 0}

_PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
_IHDR_BYTES = 13
_FCTL_BYTES = 26

#: Chunks of a PNG that are walked over at most, and parts of a WebP or AVIF, which have a dozen. A
#: PNG's cost counts them (``outline``).
_MOST_CHUNKS = 1 << 22
_MOST_PARTS = 1 << 14

#: Of a WebP: the parts that pixels are made of, and what its header says of others (profile, EXIF,
#: XMP).
_WEBP_PARTS = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_NOTES = 0x20 | 0x08 | 0x04
_WEBP_PIXELS = frozenset({b"VP8 ", b"VP8L", b"ANMF"})


@dataclass(frozen=True, slots=True)
class Slim:
    """A file to hand to a decoder.

    ``passed_over``: something was wrong and was set right. ``missing``: bytes that the file says it
    has and that aren't there; who decodes it all the same has to put something in their place.
    """

    data: bytes
    passed_over: bool = False
    missing: int = 0

    def filled(self, filler: int, shorter: int = 0) -> bytes:
        """Return the file with bytes of ``filler`` in place of those that are missing at its end.

        They take the place of the last ``shorter`` ones that are there, too.
        """
        return self.data[: len(self.data) - shorter] + bytes([filler]) * (self.missing + shorter)


def slim(untrusted_data: bytes, kind: Format) -> Slim:
    """Return what a decoder needs of a file. Raises Truncated where its header breaks off."""
    if kind is Format.PNG:
        return _png(untrusted_data)
    if kind is Format.JPEG:
        return Slim(without_notes(untrusted_data))
    if kind is Format.WEBP:
        return _webp(untrusted_data)
    if kind is Format.AVIF:
        return Slim(untrusted_data, missing=_missing_of_boxes(untrusted_data))
    return Slim(untrusted_data)


def _png(data: bytes) -> Slim:
    """Keep header, palette, clear colours and pixels, with new sums."""
    wrong, ended = False, False
    kept: dict[bytes, bytes] = {}
    pixels: list[memoryview] = []
    for name, at, length in _png_chunks(data):
        ended = name == b"IEND"
        if name not in _PNG_PARTS:
            continue
        body = memoryview(data)[at + 8 : at + 8 + length]
        wrong = wrong or _sum_wrong(data, at, length)
        if name == b"IDAT":
            pixels.append(body)
        elif not pixels:
            kept.setdefault(name, bytes(body))
    header = kept.pop(b"IHDR", b"")
    if len(header) != _IHDR_BYTES or not pixels:
        raise Truncated
    if len(kept.get(b"tRNS", b"")) < _CLEAR.get(header[9], 1 << 32):
        kept.pop(b"tRNS", None)
    parts = [_PNG, _chunk(b"IHDR", header), *(_chunk(*part) for part in sorted(kept.items()))]
    head = sum(map(len, pixels)).to_bytes(4) + b"IDAT"
    # Nobody looks at the sum of these any more.
    whole = b"".join([*parts, head, *pixels, bytes(4), _chunk(b"IEND", b"")])
    return Slim(whole, passed_over=wrong or not ended)


def moving(data: bytes) -> bytes:
    """Return a PNG with nothing but its pictures, numbered anew and with new sums.

    A decoder gives up on all of them for too much text, and stops at a number too many.
    """
    kept: dict[bytes, bytes] = {}
    pictures: list[bytes] = []
    number = frames = 0
    for name, at, length in _png_chunks(data):
        body = data[at + 8 : at + 8 + length]
        if name in {b"IHDR", b"PLTE", b"tRNS"} and not pictures:
            kept.setdefault(name, body)
        elif name == b"IDAT":
            pictures.append(_chunk(name, body))
        elif (name == b"fcTL" and length == _FCTL_BYTES) or (name == b"fdAT" and length > 4):
            pictures.append(_chunk(name, number.to_bytes(4) + body[4:]))
            number, frames = number + 1, frames + (name == b"fcTL")
    if not frames:
        return _png(data).data
    header = _chunk(b"IHDR", kept.pop(b"IHDR", b""))
    control = _chunk(b"acTL", struct.pack(">II", max(1, frames), 0))
    parts = [_chunk(*part) for part in sorted(kept.items())]
    return b"".join([_PNG, header, control, *parts, *pictures, _chunk(b"IEND", b"")])


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, place and length of each chunk, up to the end's. The header comes first."""
    at = len(_PNG)
    for number in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if not number and name != b"IHDR":
            return
        yield name, at, length
        if name == b"IEND":
            return
        at += 12 + length


def _sum_wrong(data: bytes, at: int, length: int) -> bool:
    end = at + 8 + length
    told = data[end : end + 4]
    return len(told) < 4 or zlib.crc32(memoryview(data)[at + 4 : end]) != int.from_bytes(told)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + zlib.crc32(name + body).to_bytes(4)


def _webp(data: bytes) -> Slim:
    """Keep the parts that pixels are made of; where the last one breaks off, say by how much.

    An animation keeps the frames that are there, since only its first one is shown.
    """
    kept: list[bytes] = []
    at, missing, pixels = 12, 0, False
    for _ in range(_MOST_PARTS):
        if at + 8 > len(data):
            break
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        short = size - len(body)
        if short and pixels:
            break
        if name in _WEBP_PARTS:
            if name == b"VP8X" and body:
                body = bytes([body[0] & ~_WEBP_NOTES]) + body[1:]
            kept.append(name + data[at + 4 : at + 8] + body + (b"" if short else bytes(size & 1)))
            pixels = pixels or name in _WEBP_PIXELS
            missing = short + (size & 1) if short else 0
        if short:
            break
        at += 8 + size + (size & 1)
    if not pixels:
        raise Truncated
    parts = b"".join(kept)
    told = int.from_bytes(data[4:8], "little")
    riff = b"RIFF" + min(4 + len(parts) + missing, (1 << 32) - 2).to_bytes(4, "little") + b"WEBP"
    wrong = told + (told & 1) + 8 > len(data) or told + 8 < at
    return Slim(riff + parts, passed_over=wrong, missing=missing)


def _missing_of_boxes(data: bytes) -> int:
    """Return by how many bytes the last box of an AVIF is longer than what is left of the file."""
    at = 0
    for _ in range(_MOST_PARTS):
        if at + 16 > len(data):
            return 0
        size = int.from_bytes(data[at : at + 4])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        if size < 8:
            return 0
        at += size
        if at > len(data):
            return at - len(data)
    return 0
