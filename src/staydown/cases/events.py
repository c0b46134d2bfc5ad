"""What happens in a case, as values; the case is what they add up to.

``after`` is pure and total: the same events always make the same case, wherever they are kept. An
event that says again what was said (a second click) changes nothing; one for which there is no room
raises Full, and then nothing has changed.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Under18
from staydown.cases.case import Case, Draft, Sent, who_writes
from staydown.guidance.self_search import Sheet
from staydown.notices.contacts.contacts import Beside, Contact
from staydown.notices.deadlines.terms import Happened
from staydown.notices.details import Location
from staydown.notices.facts import Facts

#: Addresses in the list, letters sent, events of one letter: more than a case has, and bounded.
MAX_LOCATIONS = 500
MAX_SENT = 600
MAX_EVENTS = 50

#: The same event of one letter, noted again within that time, is the same.
_SECOND_CLICK = timedelta(minutes=1)


class Full(StaydownError):
    """There is no room for more."""


@dataclass(frozen=True, slots=True)
class WarningRead:
    """The page about shared devices was read."""


@dataclass(frozen=True, slots=True)
class AgeSaid:
    """Whether anyone in it was under 18. Where one may be, nothing typed for a letter stays."""

    under18: Under18


@dataclass(frozen=True, slots=True)
class FactsSaid:
    """What happened. Choices, and letters begun with other facts, go."""

    facts: Facts = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocationsListed:
    """Lines for the list, each once: web addresses, or words that say where it is."""

    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocationDescribed:
    """More of one line of the list."""

    id: str
    info: str = field(repr=False)
    description: str = field(repr=False)
    evidence: str = field(repr=False)
    search_query: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LocationRemoved:
    """A line is off the list."""

    id: str


@dataclass(frozen=True, slots=True)
class RouteChosen:
    """The person goes on with a route, after reading a warning to stop."""

    route_id: str


@dataclass(frozen=True, slots=True)
class LettersDrafted:
    """Letters begun or changed, by the ids of their routes."""

    drafts: tuple[tuple[str, Draft], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterSent:
    """A letter went out, as it was written from ``draft``, and is no draft any more.

    Where the draft is another by now, or is gone, it was noted or changed elsewhere meanwhile, and
    nothing happens.
    """

    route_id: str
    draft: Draft = field(repr=False)
    sent: Sent = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterTakenBack:
    """A letter was not sent after all, and is a draft again, unless something happened to it."""

    letter: str
    draft: Draft = field(repr=False)


@dataclass(frozen=True, slots=True)
class AnswerNoted:
    """Something happened to a letter that was sent."""

    letter: str
    happened: Happened


@dataclass(frozen=True, slots=True)
class AnswerTakenBack:
    """The last that happened to a letter didn't; ``number``: its place, 0 is the sending."""

    letter: str
    number: int


@dataclass(frozen=True, slots=True)
class ContactsFound:
    """Whom to write to, as a registry answered; nobody: what was found is forgotten."""

    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    beside: Beside = field(default_factory=Beside, repr=False)


