"""Files that keep a decoder busy: small ones for much work, or as much work as is allowed."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

Hostile = Callable[[], bytes]

_SIDE = 4_000
_HUGE = (9_990, 10_000)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the bytes of a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def flat(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Return a picture of one colour."""
    return Image.new(mode, size, (40, 90, 160)[: len(mode)] if mode == "RGB" else 90)


def busy(side: int) -> Image.Image:
    """Return noise."""
    return Image.fromarray(
        np.random.default_rng(4).integers(0, 256, (side, side, 3), dtype=np.uint8)
    )


def smooth(size: tuple[int, int]) -> Image.Image:
    """Return soft clouds: many pixels to work on in few bytes."""
    seeds = np.random.default_rng(4).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return Image.fromarray(seeds).resize(size, Image.Resampling.BICUBIC)


def many_scans(count: int, side: int = _SIDE) -> bytes:
    """Return a progressive JPEG that goes over the picture again and again, 31 bytes each time."""
    data = saved(flat((side, side)), "JPEG", quality=50, progressive=True)
    scan = data[data.rfind(b"\xff\xda") : -2]
    return data[:-2] + scan * count + b"\xff\xd9"


def lying_avif() -> bytes:
    """Return an AVIF whose container says 100 × 100 and whose stream holds 36 megapixels."""
    data = saved(smooth((6_000, 6_000)), "AVIF", speed=10, quality=10)
    at = data.find(b"ispe") + 8
    return data[:at] + struct.pack(">II", 100, 100) + data[at + 8 :]


def not_quick() -> bytes:
    """Return a JPEG of 36 megapixels with a flaw that ends the quick way of decoding."""
    data = saved(smooth((6_000, 6_000)), "JPEG", quality=30)
    half = len(data) // 2
    return data[:half] + b"\xff\x00\xff\xff\xd9" * 10 + data[half:]


def many_chunks(count: int = 100_000) -> bytes:
    """Return a small PNG with as many empty chunks."""
    data = saved(flat((100, 100)), "PNG")
    chunk = struct.pack(">I", 0) + b"teSt" + struct.pack(">I", zlib.crc32(b"teSt"))
    return data[:33] + chunk * count + data[33:]


def many_strips(side: int = 9_000) -> bytes:
    """Return a TIFF with a strip for each row, all of them the same bytes."""
    row = side * 3
    tags = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 3, 0), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, side, 0), (277, 3, 1, 3), (278, 4, 1, 1), (279, 4, side, 0)]
    after = 8 + 2 + 12 * len(tags) + 4
    places = {258: after, 273: after + 6, 279: after + 6 + 4 * side}
    body = after + 6 + 8 * side
    out = b"II*\0" + struct.pack("<IH", 8, len(tags))
    for tag, kind, count, value in tags:
        out += struct.pack("<HHII", tag, kind, count, places.get(tag, value))
    return (
        out + struct.pack("<IHHH", 0, 8, 8, 8)
        + struct.pack("<I", body) * side + struct.pack("<I", row) * side + bytes(row)
    )  # fmt: skip


def unpacked_in_runs(side: int = 2_000) -> bytes:
    """Return a BMP of runs of one pixel each."""
    runs = (b"\x01\x01" * side + b"\0\0") * side + b"\0\1"
    at = 54 + 1024
    return (
        b"BM" + struct.pack("<IHHI", at + len(runs), 0, 0, at)
        + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(runs), 0, 0, 256, 0)
        + bytes(1024) + runs
    )  # fmt: skip


def animation(kind: str) -> bytes:
    """Return an animation of several large pictures."""
    pictures = [flat((4_000, 4_000)).quantize(4) for _ in range(3)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=100)


#: By name: files that are refused at once, dear ones, and the dearest that pass for cheap.
HOSTILE: dict[str, Hostile] = {
    "flat AVIF, 100 MP": lambda: saved(flat(_HUGE), "AVIF", quality=1, speed=10),
    "flat AVIF, 15 MP": lambda: saved(flat((3_900, 3_900)), "AVIF", quality=1, speed=10),
    "flat AVIF, 2.2 MP": lambda: saved(flat((1_500, 1_450)), "AVIF", quality=1, speed=10),
    "soft AVIF, 100 MP": lambda: saved(smooth(_HUGE), "AVIF", quality=20, speed=10),
    "AVIF that lies": lying_avif,
    "flat PNG, 100 MP": lambda: saved(flat(_HUGE), "PNG", compress_level=9),
    "PNG of 100,000 chunks": many_chunks,
    "flat WebP, 15 MP": lambda: saved(flat((3_900, 3_900)), "WEBP", lossless=True, method=0),
    "soft WebP, 100 MP": lambda: saved(smooth(_HUGE), "WEBP", quality=10, method=0),
    "flat GIF, 48 MP": lambda: saved(flat((8_000, 6_000), "L"), "GIF"),
    "GIF animation": lambda: animation("GIF"),
    "WebP animation": lambda: animation("WEBP"),
    "JPEG of 1,000 scans, 16 MP": lambda: many_scans(1_000),
    "JPEG of 60 scans, 16 MP": lambda: many_scans(50),
    "JPEG, not quick, 36 MP": not_quick,
    "JPEG, 100 MP": lambda: saved(smooth(_HUGE), "JPEG", quality=30),
    "thin JPEG, 44 MP": lambda: saved(flat((1_100, 40_000)), "JPEG"),
    "TIFF of 9,000 strips": many_strips,
    "flat TIFF, 100 MP": lambda: saved(flat(_HUGE), "TIFF", compression="tiff_lzw"),
    "BMP of single runs": unpacked_in_runs,
    "honest size, noise": lambda: saved(busy(1_400), "JPEG", quality=85),
    "no picture": lambda: b"\xff\xd8\xff" + bytes(1_000),
}
