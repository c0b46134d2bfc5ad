"""What the first bytes of a picture file say about it, read without a decoder.

Enough to know what opening it will cost (``cost``). The reading is bounded, whatever the file says,
and believes nothing for good: the decoder process compares with what its decoder sees. What can't
be read is left at 0.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from staydown.media import avif
from staydown.media.multi_jpeg import pointed_to
from staydown.media.segments import MOST_AT_FIRST, segments
from staydown.media.sniff import HEAD_BYTES, Format, sniff

#: Chunks, blocks and boxes that are walked over at most; a file of more is said to have as many as
#: would fit into it.
_MOST_PIECES = 4096

#: What an AVIF is taken for whose stream couldn't be found.
_UNKNOWN = (4000, 3000)

_SIZED = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG: starts of frames
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
#: PNG: what may name other colours, and what sRGB's own values there are.
_PNG_COLOURS = frozenset({b"iCCP", b"gAMA", b"cHRM", b"cICP"})
_USUAL_GAMMA, _GAMMA_SLACK = 45455, 3000
_USUAL_PRIMARIES = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
_USUAL_CODE = bytes([1, 13, 0, 1])

#: AVIF: codes that programs show as sRGB: its primaries or none named, with its curve, that of
#: television or none named.
_USUAL_VIDEO_CODES = frozenset(
    bytes([0, primaries, 0, curve]) for primaries in (1, 2) for curve in (1, 2, 6, 13)
)
_TIFF_SIZES = {1: 1, 3: 2, 4: 4, 16: 8}


@dataclass(frozen=True, slots=True)
class Outline:
    """A picture file as its header describes it."""

    kind: Format
    file_bytes: int
    width: int = 0
    height: int = 0
    #: Of one pixel, as the format unpacks it.
    bits: int = 24
    #: It may have transparent parts.
    alpha: bool = False
    #: How often a JPEG goes over the picture.
    scans: int = 1
    #: A JPEG of the usual kind, which can be decoded at a fraction of its size.
    quick: bool = False
    #: Parts that a decoder takes in one by one: chunks, strips, tiles.
    pieces: int = 0
    #: Packed in runs that are unpacked one by one.
    runs: bool = False
    #: Pictures in the file; 0 where there are more than one, and nobody has counted them.
    frames: int = 1
    #: It names a colour profile, or curves of its own, that some programs follow.
    coloured: bool = False

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height

    @property
    def many_faced(self) -> bool:
        """Whether programs may show more than one picture of it (``faces``)."""
        return self.frames != 1 or self.alpha or self.coloured

    @property
    def unpacked(self) -> int:
        """Bytes of the whole picture, as the format unpacks it."""
        return self.pixels * self.bits // 8


def outline(untrusted_data: bytes) -> Outline:
    """Describe the picture file ``untrusted_data``. Raises NotAPicture, UnsupportedPicture."""
    kind = sniff(untrusted_data[:HEAD_BYTES])
    plain = Outline(kind, len(untrusted_data))
    try:
        return _READERS[kind](untrusted_data, plain)
    except (struct.error, IndexError, OverflowError):  # it breaks off
        return plain


def _jpeg(data: bytes, plain: Outline) -> Outline:
    sof = adobe = 0
    colours: tuple[int, ...] = ()
    width = height = 0
    frames, coloured, parts, pieces = 1, False, 0, 0
    for marker, at, length in segments(data, MOST_AT_FIRST):
        parts += 1
        if marker == 0xE2:
            coloured = coloured or data.startswith(b"ICC_PROFILE\0", at)
            if data.startswith(b"MPF\0", at):
                frames += pointed_to(data, at, length)
        if marker == 0xEE and data[at : at + 5] == b"Adobe":
            adobe = data[at + 11] + 1  # how the colours were changed, counted from 1
        if marker in _SIZED and not sof:
            sof = marker
            height, width, count = struct.unpack_from(">HHB", data, at + 1)
            colours = tuple(data[at + 6 : at + 6 + 3 * count : 3])
    if parts == MOST_AT_FIRST:  # anything may follow
        frames, coloured, pieces = 0, True, len(data) // 4
    usual = len(colours) in {1, 3} and sof in {0xC0, 0xC1, 0xC2} and adobe != 1
    return replace(
        plain,
        width=width,
        height=height,
        bits=8 * max(1, len(colours)),
        scans=data.count(b"\xff\xda") if sof != 0xC0 else 1,
        quick=usual and colours != (0x52, 0x47, 0x42),  # "RGB"
        runs=sof in {0xC9, 0xCA},  # packed by arithmetic coding
        frames=frames,
        coloured=coloured,
        pieces=pieces,
    )


def _png(data: bytes, plain: Outline) -> Outline:
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    pieces, at, clear = 0, 8, colour in {4, 6}
    frames, coloured = 1, False
    while at + 12 <= len(data) and pieces < _MOST_PIECES:
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        clear = clear or name == b"tRNS"
        if name == b"acTL":
            frames = _more(frames, _animated(data, at + 8))
        coloured = coloured or (name in _PNG_COLOURS and _bends(name, data, at + 8))
        pieces, at = pieces + 1, at + 12 + length
    if pieces == _MOST_PIECES:
        pieces += (len(data) - at) // 12
        clear, frames, coloured = True, 0, True  # anything may follow
    bits = depth * _PNG_CHANNELS.get(colour, 4)
    return replace(
        plain, width=width, height=height, bits=bits, alpha=clear, pieces=pieces, frames=frames,
        coloured=coloured,
    )  # fmt: skip


def _animated(data: bytes, at: int) -> int:
    """How many pictures an animated PNG says it has, with the one that other programs show."""
    (said,) = struct.unpack_from(">I", data, at)
    return 0 if said > _MOST_PIECES else said + 1


def _more(one: int, other: int) -> int:
    """The larger of two numbers of pictures, of which 0 stands for too many to count."""
    return max(one, other) if one and other else 0


def _bends(name: bytes, data: bytes, at: int) -> bool:
    """Whether a chunk asks for other colours than those of sRGB, as far as one glance tells."""
    if name == b"gAMA":
        (gamma,) = struct.unpack_from(">I", data, at)
        return abs(int(gamma) - _USUAL_GAMMA) > _GAMMA_SLACK
    if name == b"cHRM":
        return data[at : at + 32] != _USUAL_PRIMARIES
    return name == b"iCCP" or data[at : at + 4] != _USUAL_CODE


def _gif(data: bytes, plain: Outline) -> Outline:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    pieces, clear = 0, False
    while data[at] == 0x21 and pieces < _MOST_PIECES:
        clear = clear or (data[at + 1] == 0xF9 and bool(data[at + 3] & 1))
        at += 2
        while data[at] and pieces < _MOST_PIECES:
            at, pieces = at + data[at] + 1, pieces + 1
        at, pieces = at + 1, pieces + 1
    if pieces >= _MOST_PIECES:
        return replace(plain, width=width, height=height, bits=8, pieces=len(data) // 2)
    left, top, inner_width, inner_height = struct.unpack_from("<HHHH", data, at + 1)
    width, height = max(width, left + inner_width), max(height, top + inner_height)
    return replace(
        plain, width=width, height=height, bits=8, alpha=clear, pieces=pieces,
        frames=_gif_frames(data, at),
    )  # fmt: skip


def _gif_frames(data: bytes, at: int) -> int:
    """Count the pictures from the first one's place on; 0 where that would take too long."""
    frames = blocks = 0
    while blocks < _MOST_PIECES:
        kind = data[at] if at < len(data) else 0x3B
        if kind == 0x2C and at + 10 < len(data):
            frames += 1
            flags = data[at + 9]
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        elif kind == 0x21:
            at += 2
        elif kind == 0x3B:
            return max(1, frames)
        else:
            return 0  # some programs stop here, others look for the next picture
        while at < len(data) and data[at] and blocks < _MOST_PIECES:
            at, blocks = at + data[at] + 1, blocks + 1
        at, blocks = at + 1, blocks + 1
    return 0


