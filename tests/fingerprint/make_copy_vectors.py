"""Writes tests/vectors/copy1/vectors.json: the copy codes of pictures that lie in tests/vectors.

Run with ``python -m tests.fingerprint.make_copy_vectors``. All are plain 8-bit RGB in PNG, so that
any decoder gives the same pixels. ``prepared`` is the SHA-256 of what the network is given
(height and width as two decimal numbers with a space after each, then RGB bytes row by row): that
must be the same to the byte. ``code`` may differ by 2 % of its bits where another version of
onnxruntime or another processor rounds the network's sums in another way.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from staydown.fingerprint.copy import copy_codes, prepare
from staydown.fingerprint.model import find_model
from tests.fingerprint.pictures import RGB

VECTORS = Path(__file__).parent.parent / "vectors"
FILE = VECTORS / "copy1" / "vectors.json"

PICTURES = [
    "blobs-999x1501.png",
    "screen-1500x1000.png",
    "checks-700x6.png",
    *(f"chelsea-{size}.png" for size in ("8x8", "63x64", "64x64", "127x40", "128x128", "200x133")),
    *(f"coffee-{size}.png" for size in ("9x31", "200x133")),
    *(f"{content}-200x133.png" for content in ("blobs", "gradient", "stripes", "noise", "flat")),
]


def pixels_of(file: str) -> RGB:
    """Decode one of the pictures: ``file`` counts from ``tests/vectors``."""
    with Image.open(VECTORS / file) as image:
        return np.asarray(image.convert("RGB")).copy()


def prepared_hash(pixels: RGB) -> str:
    """SHA-256 of what the network is given of a picture."""
    given = prepare(pixels)
    height, width, _ = given.shape
    return hashlib.sha256(f"{height} {width} ".encode() + given.tobytes()).hexdigest()


def main() -> None:
    """Write the file anew."""
    files = [f"pdq/{name}" for name in PICTURES]
    pictures = [pixels_of(file) for file in files]
    codes = copy_codes(pictures, str(find_model()))
    vectors = [
        {"file": file, "prepared": prepared_hash(pixels), "code": code.hex}
        for file, pixels, code in zip(files, pictures, codes, strict=True)
    ]
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(vectors, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(vectors)} vectors\n")


if __name__ == "__main__":
    main()
