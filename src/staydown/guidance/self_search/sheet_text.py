"""A sheet as plain text, to print or to keep where only one person finds it."""

from datetime import date

from staydown.base.reasons import Reason, reasons
from staydown.base.wording import text, texts
from staydown.guidance.self_search.engine import Engine
from staydown.guidance.self_search.sheet import Section, Sheet

_say = reasons("guidance.self_search")


def as_text(sheet: Sheet, today: date) -> str:
    """Return the sheet as text with a line feed at its end."""
    blocks = [text(_say("text.heading")), _notes(_say("text.before"), sheet.before)]
    blocks += [_section(section) for section in (*sheet.sections, sheet.alerts) if section.queries]
    blocks += [_engine(engine, today) for engine in sheet.engines]
    blocks.append(_notes(_say("text.after"), sheet.after))
    return "\n\n".join(blocks) + "\n"


def _notes(title: Reason, notes: tuple[Reason, ...]) -> str:
    return "\n".join([text(title), *(f"- {text(note)}" for note in notes)])


def _section(section: Section) -> str:
    queries = (f"  [ ] {query}" for query in section.queries)
    return "\n".join([_notes(section.title, section.notes), *queries])


def _engine(engine: Engine, today: date) -> str:
    lines = [text(_say("text.engine", name=engine.name))]
    lines += [f"- {line}" for line in engine.safe_way]
    if engine.alerts:
        lines.append(f"- {engine.alerts}")
    lines.append(f"- {text(_say('text.may_go_wrong', what=engine.may_go_wrong))}")
    standing = engine.standing
    said = [_say("text.source", source=standing.source)] if standing.source else []
    said.append(_say("text.checked", day=standing.checked))
    doubt = standing.why if not standing.confirmed else "; ".join(standing.unconfirmed)
    if doubt:
        said.append(_say("text.not_confirmed", why=doubt))
    lines.append(f"  {texts(said)}")
    if standing.is_stale(today):
        lines.append(f"  {text(_say('text.old'))}")
    return "\n".join(lines)
