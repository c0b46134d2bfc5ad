"""A decoded frame of a video to brightness or colours: upright, 0 to 255."""

import math
import struct
from typing import Any, TypeAlias

import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame as AvFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from staydown.media.picture import Pixels

#: A frame as the decoder left it, or the upright pixels of an animation, (height, width, 3).
Stored: TypeAlias = AvFrame | Pixels

#: Formats whose first plane is 8-bit brightness.
_PLANAR = ("yuv4", "yuvj4", "nv12", "nv21", "gray")

#: Brightness of the colours red, green and blue in thousandths, as PDQ weighs them.
_WEIGHTS = np.array([299, 587, 114], dtype=np.uint32)


def luma_of(stored: Stored) -> NDArray[np.uint8]:
    """Return the brightness of a frame, (height, width)."""
    if isinstance(stored, np.ndarray):
        return ((stored @ _WEIGHTS + 500) // 1000).astype(np.uint8)
    if not _has_plain_luma(stored):
        return _turned(_converted(stored, "gray"), stored)
    plane = stored.planes[0]
    levels = bytes(plane)
    full = stored.color_range == ColorRange.JPEG or stored.format.name.startswith("yuvj")
    if not (full or stored.format.name == "gray"):
        levels = levels.translate(_EXPANDED)  # several times as fast as to index an array
    rows = np.frombuffer(levels, dtype=np.uint8).reshape(-1, plane.line_size)
    return _turned(rows[: stored.height, : stored.width], stored)


def colour_of(stored: Stored) -> Pixels:
    """Return the colours of a frame, (height, width, 3)."""
    if isinstance(stored, np.ndarray):
        return stored
    return _turned(_converted(stored, "rgb24"), stored)


def _converted(frame: AvFrame, layout: str) -> NDArray[np.uint8]:
    """Convert the pixels on this thread: each other one costs address space, which is bounded."""
    return np.asarray(frame.reformat(format=layout, threads=1).to_ndarray(), np.uint8)


def _has_plain_luma(frame: AvFrame) -> bool:
    name = frame.format.name
    return name.startswith(_PLANAR) and frame.format.components[0].bits == 8


def _expanded() -> bytes:
    """Where the levels 16 (black) to 235 (white) of broadcasting lie between 0 and 255."""
    levels = (np.arange(256) - 16.0) * (255.0 / 219.0)
    return bytes(np.rint(np.clip(levels, 0, 255)).astype(np.uint8).tobytes())


_EXPANDED = _expanded()


def _turned(pixels: NDArray[np.uint8], frame: AvFrame) -> NDArray[np.uint8]:
    """Turn and mirror as the file's display matrix asks, by right angles."""
    sides: Any = frame.side_data  # a mapping that is asked for by the type
    matrix = sides.get(Type.DISPLAYMATRIX)
    if matrix is not None:
        pixels = matrix_applied(pixels, bytes(matrix))
    return np.ascontiguousarray(pixels)


def matrix_applied(pixels: NDArray[np.uint8], matrix: bytes) -> NDArray[np.uint8]:
    """Apply a display matrix (ISO/IEC 14496-12, 6.2.2; nine 32-bit numbers) to a picture.

    Only the nearest turn by a right angle, with or without mirroring. A matrix that says nothing
    sensible changes nothing.
    """
    if len(matrix) < 36:
        return pixels
    right_x, right_y, _, down_x, down_y = struct.unpack("<5i", matrix[:20])
    if math.hypot(right_x, right_y) == 0 or math.hypot(down_x, down_y) == 0:
        return pixels
    if abs(right_x) >= abs(right_y):
        flip_x, flip_y = right_x < 0, down_y < 0
    else:
        pixels = pixels.swapaxes(0, 1)
        flip_x, flip_y = down_x < 0, right_y < 0
    if flip_x:
        pixels = pixels[:, ::-1]
    if flip_y:
        pixels = pixels[::-1]
    return pixels
