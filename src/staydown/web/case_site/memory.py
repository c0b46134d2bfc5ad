"""Everything that the pages know of a case: one frozen value, one owner, never on disk."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Under18
from staydown.guidance.self_search import Sheet
from staydown.notices.contacts.contacts import Beside, Contact
from staydown.notices.deadlines.terms import Happened, Terms
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route

#: Addresses in the list, letters sent, events of one letter: more than a case has, and bounded.
MAX_LOCATIONS = 500
MAX_SENT = 600
MAX_EVENTS = 50

#: The same event of one letter, noted again within that time, is the same.
_SECOND_CLICK = timedelta(minutes=1)


class Full(StaydownError):
    """There is no room for more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter being written, for one route. Statements made here hold for this letter alone."""

    details: Details = field(repr=False)
    to: Addressee | None = field(repr=False)
    #: For a next step, or one of many: the route and facts it was begun with. ``None``: those of
    #: the case as they are now.
    own: tuple[Route, Facts] | None = field(repr=False)
    #: Given when the draft is begun, so that the file and the record name the same message.
    message_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that somebody said they sent. ``id`` means nothing; ``raw`` is the message."""

    id: str
    route: Route
    facts: Facts = field(repr=False)
    notice: Notice
    terms: Terms
    happened: tuple[Happened, ...]
    #: The letter as it was offered for download: a message ("eml"), or text where that is none.
    raw: bytes = field(repr=False)
    kind: str
    #: Of the message; "" for a text.
    message_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """What the person has said so far. ``None`` or empty: not said."""

    #: Whether the page about shared devices was read.
    warned: bool = False
    under18: Under18 | None = None
    facts: Facts | None = field(default=None, repr=False)
    locations: tuple[Location, ...] = field(default=(), repr=False)
    #: Who writes, taken over from one letter to the next. Nothing is stated in it.
    details: Details = field(default_factory=Details, repr=False)
    #: Letters being written, by the id of their route.
    drafts: Mapping[str, Draft] = field(default_factory=dict, repr=False)
    #: Ids of the routes that the person chose to go on with, after reading a warning to stop.
    chosen: frozenset[str] = frozenset()
    sent: tuple[Sent, ...] = field(default=(), repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    beside_contacts: Beside = field(default_factory=Beside, repr=False)
    #: Answers to the questions of the safety plan, by the question's id.
    answers: tuple[tuple[str, str], ...] = ()
    sheet: Sheet | None = field(default=None, repr=False)
    #: What was looked up last: words, and a kind of record.
    looked_for: tuple[str, str] = field(default=("", ""), repr=False)

    def with_facts(self, facts: Facts) -> "Case":
        """Return the case with other facts. Choices, and letters begun with the old ones, go."""
        drafts = {name: one for name, one in self.drafts.items() if one.own is None}
        return replace(self, facts=facts, drafts=drafts, chosen=frozenset())

    def with_draft(self, route_id: str, draft: Draft) -> "Case":
        """Return the case with a letter begun or changed. Raises Full."""
        if route_id not in self.drafts and len(self.drafts) >= MAX_SENT:
            raise Full(f"there is room for {MAX_SENT} letters")
        return replace(self, drafts={**self.drafts, route_id: draft})

    def with_sent(self, sent: Sent) -> "Case":
        """Return the case with one more letter. Raises Full."""
        if len(self.sent) >= MAX_SENT:
            raise Full(f"there is room for {MAX_SENT} letters: download them and start again")
        return replace(self, sent=(*self.sent, sent))

    def with_event(self, sent_id: str, happened: Happened) -> "Case":
        """Return the case with an event of one letter. Raises Full."""
        found = self.letter(sent_id)
        if found is None:
            return self
        last = found.happened[-1]
        if last.event is happened.event and abs(happened.at - last.at) < _SECOND_CLICK:
            return self
        if len(found.happened) >= MAX_EVENTS:
            raise Full(f"there is room for {MAX_EVENTS} events of one letter")
        changed = replace(found, happened=(*found.happened, happened))
        return replace(self, sent=tuple(changed if one.id == sent_id else one for one in self.sent))

    def without_event(self, sent_id: str, number: str) -> "Case":
        """Return the case without the last event of one letter, if that has this number still."""
        found = self.letter(sent_id)
        if found is None or len(found.happened) == 1 or number != str(len(found.happened) - 1):
            return self
        changed = replace(found, happened=found.happened[:-1])
        return replace(self, sent=tuple(changed if one.id == sent_id else one for one in self.sent))

    def without_letter(self, sent_id: str, draft: Draft) -> "Case":
        """Return the case with a letter that was not sent after all as a draft again, unless
        something happened to it since."""
        found = self.letter(sent_id)
        if found is None or len(found.happened) > 1:
            return self
        kept = tuple(one for one in self.sent if one is not found)
        return replace(self, sent=kept, drafts={found.route.id: draft, **self.drafts})

    def letter(self, sent_id: str) -> Sent | None:
        """Return the letter of that id."""
        return next((one for one in self.sent if one.id == sent_id), None)

    def latest(self, route_id: str) -> Sent | None:
        """Return the letter that was noted last on that route."""
        return next((one for one in reversed(self.sent) if one.route.id == route_id), None)


def new_id() -> str:
    """Return an id that means nothing."""
    return secrets.token_hex(6)


class Memory:
    """The one owner of the case. Threads read and change it through here alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._case = Case()

    def read(self) -> Case:
        """Return the case as it is now."""
        with self._lock:
            return self._case

    def change(self, how: Callable[[Case], Case]) -> Case:
        """Replace the case by what ``how`` makes of it, and return it. ``how`` is pure."""
        with self._lock:
            self._case = how(self._case)
            return self._case

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._case = Case()


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time and how it is shown: the local one, and its distance from UTC."""

    at: datetime

    def __str__(self) -> str:
        local = self.at.astimezone()
        offset = f"{local:%z}"
        return f"{local.day} {local:%B %Y, %H:%M} (UTC{offset[:3]}:{offset[3:5]})"
