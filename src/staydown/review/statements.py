"""Plain statements, for where Django's way of making them costs more than the answer; and lots, for
where one statement can't take all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

#: Values in one statement; SQLite takes no more than 999 of them everywhere.
MOST_VALUES = 900


def rows(statement: str, values: Sequence[int | bytes] = ()) -> list[tuple[Any, ...]]:
    """Return what a statement finds. A connection that broke is replaced: see ``again``."""

    def ask() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    return again(ask)


def again(ask: Callable[[], T]) -> T:
    """Return ``ask()``; where the connection is broken, once more over a new one."""
    try:
        return ask()
    except (OperationalError, InterfaceError):
        # SQLite has no connection that could break, and what can't be reached at all isn't asked
        # twice: the caller would wait twice as long.
        if connection.in_atomic_block or connection.vendor == "sqlite" or not connection.connection:
            raise
        connection.close()
        return ask()


def in_lots(values: Iterable[T], most: int = MOST_VALUES) -> Iterator[list[T]]:
    """Yield ``values`` in their order, so many at a time."""
    left = iter(values)
    while lot := list(islice(left, most)):
        yield lot
