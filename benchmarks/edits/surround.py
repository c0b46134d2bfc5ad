"""Edits that put something around: borders, story frames, collages, other photographs."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from benchmarks.edits.kit import Kit, scaled
from benchmarks.edits.tone import to_image


def border_solid(picture: Image.Image, kit: Kit) -> Image.Image:
    """One colour all round, each side its own width or all the same."""
    side = min(picture.size)
    same = kit.uniform(0.02, 0.2)
    widths = [side * (same if kit.chance(0.6) else kit.uniform(0, 0.25)) for _ in range(4)]
    return _framed(picture, widths, Image.new("RGB", (1, 1), kit.colour()))


def letterbox(picture: Image.Image, kit: Kit) -> Image.Image:
    """Bars above and below, or left and right, to another proportion."""
    bars = min(picture.size) * kit.uniform(0.06, 0.35)
    widths = [0, bars, 0, bars] if kit.chance(0.6) else [bars, 0, bars, 0]
    colour = (0, 0, 0) if kit.chance(0.6) else kit.colour()
    return _framed(picture, widths, Image.new("RGB", (1, 1), colour))


def polaroid(picture: Image.Image, kit: Kit) -> Image.Image:
    """Paper frame, wider below, with or without handwriting, on the paper or a shaded ground."""
    side = min(picture.size) * kit.uniform(0.04, 0.08)
    white = kit.randint(235, 255)
    foot = side * kit.uniform(2.5, 4)
    made = _framed(picture, [side, side, side, foot], Image.new("RGB", (1, 1), (white,) * 3))
    if kit.chance(0.6):
        font = kit.font(foot * 0.4)
        at = (made.width / 2, made.height - foot / 2)
        ImageDraw.Draw(made).text(at, kit.words(1, 3), font=font, fill=(40, 40, 60), anchor="mm")
    return made


def double_border(picture: Image.Image, kit: Kit) -> Image.Image:
    """A thin line and a wider band."""
    side = min(picture.size)
    line = [side * kit.uniform(0.006, 0.02)] * 4
    made = _framed(picture, line, Image.new("RGB", (1, 1), kit.colour()))
    band = [side * kit.uniform(0.04, 0.15)] * 4
    return _framed(made, band, Image.new("RGB", (1, 1), kit.colour()))


def border_gradient(picture: Image.Image, kit: Kit) -> Image.Image:
    """A ground that runs from one colour to another, at times with grain."""
    side = min(picture.size)
    widths = [side * kit.uniform(0.05, 0.3) for _ in range(4)]
    size = _size(picture, widths)
    return _framed(picture, widths, gradient(size, kit))


def gradient(size: tuple[int, int], kit: Kit) -> Image.Image:
    """Return a ground running from one colour to another in any direction."""
    way = kit.uniform(0, math.tau)
    rows = np.linspace(-1, 1, size[1])[:, None] * math.sin(way)
    columns = np.linspace(-1, 1, size[0])[None, :] * math.cos(way)
    share = np.clip((rows + columns) / 2 + 0.5, 0, 1)[:, :, None]
    value = np.array(kit.colour()) * share + np.array(kit.colour()) * (1 - share)
    if kit.chance(0.4):
        value = value + kit.array_noise().normal(0, kit.uniform(1, 5), value.shape)
    return to_image(value)


def rounded_shadow(picture: Image.Image, kit: Kit) -> Image.Image:
    """Rounded corners and a shadow on a plain ground, as presentation programs do."""
    side = min(picture.size)
    room = round(side * kit.uniform(0.06, 0.2))
    size = (picture.width + 2 * room, picture.height + 2 * room)
    ground = gradient(size, kit) if kit.chance(0.3) else Image.new("RGB", size, kit.colour())
    mask = rounded(picture.size, side * kit.uniform(0.02, 0.09))
    shade = Image.new("L", size, 0)
    off = round(room * kit.uniform(0.05, 0.3))
    shade.paste(mask, (room + off, room + off))
    shade = shade.filter(ImageFilter.GaussianBlur(room / 5)).point([v // 2 for v in range(256)])
    ground.paste((0, 0, 0), (0, 0), shade)
    ground.paste(picture, (room, room), mask)
    return ground


def rounded(size: tuple[int, int], radius: float) -> Image.Image:
    """Return a mask with rounded corners."""
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    return mask


def story_blurred(picture: Image.Image, kit: Kit) -> Image.Image:
    """A tall frame, behind it the picture itself, enlarged and blurred."""
    frame = _story_frame(kit)
    ground = ImageOps.fit(picture, frame).filter(
        ImageFilter.GaussianBlur(frame[0] * kit.uniform(0.02, 0.07))
    )
    if kit.chance(0.5):
        ground = ground.point([round(v * 0.7) for v in range(256)] * 3)
    return _in_story(picture, ground, kit)


def story_plain(picture: Image.Image, kit: Kit) -> Image.Image:
    """A tall frame on a plain or running ground, with name, text and stickers."""
    frame = _story_frame(kit)
    ground = gradient(frame, kit) if kit.chance(0.7) else Image.new("RGB", frame, kit.colour())
    return _in_story(picture, ground, kit)


def _story_frame(kit: Kit) -> tuple[int, int]:
    return kit.choice(((720, 1280), (1080, 1920), (750, 1334), (828, 1792)))


def _in_story(picture: Image.Image, ground: Image.Image, kit: Kit) -> Image.Image:
    wide, high = ground.size
    fit = min(wide * kit.choice((1.0, kit.uniform(0.8, 1.0))) / picture.width,
              high * 0.74 / picture.height)  # fmt: skip
    inner = scaled(picture, picture.width * fit)
    left = (wide - inner.width) // 2
    top = round((high - inner.height) * kit.uniform(0.35, 0.65))
    mask = rounded(inner.size, wide * 0.03) if kit.chance(0.3) else None
    ground.paste(inner, (left, top), mask)
    draw = ImageDraw.Draw(ground)
    if kit.chance(0.7):  # who posted it, in the upper left corner
        face = round(wide * 0.09)
        ground.paste(kit.other(face, face), (round(wide * 0.04), round(high * 0.035)))
        at = (wide * 0.16, high * 0.035 + face / 2)
        draw.text(at, kit.words(1, 2), font=kit.font(wide * 0.035), fill=(255,) * 3, anchor="lm")
    if kit.chance(0.6):
        below = (wide / 2, min(high * 0.93, top + inner.height + high * 0.06))
        font = kit.font(wide * kit.uniform(0.04, 0.07))
        draw.text(below, kit.words(2, 5), font=font, fill=(255,) * 3, anchor="mm")
    return ground


def _size(picture: Image.Image, widths: list[float]) -> tuple[int, int]:
    left, top, right, bottom = (round(width) for width in widths)
    return picture.width + left + right, picture.height + top + bottom


def _framed(picture: Image.Image, widths: list[float], ground: Image.Image) -> Image.Image:
    """Put the picture on a ground: left, top, right, bottom in pixels."""
    made = ground.resize(_size(picture, widths)) if ground.size == (1, 1) else ground
    made.paste(picture, (round(widths[0]), round(widths[1])))
    return made


def collage_row(picture: Image.Image, kit: Kit) -> Image.Image:
    """Two or three pictures side by side or one above the other, nothing of this one lost."""
    count = kit.choice((2, 2, 3))
    gap = kit.choice((0, 0, kit.randint(2, 24)))
    across = kit.chance(0.6)
    wide, high = picture.size
    own = kit.randrange(count)
    lengths = [
        (wide if across else high) * (1 if place == own else kit.uniform(0.5, 1.3))
        for place in range(count)
    ]
    total = round(sum(lengths)) + gap * (count + 1)
    size = (total, high + 2 * gap) if across else (wide + 2 * gap, total)
    made = Image.new("RGB", size, kit.colour())
    at = gap
    for place, length in enumerate(lengths):
        cell = (round(length), high) if across else (wide, round(length))
        part = picture if place == own else kit.other(*cell)
        made.paste(part, (at, gap) if across else (gap, at))
        at += round(length) + gap
    return made


def collage_grid(picture: Image.Image, kit: Kit) -> Image.Image:
    """Four to nine equal cells; this picture is cut to the cell's shape a little."""
    columns, rows = kit.choice(((2, 2), (2, 2), (3, 2), (2, 3), (3, 3)))
    gap = kit.choice((0, kit.randint(3, 20)))
    shape = picture.width / picture.height
    shape = min(max(kit.choice((1.0, shape, shape)), shape * 0.8), shape * 1.25)
    high = min(picture.height, round(1500 / max(rows, columns * shape)))
    cell = (round(high * shape), high)
    size = (columns * cell[0] + gap * (columns + 1), rows * cell[1] + gap * (rows + 1))
    made = Image.new("RGB", size, kit.choice(((255, 255, 255), (0, 0, 0), kit.colour())))
    own = kit.randrange(columns * rows)
    for place in range(columns * rows):
        part = ImageOps.fit(picture, cell) if place == own else kit.other(*cell)
        row, column = divmod(place, columns)
        made.paste(part, (gap + column * (cell[0] + gap), gap + row * (cell[1] + gap)))
    return made


