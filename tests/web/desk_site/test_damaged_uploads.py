"""The gate looks at what can be decoded of a damaged picture, and says so."""

import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from tests.media.files import png_chunk, saved
from tests.web.desk_site.support import SAMPLES, Site


def picture() -> Image.Image:
    """The listed photograph."""
    return Image.open(SAMPLES / "coffee.jpg").convert("RGB")


def with_text(data: bytes) -> bytes:
    """A PNG with two megabytes of text in two kilobytes, and a wrong sum."""
    chunk = png_chunk(b"zTXt", b"workflow\0\0" + zlib.compress(bytes(2_000_000)))
    return data[:33] + chunk[:-1] + bytes([chunk[-1] ^ 1]) + data[33:]


def cut(data: bytes, missing: int) -> bytes:
    return data[: len(data) - missing]


CASES: dict[str, tuple[Callable[[], bytes], bool, int]] = {
    "text": (lambda: with_text(saved(picture(), "PNG")), False, 100),
    "no end": (lambda: cut(saved(picture(), "JPEG", quality=90), 2), True, 100),
    "a little": (lambda: cut(saved(picture(), "JPEG", quality=90), 900), True, 97),
    "a little of a PNG": (lambda: cut(saved(picture(), "PNG"), 9_000), True, 97),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("coffee")
def test_a_damaged_copy_is_held_or_flagged_and_told_as_damaged(site: Site, name: str) -> None:
    make, damaged, least = CASES[name]
    answer = site.upload(make())
    assert answer.status_code in {202, 451}, answer.text
    said = answer.json()
    assert said["damaged"] is damaged
    assert least <= said["rows_read_percent"] <= 100


def test_a_damaged_picture_that_matches_nothing_is_allowed_and_told_as_damaged(site: Site) -> None:
    other = saved(Image.open(SAMPLES / "rocket.jpg").convert("RGB").rotate(31), "JPEG")
    answer = site.upload(cut(other, len(other) // 3))
    assert answer.status_code == 200, answer.text
    assert answer.json()["damaged"] is True
    assert 40 < answer.json()["rows_read_percent"] < 90
    assert answer.json()["looked_at"]["complete"] is False


@pytest.mark.usefixtures("coffee")
def test_a_photograph_of_108_megapixels_is_held(site: Site) -> None:
    large = picture().resize((12_000, 9_000), Image.Resampling.NEAREST)
    answer = site.upload(saved(large, "JPEG", quality=30))
    assert answer.status_code == 451, answer.text


def test_too_many_pixels_are_told_as_such(site: Site) -> None:
    """Whatever the file's size in bytes."""
    header = struct.pack(">IIBBBBB", 12_000, 9_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(12_001) * 9_000, 1) + bytes(2_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
    answer = site.upload(data)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "too_many_pixels"
    assert "pixels" in answer.json()["detail"]
