"""The pictures in one file, one after the other. Runs only in the child process.

Frames of a GIF, WebP, PNG or AVIF as they are shown, each laid over those before it; pages of a
TIFF; the pictures of a multi-picture JPEG (CIPA DC-007), of which most programs show the first.
"""

import io
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from staydown.base.blame import raised_here
from staydown.media.cost import absurd
from staydown.media.errors import MediaError
from staydown.media.form import Form
from staydown.media.jpeg import quick_pixels
from staydown.media.outline import outline, segments
from staydown.media.sniff import Format

#: Pictures of a file that are looked at, and pixels of them all together beyond the first one.
MOST_FRAMES = 1000
MOST_PIXELS = 100_000_000

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

    def pictures(self, *, bends: bool = False) -> Iterator[Image.Image]:
        """Yield every picture, loaded. With ``bends`` each pixel of a JPEG is needed."""
        self._until = time.process_time() + MOST_SECONDS
        self.seen = 0
        try:
            if self.kind is Format.JPEG:
                yield from self._parts(bends=bends)
            else:
                yield from self._frames()
        except (MediaError, MemoryError):
            raise
        except Exception as error:
            # Viewers show what comes before the damage, and so does this.
            if raised_here(error):
                raise
            self.broken = True

    def _frames(self) -> Iterator[Image.Image]:
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
                yield image

    def _parts(self, *, bends: bool) -> Iterator[Image.Image]:
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
                yield image if quick is None else _like(image, Image.fromarray(quick))

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
