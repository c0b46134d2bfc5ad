"""The copy code, kind ``copy1``: what a copy-detection network sees in a picture, in 1,024 bits.

Runs in the decoder process. The network is Meta's SSCD ``disc_mixup`` (Pizzi et al., *A
Self-Supervised Descriptor for Image Copy Detection*, CVPR 2022), 8 bits wide, run by onnxruntime on
one thread. ``docs/models.md`` says where it comes from.

The definition, which must not change (another one would be another kind):

1. The upright picture, 8-bit RGB, is resized to ``network_size``: short side 224, long side in
   proportion to the nearest pixel and at most 448, beyond which it is squeezed. Each axis
   by itself: where it shrinks, an output pixel is the mean of the stretch of input that it covers
   (parts of a pixel count by their share); where it grows, linear between pixel centres, the edge
   repeated. Rounded to whole numbers, half upwards.
2. The network's 512 numbers.
3. The signs after the rotations of ``rotations``.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from staydown.base.vocabulary import Kind
from staydown.fingerprint.network import session
from staydown.fingerprint.rotations import signs_of
from staydown.fingerprint.value import Fingerprint
from staydown.kernels.compiled import kernel

if TYPE_CHECKING:
    from staydown.media.picture import Pixels

#: Pixels on the shorter side, and the most on the longer one.
SHORT_SIDE = 224
MOST_LONG_SIDE = 448

#: Pictures of one size that the network is given at once: more cost memory and gain no time.
_BATCH = 4


def copy_codes(pictures: "Sequence[Pixels]", model: str) -> list[Fingerprint]:
    """Return the copy code of each picture, in order; quality is None.

    ``pictures``: uint8, (h, w, 3) RGB or (h, w) grey, any size, upright. ``model``: the file that
    ``model.find_model`` gave. Pictures of one size go through the network together; what comes out
    is the same as one by one.
    """
    inputs = [prepare(pixels) for pixels in pictures]
    outputs = np.empty((len(inputs), 512), np.float32)
    for batch in _batches([given.shape for given in inputs]):
        given = np.stack([inputs[place] for place in batch])
        outputs[batch] = session(model).run(["embedding"], {"image": given})[0]
    return [Fingerprint(Kind.COPY1, bits.tobytes()) for bits in signs_of(outputs)]


def warm(model: str) -> None:
    """Load the network and the kernels' machine code, so that no picture waits for them."""
    copy_codes([np.zeros((8, 8, 3), np.uint8), np.zeros((500, 600, 3), np.uint8)], model)


def network_size(height: int, width: int) -> tuple[int, int]:
    """Return height and width of what the network is given of a picture."""
    short, long = min(height, width), max(height, width)
    scaled = min(MOST_LONG_SIDE, (2 * long * SHORT_SIDE + short) // (2 * short))
    return (SHORT_SIDE, scaled) if height <= width else (scaled, SHORT_SIDE)


def prepare(pixels: "Pixels") -> NDArray[np.uint8]:
    """Return the picture as the network is given it: (h, w, 3) uint8 of ``network_size``."""
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    height, width = network_size(*colour.shape[:2])
    whole = np.ascontiguousarray(colour).reshape(colour.shape[0], -1)
    whole.flags.writeable = False  # one type for the compiler, whatever was given
    rows = _resize_rows(whole, height)
    return _resize_columns(rows.reshape(height, colour.shape[1], 3), width)


def _batches(shapes: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Group places of equal shapes, at most ``_BATCH`` together."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, shape in enumerate(shapes):
        groups.setdefault(shape, []).append(place)
    return [
        group[start : start + _BATCH]
        for group in groups.values()
        for start in range(0, len(group), _BATCH)
    ]


# --------------------------------------------------------------------------- resizing


@kernel
def _stretch(place: int, source: int, target: int) -> tuple[int, int, float, float]:
    """The input that output ``place`` is made of: first and last, and the weights of these two.

    Everything between has weight 1; the weights sum to ``source / target`` when shrinking and to 1
    when growing.
    """
    if target <= source:
        start, end = place * source / target, (place + 1) * source / target
        first = int(start)
        last = min(int(np.ceil(end)), source) - 1
        if first == last:
            return first, last, end - start, 0.0
        return first, last, first + 1 - start, end - last
    centre = (place + 0.5) * source / target - 0.5
    first = int(np.floor(centre))
    share = centre - first
    return max(first, 0), min(first + 1, source - 1), 1.0 - share, share


@kernel
def _resize_rows(pixels: NDArray[np.uint8], height: int) -> NDArray[np.float32]:
    """Resize the first axis of (h, n) to ``height``."""
    source, width = pixels.shape
    out = np.zeros((height, width), np.float32)
    scale = np.float32(min(1.0, height / source))
    for place in range(height):
        first, last, before, after = _stretch(place, source, height)
        line = out[place]
        head, tail = np.float32(before), np.float32(after)
        for column in range(width):
            line[column] = np.float32(pixels[first, column]) * head
        for row in range(first + 1, last):
            for column in range(width):
                line[column] += np.float32(pixels[row, column])
        for column in range(width):
            line[column] = (line[column] + np.float32(pixels[last, column]) * tail) * scale
    return out


@kernel
def _resize_columns(rows: NDArray[np.float32], width: int) -> NDArray[np.uint8]:
    """Resize the second axis of (h, w, 3) to ``width`` and round."""
    height, source, _ = rows.shape
    out = np.empty((height, width, 3), np.uint8)
    scale = np.float32(min(1.0, width / source))
    for place in range(width):
        first, last, before, after = _stretch(place, source, width)
        head, tail = np.float32(before), np.float32(after)
        for row in range(height):
            for band in range(3):
                total = rows[row, first, band] * head + rows[row, last, band] * tail
                for column in range(first + 1, last):
                    total += rows[row, column, band]
                out[row, place, band] = np.uint8(min(total * scale + np.float32(0.5), 255.0))
    return out
