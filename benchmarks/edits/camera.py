"""A camera held before a screen, a phone or a print that shows the picture."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.edits.kit import Kit, scaled
from benchmarks.edits.place import cropped
from benchmarks.edits.surround import gradient, rounded
from benchmarks.edits.tone import to_image

_Corners = list[tuple[float, float]]


def photographed_screen(picture: Image.Image, kit: Kit) -> Image.Image:
    """A monitor or laptop: black frame, raster, reflections, a desk or a dark room behind."""
    shown = _raster(picture, kit)
    bezel = min(shown.size) * kit.uniform(0.02, 0.06)
    shade = kit.choice((8, 20, 35, 190))
    return _photograph(_board(shown, bezel, (shade,) * 3, 0.01), kit, bright=True)


def photographed_phone(picture: Image.Image, kit: Kit) -> Image.Image:
    """A phone in a hand or on a table, black around the picture."""
    shown = _raster(picture, kit)
    long, short = max(shown.size), min(shown.size)
    shape = kit.uniform(1.9, 2.2)
    wide, high = max(short, long / shape), max(long, short * shape)
    size = (wide, high) if shown.height >= shown.width else (high, wide)
    if kit.chance(0.4) and shown.width > shown.height:  # held upright all the same
        size = (shown.width, shown.width * shape)
    body = Image.new("RGB", (round(size[0]), round(size[1])), (0, 0, 0))
    body.paste(shown, ((body.width - shown.width) // 2, (body.height - shown.height) // 2))
    return _photograph(_board(body, short * 0.04, (12, 12, 14), 0.06), kit, bright=True)


def photographed_print(picture: Image.Image, kit: Kit) -> Image.Image:
    """A print with a white edge, or none, on a table or a wall."""
    edge = min(picture.size) * kit.choice((0.0, kit.uniform(0.02, 0.06)))
    white = kit.randint(215, 250)
    return _photograph(_board(picture, edge, (white,) * 3, 0), kit, bright=False)


def photographed_close(picture: Image.Image, kit: Kit) -> Image.Image:
    """A screen photographed so close that a part of its edges is missing."""
    shown = _raster(picture, kit)
    taken = _photograph(_board(shown, min(shown.size) * 0.03, (15, 15, 15), 0), kit, bright=True)
    cut = [kit.uniform(0, 0.14) for _ in range(4)]
    box = (
        taken.width * cut[0], taken.height * cut[1],
        taken.width * (1 - cut[2]), taken.height * (1 - cut[3]),
    )  # fmt: skip
    return cropped(taken, box)


def _raster(picture: Image.Image, kit: Kit) -> Image.Image:
    """Faint lines of a screen's pixels, which the camera turns into moiré."""
    value = np.asarray(picture, np.float64)
    depth, period = kit.uniform(0.02, 0.1), kit.uniform(2.1, 4.5)
    rows = 1 - depth * (np.sin(np.arange(picture.height) * math.tau / period) + 1) / 2
    columns = 1 - depth * (np.sin(np.arange(picture.width) * math.tau / period) + 1) / 2
    return to_image(value * rows[:, None, None] * columns[None, :, None])


def _board(
    picture: Image.Image, edge: float, colour: tuple[int, ...], radius: float
) -> Image.Image:
    """Put the picture into its frame; RGBA, so that round corners show what is behind."""
    room = round(edge)
    size = (picture.width + 2 * room, picture.height + 2 * room)
    made = Image.new("RGB", size, (colour[0], colour[1], colour[2]))
    made.paste(picture, (room, room))
    made.putalpha(rounded(size, min(size) * radius))
    return made


def _photograph(board: Image.Image, kit: Kit, *, bright: bool) -> Image.Image:
    """Put the board before a ground, in perspective, and take a photograph of both."""
    longest = kit.choice((1024, 1280, 1600))
    across = kit.chance(0.6)
    size = (longest, longest * 3 // 4) if across else (longest * 3 // 4, longest)
    if kit.chance(0.6):
        ground = kit.other(*size).filter(ImageFilter.GaussianBlur(kit.uniform(1, 8)))
    else:
        ground = gradient(size, kit)
    if bright:  # the room is darker than the screen
        by = kit.uniform(0.15, 0.8)
        ground = ground.point([round(v * by) for v in range(256)] * 3)
    corners = _corners(board.size, size, kit)
    fit = max(board.size) / (1.5 * longest)
    if fit > 1:
        board = scaled(board, board.width / fit)
    seen = board.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, board.size),
        Image.Resampling.BICUBIC,
    )
    ground.paste(seen, (0, 0), seen)
    return _through_lens(ground, kit)


def _corners(board: tuple[int, int], size: tuple[int, int], kit: Kit) -> _Corners:
    """Where the board's corners come to lie: turned a little, nearer at one side."""
    fill = kit.uniform(0.6, 0.95)
    fit = min(size[0] / board[0], size[1] / board[1]) * fill
    wide, high = board[0] * fit / 2, board[1] * fit / 2
    angle = math.radians(kit.uniform(-7, 7))
    # Tilts about the two axes; the strength is the share by which the far side looks shorter.
    by_x, by_y = kit.uniform(-0.12, 0.12), kit.uniform(-0.12, 0.12)
    room_x, room_y = size[0] * (1 - fill) / 3, size[1] * (1 - fill) / 3
    x0 = size[0] / 2 + kit.uniform(-room_x, room_x)
    y0 = size[1] / 2 + kit.uniform(-room_y, room_y)
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        depth = 1 + by_x * x + by_y * y
        u, v = x * wide / depth, y * high / depth
        corners.append(
            (x0 + u * math.cos(angle) - v * math.sin(angle),
             y0 + u * math.sin(angle) + v * math.cos(angle))
        )  # fmt: skip
    return corners


def _perspective(corners: _Corners, board: tuple[int, int]) -> list[float]:
    """Return Pillow's eight numbers that bring ``corners`` back to the board's own."""
    rows, right = [], []
    own = ((0, 0), (board[0], 0), board, (0, board[1]))
    for (x, y), (u, v) in zip(corners, own, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows, float), np.array(right, float))]


def _through_lens(picture: Image.Image, kit: Kit) -> Image.Image:
    """Glare, uneven light, another gamma, slight blur, noise."""
    if kit.chance(0.4):
        glare = Image.new("L", picture.size, 0)
        x, y = kit.uniform(0, 1) * picture.width, kit.uniform(0, 1) * picture.height
        reach = min(picture.size) * kit.uniform(0.05, 0.2)
        box = (x - reach, y - reach * kit.uniform(0.4, 1), x + reach, y + reach)
        ImageDraw.Draw(glare).ellipse(box, fill=kit.randint(60, 190))
        glare = glare.filter(ImageFilter.GaussianBlur(reach / 2))
        picture.paste((255, 255, 255), (0, 0), glare)
    picture = picture.filter(ImageFilter.GaussianBlur(kit.uniform(0.3, 1.3)))
    value = (np.asarray(picture, np.float64) / 255) ** kit.uniform(0.75, 1.35)
    way = kit.uniform(0, math.tau)
    slope = np.linspace(-1, 1, picture.height)[:, None] * math.sin(way) + np.linspace(
        -1, 1, picture.width
    )[None, :] * math.cos(way)
    value *= (1 + kit.uniform(0, 0.2) * slope)[:, :, None]
    value *= np.array([kit.uniform(0.88, 1.08) for _ in range(3)])
    noise = kit.array_noise().normal(0, kit.uniform(0.5, 6), value.shape)
    return to_image(value * 255 + noise)
