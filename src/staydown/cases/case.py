"""A case as it stands: one frozen value. What changes it are the events of ``cases.events``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from staydown.base.vocabulary import Under18
from staydown.guidance.self_search import Sheet
from staydown.notices.contacts.contacts import Beside, Contact
from staydown.notices.deadlines.terms import Happened, Terms
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Standing

#: What of a letter's details says who writes: taken over from one letter to the next.
_WHO_WRITES = ("name", "email", "contact", "signature", "standing", "depicted", "police_reference")


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
    answers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sheet: Sheet | None = field(default=None, repr=False)
    #: What was looked up last: words, and a kind of record.
    looked_for: tuple[str, str] = field(default=("", ""), repr=False)

    def letter(self, sent_id: str) -> Sent | None:
        """Return the letter of that id."""
        return next((one for one in self.sent if one.id == sent_id), None)

    def latest(self, route_id: str) -> Sent | None:
        """Return the letter that was noted last on that route."""
        return next((one for one in reversed(self.sent) if one.route.id == route_id), None)


def who_writes(
    own: Details, standing: Standing | None = None, locations: tuple[Location, ...] = ()
) -> Details:
    """Return the details that a new letter begins with: who writes, and nothing stated yet."""
    kept = {name: getattr(own, name) for name in _WHO_WRITES}
    if standing is not None:
        kept["standing"] = standing
    return Details(locations=locations, **kept)
