"""What can be wrong with an index or with its files on disk.

RadiusTooWide            a search wider than the index was made for (also a ValueError)
SnapshotError            something about the files of an index
├── SnapshotRefused      they can't be trusted: throw them away and build anew from the rows
├── SnapshotLocked       another process writes them: open them for reading only
├── FolderRefused        the folder is not one that only this account can read: a person must act
└── SnapshotNotWritten   saving failed; what was saved before still stands
"""

from staydown.base.errors import StaydownError


class RadiusTooWide(StaydownError, ValueError):
    """A radius beyond the reach of the index: never cut silently."""


class SnapshotError(StaydownError):
    """Something is wrong with the files of an index."""


class SnapshotRefused(SnapshotError):
    """The files are torn, changed, foreign or of a later version. Derived data: build anew."""


class SnapshotLocked(SnapshotError):
    """Another process holds the files for writing."""


class FolderRefused(SnapshotError):
    """The folder can be read by others, is a link, or can't be used."""


class SnapshotNotWritten(SnapshotError):
    """Saving failed. The snapshot that was there before is untouched."""
