"""What a file on this machine is, by its first bytes, and its bytes within the limits."""

import errno
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from staydown.base.vocabulary import Kind
from staydown.fingerprint.exact import exact, exact_of_path
from staydown.fingerprint.value import Fingerprint
from staydown.media.errors import MediaError, NotAPicture, TooLarge, UnsupportedPicture
from staydown.media.film_kind import film_kind, is_closed_film
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.sniff import HEAD_BYTES, Format, sniff
from staydown.media.worker import OpenFile, PictureWorker

STDIN = b"-"

_PDF = b"%PDF"

#: Brands of the ISO family (MP4, QuickTime, 3GP) that are pictures.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

#: Brands that are sound alone.
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")

#: No file has so many bytes, whatever it says.
_MOST_BYTES = 1 << 62

#: Parts of such a file that are walked over to see whether a film is among them.
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file and what it is. ``data`` is there only for what came through a pipe."""

    name: bytes
    picture: bool
    video: bool
    data: bytes | None = None

    def read(self, limits: Limits) -> bytes:
        """Return the whole file. Raises OSError, or TooLarge beyond the limit for pictures."""
        if self.data is None:
            with open(self.name, "rb") as file:  # noqa: PTH123 - a Path cannot hold odd bytes
                return _within(file.read(limits.file_bytes + 1), limits)
        return self.data

    def exact(self, kinds: Sequence[Kind]) -> tuple[Fingerprint, ...]:
        """Return MD5 or SHA-256 of the file's bytes, read once. Raises OSError."""
        if not kinds:
            return ()
        if self.data is not None:
            return tuple(exact(io.BytesIO(self.data), kinds).values())
        return tuple(exact_of_path(self.name, kinds).values())

    @contextmanager
    def open(self, worker: PictureWorker, form: Form) -> Iterator[OpenFile]:
        """Hand the file to a decoder process. Raises OSError, MediaError."""
        if form is Form.FILE and self.data is None:
            with worker.open_path(self.name) as opened:
                yield opened
        else:
            with worker.open(self.read(worker.limits), form) as opened:
                yield opened


def look_at(name: bytes, limits: Limits) -> MediaFile:
    """Look at the first bytes of a file; ``-`` is standard input. Raises OSError.

    A file may be both (an animated GIF or WebP) or neither. What is no regular file, a pipe above
    all, is read whole, because it can't be read twice or never ends; TooLarge is raised when it
    holds more than a picture may.
    """
    if name == STDIN:
        if sys.stdin is None:  # closed by whoever started us
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        data = _within(sys.stdin.buffer.read(limits.file_bytes + 1), limits)
        return _of_data(name, data)
    if b"\0" in name:
        raise OSError(errno.EINVAL, "no file has such a name")
    with open(name, "rb") as file:  # noqa: PTH123
        head = file.read(HEAD_BYTES)
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return MediaFile(name, *_told(head, moves=_holds_film(file, head)))
        data = _within(head + file.read(limits.file_bytes + 1 - len(head)), limits)
        return _of_data(name, data)


def fault_of(error: MediaError | OSError) -> tuple[str, str]:
    """Return the word and the sentence for what is wrong with a file."""
    if isinstance(error, MediaError):
        return error.code, str(error)
    return "unreadable", f"cannot be read: {error.strerror}"


def _of_data(name: bytes, data: bytes) -> MediaFile:
    head = data[:HEAD_BYTES]
    return MediaFile(name, *_told(head, moves=_holds_film(io.BytesIO(data), head)), data)


def _told(head: bytes, *, moves: bool = False) -> tuple[bool, bool]:
    """Whether a file that begins so is a picture, and whether it is a video.

    ``moves``: a film was found in it, whatever it calls itself.
    """
    try:
        moving = sniff(head) in {Format.GIF, Format.WEBP}
        return True, moves or moving
    except UnsupportedPicture:
        video = moves or _is_video(head)
        return not video and head[8:12] not in _SOUND_BRANDS and head[:4] != _PDF, video
    except NotAPicture:
        return False, _is_video(head)


def _is_video(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] not in (*_STILL_BRANDS, *_SOUND_BRANDS)
    return film_kind(head) is not None or is_closed_film(head)


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


def _within(data: bytes, limits: Limits) -> bytes:
    if len(data) > limits.file_bytes:
        raise TooLarge
    return data
