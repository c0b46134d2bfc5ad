"""Pictures made for tests."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def waves(width: int, height: int, channels: int = 3) -> NDArray[np.uint8]:
    """Return a picture with structure at every scale, shape (height, width, channels)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    parts = [
        np.sin(x * (5 + 9 * c) + np.cos(y * (7 + 4 * c)) * 3) * np.cos(y * 11 - x * (3 + c))
        for c in range(channels)
    ]
    grain = np.random.default_rng(width).integers(0, 24, (height, width, 1))
    return np.clip(np.stack(parts, axis=-1) * 115 + 115 + grain, 0, 255).astype(np.uint8)


def photograph(width: int, height: int) -> NDArray[np.uint8]:
    """Return the same for large sizes, quickly: structure enlarged, with grain in every pixel."""
    small = Image.fromarray(waves(width // 8, height // 8))
    enlarged = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
    grain = np.random.default_rng(width).integers(0, 16, enlarged.shape, dtype=np.uint8)
    return enlarged // 16 * 15 + grain


def saved(pixels: NDArray[np.uint8], kind: str, **options: Any) -> bytes:
    """Return the pixels as a file."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()
