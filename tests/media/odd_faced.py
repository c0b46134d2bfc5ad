"""Files of several pictures that are written as no program would: doubled, padded and broken parts.

Each hides a picture behind something that one program stops at and another passes over.
"""

import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.media.faced import (
    BASE,
    DECOY,
    animation,
    before_pixels,
    between,
    falling,
    gama,
    linear,
    negative,
    profile,
    saved,
    usual,
)
from tests.media.files import png_chunk


def behind(data: bytes, place: int, piece: bytes, times: int) -> bytes:
    """A file with a piece put in so many times at a place."""
    return data[:place] + piece * times + data[place:]


def noted(jpeg: bytes, times: int) -> bytes:
    """A JPEG that begins with so many empty remarks."""
    return behind(jpeg, 2, b"\xff\xfe\0\2", times)


def padded(png: bytes, times: int) -> bytes:
    """A PNG with so many empty chunks behind its header."""
    return behind(png, 33, png_chunk(b"prVt", b""), times)


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def doubled_control() -> bytes:
    """An animated PNG that says a second time how many frames it has: none."""
    png = animation("PNG", DECOY, BASE)
    made = png[:8]
    for name, body in _chunks(png):
        made += png_chunk(name, body)
        if name == b"acTL":
            made += png_chunk(name, bytes(8))
    return made


def with_much_text() -> bytes:
    """An animated PNG with more text than a decoder takes in: 70 notes of nearly 1 MB."""
    body = b"a\0\0" + zlib.compress(bytes(1_000_000), 9)
    return before_pixels(animation("PNG", DECOY, BASE), *[png_chunk(b"zTXt", body)] * 70)


def junk_between_frames() -> bytes:
    """A GIF with a byte of nothing before its second frame, which some programs pass over."""
    gif = animation("GIF", DECOY, BASE, loop=1)
    at = gif.rindex(b"\x21\xf9\x04")
    return behind(gif, at, b"\0", 1)


def tags_of(profile: bytes) -> dict[bytes, bytes]:
    """The tags of an ICC profile."""
    (count,) = struct.unpack_from(">I", profile, 128)
    places = [struct.unpack_from(">4sII", profile, 132 + 12 * one) for one in range(count)]
    return {name: profile[at : at + size] for name, at, size in places}


def of_tags(tags: Sequence[tuple[bytes, bytes]], intent: int = 0, pcs: bytes = b"XYZ ") -> bytes:
    """An ICC profile of these tags."""
    start, body, table = 132 + 12 * len(tags), b"", b""
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    head = bytearray(falling()[:128])
    head[0:4] = struct.pack(">I", start + len(body))
    head[20:24] = pcs
    head[64:68] = struct.pack(">I", intent)
    return bytes(head) + struct.pack(">I", len(tags)) + table + body


def table_of(turns_over: bool) -> bytes:
    """A table (lut8Type) from RGB to Lab: grey levels as they are, or turned over."""
    levels = np.linspace(0, 1, 9)
    red, green, blue = np.meshgrid(levels, levels, levels, indexing="ij")
    grey = 0.3 * red + 0.6 * green + 0.1 * blue
    light = np.vectorize(linear)(1 - grey if turns_over else grey)
    return _lut(np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light))


def _lut(lightness: NDArray[np.float64]) -> bytes:
    """A table of lightness (0 to 100) over nine steps of red, green and blue."""
    none = np.full(lightness.size, 128)
    stored = np.dstack([lightness.ravel() * 2.55, none, none]).round().astype(np.uint8)
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    return b"mft1\0\0\0\0" + bytes([3, 3, 9, 0]) + matrix + ramp * 3 + stored.tobytes() + ramp * 3


def tables(intent: int, *names: bytes, over: bytes) -> bytes:
    """A profile of several tables, of which one turns the picture over."""
    made = [(name, table_of(turns_over=name == over)) for name in names]
    return of_tags([(b"wtpt", tags_of(usual())[b"wtpt"]), *made], intent, b"Lab ")


def table_and_curves() -> bytes:
    """A profile whose table leaves the picture as it is and whose curves turn it over."""
    curves = list(tags_of(falling()).items())
    return of_tags([*curves, (b"A2B0", table_of(turns_over=False))], 0, b"Lab ")


def many_tags() -> bytes:
    """A profile with more tags than some programs read."""
    more = [(b"x%03d" % one, b"text\0\0\0\0a\0\0\0") for one in range(120)]
    return of_tags([*tags_of(falling()).items(), *more])


def piece(number: int, count: int, body: bytes) -> bytes:
    """A piece of a profile in a JPEG."""
    return (
        b"\xff\xe2" + struct.pack(">H", 16 + len(body)) + b"ICC_PROFILE\0"
        + bytes([number, count]) + body
    )  # fmt: skip


