"""Where the frames of an animation lie in its file, and files of one frame made of them. Pure.

An animation may have more frames than anybody can decode. People see those that are shown longest,
and the last one, at which it may stop: these can be taken out and decoded by themselves.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from staydown.media.sniff import Format

#: Frames that are counted, and pieces of a file that are walked over for them.
_MOST_FRAMES = 200_000
_MOST_PIECES = 1_000_000

#: Viewers show a frame that says less than this for a tenth of a second.
_LEAST_SECONDS = 0.02
_USUAL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Spot:
    """One frame: its number from 1, for how long it is shown, and how many pixels it changes.

    ``control`` and ``pieces`` (places in the file) are what a file of it alone is made of.
    """

    number: int
    seconds: float
    area: int
    pieces: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    control: bytes = field(default=b"", repr=False)


def spots(data: bytes, kind: Format) -> list[Spot]:
    """Return the frames of a GIF, WebP or animated PNG, as far as the file can be walked."""
    walk = _WALKS.get(kind)
    found: list[Spot] = []
    try:
        for spot in walk(data) if walk is not None else ():
            found.append(spot)
            if len(found) == _MOST_FRAMES:
                break
    except (struct.error, IndexError):  # it breaks off
        pass
    return found


def breaks_off(data: bytes, kind: Format) -> bool:
    """Say whether a GIF ends within a frame; of other kinds their decoding tells."""
    if kind is not Format.GIF:
        return False
    try:
        for _ in _gif(data + b";"):  # many lack the mark of the end alone
            pass
    except (struct.error, IndexError):
        return True
    return False


def most_seen(found: Sequence[Spot], after: int, most: int) -> list[Spot]:
    """Choose, of the frames after number ``after``, those that people see most: ``most`` of them.

    The last; then the longest shown, among equals the largest, and of those from first to last.
    """
    rest = [spot for spot in found if spot.number > after]
    if not rest:
        return []
    ranked = sorted(rest[:-1], key=lambda spot: (-spot.seconds, -spot.area))
    chosen = ranked[: most - 1]
    if chosen and len(ranked) >= most:
        least = (chosen[-1].seconds, chosen[-1].area)
        sure = [spot for spot in chosen if (spot.seconds, spot.area) != least]
        alike = [spot for spot in ranked if (spot.seconds, spot.area) == least]
        left = most - 1 - len(sure)
        chosen = sure + [alike[place * len(alike) // left] for place in range(left)]
    return sorted({*chosen, rest[-1]}, key=lambda spot: spot.number)


def file_of(data: bytes, kind: Format, spot: Spot) -> bytes:
    """Return a file of the one frame, without those that it is laid over."""
    return _MAKERS[kind](data, spot)


def shown_for(seconds: float) -> float:
    """For how long viewers show a frame that asks for ``seconds``."""
    return _USUAL_SECONDS if seconds < _LEAST_SECONDS else seconds


# --------------------------------------------------------------------------- GIF


def _gif(data: bytes) -> Iterator[Spot]:
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    number, control = 0, b""
    for _ in range(_MOST_PIECES):
        kind = data[at]
        if kind == 0x2C:
            width, height, local = struct.unpack_from("<HHB", data, at + 5)
            begin, number = at, number + 1
            at = _past_blocks(data, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
            hundredths = int.from_bytes(control[4:6], "little")
            seconds = shown_for(hundredths / 100)
            yield Spot(number, seconds, width * height, ((begin, at),), control)
            control = b""
        elif kind == 0x21:
            if data[at + 1] == 0xF9:
                control = data[at : at + 8]
            at = _past_blocks(data, at + 2)
        else:
            return


def _past_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _gif_alone(data: bytes, spot: Spot) -> bytes:
    ((begin, end),) = spot.pieces
    flags = data[10]
    table = data[13 : 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)]
    size = data[begin + 5 : begin + 9]
    place = b"\x2c\0\0\0\0" + size
    head = data[:6] + size + data[10:13] + table + spot.control
    return head + place + data[begin + 9 : end] + b";"


# --------------------------------------------------------------------------- WebP


def _webp(data: bytes) -> Iterator[Spot]:
    at, number = 12, 0
    for _ in range(_MOST_PIECES):
        if at + 8 > len(data):
            return
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"ANMF" and length >= 16:
            number += 1
            head = data[at + 14 : at + 23]
            width, height, milliseconds = (
                int.from_bytes(head[place : place + 3], "little") for place in (0, 3, 6)
            )
            area = (width + 1) * (height + 1)
            yield Spot(number, shown_for(milliseconds / 1000), area, ((at + 8, at + 8 + length),))
        at += 8 + length + (length & 1)


def _webp_alone(data: bytes, spot: Spot) -> bytes:
    ((begin, end),) = spot.pieces
    frame = data[begin + 16 : end]
    clear = b"\x10" if frame.startswith(b"ALPH") else b"\0"
    head = b"VP8X" + struct.pack("<I", 10) + clear + b"\0\0\0" + data[begin + 6 : begin + 12]
    body = b"WEBP" + head + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --------------------------------------------------------------------------- PNG


def _png(data: bytes) -> Iterator[Spot]:
    number = 0
    control, first = b"", False
    pieces: list[tuple[int, int]] = []
    for name, begin, end in _chunks(data):
        if name == b"fcTL":
            if control:
                yield _png_spot(number, control, pieces)
            number, control, pieces = number + 1, data[begin:end], []
        elif name in {b"fdAT", b"IDAT"}:
            if not control and not first:  # a picture beside the animation: Pillow counts it
                number, first = number + 1, True
            pieces.append((begin + (4 if name == b"fdAT" else 0), end))
    if control:
        yield _png_spot(number, control, pieces)


def _png_spot(number: int, control: bytes, pieces: list[tuple[int, int]]) -> Spot:
    width, height = struct.unpack_from(">II", control, 4)
    share, of = struct.unpack_from(">HH", control, 20)
    return Spot(number, shown_for(share / (of or 100)), width * height, tuple(pieces), control)


def _png_alone(data: bytes, spot: Spot) -> bytes:
    made = [data[:8], _chunk(b"IHDR", spot.control[4:12] + data[24:29])]
    for name, begin, end in _chunks(data):
        if name == b"IDAT":
            break
        if name in {b"PLTE", b"tRNS"}:
            made.append(_chunk(name, data[begin:end]))
    made += [_chunk(b"IDAT", b"".join(data[begin:end] for begin, end in spot.pieces))]
    return b"".join((*made, _chunk(b"IEND", b"")))


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    for _ in range(_MOST_PIECES):
        if at + 8 > len(data):
            return
        length, name = struct.unpack_from(">I4s", data, at)
        yield name, at + 8, at + 8 + length
        at += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


_WALKS = {Format.GIF: _gif, Format.WEBP: _webp, Format.PNG: _png}
_MAKERS = {Format.GIF: _gif_alone, Format.WEBP: _webp_alone, Format.PNG: _png_alone}
