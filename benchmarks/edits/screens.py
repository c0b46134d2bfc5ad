"""Screenshots: the picture as a phone or a computer shows it."""

from PIL import Image, ImageDraw, ImageOps

from benchmarks.edits.kit import Colour, Kit, scaled
from benchmarks.edits.surround import rounded

_PHONES = ((720, 1280), (1080, 1920), (1080, 2340), (750, 1334), (828, 1792), (1170, 2532))


class _Screen:
    """A phone's or computer's screen that is filled from the top."""

    def __init__(self, size: tuple[int, int], kit: Kit, *, dark: bool) -> None:
        self.wide, self.high = size
        self.kit = kit
        self.paper: Colour = kit.choice(
            ((0, 0, 0), (18, 18, 18), (24, 28, 34))
            if dark
            else ((255, 255, 255), (250, 250, 250), (240, 242, 245))
        )
        self.ink: Colour = (235, 235, 235) if dark else (25, 25, 28)
        self.soft: Colour = (120, 120, 125)
        self.picture = Image.new("RGB", size, self.paper)
        self.draw = ImageDraw.Draw(self.picture)
        self.unit = self.wide / 100

    def text(self, x: float, y: float, text: str, size: float, *, soft: bool = False) -> None:
        font = self.kit.font(size)
        self.draw.text((x, y), text, font=font, fill=self.soft if soft else self.ink, anchor="lm")

    def status_bar(self) -> float:
        """Clock, signal and battery; returns where it ends."""
        high = self.unit * self.kit.uniform(5, 8)
        middle = high / 2
        clock = f"{self.kit.randrange(24)}:{self.kit.randrange(60):02d}"
        self.text(self.unit * 4, middle, clock, high * 0.5)
        right = self.wide - self.unit * 4
        box = (right - self.unit * 6, middle - high * 0.17, right, middle + high * 0.17)
        self.draw.rounded_rectangle(box, 3, outline=self.ink, width=2)
        self.draw.rectangle((box[0] + 3, box[1] + 3, box[0] + self.unit * 3, box[3] - 3), self.ink)
        for bar in range(4):
            x = right - self.unit * (12 - bar * 1.2)
            up = high * 0.1 * (bar + 1)
            self.draw.rectangle((x, middle + high * 0.2 - up, x + 4, middle + high * 0.2), self.ink)
        return high

    def icons(self, y: float, count: int, *, filled: bool = False) -> None:
        """A row of simple symbols."""
        side = self.unit * 5
        for place in range(count):
            x = self.wide * (place + 0.5) / count
            box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
            shape = self.kit.randrange(3)
            if shape == 0:
                self.draw.ellipse(box, outline=self.ink, width=3)
            elif shape == 1:
                self.draw.rounded_rectangle(box, 6, outline=self.ink, width=3)
            else:
                corners = [(x, box[1]), (box[2], box[3]), (box[0], box[3])]
                self.draw.polygon(corners, fill=self.ink if filled else None, outline=self.ink)

    def person(self, x: float, y: float, side: float) -> None:
        """A round picture of somebody."""
        size = (round(side), round(side))
        self.picture.paste(self.kit.other(*size), (round(x), round(y)), rounded(size, side / 2))

    def lines(self, x: float, y: float, wide: float, count: int, size: float) -> float:
        """A few lines of text; returns where they end."""
        for _ in range(count):
            text = self.kit.words(4, 14)
            font = self.kit.font(size)
            while len(text) > 3 and font.getlength(text) > wide:
                text = text[:-2]
            self.draw.text((x, y), text, font=font, fill=self.ink)
            y += size * 1.45
        return y

    def put(self, picture: Image.Image, x: float, y: float, radius: float = 0) -> None:
        mask = rounded(picture.size, radius) if radius > 1 else None
        self.picture.paste(picture, (round(x), round(y)), mask)


def _phone(kit: Kit) -> _Screen:
    return _Screen(kit.choice(_PHONES), kit, dark=kit.chance(0.5))


def phone_gallery(picture: Image.Image, kit: Kit) -> Image.Image:
    """The picture across the phone's screen, bars with symbols above and below."""
    screen = _phone(kit)
    top = screen.status_bar()
    if kit.chance(0.7):
        screen.icons(top + screen.unit * 6, kit.randint(2, 4))
        top += screen.unit * 12
    foot = screen.unit * kit.uniform(14, 24)
    room = screen.high - top - foot
    fit = min(screen.wide / picture.width, room / picture.height)
    inner = scaled(picture, picture.width * fit)
    screen.put(inner, (screen.wide - inner.width) / 2, top + (room - inner.height) / 2)
    screen.icons(screen.high - foot * 0.6, kit.randint(3, 5), filled=True)
    if kit.chance(0.5):  # the line to swipe home
        y = screen.high - screen.unit * 2
        box = (screen.wide * 0.34, y, screen.wide * 0.66, y + screen.unit)
        screen.draw.rounded_rectangle(box, 4, fill=screen.ink)
    return screen.picture