def collage_uneven(picture: Image.Image, kit: Kit) -> Image.Image:
    """This picture large, a column or a row of small ones beside it."""
    gap = kit.choice((0, kit.randint(3, 20)))
    wide, high = picture.size
    count = kit.randint(2, 4)
    beside = kit.chance(0.5)
    strip = round((wide if beside else high) * kit.uniform(0.3, 0.6))
    size = (wide + strip + 3 * gap, high + 2 * gap)
    if not beside:
        size = (wide + 2 * gap, high + strip + 3 * gap)
    made = Image.new("RGB", size, kit.colour())
    first = kit.chance(0.5)
    shift = strip + gap if first else 0
    made.paste(picture, (gap + shift, gap) if beside else (gap, gap + shift))
    cell = ((high if beside else wide) - gap * (count - 1)) // count
    start = gap if first else (wide if beside else high) + 2 * gap
    for place in range(count):
        along = gap + place * (cell + gap)
        part = kit.other(strip, cell) if beside else kit.other(cell, strip)
        made.paste(part, (start, along) if beside else (along, start))
    return made


def pasted(picture: Image.Image, kit: Kit) -> Image.Image:
    """On top of another photograph, 40 to 90 % of its sides, straight."""
    share = kit.uniform(0.4, 0.9)
    wide, high = round(picture.width / share), round(picture.height / share)
    if kit.chance(0.5):
        wide = round(wide * kit.uniform(1.0, 1.4))
    ground = kit.other(wide, high)
    at = (kit.randint(0, wide - picture.width), kit.randint(0, high - picture.height))
    made = picture
    if kit.chance(0.3):
        line = min(picture.size) * kit.uniform(0.005, 0.02)
        made = _framed(picture, [line] * 4, Image.new("RGB", (1, 1), (255, 255, 255)))
    ground.paste(made, at)
    return ground


def pasted_small(picture: Image.Image, kit: Kit) -> Image.Image:
    """On top of another photograph, 25 to 40 % of its sides."""
    wide = kit.randint(1100, 1700)
    high = round(wide * kit.choice((0.66, 0.75, 1.0, 1.33)))
    fit = kit.uniform(0.25, 0.4) * min(wide / picture.width, high / picture.height)
    inner = scaled(picture, picture.width * max(fit, 160 / min(picture.size)))
    ground = kit.other(max(wide, inner.width), max(high, inner.height))
    left = kit.randint(0, ground.width - inner.width)
    top = kit.randint(0, ground.height - inner.height)
    ground.paste(inner, (left, top))
    return ground
