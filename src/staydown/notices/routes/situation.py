"""What the facts come to, before any route is looked for: where, in whose law, how far it is."""

from dataclasses import dataclass
from datetime import date

from staydown.base.incident import DistributionMode
from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Place, Record
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import PlaceKind, Stage

_say = reasons("notices.routes")

_OFFLINE = frozenset({DistributionMode.OFFLINE_DISC, DistributionMode.OFFLINE_USB_OR_MEMORY_CARD})
#: Places that live on such pictures: a letter to them tells them that it hurts.
_HOSTILE = frozenset(
    {
        DistributionMode.NCII_ONLY_SITE,
        DistributionMode.EXTORTION_OR_DEFAMATION_SITE,
        DistributionMode.DARK_WEB,
    }
)
#: What a search engine doesn't reach.
_NOT_INDEXED = _OFFLINE | {DistributionMode.MESSAGING_PRIVATE, DistributionMode.DARK_WEB}
_MESSAGING = frozenset(
    {DistributionMode.MESSAGING_PRIVATE, DistributionMode.MESSAGING_GROUP_OR_CHANNEL}
)


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts, with what the directory adds to them."""

    facts: Facts
    directory: Directory
    today: date
    #: The record of the place, when the directory has one.
    place: Place | None
    #: Codes, nearest first; () when the country isn't known.
    person: tuple[str, ...]
    place_law: tuple[str, ...]
    uploader: tuple[str, ...]

    @property
    def threat(self) -> bool:
        """Whether nothing has been shown yet."""
        return self.facts.stage is Stage.THREAT_ONLY

    @property
    def online(self) -> bool:
        """Whether the picture is, or would be, on a service that can be written to."""
        return self.facts.where not in _OFFLINE

    @property
    def dark(self) -> bool:
        """Whether the site hides who runs and hosts it."""
        onion = self.facts.site is not None and self.facts.site.lower().endswith(".onion")
        return onion or self.facts.where is DistributionMode.DARK_WEB

    @property
    def hostile(self) -> bool:
        """Whether the place is one that lives on such pictures."""
        return self.facts.where in _HOSTILE or self.dark

    @property
    def private(self) -> bool:
        """Whether it is in messages between people, not on a page."""
        return self.facts.where is DistributionMode.MESSAGING_PRIVATE

    @property
    def messaging(self) -> bool:
        """Whether it is in an app for messages."""
        return self.facts.where in _MESSAGING

    @property
    def searchable(self) -> bool:
        """Whether a search engine may show it."""
        return not self.threat and self.facts.where not in _NOT_INDEXED and not self.dark

    @property
    def at_search_engine(self) -> bool:
        """Whether the place in question is a search engine, which holds no picture itself."""
        if self.place is not None:
            return self.place.kind is PlaceKind.SEARCH_ENGINE
        return self.facts.where is DistributionMode.SEARCH_RESULT

    @property
    def everywhere(self) -> frozenset[str]:
        """Every code whose law may count."""
        return frozenset((*self.person, *self.place_law, *self.uploader))

    def doubts_about(self, record: Record) -> tuple[Reason, ...]:
        """Return what has to be said of a record that isn't confirmed, or is stale."""
        name = getattr(record, "name", "it")
        doubts = []
        if not record.confirmed:
            doubts.append(_say("depends.reach_not_confirmed", name=name))
        if record.standing.is_stale(self.today):
            doubts.append(_say("depends.check_due", name=name, checked=record.checked))
        return tuple(doubts)


def situation_of(facts: Facts, directory: Directory, today: date) -> Situation:
    """Work out the situation. Anything that the directory doesn't know is left open."""
    place = directory.places.get(facts.place) if facts.place else None
    if place is None and facts.site:
        place = directory.place_of_host(facts.site)
    seat = facts.place_country or (place.country if place else None)
    return Situation(
        facts=facts,
        directory=directory,
        today=today,
        place=place,
        person=directory.chain(facts.person_country),
        place_law=directory.chain(seat),
        uploader=directory.chain(facts.uploader_country),
    )


def may_be_minor(facts: Facts) -> bool:
    """Whether no letter may be written: somebody is, or may be, under 18."""
    return facts.under18 in (Under18.YES, Under18.NOT_SURE)