def phone_chat(picture: Image.Image, kit: Kit) -> Image.Image:
    """In a bubble of a chat, other messages around it."""
    screen = _phone(kit)
    y = screen.status_bar()
    unit = screen.unit
    screen.person(unit * 6, y + unit * 2, unit * 9)
    screen.text(unit * 18, y + unit * 6.5, kit.words(1, 2), unit * 4.5)
    y += unit * 15
    if kit.chance(0.5):  # a drawn or photographed ground behind the messages
        ground = kit.other(screen.wide, round(screen.high - y))
        shade = Image.new("RGB", ground.size, screen.paper)
        screen.put(Image.blend(ground, shade, kit.uniform(0.5, 0.92)), 0, y)
    y = _bubbles(screen, y, kit.randint(0, 3))
    wide = unit * kit.uniform(55, 80)
    most = screen.high - y - unit * 30
    inner = scaled(picture, min(wide, most * picture.width / picture.height))
    left = unit * 4 if kit.chance(0.5) else screen.wide - inner.width - unit * 4
    edge = unit * kit.choice((0, 0.8, 1.2))
    bubble = (220, 248, 198) if sum(screen.paper) > 300 else (0, 92, 75)
    box = (left - edge, y, left + inner.width + edge, y + inner.height + 2 * edge)
    screen.draw.rounded_rectangle(box, unit * 2, fill=bubble if edge else None)
    screen.put(inner, left, y + edge, unit * kit.choice((0, 1.5, 3)))
    y += inner.height + 2 * edge + unit * 2
    _bubbles(screen, y, kit.randint(0, 4))
    foot = screen.high - unit * 14
    screen.draw.rectangle((0, foot, screen.wide, screen.high), fill=screen.paper)
    field = (unit * 4, foot + unit * 2, screen.wide - unit * 16, foot + unit * 11)
    screen.draw.rounded_rectangle(field, unit * 4, outline=screen.soft, width=2)
    return screen.picture


def _bubbles(screen: _Screen, y: float, count: int) -> float:
    kit, unit = screen.kit, screen.unit
    for _ in range(count):
        if y > screen.high - unit * 25:
            break
        text = kit.words(1, 6)
        font = kit.font(unit * 4)
        wide = min(screen.wide * 0.8, font.getlength(text) + unit * 6)
        left = unit * 4 if kit.chance(0.5) else screen.wide - wide - unit * 4
        fill = kit.choice(((60, 130, 240), (70, 72, 78), (225, 226, 230)))
        screen.draw.rounded_rectangle((left, y, left + wide, y + unit * 8), unit * 3, fill=fill)
        ink = (255, 255, 255) if sum(fill) < 500 else (20, 20, 20)
        screen.draw.text((left + unit * 3, y + unit * 4), text, font=font, fill=ink, anchor="lm")
        y += unit * kit.uniform(9.5, 13)
    return y


def phone_feed(picture: Image.Image, kit: Kit) -> Image.Image:
    """A post in a feed, between the ends of other posts."""
    screen = _phone(kit)
    unit = screen.unit
    y = screen.status_bar() + unit * kit.uniform(0, 12)
    if kit.chance(0.6):  # the end of the post before
        before = round(unit * kit.uniform(15, 60))
        screen.put(kit.other(screen.wide, before), 0, y)
        screen.icons(y + before + unit * 6, 4)
        y += before + unit * 12
    screen.person(unit * 3, y + unit * 2, unit * 9)
    screen.text(unit * 15, y + unit * 6.5, kit.words(1, 2), unit * 4)
    y += unit * 13
    inset = unit * kit.choice((0, 0, 3, 4))
    inner = scaled(picture, screen.wide - 2 * inset)
    most = screen.high - y - unit * 12
    if inner.height > most:  # a tall one is shown whole, narrower
        inner = scaled(picture, picture.width * most / picture.height)
    screen.put(inner, (screen.wide - inner.width) / 2, y, unit * (3 if inset else 0))
    y += inner.height
    screen.icons(y + unit * 6, 4)
    y = screen.lines(unit * 4, y + unit * 12, screen.wide * 0.9, kit.randint(1, 3), unit * 3.6)
    rest = round(screen.high - y - unit * 15)
    if rest > unit * 10:
        screen.put(kit.other(screen.wide, rest), 0, y + unit * 15)
    return screen.picture


