"""Checks the records of a folder: each by itself, then what they share."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from staydown.base.records import BadRecord
from staydown.guidance.record import read_record
from staydown.guidance.support.record import Support

#: Words that blame or mislead. Official names and addresses may hold them.
FORBIDDEN = (
    "revenge porn", "revenge-porn", "child porn", "hidden cam ", "sex scandal", "mms scandal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file ("stopncii.toml"; "" for the folder as a whole).

    An error must be mended before the records are used; a warning asks somebody to look.
    """

    file: str
    severity: Literal["error", "warning"]
    text: str


def lint(folder: Path, today: date) -> list[Finding]:
    """Check every record in ``folder`` as of ``today``. Errors first, then by file."""
    if not folder.is_dir():
        return [Finding("", "error", f"cannot read the folder {folder.name}")]
    found: list[Finding] = []
    records: list[Support] = []
    for path in sorted(folder.iterdir()):
        if path.suffix != ".toml":
            found.append(
                Finding(path.name, "error", "doesn't belong here: one record a .toml file")
            )
            continue
        try:
            records.append(read_record(path, Support))
        except BadRecord as error:
            text = str(error).removeprefix(f"{path.name}: ")
            found.append(Finding(path.name, "error", text))
    for record in records:
        name = f"{record.id}.toml"
        found += (Finding(name, "error", text) for text in _faults(record, today))
        if record.standing.is_stale(today):
            text = f"check again: last checked {record.checked}, due since {record.standing.due}"
            found.append(Finding(name, "warning", text))
    found += _shared(records)
    return sorted(found, key=lambda one: (one.severity, one.file, one.text))


def _faults(record: Support, today: date) -> Iterator[str]:
    if record.checked > today:
        yield "checked: that day hasn't come yet"
    if record.recheck_after is not None and record.recheck_after < record.checked:
        yield "recheck_after: is before the day it was checked"
    for source in filter(None, (record.source, *record.more_sources)):
        if not source.startswith(("https://", "http://", "overview: ")):
            yield "source: is a web address, or a reference that starts with “overview: ”"
    if not (record.url or record.phone or record.whatsapp or record.email or record.why):
        yield "url: no way to reach it; say in why that there is none"
    for word in FORBIDDEN:
        if word in f"{record.notes} {record.why} ".lower():
            yield f"notes: says “{word.strip()}”: use neutral words"


def _shared(records: list[Support]) -> Iterator[Finding]:
    """Two records that send people to one address drift apart; the page's order is one row."""
    by_url: dict[str, list[str]] = defaultdict(list)
    by_order: dict[int, list[str]] = defaultdict(list)
    for record in records:
        if record.url:
            by_url[record.url.rstrip("/")].append(record.id)
        if record.public_page is not None:
            by_order[record.public_page.order].append(record.id)
    for what, groups in (("url", by_url.values()), ("public_page.order", by_order.values())):
        for first, *others in groups:
            for other in others:
                yield Finding(f"{other}.toml", "error", f"{what}: the same as in {first}.toml")
