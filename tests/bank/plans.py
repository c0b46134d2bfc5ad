"""How much of a table each statement reads, as the database itself plans or counts it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

#: Tables that grow with what is listed.
LARGE = ("entry", "listing", "partnerfeedback", "audit", "fetch", "waiting", "heldsubmission")

_ASKS = re.compile(r"\s*\(*(SELECT|UPDATE|DELETE)\b")

#: A statement as the database gets it: with values bound to it, on SQLite, the plan may be another
#: than with the same values written into it.
Asked = tuple[str, Any]


@contextmanager
def statements() -> Iterator[list[Asked]]:
    """Collect what is asked of the database within the block."""
    asked: list[Asked] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if _ASKS.match(sql):
            given = list(values) if many else values
            asked.append((sql, given[0] if many else given))
            values = given
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield asked


def faults(asked: list[Asked], most: int) -> list[str]:
    """Return what reads a large table otherwise than a piece along an index, or sorts it.

    ``most``: rows that one part of a plan may read, where the database counts them.
    """
    look = _sqlite if connection.vendor == "sqlite" else _postgresql
    return [fault for one in asked for fault in look(one, most)]


def _sqlite(asked: Asked, _most: int) -> Iterator[str]:
    lines = [row[3] for row in _explain("EXPLAIN QUERY PLAN ", asked)]
    large = any(f"bank_{name} " in f"{line} " for name in LARGE for line in lines)
    for line in lines:
        scanned = re.match(r"SCAN (?:\w+ AS )?bank_(\w+)", line)
        if (scanned and scanned[1] in LARGE) or (large and line.startswith("USE TEMP B-TREE")):
            yield f"{line}: {asked[0][:300]}"


def _postgresql(asked: Asked, most: int) -> Iterator[str]:
    """PostgreSQL goes through small tables whole, as it should, so it is asked twice: what it does,
    and whether it could do without."""
    for seqscan in ("on", "off"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET enable_seqscan = {seqscan}")
        ((plans,),) = _explain("EXPLAIN (ANALYZE, FORMAT JSON) ", asked)
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan")
        plan = (json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"]
        for node in _nodes(plan):
            rows, kind = _read(node), node["Node Type"]
            name = str(node.get("Relation Name", "")).removeprefix("bank_")
            much = rows > most and (name in ("entry", "listing") or "Sort" in kind)
            whole = kind == "Seq Scan" and name in LARGE
            if much if seqscan == "on" else whole:
                yield f"{kind} {name} {rows} rows: {asked[0][:300]}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _read(node: dict[str, Any]) -> float:
    """Return how many rows a part of a plan took in: given on, or read and left out."""
    if node.get("Plans") and "Sort" in node["Node Type"]:
        return max(_read(part) for part in node["Plans"])
    left_out = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float((node["Actual Rows"] + left_out) * node["Actual Loops"])


def _explain(how: str, asked: Asked) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(how + asked[0], asked[1])
        return list(cursor.fetchall())
