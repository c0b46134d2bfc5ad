"""The pictures in one file, one after the other. Runs only in the child process.

Frames of a GIF, WebP, PNG or AVIF as they are shown, each laid over those before it; pages of a
TIFF; the pictures of a multi-picture JPEG (CIPA DC-007), of which most programs show the first.
"""

import io
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageFile

from staydown.base.blame import raised_here
from staydown.media.cost import absurd
from staydown.media.errors import MediaError
from staydown.media.form import Form
from staydown.media.frame_table import file_of, most_seen, spots
from staydown.media.jpeg import quick_pixels
from staydown.media.outline import outline, segments
from staydown.media.sniff import Format

#: Pictures of a file that are looked at, and pixels of them all together beyond the first one.
MOST_FRAMES = 1000
MOST_PIXELS = 400_000_000

#: Frames of an animation that are picked out of what is left after that.
MOST_PICKED = 32

#: Processor seconds after which no further one is begun.
MOST_SECONDS = 3.0

_MOST_PARTS = 64
_MP_ENTRIES = 0xB002


@dataclass(slots=True)
class Sequence:
    """The pictures of a file. ``seen`` and ``left_out`` are right once they were gone through.

    ``left_out`` says whether there is more than was given out, ``broken`` whether something could
    not be read.
    """

    data: bytes = field(repr=False)
    kind: Format
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
            if self.kind is Format.JPEG:
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
        with Image.open(io.BytesIO(self.data), formats=[self.kind.value]) as image:
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
        last = self.seen
        for spot in most_seen(spots(self.data, self.kind), last, MOST_PICKED):
            data = file_of(self.data, self.kind, spot)
            with Image.open(io.BytesIO(data), formats=[self.kind.value]) as image:
                if image.width * image.height > MOST_PIXELS // 4:
                    continue
                if time.process_time() > self._until + MOST_SECONDS / 2:
                    return
                image.load()
                self.seen += 1
                yield spot.number, image

    def _parts(self, *, bends: bool) -> Iterator[tuple[int, Image.Image]]:
        for data in [self.data, *_further_parts(self.data)]:
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                if not self._allowed(image.size):
                    return
                if self.seen and absurd(outline(data)):
                    self.left_out = True
                    return
                quick = None
                if self.form is not Form.FULL and not bends:
                    quick = quick_pixels(data, image.size, Form.QUICK_COLOUR)
                if quick is None:
                    image.load()
                self.seen += 1
                shown = image if quick is None else _like(image, Image.fromarray(quick))
                yield self.seen, shown

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


def _like(image: Image.Image, quick: Image.Image) -> Image.Image:
    """Give a picture that was decoded quickly what the file says of it."""
    quick.info = {"exif": image.info.get("exif", b"")}
    return quick.convert("L") if image.mode == "L" else quick


def _further_parts(data: bytes) -> list[bytes]:
    """Return the pictures that a JPEG points to, but for itself: CIPA DC-007, 5.2."""
    for marker, at, length in segments(data):
        if marker == 0xE2 and data.startswith(b"MPF\0", at):
            try:
                return list(_pointed_to(data, at + 4, data[at + 4 : at + length]))
            except (struct.error, IndexError):
                return []
    return []


def _pointed_to(data: bytes, base: int, index: bytes) -> Iterator[bytes]:
    order = "<" if index[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", index, 4)
    (count,) = struct.unpack_from(order + "H", index, at)
    for entry in range(at + 2, at + 2 + 12 * min(count, _MOST_PARTS), 12):
        tag, _, size, place = struct.unpack_from(order + "HHII", index, entry)
        if tag != _MP_ENTRIES:
            continue
        for one in range(place, place + 16 * min(size // 16, _MOST_PARTS), 16):
            _, length, offset = struct.unpack_from(order + "III", index, one)
            if offset and data.startswith(b"\xff\xd8\xff", base + offset):
                yield data[base + offset : base + offset + length]
