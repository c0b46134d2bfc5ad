"""Writes tests/vectors/pdq: small pictures with the fingerprint that the ``pdqhash`` package gives.

Run with ``python -m tests.fingerprint.make_vectors``. Python and the browser are held to the same
files. ``kind`` is ``pixels`` for PNG files of plain 8-bit RGB (any decoder gives the same pixels)
and ``file`` for the formats and modes that people really have.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.fingerprint import pictures
from tests.fingerprint.pictures import RGB
from tests.peers import peer_package

FOLDER = Path(__file__).parent.parent / "vectors" / "pdq"

SIZES = [(8, 8), (9, 31), (63, 64), (64, 64), (65, 64), (127, 40), (128, 128), (200, 133)]


def peer_pdq(pixels: RGB) -> tuple[str, int]:
    """Return the hexadecimal digits and the quality that ``pdqhash`` gives for RGB pixels."""
    bits, quality = peer_package("pdqhash").compute(np.ascontiguousarray(pixels))
    return f"{int(''.join(str(bit) for bit in bits), 2):064x}", int(quality)


def over_white(pixels: NDArray[np.uint8]) -> RGB:
    """Lay RGBA pixels over white, each channel rounded to the nearest level."""
    alpha = pixels[:, :, 3:].astype(np.float64) / 255
    return np.rint(pixels[:, :, :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def upright_rgb(path: Path) -> RGB:
    """Decode a file the plain way: the oracle that the pipeline is compared with."""
    with Image.open(path) as image:
        turned = ImageOps.exif_transpose(image)
        if turned.mode.startswith("I"):
            deep = np.asarray(turned).astype(np.float64)
            grey = np.rint(deep / 257).astype(np.uint8)
            return np.repeat(grey[:, :, None], 3, axis=2)
        if "A" in turned.mode or "transparency" in turned.info:
            return over_white(np.asarray(turned.convert("RGBA")))
        return np.asarray(turned.convert("RGB")).copy()


def exif(orientation: int) -> bytes:
    """An EXIF block that says only how the picture is turned."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def faded(pixels: RGB) -> Image.Image:
    """The picture with alpha that falls from opaque on the left to clear on the right."""
    height, width, _ = pixels.shape
    alpha = np.broadcast_to(np.linspace(255, 0, width).astype(np.uint8)[None, :], (height, width))
    return Image.fromarray(np.dstack([pixels, alpha]), "RGBA")


def write_pixels(folder: Path) -> list[str]:
    """Write the exact pictures and return their names."""
    names = []
    for content, draw in pictures.CONTENTS.items():
        for width, height in SIZES:
            name = f"{content}-{width}x{height}.png"
            Image.fromarray(draw(width, height)).save(folder / name, optimize=True)
            names.append(name)
    for content, width, height in [
        ("screen", 1500, 1000),
        ("blobs", 999, 1501),
        ("checks", 700, 6),
    ]:
        name = f"{content}-{width}x{height}.png"
        Image.fromarray(pictures.CONTENTS[content](width, height)).save(
            folder / name, optimize=True
        )
        names.append(name)
    return names


def write_files(folder: Path) -> list[str]:
    """Write one file for each format, mode and turn and return their names."""
    names = []
    for content, width, height in [
        ("chelsea", 300, 200),
        ("coffee", 161, 240),
        ("blobs", 333, 250),
    ]:
        for ending, (image, options) in _variants(
            pictures.CONTENTS[content](width, height)
        ).items():
            names.append(content + ending)
            image.save(folder / names[-1], **options)
    rgb = Image.fromarray(pictures.CONTENTS["chelsea"](240, 160))
    for orientation in range(2, 9):
        names.append(f"turned-{orientation}.jpg")
        rgb.save(folder / names[-1], quality=85, exif=exif(orientation))
    return names


def _variants(pixels: RGB) -> dict[str, tuple[Image.Image, dict[str, Any]]]:
    """The same picture as each kind of file: name ending to image and save options."""
    rgb = Image.fromarray(pixels)
    grey, cmyk, palette, clear = (
        rgb.convert("L"),
        rgb.convert("CMYK"),
        rgb.quantize(64),
        faded(pixels),
    )
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    return {
        ".jpg": (rgb, {"quality": 85}),
        "-full-colour.jpg": (rgb, {"quality": 90, "subsampling": 0}),
        "-progressive.jpg": (rgb, {"quality": 80, "progressive": True}),
        "-cmyk.jpg": (cmyk, {"quality": 85}),
        "-grey.jpg": (grey, {"quality": 85}),
        ".webp": (rgb, {"quality": 80}),
        "-lossless.webp": (palette.convert("RGB"), {"lossless": True}),
        "-alpha.webp": (clear, {"quality": 80}),
        ".avif": (rgb, {"quality": 75}),
        ".bmp": (rgb.resize((90, 60)), {}),
        ".gif": (palette, {}),
        "-clear.gif": (palette, {"transparency": 7}),
        "-palette.png": (palette, {"optimize": True}),
        "-palette-clear.png": (palette, {"optimize": True, "transparency": 7}),
        "-grey.png": (grey, {"optimize": True}),
        "-grey-clear.png": (grey, {"optimize": True, "transparency": 120}),
        "-mono.png": (rgb.convert("1"), {"optimize": True}),
        "-16bit.png": (deep, {"optimize": True}),
        "-alpha.png": (clear, {"optimize": True}),
        "-grey-alpha.png": (clear.convert("LA"), {"optimize": True}),
    }


def main(folder: Path = FOLDER) -> None:
    """Write every file and ``vectors.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = dict.fromkeys(write_pixels(folder), "pixels")
    kinds |= dict.fromkeys(write_files(folder), "file")
    vectors = []
    for name, kind in kinds.items():
        value, quality = peer_pdq(upright_rgb(folder / name))
        vectors.append({"name": name, "file": name, "kind": kind, "pdq": value, "quality": quality})
    text = json.dumps(vectors, indent=1) + "\n"
    (folder / "vectors.json").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(vectors)} vectors\n")


if __name__ == "__main__":
    main()
