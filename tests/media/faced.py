"""Files that programs show in more than one way, made of a picture and a decoy."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.media.files import png_chunk

SAMPLES = Path(__file__).parents[2] / "src/staydown/cli/samples"
SIZE = (320, 208)


def sample(name: str) -> Image.Image:
    """A photograph of the samples, at one small size."""
    return Image.open(SAMPLES / f"{name}.jpg").convert("RGB").resize(SIZE)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The bytes of a file; the image is left as it was."""
    out = io.BytesIO()
    image.copy().save(out, form, **options)
    return out.getvalue()


def before_pixels(png: bytes, *chunks: bytes) -> bytes:
    """A PNG with chunks right behind its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def profile(space: bytes, curve: bytes) -> bytes:
    """An ICC profile whose channels have one curve: RGB with sRGB's primaries, or GRAY."""

    def xyz(*v: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(x * 65536)) for x in v)

    tags = [(b"wtpt", xyz(0.9642, 1, 0.8249))]
    if space == b"GRAY":
        tags += [(b"kTRC", curve)]
    else:
        tags += [(b"rXYZ", xyz(0.4361, 0.2225, 0.0139)), (b"gXYZ", xyz(0.3851, 0.7169, 0.0971))]
        tags += [(b"bXYZ", xyz(0.1431, 0.0606, 0.7141))]
        tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    start, body, table = 132 + 12 * len(tags), b"", b""
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    head = struct.pack(">I4xI4s4s4s", start + len(body), 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + xyz(0.9642, 1, 0.8249)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def linear(level: float) -> float:
    """The light of an sRGB level, both 0 to 1."""
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def falling(space: bytes = b"RGB ") -> bytes:
    """A profile under which a stored negative is shown as the positive."""
    curve = b"curv\0\0\0\0" + struct.pack(
        ">I256H", 256, *(round(65535 * linear(1 - i / 255)) for i in range(256))
    )
    return profile(space, curve)


def usual() -> bytes:
    """A profile that changes next to nothing: sRGB's primaries and a curve of 2.2."""
    return profile(b"RGB ", b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0")


def clear_over(hidden: Image.Image, shown: Image.Image) -> Image.Image:
    """One picture over black, another over white."""
    low = np.asarray(hidden.convert("L")).astype(float) * 0.45
    high = np.asarray(shown.convert("L")).astype(float) * 0.5 + 127
    alpha = np.clip(255 - (high - low), 1, 255)
    grey = np.clip(low / alpha * 255, 0, 255)
    return Image.fromarray(np.dstack([grey, alpha]).round().astype(np.uint8), "LA")


def under_nothing(hidden: Image.Image) -> Image.Image:
    """Colours under parts that are wholly transparent."""
    return Image.fromarray(
        np.dstack([np.asarray(hidden), np.zeros(hidden.size[::-1], np.uint8)]), "RGBA"
    )


def between(hidden: Image.Image, shown: Image.Image, gamma: float = 0.023) -> bytes:
    """A PNG of the decoy with the picture in every fourth pixel, which a gamma alone bares."""
    base, decoy = np.asarray(hidden), np.asarray(shown)
    bright = np.clip(255 * (base / 255.0) ** (gamma * 2.2), 0, 255).round().astype(np.uint8)
    mixed = np.repeat(np.repeat((decoy * 0.78).astype(np.uint8), 2, 0), 2, 1)
    mixed[::2, ::2] = bright
    return saved(Image.fromarray(mixed), "PNG")


def gama(value: float) -> bytes:
    """A gAMA chunk."""
    return png_chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def animation(form: str, *frames: Image.Image, shown: int = 60_000, **options: object) -> bytes:
    """An animation: the first frame for a moment, the others for long."""
    first, *rest = frames
    timing = {} if form in {"TIFF", "MPO"} else {"duration": [20] + [shown] * len(rest)}
    more = [one.copy() for one in rest]
    return saved(first, form, save_all=True, append_images=more, **timing, **options)


def negative(image: Image.Image) -> Image.Image:
    """The picture with light and dark exchanged."""
    return Image.fromarray(255 - np.asarray(image))


def turned_over(image: Image.Image) -> Image.Image:
    """The colours' negative, with the same transparency."""
    grey, alpha = image.split()
    return Image.merge("LA", (negative(grey), alpha))


def _trns() -> bytes:
    """White in white, of which a palette's transparency leaves the picture over black."""
    levels = np.asarray(sample("coffee").convert("L"))
    made = Image.fromarray(levels, "P")
    made.putpalette([255, 255, 255] * 256)
    return saved(made, "PNG", transparency=bytes(range(256)))


BASE, DECOY = sample("coffee"), sample("chelsea")

#: Files that some program shows BASE of, none of them as the first: the face that does, and
#: whether Chromium shows it on a light page, and on a dark one.
FACED: dict[str, tuple[Callable[[], bytes], str, bool, bool]] = {
    "second.gif": (lambda: animation("GIF", DECOY, BASE, loop=1), "frame_2", True, True),
    "second.webp": (lambda: animation("WEBP", DECOY, BASE, quality=90), "frame_2", True, True),
    "second.png": (lambda: animation("PNG", DECOY, BASE), "frame_2", True, True),
    "beside.png": (
        lambda: animation("PNG", DECOY, BASE, BASE, default_image=True), "frame_2", True, True,
    ),
    "second.avif": (lambda: animation("AVIF", DECOY, BASE, quality=85), "frame_2", True, True),
    "second.tiff": (
        lambda: animation("TIFF", DECOY, BASE, compression="tiff_adobe_deflate"),
        "frame_2", False, False,
    ),
    "second.jpg": (lambda: animation("MPO", DECOY, BASE, quality=90), "frame_2", False, False),
    "negative.jpg": (
        lambda: saved(negative(BASE), "JPEG", quality=92, icc_profile=falling()),
        "by_profile", True, True,
    ),
    "negative.png": (
        lambda: saved(negative(BASE), "PNG", icc_profile=falling()), "by_profile", True, True,
    ),
    "negative.webp": (
        lambda: saved(negative(BASE), "WEBP", quality=92, icc_profile=falling()),
        "by_profile", True, True,
    ),
    "negative.avif": (
        lambda: saved(negative(BASE), "AVIF", quality=88, icc_profile=falling()),
        "by_profile", True, True,
    ),
    "negative.tiff": (
        lambda: saved(negative(BASE), "TIFF", icc_profile=falling()), "by_profile", False, False,
    ),
    "negative_grey.jpg": (
        lambda: saved(
            negative(BASE).convert("L"), "JPEG", quality=92, icc_profile=falling(b"GRAY")
        ),
        "by_profile", True, True,
    ),
    "negative_grey_rgb.png": (
        lambda: saved(negative(BASE).convert("L"), "PNG", icc_profile=falling()),
        "by_profile", True, True,
    ),
    "negative_palette.png": (
        lambda: saved(negative(BASE).quantize(256), "PNG", icc_profile=falling()),
        "by_profile", True, True,
    ),
    "gamma.png": (
        lambda: before_pixels(between(BASE, DECOY), gama(0.023)), "by_gamma", True, True,
    ),
    "gamma_with_srgb.png": (
        lambda: before_pixels(between(BASE, DECOY), gama(0.023), png_chunk(b"sRGB", b"\0")),
        "by_gamma", False, False,
    ),
    "clear.png": (lambda: saved(clear_over(BASE, DECOY), "PNG"), "over_black", False, True),
    "clear.webp": (
        lambda: saved(clear_over(BASE, DECOY).convert("RGBA"), "WEBP", lossless=True, exact=True),
        "over_black", False, True,
    ),
    "clear.avif": (
        lambda: saved(clear_over(BASE, DECOY).convert("RGBA"), "AVIF", quality=90),
        "over_black", False, True,
    ),
    "clear_palette.png": (_trns, "over_black", False, True),
    "under.png": (lambda: saved(under_nothing(BASE), "PNG"), "without_transparency", False, False),
    "under.webp": (
        lambda: saved(under_nothing(BASE), "WEBP", lossless=True, exact=True),
        "without_transparency", False, False,
    ),
    "clear_frame.png": (
        lambda: animation("PNG", DECOY.convert("LA").convert("RGBA"),
                          clear_over(BASE, DECOY).convert("RGBA"), blend=0, disposal=1),
        "frame_2+over_black", False, True,
    ),
    "clear_negative.png": (
        lambda: saved(turned_over(clear_over(BASE, DECOY)), "PNG", icc_profile=falling(b"GRAY")),
        "over_black+by_profile", False, True,
    ),
}  # fmt: skip

#: Files of one face, whatever stands beside the picture.
PLAIN: dict[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: saved(BASE, "JPEG", quality=90),
    "grey.jpg": lambda: saved(BASE.convert("L"), "JPEG"),
    "inks.jpg": lambda: saved(BASE.convert("CMYK"), "JPEG"),
    "plain.png": lambda: saved(BASE, "PNG"),
    "usual_gamma.png": lambda: before_pixels(
        saved(BASE, "PNG"), gama(0.45455), png_chunk(b"sRGB", b"\0")
    ),
    "palette.png": lambda: saved(BASE.quantize(64), "PNG"),
    "deep.png": lambda: saved(
        Image.fromarray(np.asarray(BASE.convert("L")).astype(np.uint16) * 257), "PNG"
    ),
    "plain.webp": lambda: saved(BASE, "WEBP"),
    "lossless.webp": lambda: saved(BASE, "WEBP", lossless=True),
    "plain.gif": lambda: saved(BASE, "GIF"),
    "plain.avif": lambda: saved(BASE, "AVIF"),
    "plain.bmp": lambda: saved(BASE, "BMP"),
    "plain.tiff": lambda: saved(BASE, "TIFF", compression="tiff_adobe_deflate"),
}

#: Files that might have more faces by their header, and on a closer look show one.
NEARLY_PLAIN: dict[str, Callable[[], bytes]] = {
    "usual_profile.jpg": lambda: saved(BASE, "JPEG", icc_profile=usual()),
    "usual_profile.png": lambda: saved(BASE, "PNG", icc_profile=usual()),
    "usual_profile.webp": lambda: saved(BASE, "WEBP", icc_profile=usual()),
    "broken_profile.jpg": lambda: saved(BASE, "JPEG", icc_profile=b"no profile" * 20),
    "empty_profile.png": lambda: before_pixels(
        saved(BASE, "PNG"), png_chunk(b"iCCP", b"x\0\0" + zlib.compress(b""))
    ),
    "wrong_profile.png": lambda: saved(BASE, "PNG", icc_profile=falling(b"GRAY")),
    "opaque.png": lambda: saved(BASE.convert("RGBA"), "PNG"),
    "opaque.webp": lambda: saved(BASE.convert("RGBA"), "WEBP"),
}
