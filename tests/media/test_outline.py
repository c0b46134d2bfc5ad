"""The outline of a file: what a header says, read without a decoder."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.gate_files import many_scans
from staydown.media.av1 import largest_picture
from staydown.media.decode import prepare
from staydown.media.errors import NotAPicture
from staydown.media.limits import Limits
from staydown.media.outline import Outline, outline
from staydown.media.sniff import Format
from tests.media.files import STORED, png_chunk, saved

prepare(Limits())


@pytest.fixture(scope="module")
def stored() -> dict[str, bytes]:
    """A picture of 37 × 23 in every way that files store it."""
    ramp = Image.linear_gradient("L").resize((37, 23)).convert("RGB")
    import numpy as np

    return {name: store(np.asarray(ramp)) for name, (store, _, _) in STORED.items()}


@pytest.mark.parametrize("name", STORED)
def test_every_way_of_storing_a_picture_is_outlined_as_its_decoder_sees_it(
    stored: dict[str, bytes], name: str
) -> None:
    """The size, before any turning."""
    found = outline(stored[name])
    with Image.open(io.BytesIO(stored[name])) as image:
        assert sorted((found.width, found.height)) == sorted(image.size)
        if "turned" not in name:
            assert (found.width, found.height) == image.size
    assert found.file_bytes == len(stored[name])
    assert found.bits >= 1


@pytest.mark.parametrize(
    ("name", "alpha"),
    [("png RGBA", True), ("png P half clear", True), ("png", False), ("webp", False)]
    + [("webp lossless alpha", True), ("avif alpha", True), ("avif", False), ("tiff RGBA", True)],
)
def test_transparency_is_seen(stored: dict[str, bytes], name: str, alpha: bool) -> None:
    assert outline(stored[name]).alpha is alpha


def test_scans_of_a_progressive_jpeg_are_counted() -> None:
    """However many there are."""
    usual = many_scans(0, 64)
    assert 5 <= outline(usual).scans <= 12
    assert outline(many_scans(500, 64)).scans == outline(usual).scans + 500


@pytest.mark.parametrize(
    ("name", "quick"),
    [("jpeg", True), ("jpeg grey", True), ("jpeg progressive", True), ("jpeg cmyk", False)],
)
def test_which_jpegs_can_be_decoded_at_a_fraction(
    stored: dict[str, bytes],
    name: str,
    quick: bool,
) -> None:
    assert outline(stored[name]).quick is quick


def test_the_stream_of_an_avif_is_believed_more_than_its_boxes(stored: dict[str, bytes]) -> None:
    """A decoder works through the stream first."""
    for data in (stored["avif"], stored["avif alpha"]):
        lying = bytearray(data)
        at = 0
        while (at := lying.find(b"ispe", at) + 4) > 3:
            lying[at + 4 : at + 12] = struct.pack(">II", 2, 2)
        assert (outline(bytes(lying)).width, outline(bytes(lying)).height) == (37, 23)


def test_an_avif_whose_stream_is_not_found_is_taken_for_a_large_one(
    stored: dict[str, bytes],
) -> None:
    data = stored["avif"].replace(b"iloc", b"free")
    assert outline(data).pixels >= 10_000_000


def test_a_png_of_endless_chunks_is_not_walked_to_its_end() -> None:
    """Their number is guessed from the length instead, not too low."""
    data = saved(Image.new("RGB", (9, 9)), "PNG")
    many = data[:33] + png_chunk(b"teSt", b"") * 50_000 + data[33:]
    assert outline(many).pieces >= 50_000


def test_what_is_no_picture_has_no_outline() -> None:
    with pytest.raises(NotAPicture):
        outline(b"hello")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_of_a_file_ends_the_reading_with_an_error_of_another_kind(
    stored: dict[str, bytes], data: st.DataObject
) -> None:
    """Cut off anywhere, with any bytes changed: an outline, of numbers that are not negative."""
    file = bytearray(stored[data.draw(st.sampled_from(sorted(STORED)))])
    for _ in range(data.draw(st.integers(0, 12))):
        file[data.draw(st.integers(12, min(len(file), 600) - 1))] = data.draw(st.integers(0, 255))
    whole = bytes(file[: data.draw(st.integers(12, len(file)))])
    try:
        found = outline(whole)
    except NotAPicture:
        return
    assert isinstance(found, Outline)
    assert min(found.width, found.height, found.scans, found.pieces, found.bits) >= 0


@given(st.binary(max_size=400))
def test_no_stream_ends_the_reading_of_its_header_with_an_error(stream: bytes) -> None:
    """None or a size."""
    found = largest_picture(stream)
    assert found is None or min(found) >= 1


def test_every_format_that_is_opened_has_an_outline(stored: dict[str, bytes]) -> None:
    assert {outline(data).kind for data in stored.values()} == set(Format)