def _webp(data: bytes, plain: Outline) -> Outline:
    part, body = data[12:16], data[20:30]
    frames, coloured = 1, False
    if part == b"VP8X":
        coloured = bool(body[0] & 0x20)
        frames = _webp_frames(data) if body[0] & 0x02 else 1
        width = int.from_bytes(body[4:7], "little") + 1
        height = int.from_bytes(body[7:10], "little") + 1
        alpha = bool(body[0] & 0x12)  # an animation may have some too
    elif part == b"VP8L":
        (packed,) = struct.unpack_from("<I", body, 1)
        width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        alpha = bool(packed >> 28 & 1)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
        alpha = False
    return replace(
        plain, width=width, height=height, bits=32 if alpha else 24, alpha=alpha, frames=frames,
        coloured=coloured,
    )  # fmt: skip


def _webp_frames(data: bytes) -> int:
    """Count the pictures; 0 where there are too many to count."""
    at, frames = 12, 0
    for _ in range(_MOST_PIECES):
        if at + 8 > len(data):
            return max(1, frames)
        frames += data[at : at + 4] == b"ANMF"
        (length,) = struct.unpack_from("<I", data, at + 4)
        at += 8 + length + (length & 1)
    return 0


def _avif(data: bytes, plain: Outline) -> Outline:
    """Take the largest of the sizes that the file names, wherever they stand."""
    try:
        found, whole = avif.sizes(data)
    except (struct.error, IndexError):
        found, whole = [], False
    width, height = max([*found, (0, 0) if whole else _UNKNOWN], key=lambda size: size[0] * size[1])
    head = avif.heads(data)
    alpha = b"auxC" in head or b"auxv" in head
    codes = {head[at + 8 : at + 12] for at in avif.places(head, b"colrnclx")}
    coloured = b"colrprof" in head or b"colrrICC" in head or bool(codes - _USUAL_VIDEO_CODES)
    return replace(
        plain, width=width, height=height, bits=32 if alpha else 24, alpha=alpha,
        frames=0 if b"moov" in head else 1, coloured=coloured,
    )  # fmt: skip


