"""Bytes of a picture file to pixels. Runs only in the child process: see ``worker``."""

import io
import warnings
from dataclasses import dataclass, field, replace
from functools import partial

from PIL import AvifImagePlugin, Image, ImageFile

from staydown.media.blame import blamed
from staydown.media.clear import seen_through
from staydown.media.cost import absurd, as_seen, openable, seconds
from staydown.media.errors import (
    CostsMore,
    DecoderFailed,
    DecompressionBomb,
    MediaError,
    TooLarge,
    TooManyPixels,
    Truncated,
)
from staydown.media.form import Form
from staydown.media.jpeg import faultless, quick_pixels
from staydown.media.limits import Limits
from staydown.media.opened import Damage, Opened
from staydown.media.outline import Outline, outline
from staydown.media.picture import Pixels, orientation, rgb_of, turned, upright_pixels
from staydown.media.salvage import MOST_TIMES, USUAL_TIMES, grey_at_the_end, mended, salvaged
from staydown.media.slim import Slim, slim
from staydown.media.sniff import HEAD_BYTES, Format, sniff
from staydown.media.turning import stored_turn

#: A real picture, however plain, has at least one byte for so many pixels.
_PIXELS_A_BYTE = 100

#: Formats of which a decoder isn't handed every byte, so that it can't say what the header claims.
_SLIM = frozenset({Format.PNG, Format.JPEG, Format.WEBP})

_QUICK = {Form.QUICK_GREY, Form.QUICK_COLOUR}


