"""Whether a film's file ends where it says: a download that broke off doesn't. Read without FFmpeg.

Only where a kind writes its own size down. A header that tells a wrong length of a file that is
there as a whole is not believed, and one of a file that breaks off is.
"""

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

from staydown.media.film_kind import FilmKind

_EBML = b"\x1aE\xdf\xa3"
_SEGMENT = b"\x18S\x80g"

_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_LIVE = 1

#: A number by that name, in FLV's list of what the film is.
_FLV_SIZE = b"filesize\0"
_MOST_BYTES = 1 << 62

#: Boxes of a QuickTime file that are walked over.
_MOST_BOXES = 1000


@dataclass(frozen=True, slots=True)
class Ending:
    """What a file says of its own end. ``missing`` is None where it doesn't tell.

    ``seconds``: how long it says it is, where FFmpeg doesn't pass that on; else 0.
    """

    missing: bool | None = None
    seconds: float = 0.0


def ending(kind: FilmKind, file: BinaryIO) -> Ending:
    """Read what a file says of its end and compare it with the end that is there."""
    missing = _breaks_off(kind, file)
    if not missing or kind is not FilmKind.ASF:
        return Ending(missing)
    file.seek(0)
    return Ending(missing, _asf_seconds(file.read(4096)))


def _breaks_off(kind: FilmKind, file: BinaryIO) -> bool | None:
    whole = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4096)
    if kind is FilmKind.AVI and head[:4] == b"RIFF":
        size = int.from_bytes(head[4:8], "little")
        return whole < size + 8 if 0 < size < 0xFFFFFF00 else None
    end = None
    if kind is FilmKind.MATROSKA:
        end = _segment_end(head)
    elif kind is FilmKind.ASF:
        end = _told_by_asf(head)
    elif kind is FilmKind.FLV:
        end = _told_by_flv(head)
    return None if end is None else whole < end


def lost_its_list(file: BinaryIO) -> bool:
    """Say whether a file of the QuickTime family has pictures and no list of where they lie.

    That is written last as a rule, so it is what a download that broke off lacks.
    """
    at, pictures = 0, False
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return pictures
        size, name = int.from_bytes(head[:4]), head[4:8]
        if name == b"moov" or not (name.isascii() and name.isalnum()):
            return False  # it is there, or damage has led astray
        pictures = pictures or name == b"mdat"
        if size == 1:
            size = int.from_bytes(head[8:16])
        if not 8 <= size < _MOST_BYTES - at:  # to the end of the file, or nonsense
            return pictures and size == 0
        at += size
    return False


def _told_by_asf(head: bytes) -> int | None:
    at = head.find(_ASF_PROPERTIES)
    if at < 0 or at + 104 > len(head) or head[at + 88] & _ASF_LIVE:
        return None
    return int.from_bytes(head[at + 40 : at + 48], "little") or None


def _asf_seconds(head: bytes) -> float:
    """How long a Windows Media file plays: in units of 100 ns, with what is sent ahead (in ms)."""
    at = head.find(_ASF_PROPERTIES)
    plays, _, ahead = struct.unpack_from("<QQQ", head, at + 64)
    return float(max(0.0, plays / 1e7 - ahead / 1e3))


def _told_by_flv(head: bytes) -> int | None:
    at = head.find(_FLV_SIZE)
    if at < 0 or at + len(_FLV_SIZE) + 8 > len(head):
        return None
    (size,) = struct.unpack_from(">d", head, at + len(_FLV_SIZE))
    return int(size) if 0 < size < _MOST_BYTES else None


def _segment_end(head: bytes) -> int | None:
    """Where the one large element of a Matroska file ends; None where its size is left open."""
    if head[:4] != _EBML:
        return None
    first = _size(head, 4)
    if first is None:
        return None
    at = first[0] + first[1]
    second = _size(head, at + 4) if head[at : at + 4] == _SEGMENT else None
    return None if second is None else second[0] + second[1]


def _size(head: bytes, at: int) -> tuple[int, int] | None:
    """Return where an element begins whose size stands at ``at``, and its size."""
    if at >= len(head) or not head[at]:
        return None
    length = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + length]) & ((1 << 7 * length) - 1)
    if at + length > len(head) or value == (1 << 7 * length) - 1:
        return None
    return at + length, value
