"""Whether a folder can be written to by this account alone: what is run lies in no other."""

import os
import stat
from pathlib import Path


def is_own(folder: Path) -> bool:
    """Say whether nobody but this account and root can put or replace a file in ``folder``.

    Every folder on the way counts, for who can rename one can replace what is in it; ``/tmp`` and
    its like, where nobody can rename what belongs to others, are no danger on the way. A group is
    taken for this account's own where it is its first group, as most systems set accounts up. A
    folder that isn't there yet is judged by the nearest one that is.
    """
    if os.name != "posix":
        return True
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    folder = folder.resolve()
    return _guarded(folder, sticky_will_do=False) and all(
        _guarded(above, sticky_will_do=True) for above in folder.parents
    )


def _guarded(folder: Path, *, sticky_will_do: bool) -> bool:
    info = folder.stat()
    if info.st_uid not in {os.geteuid(), 0}:
        return False
    foreign = info.st_mode & stat.S_IWOTH or (
        info.st_mode & stat.S_IWGRP and info.st_gid not in {os.getegid(), 0}
    )
    return not foreign or (sticky_will_do and bool(info.st_mode & stat.S_ISVTX))