@dataclass(frozen=True, slots=True)
class PlanAnswered:
    """Answers to the questions of the safety plan, by the question's id."""

    answers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetMade:
    """A sheet of what to search for; None: it is forgotten."""

    sheet: Sheet | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was looked up in the directory: words, and a kind of record."""

    words: str = field(repr=False)
    kind: str


Event = (
    WarningRead
    | AgeSaid
    | FactsSaid
    | LocationsListed
    | LocationDescribed
    | LocationRemoved
    | RouteChosen
    | LettersDrafted
    | LetterSent
    | LetterTakenBack
    | AnswerNoted
    | AnswerTakenBack
    | ContactsFound
    | PlanAnswered
    | SheetMade
    | LookedUp
)


def fold(events: Iterable[Event], case: Case | None = None) -> Case:
    """Return what ``events`` make of a case (None: an empty one). Raises Full."""
    case = case or Case()
    for event in events:
        case = after(case, event)
    return case


def after(case: Case, event: Event) -> Case:
    """Return the case after one more event. Raises Full."""
    match event:
        case AgeSaid() | FactsSaid() | WarningRead():
            return _after_facts(case, event)
        case LocationsListed() | LocationDescribed() | LocationRemoved():
            return _after_list(case, event)
        case LettersDrafted() | LetterSent() | LetterTakenBack():
            return _after_letter(case, event)
        case AnswerNoted() | AnswerTakenBack():
            return _after_answer(case, event)
        case RouteChosen(route_id):
            return dataclasses.replace(case, chosen=case.chosen | {route_id})
        case ContactsFound(contacts, beside):
            return dataclasses.replace(case, contacts=contacts, beside_contacts=beside)
        case PlanAnswered(answers):
            return dataclasses.replace(case, answers=answers)
        case SheetMade(sheet):
            return dataclasses.replace(case, sheet=sheet)
        case LookedUp(words, kind):
            return dataclasses.replace(case, looked_for=(words, kind))


def _after_facts(case: Case, event: AgeSaid | FactsSaid | WarningRead) -> Case:
    match event:
        case WarningRead():
            return dataclasses.replace(case, warned=True)
        case AgeSaid(under18) if under18 is not Under18.NO:
            return Case(warned=case.warned, under18=under18, sent=case.sent)
        case AgeSaid(under18):
            facts = case.facts and dataclasses.replace(case.facts, under18=under18)
            return dataclasses.replace(case, under18=under18, facts=facts)
        case FactsSaid(facts):
            drafts = {name: one for name, one in case.drafts.items() if one.own is None}
            return dataclasses.replace(case, facts=facts, drafts=drafts, chosen=frozenset())


# --------------------------------------------------------------------------- the list


def _after_list(case: Case, event: LocationsListed | LocationDescribed | LocationRemoved) -> Case:
    match event:
        case LocationsListed(lines):
            made = (*case.locations, *_located(case, lines))
            if len(made) > MAX_LOCATIONS:
                raise Full(f"there is room for {MAX_LOCATIONS} in all")
        case LocationDescribed():
            more = {
                name: getattr(event, name)
                for name in ("info", "description", "evidence", "search_query")
            }
            made = tuple(
                dataclasses.replace(one, **more) if one.id == event.id else one
                for one in case.locations
            )
        case LocationRemoved(gone):
            made = tuple(one for one in case.locations if one.id != gone)
    return dataclasses.replace(case, locations=made)


def _located(case: Case, lines: Iterable[str]) -> list[Location]:
    """Each new line once. One that is no web address is kept as words that say where it is."""
    known = {one.url or one.info for one in case.locations}
    number = max((int(one.id[2:]) for one in case.locations), default=0)
    made: list[Location] = []
    for line in dict.fromkeys(lines):
        if line in known:
            continue
        name = f"L-{number + len(made) + 1:02}"
        is_address = line.startswith(("https://", "http://"))
        made.append(Location(name, url=line) if is_address else Location(name, info=line))
    return made


# --------------------------------------------------------------------------- letters


def _after_letter(case: Case, event: LettersDrafted | LetterSent | LetterTakenBack) -> Case:
    match event:
        case LettersDrafted(drafts):
            return _drafted(case, drafts)
        case LetterSent(route_id, draft, sent):
            if case.drafts.get(route_id) != draft:
                return case
            if len(case.sent) >= MAX_SENT:
                raise Full(f"there is room for {MAX_SENT} letters: download them and start again")
            left = {key: one for key, one in case.drafts.items() if key != route_id}
            return dataclasses.replace(case, drafts=left, sent=(*case.sent, sent))
        case LetterTakenBack(letter, draft):
            found = case.letter(letter)
            if found is None or len(found.happened) > 1:
                return case
            kept = tuple(one for one in case.sent if one is not found)
            return dataclasses.replace(
                case, sent=kept, drafts={found.route.id: draft, **case.drafts}
            )


def _drafted(case: Case, drafts: tuple[tuple[str, Draft], ...]) -> Case:
    """Keep drafts, and who writes for the next letter; never a letter's statements."""
    together = {**case.drafts, **dict(drafts)}
    if len(together) > max(MAX_SENT, len(case.drafts)):
        raise Full(f"there is room for {MAX_SENT} letters")
    own = who_writes(drafts[-1][1].details) if drafts else case.details
    return dataclasses.replace(case, drafts=together, details=own)


def _after_answer(case: Case, event: AnswerNoted | AnswerTakenBack) -> Case:
    found = case.letter(event.letter)
    if found is None:
        return case
    match event:
        case AnswerNoted(_, happened):
            last = found.happened[-1]
            if last.event is happened.event and abs(happened.at - last.at) < _SECOND_CLICK:
                return case
            if len(found.happened) >= MAX_EVENTS:
                raise Full(f"there is room for {MAX_EVENTS} events of one letter")
            now = (*found.happened, happened)
        case AnswerTakenBack(_, number):
            if number < 1 or number != len(found.happened) - 1:
                return case
            now = found.happened[:-1]
    changed = dataclasses.replace(found, happened=now)
    return dataclasses.replace(
        case, sent=tuple(changed if one.id == found.id else one for one in case.sent)
    )
