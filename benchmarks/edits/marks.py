"""Edits that put something on top: captions, watermarks, stickers, strokes, bars."""

import math

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.edits.kit import Colour, Kit, scaled


def _fitted(text: str, kit: Kit, width: float, height: float) -> ImageFont.FreeTypeFont:
    """Return a font in which ``text`` fits the width, at most ``height`` pixels high."""
    font = kit.font(height)
    return font.font_variant(size=max(8, int(font.size * min(1, width / font.getlength(text)))))


def _write(
    picture: Image.Image, kit: Kit, at: tuple[float, float], *, text: str, high: float, wide: float
) -> None:
    """Write centred at ``at``, with an outline or a box so that it can be read."""
    font = _fitted(text, kit, wide, high)
    draw = ImageDraw.Draw(picture)
    ink: Colour = kit.choice(((255, 255, 255), (255, 255, 255), (255, 230, 60), (20, 20, 20)))
    edge = (0, 0, 0) if sum(ink) > 300 else (255, 255, 255)
    if kit.chance(0.35):
        left, top, right, bottom = draw.textbbox(at, text, font=font, anchor="mm")
        room = font.size * 0.25
        draw.rectangle((left - room, top - room, right + room, bottom + room), fill=edge)
    draw.text(
        at, text, font=font, fill=ink, anchor="mm", stroke_fill=edge,
        stroke_width=round(font.size * kit.uniform(0.0, 0.09)),
    )  # fmt: skip


def meme(picture: Image.Image, kit: Kit) -> Image.Image:
    """Large letters above and below, or only one of them."""
    made = picture.copy()
    wide, high = made.size
    places = [0.1, 0.9] if kit.chance(0.5) else [kit.choice((0.1, 0.88))]
    for place in places:
        size = high * kit.uniform(0.06, 0.12)
        at = (wide / 2, high * place)
        _write(made, kit, at, text=kit.words(2, 6), high=size, wide=wide * 0.94)
    return made


def caption_bar(picture: Image.Image, kit: Kit) -> Image.Image:
    """A band with text added above or below the picture."""
    wide, high = picture.size
    band = round(high * kit.uniform(0.08, 0.25))
    paper = kit.choice(((255, 255, 255), (255, 255, 255), (0, 0, 0), kit.colour()))
    made = Image.new("RGB", (wide, high + band), paper)
    above = kit.chance(0.6)
    made.paste(picture, (0, band if above else 0))
    ink = (0, 0, 0) if sum(paper) > 380 else (255, 255, 255)
    lines = kit.randint(1, 2)
    for line in range(lines):
        text = kit.words(3, 8)
        font = _fitted(text, kit, wide * 0.92, band / lines * 0.55)
        middle = (0 if above else high) + band * (line + 0.5) / lines
        ImageDraw.Draw(made).text((wide / 2, middle), text, font=font, fill=ink, anchor="mm")
    return made


def caption_strip(picture: Image.Image, kit: Kit) -> Image.Image:
    """A half-transparent strip with text somewhere across the picture."""
    wide, high = picture.size
    made = picture.convert("RGBA")
    layer = Image.new("RGBA", made.size, (0, 0, 0, 0))
    thick = high * kit.uniform(0.06, 0.12)
    top = kit.uniform(0.3, 0.85) * high
    draw = ImageDraw.Draw(layer)
    draw.rectangle((0, top, wide, top + thick), fill=(0, 0, 0, kit.randint(90, 190)))
    text = kit.words(2, 7)
    font = _fitted(text, kit, wide * 0.9, thick * 0.6)
    draw.text((wide / 2, top + thick / 2), text, font=font, fill=(255, 255, 255, 255), anchor="mm")
    return Image.alpha_composite(made, layer).convert("RGB")


