"""Nobody but the bank can tell which pictures are one person's: neither partners nor thieves."""

import math
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from benchmarks.linking import Guessed, Run, Shape, guess, one_run, shapes
from staydown.bank.runtime import Bank
from tests.bank.making import make_bank

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: Seconds from the window's beginning: before it ends, after it, before and after the next but one.
MOMENTS = (595.0, 605.0, 1795.0, 2600.0)

Rows = list[dict[str, Any]]
#: A row of each picture.
Found = dict[str, dict[str, Any]]


def _luck() -> random.Random:
    return random.Random(11)  # noqa: S311 - the same people each time; what the bank draws differs


def _runs(bank: Bank, every: Sequence[Shape], count: int) -> list[Run]:
    luck = _luck()
    return [one_run(bank, luck, every[number % len(every)]) for number in range(count)]


def _better_than_luck(guessed: Sequence[Guessed], guesses: int) -> list[str]:
    """Return what tells. Six times the spread of luck, as two who name each other count once: a
    machine that runs this every day for a thousand years sees no false alarm, and anything that
    tells at all is far beyond."""
    chance = guessed[0].chance
    limit = chance + 6 * math.sqrt(2 * chance * (1 - chance) / guesses)
    return [f"{one.how}: {one.right:.2f}" for one in guessed if one.right > limit]


# --------------------------------------------------------------------------- partners


def test_a_partner_that_polls_both_feeds_each_minute_links_no_pictures() -> None:
    runs = _runs(make_bank(release_seconds=600), shapes(), 18)
    assert _better_than_luck(guess(runs, Shape(), _luck()), 9 * 32) == []


def test_the_same_partner_links_nearly_all_where_nothing_waits() -> None:
    runs = _runs(make_bank(release_seconds=0), [Shape()], 4)
    assert guess(runs, Shape(), _luck())[0].right > 0.9, "or it could not have found anything"


# --------------------------------------------------------------------------- thieves


def _tables() -> dict[str, Rows]:
    """Everything in the database, as a thief reads it."""
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("bank_"):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                names = [column[0] for column in cursor.description]
                rows = cursor.fetchall()
                found[table] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


def _ordered(value: Any) -> float | None:
    """A value as something that can be put in order, or found to be the same."""
    if isinstance(value, bytes | memoryview):
        return float(int.from_bytes(bytes(value)[:6]))
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, uuid.UUID):
        return float(value.int >> 80)
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None if value is None else float(int.from_bytes(str(value).encode()[-6:]))


class Thief:
    """Has copies of the database from several moments, and what one partner was given."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._copies: list[dict[str, Rows]] = []

    def take(self) -> None:
        self._copies.append(_tables())

    def learn(self, run: Run) -> None:
        """Add all that the copies say of each picture to what the partner saw of it."""
        rows = self._rows_of_pictures(run)
        for what, found in rows.items():
            for value, row in found.items():
                places = {f"{what}: {name}": _ordered(cell) for name, cell in row.items()}
                known = {name: place for name, place in places.items() if place is not None}
                run.seen[value].places.update(known)
        self._through_what_waited(run, rows)

    def _rows_of_pictures(self, run: Run) -> dict[str, Found]:
        """Return which rows the copies have of each picture, by what they are."""
        last = self._copies[-1]
        of_entry = self._entries(last, run)
        rows: dict[str, Found] = {"entry": {}, "listing": {}}
        for what, table, key in (("entry", "entry", "id"), ("listing", "listing", "entry_id")):
            for row in last[f"bank_{table}"]:
                if row[key] in of_entry:
                    rows[what][of_entry[row[key]]] = row
        for what, key in (("entry", "entry_id"), ("listing", "listing_id")):
            named = {str(uuid.UUID(str(row[key]))): value for value, row in rows[what].items()}
            for row in last["bank_audit"]:
                if row["what"] == what and row["subject"] in named:
                    trail = rows.setdefault(f"audit of {what} {row['after']}", {})
                    trail[named[row["subject"]]] = row
        return rows

    def _entries(self, last: dict[str, Rows], run: Run) -> dict[int, str]:
        """Whose entry is which picture's: the feed says so, by numbers."""
        numbers = {
            int(seen.places.get("v2 gone number", seen.places["v2 new number"])): value
            for value, seen in run.seen.items()
        }
        return {
            row["id"]: numbers[row["seq"]] for row in last["bank_entry"] if row["seq"] in numbers
        }

    def _through_what_waited(self, run: Run, rows: dict[str, Found]) -> None:
        """A person's rows lie beside each other while they wait. Does any order of theirs lead to
        an order of what came of them?"""
        for name, copy in (("new", self._copies[0]), ("gone", self._copies[2])):
            waited = copy["bank_waiting"]
            for what, found in rows.items():
                if len(found) != len(waited) or not found:
                    continue
                for column in next(iter(found.values())):
                    in_order = sorted(found, key=lambda value: str(found[value][column]).zfill(40))
                    for by in ("id", "owner", "sealed"):
                        line = sorted(waited, key=lambda row: row[by])
                        for value, row in zip(in_order, line, strict=True):
                            run.seen[value].places[f"{name} {by} = {what} {column}"] = row["id"]


def _robbed(release_seconds: int, count: int) -> list[Run]:
    bank, luck, runs = make_bank(release_seconds=release_seconds), _luck(), []
    for _ in range(count):
        thief = Thief(bank)
        run = one_run(bank, luck, Shape(copies="none"), [(at, thief.take) for at in MOMENTS])
        thief.learn(run)
        runs.append(run)
    return runs


def test_a_thief_of_databases_beside_a_feed_links_no_pictures() -> None:
    runs = _robbed(600, 10)
    things = {what for run in runs for seen in run.seen.values() for what in seen.places}
    assert {"listing: owner", "audit of entry listed: id", "new id = listing id"} <= things
    assert {"gone owner = entry seq", "gone sealed = listing listing_id"} <= things
    assert _better_than_luck(guess(runs, Shape(), _luck()), 5 * 32) == []


def test_the_same_thief_links_nearly_all_where_nothing_waits() -> None:
    runs = _robbed(0, 4)
    assert guess(runs, Shape(), _luck())[0].right > 0.9, "or it could not have found anything"
