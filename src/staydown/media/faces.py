"""Every picture that some program shows of one file. Runs only in the child process.

The first face is the one that ``decode`` gives: the first frame, over white, as stored. The others
are made here, one after the other, and only of files that can have any: further frames; over black,
over grey and with transparency passed over; in the colours that a profile, or what stands for one,
asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from staydown.base.face import FIRST, Colour, Face, Ground
from staydown.media.clear import seen_through
from staydown.media.colour import Conversion, conversion, some_pixels, some_rows
from staydown.media.colour_notes import ProfileTooLarge, notes
from staydown.media.cost import others
from staydown.media.errors import CostsMore
from staydown.media.form import QUICK_SIDE, Form
from staydown.media.frame_table import breaks_off
from staydown.media.outline import Outline
from staydown.media.picture import Pixels, orientation, rgb_of, turned
from staydown.media.profile_readings import readings
from staydown.media.sequence import Sequence, profile_by_decoder
from staydown.media.sniff import Format
from staydown.media.turning import stored_turn

_STRIP_PIXELS = 1 << 20

#: Levels of 255 that transparency takes away on the average, up to which any ground shows the same.
_HARDLY_CLEAR = 2.0

_LEVEL = {Ground.WHITE: 255, Ground.GREY: 128, Ground.BLACK: 0}

#: Bits of a pixel in four inks.
_INKS = 32

#: Bytes of faces that are kept to be asked about again; others are made anew.
_MOST_KEPT = 192_000_000


@dataclass(slots=True, eq=False)
class Faces:
    """The faces of one file. ``first`` are the pixels of the first one.

    ``left_out`` holds words for what could not be looked at, once all were gone through:
    ``frames`` (there are more), ``broken`` (a frame could not be read), ``profile``.
    """

    data: bytes = field(repr=False)
    what: Outline
    form: Form
    first: Pixels = field(repr=False)
    #: Whether something of the first one can be seen through.
    clear: bool = True
    #: Whether the first one could be read only in part, or something was passed over for it.
    damaged: bool = False
    #: Seconds that all of them may cost (``cost``).
    most: float | None = None
    frames: int = 0
    left_out: set[str] = field(default_factory=set)
    _how: int | None = None
    _kept: dict[int, Pixels] = field(default_factory=dict, repr=False)

    def shown(self) -> Iterator[tuple[int, Face, Pixels]]:
        """Yield number, face and pixels of each but the first. Numbers start at 1.

        Raises CostsMore.
        """
        self.frames, self.left_out = 1, set()
        asked = self._notes()
        changing = self._changing(asked)
        if self.what.frames == 1 and not self.clear and not changing:
            return
        ways = (len(Ground) if self.clear else 1) * (1 + len(changing))
        if self.most is not None and others(self.what, self.form, ways) > self.most:
            raise CostsMore
        bends = any(one is not None and one.bends for one in changing)
        pictures = Sequence(self.data, self.what, self.form)
        number = 0
        for frame, image in pictures.pictures(bends=bends):
            self.frames = pictures.seen
            here = asked if pictures.own is None else [*asked, *self._notes_in(*pictures.own)]
            for face, pixels in self._of_one(frame, image, here):
                number += 1
                yield number, face, pixels
        self.left_out |= {"frames"} if pictures.left_out else set()
        if pictures.broken and not number and self.what.frames == 1:
            # What was mended of it is shown in these colours, too.
            for face, pixels in self._of_one(1, Image.fromarray(self.first), asked):
                number += 1
                yield number, face, pixels
        cut = self.what.frames != 1 and (self.damaged or breaks_off(self.data, self.what.kind))
        self.left_out |= {"broken"} if pictures.broken or cut else set()

    def keep(self, number: int, pixels: Pixels) -> None:
        """Keep a face for further questions."""
        if sum(one.nbytes for one in self._kept.values()) + pixels.nbytes <= _MOST_KEPT:
            self._kept[number] = pixels

    def at(self, number: int) -> Pixels:
        """Return the pixels of a face by its number. Raises ValueError where there is none."""
        if number in self._kept:
            return self._kept[number]
        for other, _, pixels in self.shown():
            if other == number:
                return pixels
        raise ValueError("there is no such face")

    def _notes(self) -> list[tuple[Colour, bytes]]:
        """What the file says of its colours."""
        if not self.what.coloured:
            return []
        by_decoder = None
        if self.what.kind in {Format.TIFF, Format.AVIF}:
            by_decoder = profile_by_decoder(self.data, self.what.kind)
        return self._notes_in(self.data, self.what, by_decoder)

    def _notes_in(
        self, data: bytes, what: Outline, by_decoder: object
    ) -> list[tuple[Colour, bytes]]:
        try:
            found = notes(data, what, by_decoder)
        except ProfileTooLarge:
            self.left_out.add("profile")
            return []
        return [(colour, way) for colour, profile in found for way in readings(profile)]

    def _changing(self, asked: list[tuple[Colour, bytes]]) -> list[Conversion | None]:
        """Which of ``asked`` may change the first face; None for inks, which need a closer look."""
        if not asked:
            return []
        if self.what.bits == _INKS and self.what.kind in {Format.JPEG, Format.TIFF}:
            return [None for _ in asked]
        first = self.first if self.first.ndim == 3 else np.repeat(self.first[:, :, None], 3, axis=2)
        sample = some_pixels([Image.fromarray(first[y : y + 1]) for y in some_rows(len(first))])
        found = [
            conversion(colour, profile, mode) for colour, profile in asked for mode in ("RGB", "L")
        ]
        return [
            one for one in dict.fromkeys(found) if one is not None
            and (one.bends or self.clear or one.matters(sample))
        ]  # fmt: skip

    def _turn(self) -> int:
        if self._how is None:
            self._how = stored_turn(self.data, self.what.kind)
        return self._how

    def _of_one(
        self, frame: int, image: Image.Image, asked: list[tuple[Colour, bytes]]
    ) -> Iterator[tuple[Face, Pixels]]:
        by_decoder = self.what.kind in {Format.TIFF, Format.AVIF}
        how = orientation(image) if by_decoder else self._turn()
        factor = 1 if self.form is Form.FULL else max(1, min(image.size) // QUICK_SIDE)
        colours = [None, *_that_matter(image, asked)]
        grounds = _grounds(image)
        for ground, colour in product(grounds, colours):
            face = Face(frame, ground, Colour.STORED if colour is None else colour.colour)
            if face != FIRST:
                yield face, turned(_composed(image, ground, colour, factor), how)


def _that_matter(image: Image.Image, asked: list[tuple[Colour, bytes]]) -> list[Conversion]:
    if not asked or image.mode == "LAB":
        return []
    rows = [_colours(image.crop((0, y, image.width, y + 1))) for y in some_rows(image.height)]
    sample = some_pixels(rows)
    made = [conversion(colour, profile, sample.mode) for colour, profile in asked]
    return [one for one in made if one is not None and one.matters(sample)]


def _grounds(image: Image.Image) -> list[Ground]:
    """What the picture may lie over, where that can be seen at all."""
    if not seen_through(image):
        return [Ground.WHITE]
    clear = 0
    for strip in _strips(image, 1):
        clear += int((255 - _alpha(strip).astype(np.int64)).sum())
    hardly = clear <= _HARDLY_CLEAR * image.width * image.height
    return [Ground.WHITE] if hardly else list(Ground)


def _composed(image: Image.Image, ground: Ground, colour: Conversion | None, factor: int) -> Pixels:
    """Return (height, width, 3) of the picture as stored, made smaller by a whole number."""
    made = [_strip(strip, ground, colour, factor) for strip in _strips(image, factor)]
    return np.concatenate(made) if len(made) > 1 else made[0]


def _strip(strip: Image.Image, ground: Ground, colour: Conversion | None, factor: int) -> Pixels:
    shown = _colours(strip)
    if colour is not None:
        shown = colour(shown if shown.mode == colour.mode else shown.convert(colour.mode))
    pixels: Pixels = np.asarray(shown.convert("RGB"))
    if ground is not Ground.NONE and _has_alpha(strip):
        alpha = _alpha(strip)[:, :, None].astype(np.uint16)
        mixed = pixels * alpha + np.uint16(_LEVEL[ground]) * (255 - alpha)
        pixels = ((mixed + 127) // 255).astype(np.uint8)
    return pixels if factor == 1 else np.asarray(Image.fromarray(pixels).reduce(factor))


def _has_alpha(strip: Image.Image) -> bool:
    return strip.has_transparency_data and not strip.mode.startswith("I")


def _strips(image: Image.Image, factor: int) -> Iterator[Image.Image]:
    """Cut a picture into strips: converted copies of the whole would be too large."""
    width, height = image.size
    rows = max(1, _STRIP_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(height, top + rows)))


def _colours(strip: Image.Image) -> Image.Image:
    """Return what is stored, without transparency, as L, RGB or CMYK."""
    if strip.mode in {"L", "RGB", "CMYK"}:
        return strip
    if strip.mode in {"LA", "La"}:
        return strip.convert("LA").getchannel("L") if strip.mode == "La" else strip.getchannel("L")
    if strip.mode == "1":
        return strip.convert("L")
    if strip.mode.startswith("I;16") or strip.mode in {"I", "F", "LAB"}:
        return Image.fromarray(rgb_of(strip))
    return _with_alpha(strip).convert("RGB")


def _alpha(strip: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(_with_alpha(strip).getchannel("A"))


def _with_alpha(strip: Image.Image) -> Image.Image:
    if strip.mode in {"La", "RGBa"}:  # stored multiplied by alpha
        strip = strip.convert({"La": "LA", "RGBa": "RGBA"}[strip.mode])
    return strip if strip.mode == "RGBA" else strip.convert("RGBA")