def web_page(picture: Image.Image, kit: Kit) -> Image.Image:
    """A page in a browser on a computer: bar, text, a column with other pictures."""
    size = kit.choice(((1280, 720), (1366, 768), (1440, 900), (1920, 1080)))
    screen = _Screen(size, kit, dark=kit.chance(0.25))
    unit = screen.wide / 160
    bar = unit * kit.uniform(8, 14)
    shade = tuple(max(0, value - 25) for value in screen.paper)
    screen.draw.rectangle((0, 0, screen.wide, bar), fill=(shade[0], shade[1], shade[2]))
    field = (unit * 20, bar * 0.35, screen.wide * 0.7, bar * 0.85)
    screen.draw.rounded_rectangle(field, unit, outline=screen.soft, width=1)
    screen.text(unit * 22, bar * 0.6, kit.words(2, 4), unit * 2)
    left = unit * kit.uniform(6, 30)
    y = screen.lines(left, bar + unit * 3, unit * 80, 1, unit * 5)
    y = screen.lines(left, y + unit, unit * 80, kit.randint(0, 2), unit * 2.2) + unit
    room = screen.high - y - unit * kit.uniform(2, 14)
    wide = min(unit * kit.uniform(70, 100), room * picture.width / picture.height)
    inner = scaled(picture, max(wide, 240))
    screen.put(inner, left, y)
    screen.lines(left, y + inner.height + unit, unit * 80, 6, unit * 2.2)
    side = left + max(inner.width, unit * 80) + unit * 5
    top = bar + unit * 3
    while side + unit * 28 < screen.wide and top < screen.high:
        other = kit.other(round(unit * 26), round(unit * kit.uniform(14, 26)))
        screen.put(other, side, top)
        top = screen.lines(side, top + other.height + unit, unit * 26, 2, unit * 2) + unit * 2
    return screen.picture


def photo_viewer(picture: Image.Image, kit: Kit) -> Image.Image:
    """A viewer on a computer, in a window or across the screen, arrows and a film strip."""
    size = kit.choice(((1280, 720), (1366, 768), (1440, 900), (1920, 1080)))
    screen = _Screen(size, kit, dark=kit.chance(0.75))
    unit = screen.wide / 160
    head, strip = unit * kit.uniform(3, 7), kit.choice((0.0, unit * 12))
    screen.text(unit * 4, head / 2, "IMG_" + str(kit.randint(1000, 9999)), head * 0.5)
    room = screen.high - head - strip - unit * 2
    fit = min(screen.wide * kit.uniform(0.8, 1.0) / picture.width, room / picture.height)
    inner = scaled(picture, picture.width * fit)
    screen.put(inner, (screen.wide - inner.width) / 2, head + (room - inner.height) / 2)
    x = unit * kit.uniform(1, 20)
    while strip and x < screen.wide - unit * 14:
        small = kit.other(round(unit * 14), round(strip - unit * 2))
        screen.put(small, x, screen.high - strip)
        x += unit * 15
    return screen.picture


def video_player(picture: Image.Image, kit: Kit) -> Image.Image:
    """Paused in a player: bars to 16:9, controls over the lower edge, at times an arrow."""
    wide = kit.choice((960, 1280, 1920))
    high = wide * 9 // 16
    frame = Image.new("RGB", (wide, high), (0, 0, 0))
    inner = ImageOps.contain(picture, (wide, high), Image.Resampling.LANCZOS)
    frame.paste(inner, ((wide - inner.width) // 2, (high - inner.height) // 2))
    layer = Image.new("RGBA", frame.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    y = high * 0.93
    draw.rectangle((0, high * 0.88, wide, high), fill=(0, 0, 0, kit.randint(60, 150)))
    draw.line((wide * 0.05, y, wide * 0.95, y), fill=(200, 200, 200, 255), width=4)
    draw.line((wide * 0.05, y, wide * kit.uniform(0.1, 0.9), y), fill=(230, 30, 30, 255), width=6)
    if kit.chance(0.5):
        side, x, middle = high * 0.07, wide / 2, high / 2
        arrow = [(x - side, middle - side), (x + side, middle), (x - side, middle + side)]
        draw.polygon(arrow, fill=(255, 255, 255, 220))
    return Image.alpha_composite(frame.convert("RGBA"), layer).convert("RGB")
