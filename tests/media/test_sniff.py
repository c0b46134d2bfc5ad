"""A file is what its first bytes are, whatever it is called."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.media.errors import MediaError, NotAPicture, UnsupportedPicture
from staydown.media.sniff import Format, Told, sniff, tell

KNOWN = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"BM\x00\x00", Format.BMP),
    (b"II*\x00\x08", Format.TIFF),
    (b"MM\x00*\x00", Format.TIFF),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 ", Format.WEBP),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1", Format.AVIF),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", Format.AVIF),
]

CLOSED = [
    b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42",
    b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ",
    b"\x1aE\xdf\xa3\x01\x00",
    b"RIFF\x10\x00\x00\x00AVI LIST",
    b"8BPS\x00\x01",
    b"%PDF-1.7",
    b"\xff\x0a\xfa",
]


@pytest.mark.parametrize(("head", "kind"), KNOWN)
def test_a_known_beginning_names_its_kind(head: bytes, kind: Format) -> None:
    """Each kind that is opened is recognised."""
    assert sniff(head) is kind


@pytest.mark.parametrize("head", CLOSED)
def test_a_kind_that_cannot_be_opened_gets_its_own_advice(head: bytes) -> None:
    """HEIC and video are told from rubbish."""
    with pytest.raises(UnsupportedPicture, match="save the picture as JPEG or PNG"):
        sniff(head)


@pytest.mark.parametrize("head", [b"", b"hello", b"<svg", b"RIFF\x00\x00\x00\x00WAVE", b"\xff\xd8"])
def test_anything_else_is_no_picture(head: bytes) -> None:
    """Text, sound, nothing."""
    with pytest.raises(NotAPicture):
        sniff(head)


@given(st.binary(max_size=64))
def test_any_bytes_are_a_kind_or_a_foreseen_error(head: bytes) -> None:
    """No beginning breaks the recognition."""
    with contextlib.suppress(MediaError):
        assert isinstance(sniff(head), Format)


@given(st.binary(max_size=56))
def test_any_brand_box_is_a_kind_or_a_foreseen_error(rest: bytes) -> None:
    """Whatever length the first box of an AVIF claims."""
    for head in (rest[:4] + b"ftyp" + rest[4:], b"\xff\xff\xff\xffftyp" + rest):
        with contextlib.suppress(MediaError):
            assert isinstance(sniff(head), Format)


@pytest.mark.parametrize(
    ("head", "picture", "film"),
    [
        (b"\xff\xd8\xff\xe0", True, False),
        (b"\x89PNG\r\n\x1a\n", True, False),
        (b"GIF89a", True, True),
        (b"RIFF\0\0\0\0WEBPVP8X", True, True),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", True, False),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True, False),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", True, False),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomavc1", False, True),
        (b"\0\0\0\x18ftypqt  \0\0\2\0qt  \0\0\0\0", False, True),
        (b"\0\0\0\x18ftyp3gp4\0\0\2\0isom3gp4", False, True),
        (b"\0\0\0\x18ftypM4A \0\0\2\0isommp42", False, False),
        (b"\0\0\0\x08wide\0\0\0\0mdat", False, True),
        (b"\x1aE\xdf\xa3", False, True),
        (b"RIFF\0\0\0\0AVI LIST", False, True),
        (b"RIFF\0\0\0\0WAVEfmt ", False, False),
        (b"FLV\x01\x05", False, True),
        (b"%PDF-1.7", False, False),
        (b"hello, world", False, False),
        (b"", False, False),
    ],
)
def test_first_bytes_say_what_it_is(head: bytes, picture: bool, film: bool) -> None:
    """Pictures that can't be opened are pictures all the same: somebody should be told."""
    assert tell(io.BytesIO(head)) == Told(picture, film)


@given(st.binary(max_size=64))
def test_any_first_bytes_are_taken(head: bytes) -> None:
    """And what begins like nothing known is nothing."""
    told = tell(io.BytesIO(head))
    assert isinstance(told.picture, bool)
    assert isinstance(told.film, bool)


@pytest.mark.parametrize(
    ("head", "picture"),
    [
        (b"\0\0\0\x18ftypisom\0\0\2\0isomavc1", False),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", False),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", True),
    ],
)
def test_a_list_of_a_films_pictures_makes_a_film_and_a_picture_only_of_what_is_one(
    head: bytes, picture: bool
) -> None:
    """Of this family only AVIF can be opened as a picture too."""
    file = head + b"\0\0\0\x08moov"
    assert tell(io.BytesIO(file)) == Told(picture, film=True)