def watermark_tiled(picture: Image.Image, kit: Kit) -> Image.Image:
    """A name again and again, aslant, half transparent."""
    wide, high = picture.size
    side = round(math.hypot(wide, high))
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    text = "@" + kit.words(1, 2).replace(" ", "_").lower()
    font = kit.font(side * kit.uniform(0.025, 0.06))
    shade = kit.choice(((255, 255, 255), (255, 255, 255), (0, 0, 0)))
    ink = (*shade, kit.randint(50, 140))
    across = font.getlength(text) * kit.uniform(1.2, 1.9)
    for row, top in enumerate(range(0, side, round(font.size * kit.uniform(2, 4)))):
        for column in range(-1, int(side / across) + 1):
            draw.text((column * across + row % 2 * across / 2, top), text, font=font, fill=ink)
    layer = layer.rotate(kit.uniform(-45, 45), Image.Resampling.BICUBIC)
    left, top = (side - wide) // 2, (side - high) // 2
    layer = layer.crop((left, top, left + wide, top + high))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def signature(picture: Image.Image, kit: Kit) -> Image.Image:
    """A name or a date in a corner, and perhaps a logo."""
    made = picture.copy()
    wide, high = made.size
    text = kit.choice(("© " + kit.words(1, 2), "@" + kit.words(1, 1), "12.08.2019 21:47"))
    at = (wide * kit.choice((0.2, 0.8)), high * kit.choice((0.06, 0.94)))
    _write(made, kit, at, text=text, high=high * kit.uniform(0.03, 0.06), wide=wide * 0.36)
    if kit.chance(0.4):
        side = round(min(wide, high) * kit.uniform(0.06, 0.12))
        at_logo = (wide - side - 8, 8) if kit.chance(0.5) else (8, 8)
        made.paste(kit.other(side, side), at_logo)
    return made


def stickers(picture: Image.Image, kit: Kit) -> Image.Image:
    """One to five emoji of any size, also over faces."""
    made = picture.copy()
    for _ in range(kit.randint(1, 5)):
        side = round(min(made.size) * kit.uniform(0.07, 0.24))
        sticker = kit.emoji(side)
        if sticker is None:
            sticker = Image.new("RGBA", (side, side), (*kit.colour(), 255))
        sticker = sticker.rotate(kit.uniform(-25, 25), Image.Resampling.BICUBIC, expand=True)
        at = (kit.randint(0, made.width - side), kit.randint(0, made.height - side))
        made.paste(sticker, at, sticker)
    return made


def doodle(picture: Image.Image, kit: Kit) -> Image.Image:
    """Strokes, circles and arrows drawn by finger."""
    made = picture.copy()
    draw = ImageDraw.Draw(made)
    wide, high = made.size
    for _ in range(kit.randint(1, 4)):
        ink = kit.choice(((230, 20, 30), (255, 255, 255), (20, 20, 20), kit.colour()))
        thick = round(min(made.size) * kit.uniform(0.006, 0.02)) + 1
        x, y = kit.uniform(0.1, 0.9) * wide, kit.uniform(0.1, 0.9) * high
        if kit.chance(0.4):
            across, down = wide * kit.uniform(0.05, 0.25), high * kit.uniform(0.05, 0.25)
            box = (x - across, y - down, x + across, y + down)
            draw.ellipse(box, outline=ink, width=thick)
            continue
        way = kit.uniform(0, math.tau)
        stroke = []
        for _ in range(kit.randint(12, 60)):
            way += kit.uniform(-0.6, 0.6)
            x += math.cos(way) * min(made.size) * 0.02
            y += math.sin(way) * min(made.size) * 0.02
            stroke.append((x, y))
        draw.line(stroke, fill=ink, width=thick, joint="curve")
    return made


def censored(picture: Image.Image, kit: Kit) -> Image.Image:
    """Bars, blurred or pixelated patches over one to three places."""
    made = picture.copy()
    for _ in range(kit.randint(1, 3)):
        wide = round(made.width * kit.uniform(0.1, 0.3))
        high = round(made.height * kit.uniform(0.06, 0.22))
        left, top = kit.randint(0, made.width - wide), kit.randint(0, made.height - high)
        part = made.crop((left, top, left + wide, top + high))
        how = kit.randrange(3)
        if how == 0:
            part = Image.new("RGB", part.size, (0, 0, 0))
        elif how == 1:
            part = part.filter(ImageFilter.GaussianBlur(min(part.size) / 6))
        else:
            part = scaled(part, 7, 5).resize(part.size, Image.Resampling.NEAREST)
        made.paste(part, (left, top))
    return made


def logo_corner(picture: Image.Image, kit: Kit) -> Image.Image:
    """A small other picture in a corner, as in a video call."""
    made = picture.copy()
    wide = round(made.width * kit.uniform(0.15, 0.3))
    high = round(wide * kit.choice((0.75, 1.0, 1.33)))
    high = min(high, made.height // 2)
    room = round(made.width * 0.02)
    left = room if kit.chance(0.5) else made.width - wide - room
    top = room if kit.chance(0.5) else made.height - high - room
    made.paste(kit.other(wide, high), (left, top))
    return made
