"""The folder that an index is kept in: this account's alone, and written by one process at a time.

Fingerprints are intimate data. So the folder must have mode 0700 and its files 0600, and no link is
followed. All names are looked up in the folder that was opened, whatever its path leads to later.
"""

import fcntl
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Self

from staydown.index.errors import FolderRefused, SnapshotLocked, SnapshotRefused

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Folder:
    """An open folder with the files of one index, which all begin with its name."""

    def __init__(self, path: Path, name: str, *, create: bool) -> None:
        """Open ``path``, made first when ``create`` asks for it and it isn't there.

        Raises FolderRefused, and FileNotFoundError when it isn't there and isn't to be made.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("the name of an index is a word of small letters, digits and _")
        self.name = name
        self._handle = _open_folder(path, create=create)
        self._lock: int | None = None

    def lock(self) -> None:
        """Become the one that writes. Raises SnapshotLocked when another is, or FolderRefused."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(f"{self.name}.lock", flags, 0o600, dir_fd=self._handle)
        except OSError as error:
            raise FolderRefused(
                f"{self.name}.lock can't be opened ({error.strerror}): this account must be able "
                "to write to the folder of the index"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise SnapshotLocked(
                f"another process writes the index {self.name}: open it for reading only"
            ) from error
        except OSError as error:
            os.close(handle)
            raise FolderRefused(
                f"{self.name}.lock can't be locked ({error.strerror}): keep the index on a disk of "
                "this machine"
            ) from error
        self._lock = handle

    def open(self, name: str) -> int:
        """Return a handle for reading a file; the caller closes it.

        Raises SnapshotRefused for a link, a file of another account or one that others can read;
        FileNotFoundError.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            handle = os.open(name, flags, dir_fd=self._handle)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise SnapshotRefused(f"{name} is a link or can't be read: remove it") from error
        info = os.fstat(handle)
        private = info.st_uid == os.geteuid() and not info.st_mode & 0o077
        if not stat.S_ISREG(info.st_mode) or not private:
            os.close(handle)
            raise SnapshotRefused(f"{name} is no private file of this account: remove it")
        return handle

    def create(self, name: str) -> int:
        """Return a handle for writing a new file with mode 0600; the caller closes it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name, flags, 0o600, dir_fd=self._handle)

    def replace(self, old: str, new: str) -> None:
        """Give the file ``old`` the name ``new``, in one step, and wait until that is on disk."""
        os.replace(old, new, src_dir_fd=self._handle, dst_dir_fd=self._handle)
        self.sync()

    def sync(self) -> None:
        """Wait until the names of the files are on disk."""
        os.fsync(self._handle)

    def part_name(self, token: str) -> str:
        """Return the name of a new part's file; ``token`` is 32 hexadecimal digits."""
        return f"{self.name}-{token}.segment"

    def draft_name(self, token: str) -> str:
        """Return the name of a file that isn't finished; ``token`` is 32 hexadecimal digits."""
        return f"{self.name}-{token}.new"

    def is_part(self, name: str) -> bool:
        """Whether a part of this index may have this name."""
        return re.fullmatch(rf"{self.name}-[0-9a-f]{{32}}\.segment", name) is not None

    def own(self) -> list[str]:
        """Return the names of all files of this index but its lock."""
        ours = re.compile(rf"{self.name}(\.manifest|-[0-9a-f]{{32}}\.(segment|new))")
        return [name for name in os.listdir(self._handle) if ours.fullmatch(name)]  # noqa: PTH208 - a handle

    def remove(self, name: str) -> None:
        """Remove a file; it may be gone already. Who has it open goes on reading it."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._handle)

    def close(self) -> None:
        """Let go of the folder and of the lock."""
        for handle in (self._lock, self._handle):
            if handle is not None:
                os.close(handle)
        self._lock, self._handle = None, -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_folder(path: Path, *, create: bool) -> int:
    try:
        if create:
            path.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        if not create:
            raise
        raise FolderRefused(f"the folder above {path} is missing: make it first") from None
    except OSError as error:
        raise FolderRefused(
            f"{path} can't be used ({error.strerror}): name a folder itself, not a link to one, "
            "that this account may write"
        ) from error
    info = os.fstat(handle)
    if info.st_uid != os.geteuid() or info.st_mode & 0o077:
        os.close(handle)
        raise FolderRefused(
            f"{path} must belong to this account and be closed to others: chown it, "
            f"then run chmod 700 {path}"
        )
    return handle
