"""What a file is, by its first bytes. Names and claimed types are never believed."""

from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

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

#: Brands of the ISO family (MP4, QuickTime, 3GP) that are pictures.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

#: Brands that are sound alone.
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")

#: No file has so many bytes, whatever it says.
_MOST_BYTES = 1 << 62

#: Parts of such a file that are walked over to see whether a film is among them.
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is taken for: both (an animated GIF or WebP), one, or neither."""

    picture: bool
    film: bool


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


def tell(file: BinaryIO) -> Told:
    """Return what a file is, by its first bytes and, where those may mislead, its list of parts.

    Pictures that can't be opened are pictures all the same: somebody should be told.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    moves = _holds_film(file, head)
    try:
        moving = sniff(head) in {Format.GIF, Format.WEBP}
        return Told(True, moves or moving)
    except UnsupportedPicture:
        film = moves or _is_film(head)
        still = head[8:12] not in _SOUND_BRANDS and not head.startswith(b"%PDF")
        return Told(not film and still, film)
    except NotAPicture:
        return Told(False, _is_film(head))


def _is_film(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] not in (*_STILL_BRANDS, *_SOUND_BRANDS)
    return film_kind.film_kind(head) is not None or film_kind.is_closed_film(head)


def _holds_film(file: BinaryIO, head: bytes) -> bool:
    """Whether a file that calls itself a photograph (HEIC, AVIF) has the list of a film's pictures.

    Some are animations, and players take any file for a film that has such a list.
    """
    if head[4:8] != b"ftyp" or head[8:12] in _SOUND_BRANDS:
        return False
    at = 0
    for _ in range(_MOST_PARTS):
        file.seek(at)
        part = file.read(16)
        size = int.from_bytes(part[8:16] if part[:4] == b"\0\0\0\1" else part[:4])
        if part[4:8] == b"moov":
            return True
        if len(part) < 8 or not 8 <= size < _MOST_BYTES - at:
            return False
        at += size
    return False
