"""Records that somebody looked up: one a file, with a source, a day it was checked, a state.

What a record holds is the affair of the package it lies in; this is what all of them share.
"""

import stat
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason
from staydown.base.toml_text import NotToml, read_tables

MAX_RECORD_BYTES = 64 * 1024

#: How long a record counts as fresh, where it doesn't say otherwise.
FRESH_FOR = timedelta(days=90)


class BadRecord(StaydownError):
    """A record file that cannot be read, or says something it must not. Names the file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a record can be relied on.

    ``source`` is an address or a short reference ("" where there is none), ``why`` says why it is
    not confirmed, and ``unconfirmed`` lists single points that nobody saw confirmed.
    """

    checked: date
    confirmed: bool
    source: str = ""
    why: Reason | str = ""
    unconfirmed: tuple[str, ...] = ()
    recheck_after: date | None = None

    @property
    def due(self) -> date:
        """The last day on which the record counts as fresh."""
        if self.recheck_after is not None:
            return self.recheck_after
        # A mistyped year must not stop whoever checks the records.
        return min(self.checked, date.max - FRESH_FOR) + FRESH_FOR

    def is_stale(self, today: date) -> bool:
        """Whether somebody should look at the record again."""
        return today > self.due


def read_table(path: Path) -> dict[str, Any]:
    """Read one record file. Raises BadRecord for one that is too large or isn't TOML."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for good
            raise BadRecord(f"{path.name} is not a file")
        return read_tables(path, most=MAX_RECORD_BYTES)
    except OSError as error:
        raise BadRecord(f"cannot read {path.name}: {error.strerror}") from error
    except NotToml as error:
        raise BadRecord(f"{path.name} {error}") from error