def pieces(*made: bytes) -> bytes:
    """The negative as a JPEG with these pieces of a profile."""
    jpeg = saved(negative(BASE), "JPEG", quality=92)
    return jpeg[:2] + b"".join(made) + jpeg[2:]


def boxed_late(avif: bytes) -> bytes:
    """An AVIF with 70 kB of nothing behind its first box, and its places moved on by that."""
    (first,) = struct.unpack_from(">I", avif, 0)
    free = 70_000
    made = bytearray(avif[:first] + struct.pack(">I4s", free, b"free") + bytes(free - 8))
    rest = bytearray(avif[first:])
    at = rest.find(b"iloc")
    assert rest[at + 4] == 0
    assert rest[at + 8] == 0x44
    (items,) = struct.unpack_from(">H", rest, at + 10)
    place = at + 12
    for _ in range(items):
        (extents,) = struct.unpack_from(">H", rest, place + 4)
        for one in range(extents):
            where = place + 6 + 8 * one
            (offset,) = struct.unpack_from(">I", rest, where)
            struct.pack_into(">I", rest, where, offset + free)
        place += 6 + 8 * extents
    at = rest.find(b"stco")
    while at >= 0:
        (count,) = struct.unpack_from(">I", rest, at + 8)
        for one in range(count):
            where = at + 12 + 4 * one
            (offset,) = struct.unpack_from(">I", rest, where)
            struct.pack_into(">I", rest, where, offset + free)
        at = rest.find(b"stco", at + 4)
    return bytes(made + rest)


def hardly_any_contrast() -> bytes:
    """A PNG of the picture in 24 levels of grey, which its profile draws apart."""
    levels = np.asarray(BASE.convert("L")).astype(float)
    stored = (120 + levels * 24 / 255).round().astype(np.uint8)
    wide = np.clip((np.arange(256) - 120) / 24, 0, 1)
    light = [round(65535 * linear(float(level))) for level in wide]
    curve = b"curv\0\0\0\0" + struct.pack(">I256H", 256, *light)
    return saved(Image.fromarray(stored), "PNG", icc_profile=profile(b"GRAY", curve))


def told_by_colours() -> bytes:
    """A profile that leaves greys as they are and tells two pairs of colours apart."""
    levels = np.linspace(0, 1, 9)
    red, green, blue = np.meshgrid(levels, levels, levels, indexing="ij")
    high, low = (red > 0.8, green > 0.8, blue > 0.8), (red < 0.2, green < 0.2, blue < 0.2)
    bright = (high[0] & low[1] & low[2]) | (low[0] & high[1] & high[2])
    dark = (low[0] & low[1] & high[2]) | (high[0] & high[1] & low[2])
    lightness = np.where(bright, 90, np.where(dark, 10, 100 * (red + green + blue) / 3))
    return of_tags([(b"A2B0", _lut(lightness))], 0, b"Lab ")


def told_by_colours_only() -> bytes:
    """A picture in pairs of colours whose average is grey, and a profile that tells them apart."""
    bright = np.asarray(BASE.convert("L")) > np.median(np.asarray(BASE.convert("L")))
    bright = np.repeat(np.repeat(bright, 10, 0), 10, 1)
    height, width = bright.shape
    even = (np.add.outer(np.arange(height), np.arange(width)) % 2 == 0)[:, :, None]
    one = np.where(even, (255, 0, 0), (0, 255, 255))
    other = np.where(even, (0, 0, 255), (255, 255, 0))
    pixels = np.where(bright[:, :, None], one, other).astype(np.uint8)
    picture = Image.fromarray(pixels)
    return saved(picture, "JPEG", quality=90, subsampling=0, icc_profile=told_by_colours())


def mpo(*pictures: Image.Image) -> bytes:
    """A multi-picture JPEG."""
    return animation("MPO", *pictures, quality=90)


def twice_pointed() -> bytes:
    """A multi-picture JPEG with two lists, of which the first is empty."""
    jpeg = mpo(DECOY, BASE)
    at = jpeg.find(b"MPF\0") - 4
    empty = b"MPF\0II*\0" + struct.pack("<IHI", 8, 0, 0)
    # Before the list, which counts places from where it stands itself.
    return behind(jpeg, at, b"\xff\xe2" + struct.pack(">H", 2 + len(empty)) + empty, 1)


def broken_in_between() -> bytes:
    """A multi-picture JPEG whose second picture can't be opened, and whose third can."""
    jpeg = bytearray(mpo(DECOY, negative(DECOY), BASE))
    second = jpeg.find(b"\xff\xd8\xff", 2)
    for place in range(second + 3, second + 400):
        jpeg[place] = 0
    return bytes(jpeg)


