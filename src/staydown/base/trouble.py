"""Telling a database in trouble, which passes, from a fault of ours, which doesn't.

The errors of Django's two databases carry the codes that decide: SQLite's result code, PostgreSQL's
SQLSTATE. Messages are never looked at: they change, and may hold values.
"""

import sqlite3
from enum import Enum


class Trouble(Enum):
    """What keeps a database from answering. Nothing is half saved in any of these cases."""

    #: Somebody else holds what is needed, or too many want it at once.
    BUSY = "busy"
    #: There is no room left where it lies.
    FULL = "full"
    #: It may be read and not be written.
    READ_ONLY = "read-only"
    #: It can't be read or written at all: a disk that fails, a file that is damaged.
    BROKEN = "broken"
    #: The server can't be reached, or is starting or stopping.
    AWAY = "away"


#: SQLite's primary result codes (https://sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_PROTOCOL: Trouble.BUSY,
    sqlite3.SQLITE_NOMEM: Trouble.BUSY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.BROKEN,
    sqlite3.SQLITE_CANTOPEN: Trouble.BROKEN,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.BROKEN,
}

#: SQLSTATE by its beginning, the longest that fits
#: (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "08": Trouble.AWAY,  # connection lost
    "25006": Trouble.READ_ONLY,  # a standby, or a server set so
    "40": Trouble.BUSY,  # deadlock, serialization
    "53": Trouble.BUSY,  # too many connections, out of memory
    "53100": Trouble.FULL,
    "55P03": Trouble.BUSY,  # a lock was not had in time
    "57014": Trouble.BUSY,  # a statement took too long
    "57P": Trouble.AWAY,  # starting, stopping, crashed
    "58": Trouble.BROKEN,  # its disk
    "XX001": Trouble.BROKEN,  # damaged data
    "XX002": Trouble.BROKEN,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what is wrong with the database if that is what ``error`` says; None for all else.

    A statement that is wrong, a table that is missing or a rule that was broken is a fault of ours.
    """
    seen: BaseException | None = error
    while seen is not None:
        found = _of_driver(seen)
        if found is not None:
            return found
        seen = seen.__cause__  # not __context__: what was dealt with before is no reason
    return None


def _of_driver(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return None if code is None else _SQLITE.get(code & 0xFF)
    family = type(error).__module__.partition(".")[0]
    if family != "psycopg":
        return None
    state = getattr(error, "sqlstate", None)
    if state is None:  # not the server's word: it could not be asked
        names = {kind.__name__ for kind in type(error).__mro__}
        return Trouble.AWAY if names & {"OperationalError", "InterfaceError"} else None
    fitting = [begins for begins in _POSTGRESQL if state.startswith(begins)]
    return _POSTGRESQL[max(fitting, key=len)] if fitting else None
