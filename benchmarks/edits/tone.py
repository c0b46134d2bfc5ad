"""Edits that leave every thing in its place: encoding, colour, size, blur and noise."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.edits.kit import Kit, scaled


def encoded(picture: Image.Image, form: str, **options: Any) -> Image.Image:
    """Write and read again in a lossy format."""
    store = io.BytesIO()
    picture.convert("RGB").save(store, form, **options)
    return Image.open(io.BytesIO(store.getvalue())).convert("RGB")


def jpeg_low(picture: Image.Image, kit: Kit) -> Image.Image:
    """One JPEG of poor quality."""
    return encoded(picture, "JPEG", quality=kit.randint(8, 25))


def jpeg_many(picture: Image.Image, kit: Kit) -> Image.Image:
    """Passed on again and again: a little smaller, another quality each time."""
    for _ in range(kit.randint(4, 8)):
        picture = scaled(picture, picture.width * kit.uniform(0.9, 1.02))
        picture = encoded(picture, "JPEG", quality=kit.randint(35, 80))
    return picture


def webp_low(picture: Image.Image, kit: Kit) -> Image.Image:
    """WebP of poor to middling quality."""
    return encoded(picture, "WEBP", quality=kit.randint(5, 45))


def palette(picture: Image.Image, kit: Kit) -> Image.Image:
    """Few colours, as in a GIF."""
    dither = kit.choice((Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG))
    return picture.quantize(kit.choice((16, 32, 64, 128)), dither=dither).convert("RGB")


def chat_app(picture: Image.Image, kit: Kit) -> Image.Image:
    """What a chat application makes of it."""
    longest = kit.choice((800, 1024, 1280, 1600))
    size = picture.copy()
    size.thumbnail((longest, longest), Image.Resampling.BICUBIC)
    return encoded(size, "JPEG", quality=kit.randint(55, 75), subsampling=2)


def brightness(picture: Image.Image, kit: Kit) -> Image.Image:
    """Lighter or darker."""
    by = kit.uniform(0.45, 0.8) if kit.chance(0.5) else kit.uniform(1.2, 1.7)
    return ImageEnhance.Brightness(picture).enhance(by)


def contrast(picture: Image.Image, kit: Kit) -> Image.Image:
    """Softer or harder."""
    by = kit.uniform(0.4, 0.8) if kit.chance(0.5) else kit.uniform(1.3, 2.0)
    return ImageEnhance.Contrast(picture).enhance(by)


def gamma(picture: Image.Image, kit: Kit) -> Image.Image:
    """Another gamma."""
    power = kit.uniform(0.45, 0.8) if kit.chance(0.5) else kit.uniform(1.25, 2.2)
    return picture.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)


def saturation(picture: Image.Image, kit: Kit) -> Image.Image:
    """Paler or gaudy."""
    by = kit.uniform(0.1, 0.6) if kit.chance(0.5) else kit.uniform(1.5, 3.0)
    return ImageEnhance.Color(picture).enhance(by)


def grey(picture: Image.Image, kit: Kit) -> Image.Image:
    """Black and white, at times harder."""
    plain = picture.convert("L").convert("RGB")
    return ImageEnhance.Contrast(plain).enhance(kit.uniform(0.9, 1.4))


def white_balance(picture: Image.Image, kit: Kit) -> Image.Image:
    """Channels weighed differently."""
    weights = np.array([kit.uniform(0.7, 1.25) for _ in range(3)])
    return to_image(np.asarray(picture, np.float64) * weights)


def tint(picture: Image.Image, kit: Kit) -> Image.Image:
    """Sepia or any other single colour, partly or all the way."""
    colour = np.array([kit.uniform(0.5, 1.1) for _ in range(3)])
    toned = np.asarray(picture.convert("L"), np.float64)[:, :, None] * colour
    share = kit.uniform(0.4, 1.0)
    return to_image(toned * share + np.asarray(picture, np.float64) * (1 - share))


def app_filter(picture: Image.Image, kit: Kit) -> Image.Image:
    """A filter of a photo application: curve, colour and darkened corners."""
    value = np.asarray(picture, np.float64) / 255
    value = value ** kit.uniform(0.75, 1.3) * kit.uniform(0.85, 1.0) + kit.uniform(0, 0.12)
    value *= np.array([kit.uniform(0.88, 1.1) for _ in range(3)])
    rows = np.linspace(-1, 1, picture.height)[:, None]
    columns = np.linspace(-1, 1, picture.width)[None, :]
    value *= (1 - kit.uniform(0.1, 0.45) * (rows**2 + columns**2) / 2)[:, :, None]
    return ImageEnhance.Color(to_image(value * 255)).enhance(kit.uniform(0.6, 1.5))


def thumbnail(picture: Image.Image, kit: Kit) -> Image.Image:
    """Very small."""
    longest = kit.randint(160, 320)
    small = picture.copy()
    small.thumbnail((longest, longest), Image.Resampling.BICUBIC)
    return small


def shrunk(picture: Image.Image, kit: Kit) -> Image.Image:
    """Smaller, with any filter a program may use."""
    by = kit.uniform(0.35, 0.75)
    size = (max(64, round(picture.width * by)), max(64, round(picture.height * by)))
    ways = (Image.Resampling.BILINEAR, Image.Resampling.LANCZOS, Image.Resampling.NEAREST)
    return picture.resize(size, kit.choice(ways))


def enlarged(picture: Image.Image, kit: Kit) -> Image.Image:
    """Made larger from a small copy."""
    longest = max(picture.size)
    small = thumbnail(picture, kit) if kit.chance(0.5) else picture
    return scaled(small, small.width * min(1.8, 1800 / longest) * longest / max(small.size))


def squeezed(picture: Image.Image, kit: Kit) -> Image.Image:
    """Wrong proportions."""
    by = kit.uniform(0.7, 0.9) if kit.chance(0.5) else kit.uniform(1.12, 1.4)
    return scaled(picture, picture.width * by, picture.height)


def blur(picture: Image.Image, kit: Kit) -> Image.Image:
    """Out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * kit.uniform(0.002, 0.007)))