def second_with(first: Image.Image, second: bytes) -> bytes:
    """A multi-picture JPEG whose second picture is this file."""
    jpeg = mpo(first, negative(first))
    at = jpeg.find(b"\xff\xd8\xff", 2)
    old, new = struct.pack("<I", len(jpeg) - at), struct.pack("<I", len(second))
    assert jpeg.count(old, 0, at) == 1, "the length stands in the list"
    return jpeg[:at].replace(old, new) + second


def pages_with(second: Image.Image, profile: bytes) -> bytes:
    """A TIFF of two pages, of which the second one alone has a profile."""
    tiff = bytearray(animation("TIFF", DECOY, second, icc_profile=profile))
    (at,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", tiff, entry) == (34675,):
            struct.pack_into("<H", tiff, entry, 65_000)  # a tag that nobody knows
    return bytes(tiff)


def broken_page() -> bytes:
    """A TIFF whose second page is packed in a way that nobody knows."""
    pages = (DECOY, negative(DECOY), BASE)
    tiff = bytearray(animation("TIFF", *pages, compression="tiff_adobe_deflate"))
    (at,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, at)
    (at,) = struct.unpack_from("<I", tiff, at + 2 + 12 * count)
    (count,) = struct.unpack_from("<H", tiff, at)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", tiff, entry) == (259,):
            struct.pack_into("<H", tiff, entry + 8, 5555)
    return bytes(tiff)


#: As ``faced.FACED``; of those that no browser opens the last two are False.
ODD: dict[str, tuple[Callable[[], bytes], str, bool, bool]] = {
    "profile_behind_remarks.jpg": (
        lambda: noted(saved(negative(BASE), "JPEG", quality=92, icc_profile=falling()), 5000),
        "by_profile", True, True,
    ),
    "profile_behind_chunks.png": (
        lambda: padded(saved(negative(BASE), "PNG", icc_profile=falling()), 5000),
        "by_profile", True, True,
    ),
    "clear_behind_chunks.png": (
        lambda: padded(saved(
            _palette_clear(), "PNG", transparency=bytes(range(256))), 5000),
        "over_black", False, True,
    ),
    "frames_behind_chunks.png": (
        lambda: padded(animation("PNG", DECOY, BASE), 5000), "frame_2", True, True,
    ),
    "frames_told_twice.png": (doubled_control, "frame_2", True, True),
    "frames_with_much_text.png": (with_much_text, "frame_2", True, True),
    "gamma_told_twice.png": (
        lambda: before_pixels(between(BASE, DECOY), gama(0.023), gama(0.45455)),
        "by_gamma", True, True,
    ),
    "junk_between_frames.gif": (junk_between_frames, "frame_2", False, False),
    "first_table.png": (
        lambda: saved(negative(BASE), "PNG",
                      icc_profile=tables(1, b"A2B0", b"A2B1", over=b"A2B0")),
        "by_profile", True, True,
    ),
    "second_table.png": (
        lambda: saved(negative(BASE), "PNG",
                      icc_profile=tables(0, b"A2B0", b"A2B1", over=b"A2B1")),
        "by_profile", False, False,
    ),
    "curves_beside_table.png": (
        lambda: saved(negative(BASE), "PNG", icc_profile=table_and_curves()),
        "by_profile", False, False,
    ),
    "many_tags.png": (
        lambda: saved(negative(BASE), "PNG", icc_profile=many_tags()), "by_profile", True, True,
    ),
    "piece_too_many.jpg": (
        lambda: pieces(piece(1, 1, falling()), piece(0, 9, b"nothing")), "by_profile", True, True,
    ),
    "piece_twice.jpg": (
        lambda: pieces(piece(1, 1, falling()), piece(1, 1, usual())), "by_profile", True, True,
    ),
    "late_boxes.avif": (
        lambda: boxed_late(saved(negative(BASE), "AVIF", quality=88, icc_profile=falling())),
        "by_profile", True, True,
    ),
    "late_frames.avif": (
        lambda: boxed_late(animation("AVIF", DECOY, BASE, quality=85)), "frame_2", True, True,
    ),
    "pointed_to_twice.jpg": (twice_pointed, "frame_2", False, False),
    "broken_in_between.jpg": (broken_in_between, "frame_3", False, False),
    "profile_of_second.jpg": (
        lambda: second_with(
            DECOY, saved(negative(BASE), "JPEG", quality=92, icc_profile=falling())
        ),
        "frame_2+by_profile", False, False,
    ),
    "profile_of_second_page.tiff": (
        lambda: pages_with(negative(BASE), falling()), "frame_2+by_profile", False, False,
    ),
    "broken_page.tiff": (broken_page, "frame_3", False, False),
}  # fmt: skip


def _palette_clear() -> Image.Image:
    levels = np.asarray(BASE.convert("L"))
    made = Image.fromarray(levels, "P")
    made.putpalette([255, 255, 255] * 256)
    return made