def prepare(limits: Limits) -> None:
    """Set Pillow's own guards and load its decoders, once for each process."""
    # Pillow warns above this number of pixels and refuses above twice of it.
    Image.MAX_IMAGE_PIXELS = max(1, limits.pixels // 2)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # every thread costs address space
    Image.init()  # all of them, now: a process that is closed in can load nothing later


def decode(
    untrusted_data: bytes, limits: Limits, form: Form = Form.FULL, most: float | None = None
) -> Opened:
    """Return the first frame of a picture, upright, 8-bit, in the form asked for.

    FULL and QUICK_COLOUR are (height, width, 3); QUICK_GREY is that or (height, width). ``most``:
    seconds that it may cost (``cost``), looked at before anything is decoded. Of a file that breaks
    off or is damaged, what can be decoded is, and the result says so. Raises NotAPicture,
    UnsupportedPicture, Truncated, TooLarge, TooManyPixels, DecompressionBomb, CostsMore,
    DecoderFailed, OurFault.
    """
    if len(untrusted_data) > limits.file_bytes:
        raise TooLarge
    asked = _Asked(untrusted_data, sniff(untrusted_data[:HEAD_BYTES]), limits, form, most)
    try:
        with warnings.catch_warnings(action="ignore"):  # of what viewers put up with as well
            return _decoded(asked)
    except MediaError:
        raise
    except MemoryError as error:
        raise DecoderFailed from error
    except Exception as error:
        raise blamed(error, _fault(error), partial(_read_sound, asked)) from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """One file, and how it is to be decoded."""

    data: bytes = field(repr=False)
    kind: Format
    limits: Limits
    form: Form
    most: float | None = None

    def check(self, size: tuple[int, int]) -> Outline:
        """Hold what the file would unfold into, and what that costs, against what is allowed."""
        seen = as_seen(outline(self.data), size)
        if absurd(seen):
            raise DecompressionBomb
        self.check_cost(seen)
        return seen

    def check_cost(self, seen: Outline, times: int = 1) -> None:
        """Raise CostsMore where it costs more than it may."""
        if self.most is not None and times * seconds(seen, self.form) > self.most:
            raise CostsMore

    def turn(self, image: Image.Image) -> int:
        """Say how the picture is turned, as far as ``image`` isn't yet."""
        if self.kind in {Format.AVIF, Format.TIFF}:
            return orientation(image)
        return stored_turn(self.data, self.kind)

    def open(self, data: bytes) -> Image.Image:
        """Read the header alone of ``data``, which was made of the file."""
        return _opened(data, self.kind, self.limits, len(self.data))


def _decoded(asked: _Asked) -> Opened:
    seen, limits = outline(asked.data), asked.limits
    if seen.quick and limits.pixels < seen.pixels <= limits.scaled_pixels:
        return _scaled(asked, seen)
    if asked.kind in _SLIM and not openable(seen, limits):
        raise _too_large(seen.pixels, seen.file_bytes)
    lean = slim(asked.data, asked.kind)
    try:
        return _sound(asked, lean)
    except Truncated:
        pass
    except (MediaError, MemoryError):
        raise
    except Exception as error:
        # A decoder facing damaged bytes raises almost anything (SyntaxError and struct.error among
        # them): the beginning was right, so the rest of the file is not.
        fault = blamed(error, _fault(error), partial(_read_sound, asked))
        if not isinstance(fault, Truncated):
            raise fault from error
    return _what_is_there(asked, lean)


def _sound(asked: _Asked, lean: Slim) -> Opened:
    """Decode a picture that lacks nothing."""
    data, form = asked.data, asked.form
    image = asked.open(lean.data)
    seen = asked.check(image.size)
    if asked.kind is Format.JPEG and form in _QUICK:
        pixels = quick_pixels(data, image.size, form)
        if pixels is not None:
            return Opened(turned(pixels, asked.turn(image)))
        asked.check_cost(replace(seen, quick=False))
    image.load()
    how = asked.turn(image)
    if asked.kind is Format.JPEG:
        return _unless_grey(data, rgb_of(image), how)
    clear = seen.alpha and seen_through(image)
    return Opened(upright_pixels(image, how), Damage(passed_over=lean.passed_over), clear=clear)


def _unless_grey(data: bytes, pixels: Pixels, how: int) -> Opened:
    """Find rows that a JPEG's decoder left grey though it came to an end: there is one too many."""
    missing = grey_at_the_end(pixels)
    if missing.any() and not faultless(data):
        return mended(pixels, missing, how)
    return Opened(turned(pixels, how))


def _scaled(asked: _Asked, seen: Outline) -> Opened:
    """Decode a JPEG that is too large to be decoded at its own size."""
    size, most = (seen.width, seen.height), asked.limits.pixels
    asked.check(size)
    how = stored_turn(asked.data, Format.JPEG)
    pixels = quick_pixels(asked.data, size, asked.form, most=most)
    if pixels is not None:
        return Opened(turned(pixels, how))
    asked.check_cost(seen, USUAL_TIMES)
    pixels = quick_pixels(asked.data, size, asked.form, most=most, tolerant=True)
    if pixels is None:
        raise TooManyPixels  # an unusual kind, or more than there is room for
    return mended(pixels, grey_at_the_end(pixels), how)


def _what_is_there(asked: _Asked, lean: Slim) -> Opened:
    """Decode what can be decoded of a damaged picture. Raises Truncated where that is too little.

    It may cost several times what a sound one of its size does.
    """
    seen = outline(asked.data)
    asked.check_cost(replace(seen, quick=False), MOST_TIMES.get(asked.kind, USUAL_TIMES))
    if asked.kind is Format.JPEG:
        size = asked.open(lean.data).size
        pixels = quick_pixels(asked.data, size, asked.form, tolerant=True)
        if pixels is not None:
            return mended(pixels, grey_at_the_end(pixels), stored_turn(asked.data, asked.kind))
    return salvaged(lean, asked.kind, asked.open, asked.turn)


def _read_sound(asked: _Asked) -> None:
    """Read a picture of this kind that can't be damaged."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(file, asked.kind.value)
    data = file.getvalue()
    _sound(replace(asked, data=data, most=None), slim(data, asked.kind))


def _opened(data: bytes, kind: Format, limits: Limits, file_bytes: int) -> Image.Image:
    """Read the header alone and hold its size against the limits.

    ``file_bytes``: of the file as it came.
    """
    # A setting of the whole process that others change for themselves: WeasyPrint, on its import.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=[kind.value])
    except Image.DecompressionBombError as error:
        # The size is not told. Files as small as this cannot hold so many pixels honestly.
        raise _too_large(limits.pixels + 1, file_bytes) from error
    width, height = image.size
    if width * height > limits.pixels:
        raise _too_large(width * height, file_bytes)
    if width < 1 or height < 1:
        raise Truncated
    return image


def _too_large(pixels: int, file_bytes: int) -> TooLarge:
    return DecompressionBomb() if pixels > _PIXELS_A_BYTE * file_bytes else TooManyPixels()


def _fault(error: Exception) -> MediaError:
    text = str(error).lower()
    if "out of memory" in text:
        return DecoderFailed()
    return Truncated()
