"""Bytes of a picture file to pixels. Runs only in the child process: see ``worker``."""

import io
import warnings
from dataclasses import replace
from functools import partial

from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin

from staydown.media.blame import blamed
from staydown.media.cost import absurd, as_seen, seconds
from staydown.media.errors import (
    CostsMore,
    DecoderFailed,
    DecompressionBomb,
    MediaError,
    TooLarge,
    Truncated,
)
from staydown.media.form import Form
from staydown.media.jpeg import quick_pixels
from staydown.media.limits import Limits
from staydown.media.opened import Opened
from staydown.media.outline import Outline, outline
from staydown.media.picture import Pixels, orientation, turned, upright_pixels
from staydown.media.sniff import HEAD_BYTES, Format, sniff

#: A real picture, however plain, has at least one byte for so many pixels.
_PIXELS_A_BYTE = 100

_TEXT_BYTES = 1 << 20

_QUICK = {Form.QUICK_GREY, Form.QUICK_COLOUR}


def prepare(limits: Limits) -> None:
    """Set Pillow's own guards and load its decoders, once for each process."""
    # Pillow warns above this number of pixels and refuses above twice of it.
    Image.MAX_IMAGE_PIXELS = max(1, limits.pixels // 2)
    PngImagePlugin.MAX_TEXT_CHUNK = _TEXT_BYTES
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # every thread costs address space
    Image.init()  # all of them, now: a process that is closed in can load nothing later


def decode(
    untrusted_data: bytes, limits: Limits, form: Form = Form.FULL, most: float | None = None
) -> Opened:
    """Return the first frame of a picture, upright, 8-bit, in the form asked for.

    FULL and QUICK_COLOUR are (height, width, 3); QUICK_GREY is that or (height, width). ``most``:
    seconds that it may cost (``cost``), looked at before anything is decoded. Raises NotAPicture,
    UnsupportedPicture, Truncated, TooLarge, DecompressionBomb, CostsMore, DecoderFailed, OurFault.
    """
    if len(untrusted_data) > limits.file_bytes:
        raise TooLarge
    kind = sniff(untrusted_data[:HEAD_BYTES])
    try:
        return Opened(_pixels(untrusted_data, kind, limits, form, most))
    except MediaError:
        raise
    except MemoryError as error:
        raise DecoderFailed from error
    except Exception as error:
        # A decoder facing damaged bytes raises almost anything (SyntaxError and struct.error among
        # them): the beginning was right, so the rest of the file is not.
        raise blamed(error, _fault(error), partial(_read_sound, kind, limits, form)) from error


def _pixels(
    data: bytes, kind: Format, limits: Limits, form: Form, most: float | None = None
) -> Pixels:
    with warnings.catch_warnings(action="ignore"):  # of what viewers put up with as well
        image = _opened(data, kind, limits)
        seen = as_seen(outline(data), image.size)
        if absurd(seen):
            raise DecompressionBomb
        _check_cost(seen, form, most)
        if kind is Format.JPEG and form in _QUICK:
            pixels = quick_pixels(data, image.size, form)
            if pixels is not None:
                return turned(pixels, orientation(image))
            _check_cost(replace(seen, quick=False), form, most)
        image.load()
        return upright_pixels(image)


def _read_sound(kind: Format, limits: Limits, form: Form) -> None:
    """Read a picture of this kind that can't be damaged."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(file, kind.value)
    _pixels(file.getvalue(), kind, limits, form)


def _opened(data: bytes, kind: Format, limits: Limits) -> Image.Image:
    """Read the header alone and hold its size against the limits."""
    # A setting of the whole process that others change for themselves: WeasyPrint, on its import.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=[kind.value])
    except Image.DecompressionBombError as error:
        # The size is not told. Files as small as this cannot hold so many pixels honestly.
        raise _too_large(limits.pixels + 1, len(data)) from error
    width, height = image.size
    if width * height > limits.pixels:
        raise _too_large(width * height, len(data))
    if width < 1 or height < 1:
        raise Truncated
    return image


def _check_cost(seen: Outline, form: Form, most: float | None) -> None:
    if most is not None and seconds(seen, form) > most:
        raise CostsMore


def _too_large(pixels: int, file_bytes: int) -> TooLarge:
    return DecompressionBomb() if pixels > _PIXELS_A_BYTE * file_bytes else TooLarge()


def _fault(error: Exception) -> MediaError:
    text = str(error).lower()
    if "decompressed data too large" in text or "too much memory used in text" in text:
        return DecompressionBomb()
    if "out of memory" in text:
        return DecoderFailed()
    return Truncated()