def _bmp(data: bytes, plain: Outline) -> Outline:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        return replace(plain, width=width, height=height, bits=bits)
    width, height, _, bits, packing = struct.unpack_from("<iiHHI", data, 18)
    return replace(
        plain, width=abs(width), height=abs(height), bits=bits, runs=packing in {1, 2},
        alpha=bits == 32,
    )  # fmt: skip


def _tiff(data: bytes, plain: Outline) -> Outline:
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in {b"+\0", b"\0+"}
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
    at, step = at + (8 if big else 2), 20 if big else 12
    width = height = pieces = 0
    samples, bits, alpha, coloured = 1, 1, False, False
    rest = at + step * count
    for entry in range(at, at + step * min(count, _MOST_PIECES), step):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        (many,) = struct.unpack_from(order + ("Q" if big else "I"), data, entry + 4)
        value = _tiff_value(data, entry + (12 if big else 8), order, kind)
        if tag == 256:
            width = value
        elif tag == 257:
            height = value
        elif tag == 258:
            bits = value if many == 1 else 16  # they stand elsewhere
        elif tag == 277:
            samples = value
        elif tag in {273, 324}:
            pieces = many
        alpha = alpha or tag == 338
        coloured = coloured or tag == 34675
    return replace(
        plain, width=width, height=height, bits=min(64, bits) * min(4, samples), alpha=alpha,
        pieces=min(pieces, len(data)), coloured=coloured,
        frames=0 if any(data[rest : rest + (8 if big else 4)]) else 1,
    )  # fmt: skip


def _tiff_value(data: bytes, at: int, order: str, kind: int) -> int:
    size = _TIFF_SIZES.get(kind, 4)
    return int.from_bytes(data[at : at + size], "little" if order == "<" else "big")


_READERS: dict[Format, Callable[[bytes, Outline], Outline]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.GIF: _gif,
    Format.WEBP: _webp,
    Format.AVIF: _avif,
    Format.BMP: _bmp,
    Format.TIFF: _tiff,
}
