"""What a route is: a way to have a picture removed, and all one should know before taking it."""

from dataclasses import dataclass

from staydown.base.reasons import Reason
from staydown.base.records import Standing
from staydown.notices.directory.records import Regime, Risk
from staydown.notices.vocabulary import Element, Letter, RecipientKind


@dataclass(frozen=True, slots=True)
class Ground:
    """The law a route stands on. ``citation`` is "" for a service's own rules."""

    citation: str
    standing: Standing
    regime: Regime | None = None


@dataclass(frozen=True, slots=True)
class Reveal:
    """Something that a route tells somebody: ``what`` to ``whom``."""

    what: Reason | str
    whom: Reason | str


@dataclass(frozen=True, slots=True)
class Route:
    """One way. ``id`` is stable for the same facts: it names the letter and the recipient."""

    id: str
    #: 1 first. Routes with one number go out side by side.
    order: int
    recipient_kind: RecipientKind
    #: Who it goes to: a name, or a kind of company or authority.
    recipient: Reason | str
    #: None where there is nothing to write: a hotline, a hash bank, a form without a letter.
    letter: Letter | None
    ground: Ground
    #: Jurisdiction code whose law or authority it is; None for a service's own rules.
    jurisdiction: str | None
    #: Ids in the directory, where there is a record.
    place: str | None
    authority: str | None
    #: Id of a support record, for a route that leads to somebody who helps.
    support: str | None
    who_may_use: tuple[Reason | str, ...]
    reveals: tuple[Reveal, ...]
    #: The clock with its doubts; never a promise.
    deadline: tuple[Reason, ...]
    needs: tuple[Element, ...]
    #: Heaviest first.
    risks: tuple[Risk, ...]
    #: Why it stands where it stands.
    why: tuple[Reason, ...]
    #: Facts that are not known and would change what is said here.
    depends_on: tuple[Reason | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routes:
    """All open routes, by ``order``, and the risks of doing anything at all in this country."""

    routes: tuple[Route, ...]
    #: Of every route and of the person's country together, heaviest first, each once.
    risks: tuple[Risk, ...]
    #: True: somebody may be under 18; ``routes`` are hotlines alone and no letter is written.
    hotline_only: bool
    #: What is not in the directory, or was left out and why.
    remarks: tuple[Reason, ...] = ()

    def get(self, route_id: str) -> Route | None:
        """Return the route of that id, if it is open."""
        return next((route for route in self.routes if route.id == route_id), None)
