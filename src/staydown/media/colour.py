"""What programs that follow a colour profile make of stored colours. Runs only in the child."""

import hashlib
import io
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from staydown.base.face import Colour
from staydown.media.picture import Pixels

#: Pixels that are looked at to see whether a profile changes a picture, drawn anew for each file:
#: whoever knew which would leave those as they are.
_LOOKED_AT = 20_000
_ROWS = 48
_CHANCE = np.random.default_rng()

#: Levels, of 255, of brightness by which a profile may change a picture and still show the same:
#: on the average, and a few pixels more.
_FEW_LEVELS = 4.0
_MANY_LEVELS, _FEW_PIXELS = 24.0, 0.02

#: Levels by which a profile of the usual kind may bend greys, and colours. What bends them more is
#: followed pixel by pixel: a picture may be hidden between pixels that an average would mix.
_BENT = 32.0
_COLOURS_BENT = 96.0

#: Levels of each channel in the colours that are tried.
_TRIED = np.array([0, 24, 64, 96, 128, 160, 192, 232, 255], dtype=np.uint8)

_BRIGHTNESS = np.array([0.299, 0.587, 0.114])

#: Profiles that are remembered with what they do: nearly all pictures have one of a dozen.
_MOST_REMEMBERED = 16

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """A profile, ready to be used on pictures of ``mode``. ``bends``: it bends greys (above)."""

    colour: Colour
    mode: str
    bends: bool
    _transform: Any = field(repr=False)

    def __call__(self, strip: Image.Image) -> Image.Image:
        """Return a picture of ``mode`` as RGB, as a program shows it that follows the profile."""
        shown = ImageCms.applyTransform(strip, self._transform)
        if shown is None:  # only when asked to work in place
            raise ValueError("no conversion")
        return shown

    def matters(self, sample: Image.Image) -> bool:
        """Whether it changes pixels of a picture (``some_pixels``) by more than a few levels."""
        taken = sample if sample.mode == self.mode else sample.convert(self.mode)
        apart = np.abs(_bright(self(taken)) - _bright(sample.convert("RGB")))
        few = float((apart > _MANY_LEVELS).mean())
        return float(apart.mean()) > _FEW_LEVELS or few > _FEW_PIXELS


def some_rows(height: int) -> list[int]:
    """Draw rows of a picture that pixels are looked at in."""
    return sorted({int(row) for row in _CHANCE.integers(0, height, _ROWS)})


def some_pixels(rows: Sequence[Image.Image]) -> Image.Image:
    """Draw pixels out of rows of one mode; a picture one pixel high."""
    channels = len(rows[0].getbands())
    levels = np.concatenate([np.asarray(row).reshape(-1, channels) for row in rows])
    places = _CHANCE.integers(0, len(levels), min(_LOOKED_AT, len(levels)))
    some = np.ascontiguousarray(levels[places])
    return Image.frombytes(rows[0].mode, (len(some), 1), some.tobytes())


_remembered: OrderedDict[tuple[bytes, Colour, str], Conversion | None] = OrderedDict()


def conversion(colour: Colour, profile: bytes, mode: str) -> Conversion | None:
    """Return what a profile makes of pictures of a mode (L, RGB, CMYK).

    None where programs pass it over: it is damaged, or for other colours than the picture has.
    """
    key = (hashlib.sha256(profile).digest(), colour, mode)
    if key not in _remembered:
        _remembered[key] = _made(colour, profile, mode)
        if len(_remembered) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)
    _remembered.move_to_end(key)
    return _remembered[key]


def load() -> None:
    """Load what is needed, before the process is closed in."""
    ImageCms.createProfile("sRGB")


def _made(colour: Colour, profile: bytes, mode: str) -> Conversion | None:
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        takes = _SPACES.get(opened.profile.xcolor_space)
        if takes is None or (takes != mode and (takes, mode) != ("RGB", "L")):
            return None
        said = opened.profile.rendering_intent
        # Absolute colours would tint the white of paper: programs that show pictures do not.
        intent = said if said in {0, 2} else 1
        transform = ImageCms.buildTransform(
            opened, ImageCms.createProfile("sRGB"), takes, "RGB", ImageCms.Intent(intent)
        )
        bends = _bends(transform, takes)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return Conversion(colour, takes, bends, transform)


def _bends(transform: Any, mode: str) -> bool:
    """Whether greys or colours come out far from where they were; of inks, not asked."""
    if mode == "CMYK":
        return False
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :]).convert(mode)
    if _most_bent(transform, ramp) > _BENT:
        return True
    if mode != "RGB":
        return False
    colours = np.stack(np.meshgrid(_TRIED, _TRIED, _TRIED), axis=-1).reshape(1, -1, 3)
    return _most_bent(transform, Image.fromarray(colours)) > _COLOURS_BENT


def _most_bent(transform: Any, tried: Image.Image) -> float:
    """By how many levels of brightness a transform changes some of ``tried`` at the most."""
    shown = ImageCms.applyTransform(tried, transform)
    if shown is None:  # only when asked to work in place
        raise ValueError("no conversion")
    return float(np.abs(_bright(shown) - _bright(tried.convert("RGB"))).max())


def _bright(picture: Image.Image) -> Any:
    pixels: Pixels = np.asarray(picture)
    return pixels.reshape(-1, 3) @ _BRIGHTNESS
