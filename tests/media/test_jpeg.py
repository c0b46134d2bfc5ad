"""Quick decoding of JPEGs: the same picture, smaller, and the same judgement of damaged files."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from staydown.media.decode import decode, prepare
from staydown.media.errors import DecompressionBomb, MediaError, TooLarge, TooManyPixels
from staydown.media.form import QUICK_SIDE, Form
from staydown.media.jpeg import quick_pixels
from staydown.media.limits import Limits
from tests.fingerprint import pictures
from tests.fingerprint.make_vectors import exif
from tests.media import files

LIMITS = Limits()
QUICK = [Form.QUICK_GREY, Form.QUICK_COLOUR]


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare(LIMITS)


@cache
def jpeg(width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    """A photograph as a JPEG file."""
    image = Image.fromarray(pictures.photograph("coffee", width, height)).convert(mode)
    return files.saved(image, "JPEG", **{"quality": 85, **options})


def brightness(pixels: NDArray[Any]) -> NDArray[Any]:
    """Grey as PDQ weighs it."""
    return pixels @ np.array([0.299, 0.587, 0.114]) if pixels.ndim == 3 else pixels


@pytest.mark.parametrize("form", QUICK)
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"progressive": True}])
def test_a_small_picture_keeps_its_size_and_its_look(
    form: Form, options: dict[str, object]
) -> None:
    """Nothing to scale: the same levels, to within rounding."""
    data = jpeg(300, 201, **options)
    full, quick = decode(data, LIMITS).pixels, decode(data, LIMITS, form).pixels
    assert quick.shape == ((201, 300) if form is Form.QUICK_GREY else (201, 300, 3))
    assert quick.flags["C_CONTIGUOUS"]
    assert np.abs(brightness(full) - brightness(quick)).mean() < 1


@pytest.mark.parametrize(
    ("side", "shrink"),
    [(QUICK_SIDE - 1, 1), (2047, 1), (2048, 2), (2049, 2), (4095, 2), (4099, 4)],
)
def test_the_shorter_side_never_falls_below_the_least(side: int, shrink: int) -> None:
    """A half, a quarter or an eighth, rounded up, as soon as 1,024 pixels are left."""
    pixels = decode(jpeg(side + 30, side, "L"), LIMITS, Form.QUICK_GREY).pixels
    assert pixels.shape == (-(-side // shrink), -(-(side + 30) // shrink))


@pytest.mark.parametrize("form", QUICK)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_applied(orientation: int, form: Form) -> None:
    """Upright in every form."""
    data = jpeg(120, 80, exif=exif(orientation))
    full, quick = decode(data, LIMITS).pixels, decode(data, LIMITS, form).pixels
    assert quick.shape[:2] == full.shape[:2]
    assert np.abs(brightness(full) - brightness(quick)).mean() < 1


@pytest.mark.parametrize("form", QUICK)
def test_other_colours_go_the_long_way(form: Form) -> None:
    """CMYK, and red, green and blue stored as such, look as they do in full."""
    rgb = jpeg(90, 60, keep_rgb=True)
    for data in (jpeg(90, 60, "CMYK"), rgb):
        assert quick_pixels(data, (90, 60), form) is None
        assert np.array_equal(decode(data, LIMITS, form).pixels, decode(data, LIMITS).pixels)


def test_a_grey_file_has_colours_where_they_are_asked_for() -> None:
    """Three equal channels in the colour form, one in the grey form."""
    data = jpeg(90, 60, "L")
    colour, grey = (
        decode(data, LIMITS, form).pixels for form in (Form.QUICK_COLOUR, Form.QUICK_GREY)
    )
    assert (colour == grey[:, :, None]).all()


@pytest.mark.parametrize("form", QUICK)
@pytest.mark.parametrize("part", [0.3, 0.7, 0.99])
def test_of_a_file_that_breaks_off_every_form_has_the_same_share(form: Form, part: float) -> None:
    """libjpeg alone would fill the rest with grey, and say nothing."""
    for options in ({}, {"progressive": True}):
        data = jpeg(300, 201, **options)
        cut = data[: int(len(data) * part)]
        full, quick = decode(cut, LIMITS), decode(cut, LIMITS, form)
        assert full.damage.any
        assert quick.damage.share == pytest.approx(full.damage.share, abs=0.01)
        assert np.abs(brightness(full.pixels) - brightness(quick.pixels)).mean() < 1.5


def large(width: int, height: int, **options: object) -> bytes:
    """A JPEG of as many pixels as no camera had for long."""
    image = Image.fromarray(pictures.photograph("coffee", 1000, 750))
    return files.saved(image.resize((width, height), Image.Resampling.NEAREST), "JPEG", **options)


@pytest.mark.parametrize("form", [Form.FULL, *QUICK])
def test_a_picture_of_the_largest_cameras_is_made_smaller_by_its_decoder(form: Form) -> None:
    """108 megapixels, upright, whole or broken off."""
    data = large(12_000, 9_000, quality=30, exif=exif(6))
    opened = decode(data, LIMITS, form)
    height, width = opened.pixels.shape[:2]
    assert width * height <= LIMITS.pixels
    assert min(width, height) >= QUICK_SIDE
    assert height / width == pytest.approx(12_000 / 9_000, abs=0.002)
    assert not opened.damage.any
    broken = decode(data[: len(data) * 3 // 4], LIMITS, form)
    assert broken.pixels.shape == opened.pixels.shape
    assert 0.65 < broken.damage.share < 0.85


def test_what_no_decoder_makes_smaller_has_too_many_pixels() -> None:
    """The words are about pixels, not about bytes."""
    limits = Limits(pixels=50_000, scaled_pixels=100_000)
    for data in (jpeg(300, 201, "CMYK"), jpeg(500, 401)):
        with pytest.raises(TooManyPixels, match="pixels"):
            decode(data, limits)
    assert decode(jpeg(300, 201), limits).pixels.shape == (101, 150, 3)


@pytest.mark.parametrize("form", QUICK)
def test_the_limits_hold_before_anything_is_decoded(form: Form) -> None:
    """By the size in the header, as in full."""
    data = jpeg(300, 201)
    with pytest.raises(TooLarge):
        decode(data, Limits(pixels=300 * 200, scaled_pixels=300 * 200), form)
    start = data.index(b"\xff\xc0") + 5
    huge = data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :]
    with pytest.raises(DecompressionBomb):
        decode(huge, LIMITS, form)


def outcome(data: bytes, form: Form) -> str | tuple[int, ...]:
    """The size of the picture, or the word for what is wrong with it."""
    try:
        limits = Limits(pixels=1_000_000, scaled_pixels=1_000_000)
        return decode(data, limits, form).pixels.shape[:2]
    except MediaError as error:
        return error.code


SMALL = {
    "plain": files.saved(Image.fromarray(pictures.blobs(40, 24)), "JPEG"),
    "progressive": files.saved(
        Image.fromarray(pictures.blobs(40, 24)), "JPEG", progressive=True, exif=exif(6)
    ),
    "grey": files.saved(Image.fromarray(pictures.blobs(40, 24)[:, :, 0]), "JPEG"),
    "restarts": files.saved(
        Image.fromarray(pictures.blobs(40, 24)), "JPEG", restart_marker_blocks=1
    ),
}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_form_judges_a_damaged_file_alike(data: st.DataObject) -> None:
    """Bytes changed, cut out or put in anywhere: the same size or the same fault in each form."""
    whole = bytearray(SMALL[data.draw(st.sampled_from(sorted(SMALL)))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    damaged = bytes(whole)
    assert {outcome(damaged, form) for form in QUICK} == {outcome(damaged, Form.FULL)}


def test_what_is_no_jpeg_is_read_in_full_in_every_form() -> None:
    """A quick form of another format is the picture itself."""
    image = Image.fromarray(pictures.blobs(40, 24))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    for form in QUICK:
        assert np.array_equal(decode(buffer.getvalue(), LIMITS, form).pixels, np.asarray(image))
