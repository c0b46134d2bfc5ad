"""What it costs to open a picture file, told by its header before anything is decoded.

Seconds of processor time of the machine that the rates were measured on (``docs/benchmarks.md``),
for flat pictures and for noise, the dearer of both: an estimate is meant to be too high, never too
low. How much slower another machine is gets measured when its decoder processes start.
"""

from dataclasses import dataclass, replace

from staydown.media.form import QUICK_SIDE, Form
from staydown.media.limits import Limits
from staydown.media.outline import Outline
from staydown.media.sniff import Format

_MEGA = 1e6

#: How much more than the file a picture may be, unpacked: DEFLATE can't exceed 1,032 times, and
#: encoders of GIF come to 1,300. Beyond it a picture is one colour, or made for our harm.
_UNPACKED_TIMES = 1_500

#: Bytes, unpacked, up to which a picture may be as flat as it likes: 16 megapixels.
_FLAT_BYTES = 48_000_000

#: Times that a JPEG may go over its picture. Encoders do so a dozen times.
_MOST_SCANS = 64

#: Megapixels that a JPEG of more scans may make of them all together.
_SCANNED = 1_000.0

#: A progressive JPEG's first scans are part of its rate; each further one costs as much again.
_USUAL_SCANS = 10
_SECONDS_A_SCAN = 0.75e-3

_SECONDS_A_PIECE = 6e-6

#: Beyond the picture itself, for each megapixel decoded: one fingerprint; the search for views.
_FINGERPRINT = 1.2e-3
_VIEWS = 12e-3

#: For each megapixel of another picture that programs show of a file: laying it over a ground or
#: changing its colours; decoding a frame of an animation. Frames are looked at for no longer than
#: ``sequence`` allows, and so many pictures are searched for views.
_FACE = 0.02
_FRAME = 0.03
_LEAST_FRAME = 0.0005
_MOST_FRAMES_SECONDS = 4.0
_MOST_SEARCHED = 6

#: Of every file.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class _Rate:
    """Seconds for a megapixel, for a megabyte of the file, and more for a transparent megapixel."""

    pixels: float
    file: float
    alpha: float = 0.025


_RATES = {
    Format.JPEG: _Rate(0.009, 0.035),
    Format.PNG: _Rate(0.011, 0.038),
    Format.WEBP: _Rate(0.022, 0.045),
    Format.AVIF: _Rate(0.011, 0.065),
    Format.GIF: _Rate(0.008, 0.06),
    Format.BMP: _Rate(0.009, 0.003),
    Format.TIFF: _Rate(0.015, 0.045),
}

#: A JPEG of one scan that is decoded at a fraction of its size.
_QUICK_PIXELS = 0.0005
_QUICK_FILE = 0.009

#: Seconds for a megabyte of runs, or of arithmetic coding.
_RUNS = 0.15


def seconds(what: Outline, form: Form) -> float:
    """Estimate the processor seconds that opening a file and looking at it takes."""
    quick = what.quick and form is not Form.FULL
    decoding = _quickly(what) if quick else _whole(what)
    left = what.pixels / _MEGA / (_shrink(what) ** 2 if quick else 1)
    if form is not Form.QUICK_COLOUR:
        return _LEAST + decoding + left * _FINGERPRINT
    # Whether anything shows through, or a profile changes anything, is seen by the decoder alone.
    frames = others(what, form, ways=1) if what.frames != 1 else 0.0
    return _LEAST + decoding + left * (_FINGERPRINT + _VIEWS) + frames


def others(what: Outline, form: Form, ways: int) -> float:
    """Estimate what the pictures besides the first cost that programs show of a file (``faces``).

    ``ways``: in how many each of its frames is shown, over other grounds and in other colours. The
    first is decoded once more for them.
    """
    quick = what.quick and form is not Form.FULL
    decoding = _quickly(what) if quick else _whole(what)
    size = what.pixels / _MEGA / (_shrink(what) ** 2 if quick else 1)
    small = size / max(1, min(what.width, what.height) // QUICK_SIDE) ** 2
    each = ways * (_FACE * size + _FINGERPRINT * small)
    further = _MOST_FRAMES_SECONDS
    if what.frames:
        frame = _QUICK_PIXELS * what.pixels / _MEGA if quick else _FRAME * size
        further = min(further, (what.frames - 1) * (frame + _LEAST_FRAME + each))
    searched = min(_MOST_SEARCHED, ways * (what.frames or _MOST_SEARCHED) - 1)
    again = decoding if ways > 1 else 0.0
    return again + (ways - 1) * each / ways + further + searched * _VIEWS * small


def openable(what: Outline, limits: Limits) -> bool:
    """Say whether a picture has no more pixels than are opened, whole or made smaller."""
    most = limits.scaled_pixels if what.quick else limits.pixels
    return what.pixels <= max(most, limits.pixels)


def absurd(what: Outline) -> bool:
    """Say whether a file unfolds into far more than a picture of its size in bytes ever has."""
    flat = what.unpacked > _FLAT_BYTES and what.unpacked > _UNPACKED_TIMES * what.file_bytes
    scanned = what.scans * what.pixels / _MEGA
    return flat or (what.scans > _MOST_SCANS and scanned > _SCANNED)


def as_seen(what: Outline, size: tuple[int, int]) -> Outline:
    """Return the outline with the size that a decoder found, where that is larger.

    A decoder may work through more than it shows in the end.
    """
    if size[0] * size[1] <= what.pixels:
        return what
    return replace(what, width=size[0], height=size[1])


def _whole(what: Outline) -> float:
    rate = _RATES[what.kind]
    deep = max(1.0, what.bits / (32 if what.alpha else 24))
    pixels = rate.pixels * deep + (rate.alpha if what.alpha else 0.0)
    file = max(rate.file, _RUNS) if what.runs else rate.file
    return (
        what.pixels / _MEGA * (pixels + _scanning(what))
        + what.file_bytes / _MEGA * file
        + what.pieces * _SECONDS_A_PIECE
    )


def _quickly(what: Outline) -> float:
    if what.scans > 1:
        pixels, file = 0.003 + _scanning(what), _RATES[Format.JPEG].file
    else:
        pixels, file = _QUICK_PIXELS, _QUICK_FILE
    return what.pixels / _MEGA * pixels + what.file_bytes / _MEGA * file


def _scanning(what: Outline) -> float:
    return max(0, what.scans - _USUAL_SCANS) * _SECONDS_A_SCAN


def _shrink(what: Outline) -> int:
    side = min(what.width, what.height)
    return next((shrink for shrink in (8, 4, 2) if side >= shrink * QUICK_SIDE), 1)
