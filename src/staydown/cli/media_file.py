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
from staydown.media.errors import MediaError, TooLarge
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.sniff import Told, tell
from staydown.media.worker import OpenFile, PictureWorker

STDIN = b"-"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file and what it is. ``data`` is there only for what came through a pipe."""

    name: bytes
    told: Told
    data: bytes | None = None

    @property
    def picture(self) -> bool:
        return self.told.picture

    @property
    def video(self) -> bool:
        return self.told.film

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
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return MediaFile(name, tell(file))
        return _of_data(name, _within(file.read(limits.file_bytes + 1), limits))


def fault_of(error: MediaError | OSError) -> tuple[str, str]:
    """Return the word and the sentence for what is wrong with a file."""
    if isinstance(error, MediaError):
        return error.code, str(error)
    return "unreadable", f"cannot be read: {error.strerror}"


def _of_data(name: bytes, data: bytes) -> MediaFile:
    return MediaFile(name, tell(io.BytesIO(data)), data)


def _within(data: bytes, limits: Limits) -> bytes:
    if len(data) > limits.file_bytes:
        raise TooLarge
    return data
