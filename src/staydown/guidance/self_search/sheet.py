"""The sheet: what to type, which alerts to set, and how to do it safely. Pure.

Words that describe pictures stand only behind a name or a handle, in a part of their own: an engine
that learns them may suggest them to others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from staydown.base.vocabulary import Under18
from staydown.guidance.self_search.engine import Engine, load_engines
from staydown.guidance.self_search.phones import forms_of
from staydown.guidance.self_search.terms import SelfSearch

#: Where handles are known by more than their owner. Searched through an engine, not visited.
_SITES = (
    "facebook.com", "instagram.com", "reddit.com", "t.me", "tiktok.com", "tumblr.com", "x.com",
)  # fmt: skip
#: What pages with such pictures often say beside a name.
_BESIDE = ("photos", "video", "leaked", "nude")

BEFORE = (
    "Use a device and a network that nobody else looks at. If you may be watched, read the safety "
    "plan first.",
    "Open a private window, and sign out of everything. A private window hides nothing from a "
    "spying app or from whoever runs the network.",
    "Keep the quotation marks: they find the exact phrase.",
    "Type it yourself or copy it. Don't pick what the engine suggests.",
    "Set an end, such as twenty minutes. Somebody you trust can do this for you.",
    "Never upload the picture. Never search with a picture that may show somebody under 18.",
    "Write down the address of what you find. Save no picture that may show somebody under 18.",
)
_HOTLINE = (
    "Don't look for the picture itself. A hotline may do that lawfully; for others it can be a "
    "crime."
)
AFTER = (
    "Close the private window. Put this sheet where only you can find it, or destroy it.",
    "What you found can go into a notice. What tells where you live can be asked to be taken out.",
    "An empty result doesn't prove that nothing is there: engines don't see groups and chats.",
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the sheet. ``queries`` are to be typed as they stand, ``notes`` read before."""

    title: str
    notes: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """Everything to print. ``alerts`` are phrases to set an alert for, where that is safe."""

    before: tuple[str, ...]
    sections: tuple[Section, ...]
    alerts: Section
    engines: tuple[Engine, ...]
    after: tuple[str, ...]


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
        _names("Your name", search.names, search.towns, ()),
        _names("Former names", search.former_names, search.towns, _FORMER),
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


_FORMER = (
    "Only if you want to. A name that you left behind can hurt, and pages may still use it.",
)


def _exact(*parts: str) -> str:
    return " ".join(f'"{part}"' for part in parts)


def _once(queries: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queries))


def _names(
    title: str, names: Iterable[str], towns: Iterable[str], notes: tuple[str, ...]
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
    notes = ("Old handles too, and those of accounts that you closed.",)
    return Section("Names of your accounts", notes, _once(queries))


def _emails(emails: Iterable[str]) -> Section:
    queries = []
    for email in emails:
        before, at, _ = email.partition("@")
        queries.append(_exact(email))
        if at and before:
            queries.append(_exact(before))
    return Section("E-mail addresses", (), _once(queries))


def _phones(phones: Iterable[str]) -> Section:
    queries = [_exact(form) for phone in phones for form in forms_of(phone)]
    notes = ("Numbers are written in many ways. Each of these is one.",)
    return Section("Phone numbers", notes, _once(queries))


def _addresses(addresses: Iterable[str], towns: Iterable[str]) -> Section:
    queries = []
    for address in addresses:
        queries.append(_exact(address))
        queries += [_exact(address, town) for town in towns]
    notes = ("Street and number, without the flat. Pages that sell such data may show it.",)
    return Section("Where you live or work", notes, _once(queries))


def _beside(search: SelfSearch) -> Section:
    known_by = (*search.names, *(handle.lstrip("@") for handle in search.handles))
    queries = [f"{_exact(who)} {word}" for who in known_by if who for word in _BESIDE]
    notes = (
        "Leave this part out if anybody in the picture may be under 18. Ask a hotline.",
        "It is the hardest part. You may leave it to somebody else, or leave it out.",
        "Only in a private window. An engine that learns these words may suggest them to others.",
        "Add the words that people use for it in your language.",
    )
    return Section("With words that such pages use", notes, _once(queries))


def _alerts(search: SelfSearch) -> Section:
    phrases = [_exact(name) for name in (*search.names, *search.former_names)]
    phrases += [_exact(handle.lstrip("@")) for handle in search.handles if handle.lstrip("@")]
    phrases += [_exact(email) for email in search.emails]
    notes = (
        "Only on an account that nobody else can read, and not on a device that may be watched: "
        "the phrase stands in each message.",
        "Choose once a day or once a week, so that it doesn't come when you are not ready.",
        "An alert for a number or an address gives it to the company that sends the alert.",
    )
    return Section("Alerts to set", notes, _once(phrases))
