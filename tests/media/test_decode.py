"""Every way to store a picture gives the same upright RGB pixels; every bad file a named error."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from staydown.media.decode import decode, prepare
from staydown.media.errors import (
    DecompressionBomb,
    MediaError,
    NotAPicture,
    TooLarge,
    TooManyPixels,
    Truncated,
    UnsupportedPicture,
)
from staydown.media.limits import Limits
from tests.fingerprint import pictures
from tests.media import files

LIMITS = Limits()
PHOTOGRAPH = pictures.photograph("chelsea", 97, 64)


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare(LIMITS)


@pytest.mark.parametrize("name", files.STORED)
def test_a_picture_looks_the_same_however_it_is_stored(name: str) -> None:
    """Upright, 8-bit RGB, over white, to within what the format loses."""
    store, look, loss = files.STORED[name]
    pixels = decode(store(PHOTOGRAPH), LIMITS).pixels
    expected = look(PHOTOGRAPH)
    assert pixels.dtype == np.uint8
    assert pixels.shape == expected.shape
    assert pixels.flags["C_CONTIGUOUS"]
    difference = np.abs(pixels.astype(np.int16) - expected.astype(np.int16))
    assert difference.mean() <= loss
    assert loss > 0 or difference.max() == 0


def test_a_clear_colour_of_a_gif_is_white() -> None:
    """Transparency lies over white, not over black or the palette's colour."""
    image = Image.new("P", (9, 9), 3)
    image.putpalette([0, 0, 0] * 16)
    data = files.saved(image, "GIF", transparency=3)
    assert decode(data, LIMITS).pixels.min() == 255


@pytest.mark.parametrize(("mode", "clear"), [("L", 7), ("RGB", (7, 7, 7)), ("I;16", 7)])
def test_a_clear_colour_of_a_png_is_white(mode: str, clear: object) -> None:
    """Whatever the mode, the colour that the file names as clear is white."""
    image = Image.new(mode, (9, 9), clear)  # type: ignore[arg-type]
    assert decode(files.saved(image, "PNG", transparency=clear), LIMITS).pixels.min() == 255


