"""Writing many rows in one go, where Django's ``bulk_create`` and ``bulk_update`` take 100 µs each.

Values are put as the models' fields put them; only the statement is ours.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, connections, models


def is_new(row: models.Model) -> bool:
    """Whether a row has no key yet, as one that isn't written, or whose key wasn't read back."""
    return row.pk is None


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model in the open transaction. Their keys are not read back."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [one for one in meta.local_concrete_fields if not (one.primary_key or one.generated)]
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(_columns(fields))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for values in _values(rows, fields):
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - our own names
                list(_values(rows, fields)),
            )


def update_rows(rows: Sequence[models.Model], *names: str) -> None:
    """Write these fields of rows of one model, each found by its key, in the open transaction."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [one for one in meta.local_concrete_fields if one.name in names]
    table, values = connection.ops.quote_name(meta.db_table), _values(rows, [meta.pk, *fields])
    if connection.vendor == "postgresql":
        _update_from(table, [meta.pk, *fields], list(values))
        return
    change = ", ".join(f"{column} = %s" for column in _columns(fields))
    key = _columns([meta.pk])[0]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {change} WHERE {key} = %s",  # noqa: S608 - our own names
            [[*one[1:], one[0]] for one in values],
        )


def _update_from(table: str, fields: Sequence[Any], values: Sequence[Sequence[Any]]) -> None:
    """One statement for all: PostgreSQL plans each. The first row says the types of the values."""
    columns = _columns(fields)
    change = ", ".join(f"{column} = given.{column}" for column in columns[1:])
    typed = ", ".join(f"%s::{field.rel_db_type(connection)}" for field in fields[:1])
    typed += "".join(f", %s::{field.db_type(connection)}" for field in fields[1:])
    marks = ", ".join(["%s"] * len(fields))
    rows = ", ".join([f"({typed})"] + [f"({marks})"] * (len(values) - 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {change} FROM (VALUES {rows}) AS given ({', '.join(columns)}) "  # noqa: S608 - our own names
            f"WHERE {table}.{columns[0]} = given.{columns[0]}",
            [one for row in values for one in row],
        )


def _columns(fields: Sequence[Any]) -> list[str]:
    return [connection.ops.quote_name(field.column) for field in fields]


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> Iterator[list[Any]]:
    this = connections[connection.alias]  # asked for each value, the proxy would look it up again
    puts = [(one.attname, one.get_db_prep_save) for one in fields]
    for row in rows:
        yield [put(getattr(row, name), this) for name, put in puts]
