"""What stands round a decoder process, as it says itself before it has seen a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Walls:
    """What keeps whoever takes over a decoder inside it.

    ``files``: the version of Landlock that keeps it from files, 0 for none. ``calls``: whether only
    listed system calls are let through. ``privileges``: whether it has given up all that it could
    get. ``alone``: whether no other thread was running, which Landlock would not have reached.
    """

    files: int = 0
    calls: bool = False
    privileges: bool = False
    alone: bool = False

    @property
    def closed(self) -> bool:
        """Whether every way out is closed: the list of calls does that even without Landlock."""
        return self.calls and self.privileges

    @property
    def doubled(self) -> bool:
        """Whether a second wall stands behind the first, as on a current Linux."""
        return self.closed and self.files > 0 and self.alone
