"""What a file on this machine is, by its first bytes, and its bytes within the limits."""

import errno
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from staydown.base.vocabulary import Kind
from staydown.fingerprint.exact import exact, exact_of_path
from staydown.fingerprint.value import Fingerprint
from staydown.media.errors import MediaError, NotAPicture, TooLarge, UnsupportedPicture
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.sniff import HEAD_BYTES, Format, sniff
from staydown.media.worker import OpenFile, PictureWorker

STDIN = b"-"

_MATROSKA = b"\x1aE\xdf\xa3"  # also WebM
_PDF = b"%PDF"

#: Videos that are known and not opened: Flash, MPEG, Windows Media. Whoever has one should be told.
_CLOSED_VIDEOS = (b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"0&\xb2u\x8ef\xcf\x11")

#: Brands of the ISO family (MP4, QuickTime, 3GP) that are pictures.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

#: Brands that are sound alone.
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")

#: Boxes that a QuickTime file without a brand begins with.
_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip")


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
        return MediaFile(name, *_told(data[:HEAD_BYTES]), data)
    if b"\0" in name:
        raise OSError(errno.EINVAL, "no file has such a name")
    with open(name, "rb") as file:  # noqa: PTH123
        head = file.read(HEAD_BYTES)
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return MediaFile(name, *_told(head))
        data = _within(head + file.read(limits.file_bytes + 1 - len(head)), limits)
        return MediaFile(name, *_told(data[:HEAD_BYTES]), data)


def fault_of(error: MediaError | OSError) -> tuple[str, str]:
    """Return the word and the sentence for what is wrong with a file."""
    if isinstance(error, MediaError):
        return error.code, str(error)
    return "unreadable", f"cannot be read: {error.strerror}"


def _told(head: bytes) -> tuple[bool, bool]:
    """Whether a file that begins so is a picture, and whether it is a video."""
    try:
        return True, sniff(head) in {Format.GIF, Format.WEBP}
    except UnsupportedPicture:
        video = _is_video(head)
        return not video and head[8:12] not in _SOUND_BRANDS and head[:4] != _PDF, video
    except NotAPicture:
        return False, _is_video(head)


def _is_video(head: bytes) -> bool:
    if head[:4] == b"RIFF":
        return head[8:12] == b"AVI "
    if head[4:8] == b"ftyp":
        return head[8:12] not in (*_STILL_BRANDS, *_SOUND_BRANDS)
    return head.startswith((_MATROSKA, *_CLOSED_VIDEOS)) or head[4:8] in _QUICKTIME_BOXES


def _within(data: bytes, limits: Limits) -> bytes:
    if len(data) > limits.file_bytes:
        raise TooLarge
    return data
