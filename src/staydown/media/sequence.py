"""The pictures in one file, one after the other. Runs only in the child process.

Frames of a GIF, WebP, PNG or AVIF as they are shown, each laid over those before it; pages of a
TIFF; the pictures of a multi-picture JPEG (CIPA DC-007), of which most programs show the first.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from PIL import Image, ImageFile

from staydown.base.blame import raised_here
from staydown.media.cost import absurd, seconds
from staydown.media.errors import MediaError
from staydown.media.form import Form
from staydown.media.frame_table import file_of, most_seen, spots
from staydown.media.jpeg import quick_pixels
from staydown.media.multi_jpeg import further_pictures
from staydown.media.outline import Outline, outline
from staydown.media.segments import without_notes
from staydown.media.slim import moving, slim
from staydown.media.sniff import Format

#: Pictures of a file that are looked at, and pixels of them all together beyond the first one.
MOST_FRAMES = 1000
MOST_PIXELS = 400_000_000

#: Pixels that one of them may have to be decoded whole.
MOST_ONE = 100_000_000

#: Frames of an animation that are picked out of what is left after that.
MOST_PICKED = 32

#: The tag of a TIFF that holds a colour profile.
_ICC_PROFILE = 34675

#: Processor seconds after which no further one is begun.
MOST_SECONDS = 3.0


@dataclass(slots=True)
class Sequence:
    """The pictures of a file. ``seen`` and ``left_out`` are right once they were gone through.

    ``left_out`` says whether there is more than was given out, ``broken`` whether something could
    not be read.
    """

    data: bytes = field(repr=False)
    what: Outline
    form: Form
    most_pixels: int = MOST_PIXELS
    seen: int = 0
    left_out: bool = False
    broken: bool = False
    #: A further picture that says by itself how its colours are shown, in the words of ``notes``:
    #: its file, what is in that, and what its decoder found.
    own: tuple[bytes, Outline, object] | None = None
    _until: float = field(default=0.0, repr=False)

    def pictures(self, *, bends: bool = False) -> Iterator[tuple[int, Image.Image]]:
        """Yield every picture, loaded, with its number from 1.

        Where there are too many, the first ones, then those that people see most. With ``bends``
        each pixel of a JPEG is needed.
        """
        self._until = time.process_time() + MOST_SECONDS
        self.seen = 0
        # What is damaged is shown as far as it goes, and wrong checksums keep no program back.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with self._noting_damage():
                yield from self._parts(bends=bends) if self._is_jpeg else self._frames()
            if self.left_out or self.broken:
                yield from self._most_seen()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # as ``decode`` needs it

    @property
    def _is_jpeg(self) -> bool:
        return self.what.kind is Format.JPEG

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        """Viewers show what comes before the damage, and some what comes behind it."""
        try:
            yield
        except (MediaError, MemoryError):
            raise
        except Exception as error:
            if raised_here(error):
                raise
            self.broken = True

    def _frames(self) -> Iterator[tuple[int, Image.Image]]:
        kind = self.what.kind
        data = moving(self.data) if kind is Format.PNG else self.data
        data = slim(data, kind).data if kind is Format.WEBP else data
        with Image.open(io.BytesIO(data), formats=[kind.value]) as image:
            for place in range(MOST_FRAMES + 1):
                # Each page of a TIFF is a picture by itself.
                with self._noting_damage() if kind is Format.TIFF else nullcontext():
                    if place and not _is_at(image, place):
                        return
                    if not self._allowed(image.size):
                        return
                    self.seen += 1
                    image.load()
                    self.own = (data, self.what, _of_page(image)) if place else None
                    yield place + 1, image

    def _most_seen(self) -> Iterator[tuple[int, Image.Image]]:
        """Yield, of the frames that are left, some by themselves, not laid over those before."""
        kind = self.what.kind
        for spot in most_seen(spots(self.data, kind), self.seen, MOST_PICKED):
            data = file_of(self.data, kind, spot)
            with (
                self._noting_damage(),
                Image.open(io.BytesIO(data), formats=[kind.value]) as image,
            ):
                if image.width * image.height > MOST_ONE:
                    continue
                if time.process_time() > self._until + MOST_SECONDS / 2:
                    return
                image.load()
                self.seen += 1
                yield spot.number, image

    def _parts(self, *, bends: bool) -> Iterator[tuple[int, Image.Image]]:
        """Yield the pictures of a JPEG: its own, then those that it points to."""
        places = [(0, len(self.data)), *further_pictures(self.data)]
        for number, (begin, end) in enumerate(places, 1):
            if number > 1 and time.process_time() > self._until:
                self.left_out = True
                return
            data = without_notes(self.data[begin:end])
            with self._noting_damage(), Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                what = outline(data)
                if not self._allowed(image.size):
                    return
                if self.seen and (absurd(what) or seconds(what, self.form) > MOST_SECONDS):
                    self.left_out = True
                    return
                self.seen += 1
                self.own = _of_part(self.data[begin:end]) if number > 1 else None
                whole = bends or self.own is not None
                yield number, self._jpeg(data, image, bends=whole)

    def _jpeg(self, data: bytes, image: Image.Image, *, bends: bool) -> Image.Image:
        pixels = None
        if (self.form is not Form.FULL and not bends) or image.width * image.height > MOST_ONE:
            pixels = quick_pixels(data, image.size, Form.QUICK_COLOUR, most=MOST_ONE, tolerant=True)
        if pixels is None:
            image.load()
            return image
        quick = Image.fromarray(pixels)
        return quick.convert("L") if image.mode == "L" else quick

    def _allowed(self, size: tuple[int, int]) -> bool:
        """Whether the next picture may still be opened."""
        if not self.seen:
            return True
        self.most_pixels -= size[0] * size[1]
        late = time.process_time() > self._until
        if self.most_pixels >= 0 and self.seen < MOST_FRAMES and not late:
            return True
        self.left_out = True
        return False


def _is_at(image: Image.Image, place: int) -> bool:
    """Go to a further picture, counted from 0, and say whether there is one."""
    # Asked of the class where it can be: an answer would be looked for in the whole file.
    if not hasattr(type(image), "n_frames") and not hasattr(image, "n_frames"):
        return False
    try:
        image.seek(place)
    except EOFError:
        return False
    return True


def _of_page(image: Image.Image) -> object:
    """Return the profile of the page of a TIFF at which a decoder stands; None for none."""
    return getattr(image, "tag_v2", {}).get(_ICC_PROFILE)


def _of_part(part: bytes) -> tuple[bytes, Outline, object] | None:
    """Return a picture of a JPEG that has notes of its own on its colours."""
    what = outline(part)
    return (part, what, None) if what.coloured else None


def profile_by_decoder(data: bytes, kind: Format) -> object:
    """Return the profile that a decoder finds in the header of a TIFF or AVIF; None for none."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind.value]) as image:
            return image.info.get("icc_profile")
    except Exception as error:  # what is wrong with the file was judged where it was decoded
        if raised_here(error):
            raise
        return None
