"""A sheet as plain text, to print or to keep where only one person finds it."""

from datetime import date

from staydown.guidance.self_search.engine import Engine
from staydown.guidance.self_search.sheet import Section, Sheet


def as_text(sheet: Sheet, today: date) -> str:
    """Return the sheet as text with a line feed at its end."""
    blocks = ["Search sheet", _notes("Before you begin", sheet.before)]
    blocks += [_section(section) for section in (*sheet.sections, sheet.alerts) if section.queries]
    blocks += [_engine(engine, today) for engine in sheet.engines]
    blocks.append(_notes("Afterwards", sheet.after))
    return "\n\n".join(blocks) + "\n"


def _notes(title: str, notes: tuple[str, ...]) -> str:
    return "\n".join([title, *(f"- {note}" for note in notes)])


def _section(section: Section) -> str:
    lines = [section.title, *(f"- {note}" for note in section.notes)]
    return "\n".join([*lines, *(f"  [ ] {query}" for query in section.queries)])


def _engine(engine: Engine, today: date) -> str:
    lines = [f"How to use: {engine.name}", *(f"- {line}" for line in engine.safe_way)]
    if engine.alerts:
        lines.append(f"- {engine.alerts}")
    lines.append(f"- What may go wrong: {engine.may_go_wrong}")
    standing = engine.standing
    source = f"Source: {standing.source}. " if standing.source else ""
    day = f"{standing.checked.day} {standing.checked:%B %Y}"
    doubt = standing.why if not standing.confirmed else "; ".join(standing.unconfirmed)
    lines.append(f"  {source}Checked {day}." + (f" Not confirmed: {doubt}" if doubt else ""))
    if standing.is_stale(today):
        lines.append("  This is old and should be checked again.")
    return "\n".join(lines)
