"""What a file is, by its first bytes. Names and claimed types are never believed."""

from enum import Enum

from staydown.media import film_kind
from staydown.media.errors import NotAPicture, UnsupportedPicture

#: As many of the first bytes as are looked at: films are told from pictures by more than a few.
HEAD_BYTES = film_kind.HEAD_BYTES

#: Bytes of them in which the brands of an AVIF stand.
_BRAND_BYTES = 256


class Format(Enum):
    """The kinds of picture that are opened; the value is the name of the decoder in Pillow."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    AVIF = "AVIF"


_BEGINNINGS = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"BM", Format.BMP),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00", Format.TIFF),
    (b"MM\x00+", Format.TIFF),
)

#: Pictures that people have and that can't be opened here: they get advice of their own.
_KNOWN_BUT_CLOSED = (
    b"\xff\x0a",  # JPEG XL
    b"\x00\x00\x00\x0cJXL ",
    b"\x00\x00\x00\x0cjP  ",  # JPEG 2000
    b"8BPS",  # Photoshop
    b"%PDF",
)


def sniff(head: bytes) -> Format:
    """Return the kind of picture that begins with ``head``, the first ``HEAD_BYTES`` of a file.

    Raises UnsupportedPicture for films and for kinds of picture that are known but not opened here,
    NotAPicture for all else.
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp":
        return _brand(head[:_BRAND_BYTES])
    film = film_kind.film_kind(head) is not None or film_kind.is_closed_film(head)
    if film or head.startswith(_KNOWN_BUT_CLOSED):
        raise UnsupportedPicture
    raise NotAPicture


def _brand(head: bytes) -> Format:
    """Tell AVIF from the other files of its family (HEIC photographs, MP4 and QuickTime video)."""
    size = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if brands & {b"avif", b"avis"}:
        return Format.AVIF
    raise UnsupportedPicture
