"""One picture of a film, as it was decoded; its pixels are made when asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staydown.media.luma import Stored, colour_of, luma_of
from staydown.media.picture import Pixels


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video. Pixels are made when asked for.

    ``seconds`` counts from the first picture, ``number`` frames at the video's average rate.
    """

    number: int
    seconds: float
    stored: Stored

    @property
    def pixels(self) -> int:
        """How many there are: what the frame costs to keep."""
        if isinstance(self.stored, np.ndarray):
            return self.stored.size // 3
        return self.stored.width * self.stored.height

    def luma(self) -> NDArray[np.uint8]:
        """Brightness, (height, width), 0 black to 255 white, upright, in the size of the video."""
        return luma_of(self.stored)

    def colour(self) -> Pixels:
        """(height, width, 3), red, green and blue, upright, in the size of the video."""
        return colour_of(self.stored)
