"""The pictures in one file, one after the other. Runs only in the child process.

Frames of a GIF, WebP, PNG or AVIF as they are shown, each laid over those before it; pages of a
TIFF; the pictures of a multi-picture JPEG (CIPA DC-007), of which most programs show the first.
"""

import io
import time
from collections.abc import Iterator
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
from staydown.media.slim import slim
from staydown.media.sniff import Format

#: Pictures of a file that are looked at, and pixels of them all together beyond the first one.
MOST_FRAMES = 1000
MOST_PIXELS = 400_000_000

#: Pixels that one of them may have to be decoded whole.
MOST_ONE = 100_000_000

#: Frames of an animation that are picked out of what is left after that.
MOST_PICKED = 32

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
            if self.what.kind is Format.JPEG:
                yield from self._parts(bends=bends)
            else:
                yield from self._frames()
            if self.left_out:
                yield from self._most_seen()
        except (MediaError, MemoryError):
            raise
        except Exception as error:
            # Viewers show what comes before the damage, and so does this.
            if raised_here(error):
                raise
            self.broken = True
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # as ``decode`` needs it

    def _frames(self) -> Iterator[tuple[int, Image.Image]]:
        kind = self.what.kind
        still = kind is Format.PNG and self.what.frames == 1
        data = slim(self.data, kind).data if still or kind is Format.WEBP else self.data
        with Image.open(io.BytesIO(data), formats=[kind.value]) as image:
            while True:
                if self.seen:
                    if not hasattr(image, "n_frames"):
                        return
                    try:
                        image.seek(self.seen)
                    except EOFError:
                        return
                if not self._allowed(image.size):
                    return
                image.load()
                self.seen += 1
                yield self.seen, image

    def _most_seen(self) -> Iterator[tuple[int, Image.Image]]:
        """Yield, of the frames that are left, some by themselves, not laid over those before."""
        kind = self.what.kind
        for spot in most_seen(spots(self.data, kind), self.seen, MOST_PICKED):
            data = file_of(self.data, kind, spot)
            with Image.open(io.BytesIO(data), formats=[kind.value]) as image:
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
        for begin, end in places:
            data = without_notes(self.data[begin:end])
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                what = outline(data)
                if not self._allowed(image.size):
                    return
                if self.seen and (absurd(what) or seconds(what, self.form) > MOST_SECONDS):
                    self.left_out = True
                    return
                self.seen += 1
                yield self.seen, self._jpeg(data, image, bends=bends)

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


def profile_by_decoder(data: bytes, kind: Format) -> object:
    """Return the profile that a decoder finds in the header of a TIFF or AVIF; None for none."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind.value]) as image:
            return image.info.get("icc_profile")
    except Exception as error:  # what is wrong with the file was judged where it was decoded
        if raised_here(error):
            raise
        return None
