"""Edits that move the picture: mirrored, turned, tilted, cropped."""

import math

from PIL import Image, ImageFilter, ImageOps

from benchmarks.edits.kit import Kit, scaled

_TURNS = (
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
)


def mirrored(picture: Image.Image, _: Kit) -> Image.Image:
    """Left and right changed."""
    return ImageOps.mirror(picture)


def flipped(picture: Image.Image, _: Kit) -> Image.Image:
    """Upside down in a mirror."""
    return ImageOps.flip(picture)


def turned_90(picture: Image.Image, _: Kit) -> Image.Image:
    """On its side."""
    return picture.transpose(Image.Transpose.ROTATE_270)


def turned_180(picture: Image.Image, _: Kit) -> Image.Image:
    """Upside down."""
    return picture.transpose(Image.Transpose.ROTATE_180)


def turned_270(picture: Image.Image, _: Kit) -> Image.Image:
    """On its other side."""
    return picture.transpose(Image.Transpose.ROTATE_90)


def mirrored_turned(picture: Image.Image, kit: Kit) -> Image.Image:
    """Mirrored and on its side."""
    return ImageOps.mirror(picture).transpose(kit.choice((_TURNS[0], _TURNS[2])))


def any_turn(picture: Image.Image, kit: Kit) -> Image.Image:
    """Mirrored or turned in some way, mirrored most often."""
    return ImageOps.mirror(picture) if kit.chance(0.6) else picture.transpose(kit.choice(_TURNS))


def _angle(kit: Kit, most: float) -> float:
    return kit.choice((-1, 1)) * kit.uniform(1.5, most)


def tilted_inside(picture: Image.Image, kit: Kit) -> Image.Image:
    """Turned by a few degrees; the frame stays and the corners are filled."""
    angle = _angle(kit, 12)
    if kit.chance(0.25):  # what is behind the corners is the picture itself, blurred
        turned = picture.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC)
        behind = picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 25)).convert("RGBA")
        return Image.alpha_composite(behind, turned).convert("RGB")
    return picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=kit.colour())


def tilted_wedges(picture: Image.Image, kit: Kit) -> Image.Image:
    """Turned by a few degrees on a larger sheet, nothing lost."""
    angle = _angle(kit, 15)
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=kit.colour())


def tilted_cropped(picture: Image.Image, kit: Kit) -> Image.Image:
    """Turned by a few degrees, then the largest upright part of the same proportions."""
    angle = _angle(kit, 9)
    long = max(picture.size) / min(picture.size)
    grown = math.cos(math.radians(angle)) + abs(math.sin(math.radians(angle))) * long
    return _middle(picture.rotate(angle, Image.Resampling.BICUBIC), 1 / grown)


def cropped(picture: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    """Cut out left, top, right, bottom, to whole pixels."""
    left, top, right, bottom = (round(side) for side in box)
    return picture.crop((left, top, right, bottom))


def _middle(picture: Image.Image, share: float) -> Image.Image:
    wide, high = picture.width * share, picture.height * share
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    return picture.crop((math.ceil(left), math.ceil(top), int(left + wide), int(top + high)))


def _window(picture: Image.Image, kit: Kit, wide: float, high: float) -> Image.Image:
    """Cut out a window of these shares of the sides, anywhere."""
    left = kit.uniform(0, 1 - wide) * picture.width
    top = kit.uniform(0, 1 - high) * picture.height
    box = (left, top, left + wide * picture.width, top + high * picture.height)
    return cropped(picture, box)


def _crop_to(picture: Image.Image, kit: Kit, least: float, most: float) -> Image.Image:
    """Keep ``least`` to ``most`` of the area, the proportions changed a little or not at all."""
    area = kit.uniform(least, most)
    wide = math.sqrt(area) * kit.choice((1.0, kit.uniform(0.85, 1.15)))
    wide = min(1.0, max(area, wide))
    return _window(picture, kit, wide, area / wide)


def crop_light(picture: Image.Image, kit: Kit) -> Image.Image:
    """80 to 96 % of the area is left."""
    return _crop_to(picture, kit, 0.80, 0.96)


def crop_half(picture: Image.Image, kit: Kit) -> Image.Image:
    """50 to 80 % of the area is left."""
    return _crop_to(picture, kit, 0.50, 0.80)


def crop_one_side(picture: Image.Image, kit: Kit) -> Image.Image:
    """One side cut off, to hide somebody or a mark."""
    keep = kit.uniform(0.6, 0.92)
    wide, high = picture.size
    boxes = (
        (0, 0, wide * keep, high),
        (wide * (1 - keep), 0, wide, high),
        (0, 0, wide, high * keep),
        (0, high * (1 - keep), wide, high),
    )
    return cropped(picture, kit.choice(boxes))


def crop_shape(picture: Image.Image, kit: Kit) -> Image.Image:
    """Cut to the shape of a profile, a post or a phone, at least half of it left."""
    shape = kit.choice((1.0, 1.0, 4 / 5, 5 / 4, 9 / 16, 16 / 9, 3 / 4))
    now = picture.width / picture.height
    wide, high = (max(0.5, shape / now), 1.0) if now > shape else (1.0, max(0.5, now / shape))
    return _window(picture, kit, wide, high)


def crop_deep(picture: Image.Image, kit: Kit) -> Image.Image:
    """25 to 45 % of the area is left."""
    return _crop_to(picture, kit, 0.25, 0.45)


def crop_zoomed(picture: Image.Image, kit: Kit) -> Image.Image:
    """Zoomed in with two fingers and saved at the old size."""
    part = _crop_to(picture, kit, 0.55, 0.85)
    return scaled(part, picture.width)
