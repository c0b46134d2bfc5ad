"""The sheet: what to type, which alerts to set, and how to do it safely. Pure.

Words that describe pictures stand only behind a name or a handle, in a part of their own: an engine
that learns them may suggest them to others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.guidance.self_search.engine import Engine, load_engines
from staydown.guidance.self_search.phones import forms_of
from staydown.guidance.self_search.terms import SelfSearch

_say = reasons("guidance.self_search")

#: Where handles are known by more than their owner. Searched through an engine, not visited.
_SITES = (
    "facebook.com", "instagram.com", "reddit.com", "t.me", "tiktok.com", "tumblr.com", "x.com",
)  # fmt: skip
#: What pages with such pictures often say beside a name.
_BESIDE = ("photos", "video", "leaked", "nude")

BEFORE = (
    _say("before.own_device"),
    _say("before.private_window"),
    _say("before.quotation_marks"),
    _say("before.type_it"),
    _say("before.set_an_end"),
    _say("before.no_upload"),
    _say("before.write_down"),
)
_HOTLINE = _say("before.hotline")
AFTER = (
    _say("after.close"),
    _say("after.notice"),
    _say("after.empty"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet. ``queries`` are to be typed as they stand, ``notes`` read before."""

    title: Reason
    notes: tuple[Reason, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """Everything to print. ``alerts`` are phrases to set an alert for, where that is safe."""

    before: tuple[Reason, ...]
    sections: tuple[Section, ...]
    alerts: Section
    engines: tuple[Engine, ...]
    after: tuple[Reason, ...]


def make_sheet(
    search: SelfSearch,
    *,
    under18: Under18 | None = None,
    engines: Mapping[str, Engine] | None = None,
) -> Sheet:
    """Return the sheet for what a person gave. Lists that they left out give no part.

    Where the picture may show somebody under 18 (``under18`` is yes or not sure), nothing leads to
    the picture: no words that describe it, and no search by picture or face. ``None`` means that
    nobody was asked, and the notes say what to leave out.
    """
    maybe_under18 = under18 in (Under18.YES, Under18.NOT_SURE)
    known = load_engines() if engines is None else engines
    shown = [one for one in known.values() if one.searches == "words" or not maybe_under18]
    parts = [
        _names(_say("title.names"), search.names, search.towns, ()),
        _names(_say("title.former_names"), search.former_names, search.towns, _FORMER),
        _handles(search.handles),
        _emails(search.emails),
        _phones(search.phones),
        _addresses(search.addresses, search.towns),
    ]
    if not maybe_under18:
        parts.append(_beside(search))
    return Sheet(
        before=(*BEFORE, _HOTLINE) if maybe_under18 else BEFORE,
        sections=tuple(part for part in parts if part.queries),
        alerts=_alerts(search),
        engines=tuple(shown),
        after=AFTER,
    )


_FORMER = (_say("note.former_names"),)


def _exact(*parts: str) -> str:
    return " ".join(f'"{part}"' for part in parts)


def _once(queries: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queries))


def _names(
    title: Reason, names: Iterable[str], towns: Iterable[str], notes: tuple[Reason, ...]
) -> Section:
    queries = []
    for name in names:
        first, _, last = name.rpartition(" ")
        queries.append(_exact(name))
        if first:
            queries.append(_exact(f"{last} {first}"))
        queries += [_exact(name, town) for town in towns]
    return Section(title, notes, _once(queries))


def _handles(handles: Iterable[str]) -> Section:
    queries = []
    for handle in handles:
        bare = handle.lstrip("@")
        if bare:
            queries += [_exact(bare), _exact(f"@{bare}")]
            queries += [f"{_exact(bare)} site:{site}" for site in _SITES]
    notes = (_say("note.handles"),)
    return Section(_say("title.handles"), notes, _once(queries))


def _emails(emails: Iterable[str]) -> Section:
    queries = []
    for email in emails:
        before, at, _ = email.partition("@")
        queries.append(_exact(email))
        if at and before:
            queries.append(_exact(before))
    return Section(_say("title.emails"), (), _once(queries))


def _phones(phones: Iterable[str]) -> Section:
    queries = [_exact(form) for phone in phones for form in forms_of(phone)]
    notes = (_say("note.phones"),)
    return Section(_say("title.phones"), notes, _once(queries))


def _addresses(addresses: Iterable[str], towns: Iterable[str]) -> Section:
    queries = []
    for address in addresses:
        queries.append(_exact(address))
        queries += [_exact(address, town) for town in towns]
    notes = (_say("note.addresses"),)
    return Section(_say("title.addresses"), notes, _once(queries))


def _beside(search: SelfSearch) -> Section:
    known_by = (*search.names, *(handle.lstrip("@") for handle in search.handles))
    queries = [f"{_exact(who)} {word}" for who in known_by if who for word in _BESIDE]
    notes = (
        _say("note.beside.under_18"),
        _say("note.beside.hardest"),
        _say("note.beside.private_window"),
        _say("note.beside.own_language"),
    )
    return Section(_say("title.beside"), notes, _once(queries))


def _alerts(search: SelfSearch) -> Section:
    phrases = [_exact(name) for name in (*search.names, *search.former_names)]
    phrases += [_exact(handle.lstrip("@")) for handle in search.handles if handle.lstrip("@")]
    phrases += [_exact(email) for email in search.emails]
    notes = (
        _say("note.alerts.own_account"),
        _say("note.alerts.how_often"),
        _say("note.alerts.company"),
    )
    return Section(_say("title.alerts"), notes, _once(phrases))