def motion_blur(picture: Image.Image, kit: Kit) -> Image.Image:
    """Moved by a shaking hand."""
    steps = 9
    reach = max(picture.size) * kit.uniform(0.004, 0.012)
    across, down = kit.uniform(-1, 1), kit.uniform(-1, 1)
    total = np.zeros((picture.height, picture.width, 3))
    for step in range(steps):
        by = (step / (steps - 1) - 0.5) * reach
        move = (1, 0, across * by, 0, 1, down * by)
        moved = picture.transform(picture.size, Image.Transform.AFFINE, move, 2)
        total += np.asarray(moved, np.float64)
    edge = int(reach) + 1
    return to_image(total / steps).crop((edge, edge, picture.width - edge, picture.height - edge))


def grain(picture: Image.Image, kit: Kit) -> Image.Image:
    """Noise of a poor sensor."""
    noise = kit.array_noise().normal(0, kit.uniform(8, 28), (picture.height, picture.width, 3))
    return to_image(np.asarray(picture, np.float64) + noise)


def specks(picture: Image.Image, kit: Kit) -> Image.Image:
    """Single pixels gone black or white."""
    value = np.array(picture)
    chance = kit.array_noise().random(value.shape[:2])
    share = kit.uniform(0.005, 0.03)
    value[chance < share] = 0
    value[chance > 1 - share] = 255
    return Image.fromarray(value)


def sharpened(picture: Image.Image, kit: Kit) -> Image.Image:
    """Sharpened too much."""
    mask = ImageFilter.UnsharpMask(kit.uniform(1, 4), kit.randint(80, 250), 2)
    return picture.filter(mask)


def median(picture: Image.Image, kit: Kit) -> Image.Image:
    """Smoothed by a median or a beauty filter."""
    smooth = picture.filter(ImageFilter.MedianFilter(kit.choice((3, 5))))
    return Image.blend(picture, smooth, kit.uniform(0.6, 1.0))


def pixelated(picture: Image.Image, kit: Kit) -> Image.Image:
    """Large square pixels all over."""
    small = scaled(picture, picture.width / (max(picture.size) / kit.randint(90, 180)))
    return small.resize(picture.size, Image.Resampling.NEAREST)


def to_image(value: NDArray[np.floating[Any]]) -> Image.Image:
    """Round floats of 0 to 255 to a picture."""
    return Image.fromarray(np.clip(np.rint(value), 0, 255).astype(np.uint8))
