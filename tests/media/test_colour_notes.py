"""What a file says of its colours is read, whatever else is in it."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from staydown.base.face import Colour
from staydown.media import curves
from staydown.media.colour import conversion, some_pixels, some_rows
from staydown.media.colour_notes import notes
from staydown.media.errors import MediaError
from staydown.media.outline import outline
from tests.media.faced import BASE, FACED, before_pixels, falling, gama, linear, saved, usual
from tests.media.files import png_chunk

COLOURED = {
    "jpg": saved(BASE, "JPEG", icc_profile=falling()),
    "png": saved(BASE, "PNG", icc_profile=falling()),
    "webp": saved(BASE, "WEBP", icc_profile=falling()),
    "gamma": before_pixels(saved(BASE, "PNG"), gama(1.0), png_chunk(b"cICP", bytes([9, 16, 0, 1]))),
    "avif": saved(BASE, "AVIF", icc_profile=falling()),
}


def read(data: bytes) -> list[tuple[Colour, bytes]]:
    """What a file says, without a decoder's help."""
    return notes(data, outline(data))


@pytest.mark.parametrize("name", ["jpg", "png", "webp"])
def test_a_profile_is_read_byte_for_byte(name: str) -> None:
    """From its pieces, unpacked, or as it lies there."""
    assert read(COLOURED[name]) == [(Colour.PROFILE, falling())]


def test_pieces_of_a_profile_are_put_together_by_their_numbers() -> None:
    """Also where they come in another order."""
    profile = falling()
    parts = [
        b"\xff\xe2"
        + struct.pack(">H", 16 + len(part))
        + b"ICC_PROFILE\0"
        + bytes([number, 2])
        + part
        for number, part in ((2, profile[300:]), (1, profile[:300]))
    ]
    whole = saved(BASE, "JPEG")
    assert read(whole[:2] + b"".join(parts) + whole[2:]) == [(Colour.PROFILE, profile)]


def test_each_way_of_a_png_is_one_of_its_own() -> None:
    """Programs differ in which they follow."""
    said = [colour for colour, _ in read(COLOURED["gamma"])]
    assert sorted(said) == [Colour.CODE, Colour.GAMMA]


@pytest.mark.parametrize(
    ("gamma", "level", "right"), [(0.45455, 100, 99), (1.0, 55, 128), (0.2, 200, 148)]
)
def test_a_gamma_shows_levels_as_its_power_says(gamma: float, level: int, right: int) -> None:
    """sRGB of (level / 255) to the power of 1 / gamma."""
    shown = conversion(Colour.GAMMA, curves.by_gamma(round(gamma * 100_000), None), "RGB")
    assert shown is not None
    (pixel,) = np.asarray(shown(Image.new("RGB", (1, 1), (level,) * 3))).reshape(-1, 3)
    exact = (level / 255) ** (1 / gamma)
    assert abs(255 * exact - 255 * linear(float(pixel[0]) / 255)) < 2
    assert abs(int(pixel[0]) - right) <= 2


@pytest.mark.parametrize(
    ("curve", "level", "right"), [(8, 55, 128), (13, 100, 100), (16, 148, 255), (18, 191, 255)]
)
def test_codes_of_video_show_levels_as_their_curves_say(curve: int, level: int, right: int) -> None:
    """Linear light, sRGB, and the white of paper on bright screens: BT.2408 gives its levels."""
    shown = conversion(Colour.CODE, curves.by_code(1, curve), "RGB")
    assert shown is not None
    (pixel,) = np.asarray(shown(Image.new("RGB", (1, 1), (level,) * 3))).reshape(-1, 3)
    assert abs(int(pixel[0]) - right) <= 3


def test_a_profile_is_for_the_colours_that_it_says() -> None:
    """Grey may follow one for RGB; light never follows one for inks or grey."""
    assert conversion(Colour.PROFILE, falling(), "L") is not None
    assert conversion(Colour.PROFILE, falling(b"GRAY"), "RGB") is None
    assert conversion(Colour.PROFILE, falling(), "CMYK") is None
    assert conversion(Colour.PROFILE, b"none", "RGB") is None


def test_what_changes_a_picture_by_more_than_a_few_levels_matters() -> None:
    """A negative does, an ordinary profile doesn't."""
    sample = some_pixels([BASE.crop((0, y, BASE.width, y + 1)) for y in some_rows(BASE.height)])
    for profile, matters in ((falling(), True), (usual(), False)):
        shown = conversion(Colour.PROFILE, profile, "RGB")
        assert shown is not None
        assert shown.matters(sample) == matters


@settings(deadline=None)
@given(st.sampled_from(sorted(COLOURED)), st.data())
def test_whatever_is_damaged_reading_ends(name: str, data: st.DataObject) -> None:
    """What can't be read is passed over; a profile that results is tried, and does no harm."""
    whole = bytearray(COLOURED[name])
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(12, min(len(whole), 1200) - 1))] = data.draw(
            st.integers(0, 255)
        )
    try:
        found = read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except MediaError:  # no picture any more
        return
    for colour, profile in found:
        shown = conversion(colour, profile, "RGB")
        if shown is not None:
            shown(Image.new(shown.mode, (2, 2)))


@settings(deadline=None)
@given(
    st.integers(0, 1 << 32),
    st.none() | st.lists(st.integers(0, 1 << 32), min_size=8, max_size=8),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_numbers_of_nonsense_make_no_profile_or_one_that_works(
    gamma: int, places: list[int] | None, primaries: int, curve: int
) -> None:
    """Whatever stands in gAMA, cHRM and cICP."""
    for made in (curves.by_gamma(gamma, places), curves.by_code(primaries, curve)):
        shown = conversion(Colour.GAMMA, made, "RGB") if made else None
        if shown is not None:
            shown(Image.new("RGB", (2, 2), (10, 200, 90)))


@pytest.mark.parametrize("name", FACED)
def test_headers_tell_that_there_may_be_more_pictures(name: str) -> None:
    """Without a decoder, before anything is unpacked."""
    assert outline(FACED[name][0]()).many_faced
