"""What every edit is given: chance that can be repeated, and other people's pictures and fonts."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

Colour = tuple[int, int, int]

#: An edit as a function: the picture in, the edited picture out, drawn with the kit's chance.
Change = Callable[[Image.Image, "Kit"], Image.Image]

_WORDS = tuple(
    # What is written under and over pictures.
    word
    for line in (
        "look at this who is it haha seen her him again tonight wow no way omg lol send it to",
        "everyone found on the web best day ever summer 2019 party friends only please share new",
        "full album link in bio don't tell really old times miss you never forget what a view",
    )
    for word in line.split(" ")
)


@dataclass(frozen=True)
class Props:
    """Pictures that are never listed, and fonts, as files."""

    pictures: Sequence[Path]
    fonts: Sequence[Path]
    emoji: Path | None = None


class Kit(random.Random):
    """Seeded chance and the props. The same seed and props give the same edit."""

    def __init__(self, seed: str, props: Props) -> None:
        super().__init__(seed)
        self.props = props

    def chance(self, share: float) -> bool:
        """Return True in ``share`` of all cases."""
        return self.random() < share

    def array_noise(self) -> np.random.Generator:
        """Return a NumPy generator that goes on from this one's state."""
        return np.random.default_rng(self.getrandbits(64))

    def colour(self) -> Colour:
        """Return a colour people use: black and white often, else anything."""
        pick = self.random()
        if pick < 0.3:
            return (0, 0, 0) if pick < 0.15 else (255, 255, 255)
        if pick < 0.45:
            grey = self.randrange(15, 245)
            return (grey, grey, grey)
        return (self.randrange(256), self.randrange(256), self.randrange(256))

    def words(self, least: int, most: int) -> str:
        """Return a few words in somebody's spelling."""
        text = " ".join(self.choices(_WORDS, k=self.randint(least, most)))
        return text.upper() if self.chance(0.25) else text.capitalize()

    def font(self, size: float) -> ImageFont.FreeTypeFont:
        """Return one of the fonts at ``size`` pixels."""
        return ImageFont.truetype(str(self.choice(self.props.fonts)), max(8, round(size)))

    def emoji(self, size: int) -> Image.Image | None:
        """Return a coloured emoji ``size`` pixels wide (RGBA), None without such a font."""
        if self.props.emoji is None:
            return None
        letter = chr(self.choice((0x1F602, 0x1F60D, 0x1F525, 0x1F60E, 0x1F648, 0x1F4A6, 0x1F389)))
        # The bitmap font knows this one size.
        font = ImageFont.truetype(str(self.props.emoji), 109)
        drawn = Image.new("RGBA", (136, 128), (0, 0, 0, 0))
        ImageDraw.Draw(drawn).text((0, 0), letter, font=font, embedded_color=True)
        return drawn.resize((size, size * 128 // 136), Image.Resampling.LANCZOS)

    def other(self, width: int, height: int) -> Image.Image:
        """Return another photograph, never listed, cropped to fill ``width`` × ``height``."""
        picture = _small(str(self.choice(self.props.pictures)))
        at = (self.random(), self.random())
        return ImageOps.fit(picture, (max(1, width), max(1, height)), centering=at)


@lru_cache(maxsize=64)
def _small(path: str) -> Image.Image:
    return load(Path(path), 1280)


def load(path: Path, longest: int) -> Image.Image:
    """Read a picture upright as RGB, transparency over white, at most ``longest`` pixels long."""
    with Image.open(path) as opened:
        opened.draft("RGB", (longest, longest))
        picture = ImageOps.exif_transpose(opened)
        if picture.mode in {"RGBA", "LA", "PA", "P"}:
            picture = picture.convert("RGBA")
            white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
            picture = Image.alpha_composite(white, picture)
        picture = picture.convert("RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def scaled(picture: Image.Image, width: float, height: float | None = None) -> Image.Image:
    """Resize to ``width``, keeping the proportions where no ``height`` is given."""
    if height is None:
        height = picture.height * width / picture.width
    size = (max(1, round(width)), max(1, round(height)))
    return picture.resize(size, Image.Resampling.LANCZOS)
