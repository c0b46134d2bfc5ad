"""Which kind of film a file is, by its first bytes. Names and claimed types are never believed.

A film is told from a picture here, in one place, so that nothing calls one "not a picture". What is
opened is a short list: the kinds that people have and whose reader, in a process that can open
nothing else, needs nothing but the bytes of the file. One damaged byte in a beginning doesn't hide
a film that players still find.
"""

from enum import StrEnum

#: As many of the first bytes as are looked at: some twenty packets of a transport stream.
HEAD_BYTES = 4096


class FilmKind(StrEnum):
    """The kinds that are opened; the value is the name of the reader in FFmpeg."""

    MOV = "mov"  # MP4, QuickTime, 3GP and the rest of that family
    MATROSKA = "matroska"  # and WebM
    AVI = "avi"
    TS = "mpegts"  # television, cameras (m2ts), phones' streams
    PS = "mpeg"  # DVD
    ES = "mpegvideo"  # MPEG-1 and 2 without a container
    OGG = "ogg"
    FLV = "flv"
    ASF = "asf"  # Windows Media
    H264 = "h264"  # without a container, as surveillance cameras give it
    HEVC = "hevc"


_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx", b"pnot"})

#: Boxes that say nothing and are words as well: their size must be that of a small box.
_EMPTY_BOXES = frozenset({b"free", b"skip", b"wide"})
_MOST_EMPTY = 0x1FFFFFFF

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PICTURES = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_ASF_SOUND = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")

_OGG_PICTURES = (b"\x80theora", b"OVP80", b"BBCD\0", b"\x01video\0")
_OGG_SOUND = (b"\x01vorbis", b"OpusHead", b"Speex   ", b"\x7fFLAC")

#: Pieces of such a film in which its settings are looked for.
_MOST_UNITS = 16

_H264_PROFILES = frozenset({44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 138, 144, 244})

#: Beginnings of films that people may have and that aren't opened.
_CLOSED = (
    b".RMF",  # RealMedia
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01",  # MXF, of studios
    b"DKIF",  # IVF
    b"YUV4MPEG2 ",
    b"nut/multimedia container",
    b"\xb7\xd8\x00\x20\x37\x49\xda\x11",  # WTV, of Windows' television
    b"\x1f\x07\x00",  # DV
    b"\0\0\x01\xb0",  # MPEG-4 without a container
)

#: Codes in streams of MPEG-1 and 2: what starts a unit, a pack and what is in it, a sequence and
#: its groups of pictures.
_START = b"\0\0\x01"
_PACK = b"\0\0\x01\xba"
_PACKED = (b"\0\0\x01\xbb", b"\0\0\x01\xbd", b"\0\0\x01\xc0", b"\0\0\x01\xe0")
_SEQUENCE = b"\0\0\x01\xb3"
_GROUPS = (b"\0\0\x01\xb8", b"\0\0\x01\0")

_PACKETS = (188, 192, 204)  # of a transport stream, with time stamps, with check bytes


def film_kind(head: bytes) -> FilmKind | None:
    """Return the kind of film that begins with ``head``; None for all else, sound alone too."""
    if _is_iso(head):
        return FilmKind.MOV
    if head[:4] == b"\x1aE\xdf\xa3" or any(name in head[4:64] for name in (b"matroska", b"webm")):
        return FilmKind.MATROSKA
    if [head[:4] == b"RIFF", head[8:12] == b"AVI ", head[20:24] == b"hdrl"].count(True) >= 2:
        return None if head[8:12] in {b"WAVE", b"WEBP"} else FilmKind.AVI
    if head[:4] == b"OggS" or b"\x80theora" in head[:64]:
        return _but_sound(FilmKind.OGG, head, _OGG_PICTURES, _OGG_SOUND)
    if head[:4] == b"FLV\x01" or _nearly(head[:4] + head[5:9], b"FLV\x01\0\0\0\x09"):
        return FilmKind.FLV
    if _nearly(head[:16], _ASF):
        return _but_sound(FilmKind.ASF, head, (_ASF_PICTURES,), (_ASF_SOUND,))
    return _stream(head)


def is_closed_film(head: bytes) -> bool:
    """Say whether ``head`` begins a film of a kind that is known and not opened."""
    return head.startswith(_CLOSED)


def _is_iso(head: bytes) -> bool:
    name, size = head[4:8], int.from_bytes(head[:4])
    if name in _EMPTY_BOXES:
        return size <= _MOST_EMPTY
    brands = 16 <= size <= 1024 and size % 4 == 0
    return name in _BOXES or (brands and _nearly(name, b"ftyp"))


def _but_sound(
    kind: FilmKind, head: bytes, pictures: tuple[bytes, ...], sound: tuple[bytes, ...]
) -> FilmKind | None:
    """Return the kind unless the head speaks of sound and of no pictures."""
    if any(mark in head for mark in sound) and not any(mark in head for mark in pictures):
        return None
    return kind


def _stream(head: bytes) -> FilmKind | None:
    """Tell the kinds that are made to be joined anywhere, by the codes in them."""
    if head.startswith(_PACK):
        return FilmKind.PS
    if head.startswith(_SEQUENCE):
        return FilmKind.ES
    if _is_transport(head):
        return FilmKind.TS
    if _PACK in head and any(code in head for code in _PACKED):
        return FilmKind.PS
    if all(code in head for code in _GROUPS):
        return FilmKind.ES
    return _bare(head) if head[:2] == b"\0\0" else None


def _bare(head: bytes) -> FilmKind | None:
    """Tell pictures without a container by the settings that stand before them."""
    for unit in head.split(_START)[1:_MOST_UNITS]:
        if unit[:2] == b"\x40\x01":
            return FilmKind.HEVC
        if unit[:1] in {b"\x27", b"\x47", b"\x67"} and unit[1:2] and unit[1] in _H264_PROFILES:
            return FilmKind.H264
    return None


def _is_transport(head: bytes) -> bool:
    """Look for the mark at which each packet begins, wherever the first one is.

    A few in a row are enough, since bytes may be damaged or missing elsewhere.
    """
    for size in _PACKETS:
        row = [0, size, 2 * size, 3 * size, 4 * size]
        if len(head) < row[-1] + 4:
            marks = range(4 if size == 192 else 0, len(head) - 3, size)
            if len(marks) >= 2 and all(_is_packet(head, at) for at in marks):
                return True
            continue
        start = head.find(b"G")
        while 0 <= start < len(head) - row[-1] - 3:
            if all(_is_packet(head, start + at) for at in row):
                return True
            start = head.find(b"G", start + 1)
    return False


def _is_packet(head: bytes, at: int) -> bool:
    """Whether a packet may begin here: its mark, no error said, and something in it."""
    return head[at] == 0x47 and not head[at + 1] & 0x80 and bool(head[at + 3] & 0x30)


def _nearly(found: bytes, known: bytes) -> bool:
    """Whether no more than one byte is another."""
    if len(found) != len(known):
        return False
    return sum(mine != theirs for mine, theirs in zip(found, known, strict=True)) <= 1
