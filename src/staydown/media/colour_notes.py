"""What a picture file says of its colours: a profile, or curves and primaries that stand for one.

Everything is turned into the bytes of an ICC profile (ICC.1:2010), so that one thing (``colour``)
makes of it what programs show. Pure reading, bounded, and nothing is believed for good.
"""

import struct
import zlib
from collections.abc import Iterator
from itertools import product

from staydown.base.face import Colour
from staydown.media import avif
from staydown.media.curves import by_code, by_gamma
from staydown.media.outline import Outline
from staydown.media.segments import MOST, segments
from staydown.media.sniff import Format

#: Bytes of a profile that is looked at. Those of printers come to 3 MB.
MOST_PROFILE = 8_000_000

#: Chunks of a PNG, and parts of a WebP, that are walked over; its cost counts them (``outline``).
_MOST_CHUNKS = 1 << 22

#: The gamma of a PNG that names primaries alone.
_USUAL_GAMMA = 45455

#: Profiles that one JPEG's pieces may come to, put together in several ways.
_MOST_PROFILES = 8

#: Places in an AVIF that are looked at for codes of colours.
_MOST_CODES = 64

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
        for profile in _put_together(list(_jpeg_parts(data))):
            yield Colour.PROFILE, profile
    elif what.kind is Format.PNG:
        yield from _png_notes(data)
    elif what.kind is Format.WEBP:
        yield from _webp_notes(data)
    else:
        if isinstance(by_decoder, bytes) and by_decoder:
            yield Colour.PROFILE, by_decoder
        if what.kind is Format.AVIF:
            yield from _avif_notes(data)


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the pieces of the profile: number, how many there are, and bytes: ICC.1:2010, B.4."""
    for number, (marker, at, length) in enumerate(segments(data), 1):
        if number == MOST:
            raise ProfileTooLarge  # there may be more
        if marker == 0xE2 and data.startswith(b"ICC_PROFILE\0", at) and length > 14:
            yield data[at + 12], data[at + 13], data[at + 14 : at + length]


def _put_together(parts: list[tuple[int, int, bytes]]) -> list[bytes]:
    """Put the pieces of a profile together, in every way in which programs do.

    Where there is a piece too many, some give up, some take all, and some those that belong
    together, the first of each number or the last.
    """
    made = [b"".join(part for _, _, part in sorted(parts, key=lambda one: one[0]))]
    for count in dict.fromkeys(count for _, count, _ in parts):
        for order in (parts, parts[::-1]):
            found: dict[int, bytes] = {}
            for number, of, part in order:
                if of == count and 1 <= number <= count:
                    found.setdefault(number, part)
            if len(found) == count:
                made.append(b"".join(found[number] for number in sorted(found)))
    return [one for one in dict.fromkeys(made) if one][:_MOST_PROFILES]


def _png_notes(data: bytes) -> Iterator[_Note]:
    """Yield what chunks before the picture say: PNG, third edition, 11.3.2."""
    gammas: list[int] = []
    primaries: list[bytes] = []
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
            gammas.append(int.from_bytes(body))
        elif name == b"cHRM" and length == 32:
            primaries.append(body)
        elif name == b"cICP" and length == 4:
            yield from _of_code(body[0], body[1])
        elif name == b"iCCP":
            profile = _unpacked(body)
            yield from [(Colour.PROFILE, profile)] if profile else []
    yield from _of_gamma(gammas, primaries)


def _of_gamma(gammas: list[int], primaries: list[bytes]) -> Iterator[_Note]:
    """Of several, some programs go by the first, some by the last."""
    if not gammas and not primaries:
        return
    powers = dict.fromkeys([*gammas[:1], *gammas[-1:]] or [_USUAL_GAMMA])
    places = dict.fromkeys([*primaries[:1], *primaries[-1:]] or [b""])
    for gamma, place in product(powers, places):
        made = by_gamma(gamma or _USUAL_GAMMA, struct.unpack(">8I", place) if place else None)
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
    """Yield what each nclx box says, whatever it belongs to: ISO/IEC 14496-12, 12.1.5."""
    heads = avif.heads(data)
    codes = [heads[at + 8 : at + 12] for at in avif.places(heads, b"colrnclx")]
    for code in [*dict.fromkeys(codes)][:_MOST_CODES]:
        yield from _of_code(*struct.unpack(">HH", code))


def _of_code(primaries: int, curve: int) -> Iterator[_Note]:
    made = by_code(primaries, curve)
    if made:
        yield Colour.CODE, made
