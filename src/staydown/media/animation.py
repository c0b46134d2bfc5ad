"""Animated GIF and WebP to a few of their pictures. Runs only in the child process."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from staydown.media.errors import BrokenVideo, NoFrames, TooLarge, VideoTooLong
from staydown.media.picture import Pixels, upright_pixels
from staydown.media.sampling import FILLED_GAP

#: Pictures that an animation may have.
MOST_PICTURES = 20_000

#: Viewers show a picture that says 0 or 10 milliseconds for a tenth of a second.
_LEAST_MILLISECONDS = 20
_USUAL_MILLISECONDS = 100


def is_animation(head: bytes) -> bool:
    """Say whether a file that begins with ``head`` may be an animation."""
    return head.startswith((b"GIF87a", b"GIF89a")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )


@dataclass(slots=True)
class Animation:
    """The pictures of an animation. ``seconds``: how long those last that were read so far."""

    file: BinaryIO
    most_pixels: int
    seconds: float = 0.0

    def pictures(self) -> Iterator[tuple[int, float, Pixels]]:
        """Yield number, seconds and pixels of what is shown, half a second apart or more.

        Raises NoFrames where there is but one picture, BrokenVideo, TooLarge, VideoTooLong.
        """
        with Image.open(self.file, formats=["GIF", "WEBP"]) as image:
            if image.width * image.height > self.most_pixels:
                raise TooLarge
            if not getattr(image, "is_animated", False):
                raise NoFrames
            last = -FILLED_GAP
            for number in range(MOST_PICTURES + 1):
                try:
                    image.seek(number)
                    image.load()
                except EOFError:
                    return
                except (OSError, SyntaxError, ValueError) as error:
                    raise BrokenVideo from error
                shown = _shown(image.info.get("duration", 0))
                due = last + FILLED_GAP
                if self.seconds + shown > due + 1e-6:  # it is still there when one is due
                    last = max(self.seconds, due)
                    yield number, last, upright_pixels(image.copy())
                self.seconds += shown
        raise VideoTooLong


def read_sound() -> None:
    """Read an animation that can't be damaged, as any other."""
    file = io.BytesIO()
    first, second = (Image.new("RGB", (16, 16), colour) for colour in ("white", "black"))
    first.save(file, "GIF", save_all=True, append_images=[second], duration=1000)
    list(Animation(file, 16 * 16).pictures())


def _shown(milliseconds: float) -> float:
    """How many seconds a picture is shown that asks for so many milliseconds."""
    return (_USUAL_MILLISECONDS if milliseconds < _LEAST_MILLISECONDS else milliseconds) / 1000
