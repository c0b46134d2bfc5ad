"""The files that a command line names, folders opened one by one while the walk goes on."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was named, or met in a named folder (``inside``).

    ``fault`` says why a folder or file can't be looked at. ``regular`` is False for what a walk
    passes over: links (they lead out of the folder, or round in circles), devices, pipes, sockets.
    """

    name: bytes
    inside: bool = False
    regular: bool = True
    fault: OSError | None = None


def walk(names: Iterable[bytes], *, folders: bool) -> Iterator[Found]:
    """Yield what is named, in order; with ``folders``, what is in a folder instead of the folder.

    Depth first and in the order of the names' bytes, so that the same tree always gives the same
    lines. Only the names of the folders on the way down are held, never a list of all files. A
    link that is named itself is followed.
    """
    for name in names:
        if folders and _is_folder(name):
            yield from _inside(name)
        else:
            yield Found(name)


def _is_folder(name: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name).st_mode)  # noqa: PTH116 - a Path cannot hold odd bytes
    except (OSError, ValueError):
        return False  # whoever reads it will say what is wrong


def _inside(top: bytes) -> Iterator[Found]:
    folders = [(top, _names(top))]
    while folders:
        folder, names = folders[-1]
        name = next(names, None)
        if name is None:
            folders.pop()
            continue
        if isinstance(name, OSError):
            yield Found(folder, inside=True, fault=name)
            continue
        path = os.path.join(folder, name)  # noqa: PTH118
        try:
            mode = os.lstat(path).st_mode
        except OSError as error:
            yield Found(path, inside=True, fault=error)
            continue
        if stat.S_ISDIR(mode):
            folders.append((path, _names(path)))
        else:
            yield Found(path, inside=True, regular=stat.S_ISREG(mode))


def _names(folder: bytes) -> Iterator[bytes | OSError]:
    """Yield the sorted names in a folder, read when the first is asked for; or what is wrong."""
    try:
        names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208
    except OSError as error:
        yield error
        return
    while names:  # each is let go of when its turn is over
        yield names.pop()