def test_a_colour_profile_is_ignored() -> None:
    """A profile changes how colours look, never the levels."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    image = Image.fromarray(PHOTOGRAPH)
    plain, profiled = files.saved(image, "PNG"), files.saved(image, "PNG", icc_profile=profile)
    assert np.array_equal(decode(plain, LIMITS).pixels, decode(profiled, LIMITS).pixels)


def test_an_orientation_in_xmp_alone_is_ignored_as_browsers_do() -> None:
    """The browser page and this program must agree on what is up."""
    xmp = b'<rdf:Description tiff:Orientation="6"/>'
    data = files.saved(Image.new("RGB", (30, 20)), "WEBP", xmp=xmp)
    assert decode(data, LIMITS).pixels.shape == (20, 30, 3)


@pytest.mark.parametrize(
    "block", [b"Exif\x00\x00rubbish", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", b""]
)
def test_damaged_exif_is_ignored(block: bytes) -> None:
    """A picture with a broken note is still a picture."""
    data = files.saved(Image.new("RGB", (30, 20)), "JPEG", exif=block)
    assert decode(data, LIMITS).pixels.shape == (20, 30, 3)


@pytest.mark.parametrize("value", [0, 9, 255])
def test_an_orientation_that_does_not_exist_is_ignored(value: int) -> None:
    """Only 1 to 8 mean something."""
    data = files.saved(Image.new("RGB", (30, 20)), "JPEG", exif=files.exif(value))
    assert decode(data, LIMITS).pixels.shape == (20, 30, 3)


def test_values_of_no_usual_range_are_stretched() -> None:
    """From the least to the greatest; what is no number is black."""
    image = Image.fromarray(np.array([[-5.0, 5.0, np.nan, 0.0]] * 3, dtype=np.float32))
    pixels = decode(files.saved(image, "TIFF"), LIMITS).pixels
    assert pixels[0, :, 0].tolist() == [0, 255, 0, 128]


@pytest.mark.parametrize("value", [0.0, 1e30, -1e30])
def test_one_value_all_over_is_no_error(value: float) -> None:
    """Nothing to stretch."""
    image = Image.fromarray(np.full((6, 6), value, dtype=np.float32))
    assert decode(files.saved(image, "TIFF"), LIMITS).pixels.shape == (6, 6, 3)


LOSSY = ["jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "png P", "webp lossless alpha"]


def test_what_is_missing_is_told_too_where_another_library_told_pillow_to_look_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = files.STORED["png"][0](PHOTOGRAPH)
    opened = decode(data[: len(data) // 2], LIMITS)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    other = decode(data[: len(data) // 2], LIMITS)
    assert other.damage == opened.damage
    assert opened.damage.share < 0.8


def test_only_the_first_bytes_of_each_kind_are_truncated_too() -> None:
    """A beginning alone is a broken file, not an unknown one."""
    for name in LOSSY:
        with pytest.raises(Truncated):
            decode(files.STORED[name][0](PHOTOGRAPH)[:20], LIMITS)


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg xmlns='x'/>", b"P6 1 1 255 abc"])
def test_what_is_no_picture_is_told_so(data: bytes) -> None:
    """Also the kinds that Pillow could open and that nobody needs here."""
    with pytest.raises(NotAPicture):
        decode(data, LIMITS)


def test_a_photograph_of_an_iphone_is_told_apart() -> None:
    """HEIC gets advice, not «no picture»."""
    with pytest.raises(UnsupportedPicture):
        decode(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", LIMITS)


def _claiming(width: int, height: int) -> dict[str, bytes]:
    """Files whose headers claim a size; the data behind is next to nothing."""
    size = struct.pack("<HH", width, height)
    tiff = struct.pack("<HHII", 256, 4, 1, width) + struct.pack("<HHII", 257, 4, 1, height)
    tags = [(258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (278, 4, height), (279, 4, 9)]
    tiff += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    extended = b"\x10\x00\x00\x00" + (width - 1).to_bytes(3, "little")
    extended += (height - 1).to_bytes(3, "little")
    return {
        "png": files.png(width, height, depth=8, colour=2, rows=b"\x00" * 64),
        "gif": b"GIF89a" + size + b"\x00\x00\x00,\x00\x00\x00\x00" + size + b"\x00\x02\x00;",
        "bmp": b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 60, 0, 54, 40, width, height, 1, 24, *[0] * 6),
        "tiff": b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 8) + tiff + b"\x00\x00\x00\x00",
        "jpeg": start + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x00\xff\xd9",
        "webp": b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + extended,
    }


@pytest.mark.parametrize("kind", sorted(_claiming(9, 9)))
def test_a_tiny_file_that_claims_a_huge_picture_is_a_bomb(kind: str) -> None:
    """Told from the header, before room is made for one pixel."""
    with pytest.raises(DecompressionBomb):
        decode(_claiming(16_000, 16_000)[kind], LIMITS)


def test_the_limit_of_pixels_is_exact() -> None:
    """As many as are allowed pass, one row more does not."""
    limits = Limits(pixels=1000)
    prepare(limits)
    noise = pictures.noise(50, 21)
    data, larger = (files.saved(Image.fromarray(noise[:rows]), "PNG") for rows in (20, 21))
    assert decode(data, limits).pixels.shape == (20, 50, 3)
    with pytest.raises(TooManyPixels, match="more pixels"):
        decode(larger, limits)
    prepare(LIMITS)


def test_a_file_of_too_many_bytes_is_too_large() -> None:
    """Before anything looks into it."""
    with pytest.raises(TooLarge):
        decode(b"\xff\xd8\xff" + bytes(200), Limits(file_bytes=202))


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP", b"iTXt"])
def test_a_note_that_unfolds_without_end_is_never_unpacked(kind: bytes) -> None:
    """Compressed text in a PNG may be larger than any picture, and shows nothing of it."""
    packed = zlib.compress(bytes(1 << 26))
    body = b"a\x00\x00" + packed if kind != b"iTXt" else b"a\x00\x01\x00\x00\x00" + packed
    extra = files.png_chunk(kind, body)
    rows = bytes(4 * 3 + 1) * 4
    opened = decode(files.png(4, 4, depth=8, colour=2, rows=rows, extra=extra), LIMITS)
    assert opened.pixels.shape == (4, 4, 3)
    assert not opened.damage.any


SMALL = {
    name: files.STORED[name][0](pictures.blobs(24, 16))
    for name in (
        "jpeg",
        "png P half clear",
        "webp",
        "gif",
        "bmp",
        "tiff LZW",
        "avif",
        "png turned 6",
    )
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_damage_is_a_picture_or_a_foreseen_error(data: st.DataObject) -> None:
    """Bytes changed, cut out or doubled anywhere never raise anything else."""
    whole = bytearray(SMALL[data.draw(st.sampled_from(sorted(SMALL)))])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        assert decode(bytes(whole), Limits(pixels=1_000_000)).pixels.ndim == 3
    except MediaError:
        return


def test_the_bytes_given_are_left_as_they_are() -> None:
    """Decoding reads and never writes."""
    data = files.saved(Image.fromarray(PHOTOGRAPH), "PNG")
    copy = bytes(bytearray(data))
    decode(data, LIMITS)
    assert io.BytesIO(data).getvalue() == copy
