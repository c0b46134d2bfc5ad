"""Puts a route together: what is the same for all of them."""

from collections.abc import Iterable, Iterator

from staydown.notices.deadlines.in_words import terms_in_words
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.directory.records import Authority, Place, Regime
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.reveals import reveals_of
from staydown.notices.routes.risks import route_risks
from staydown.notices.routes.route import Ground, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.words import Letter, RecipientKind

ANYONE = ("anybody",)
THE_PERSON = ("the person in the picture", "somebody who may act for them")

OWN_TIME = "The service sets its own time. Nobody promises one."
NO_LIMIT = "No law that we know of sets a time."


def route(
    here: Situation,
    name: str,
    to: RecipientKind,
    recipient: str,
    *,
    rank: int,
    why: str,
    letter: Letter | None,
    ground: Ground,
    deadline: str,
    who: tuple[str, ...] = THE_PERSON,
    jurisdiction: str | None = None,
    place: Place | None = None,
    authority: Authority | None = None,
    support: str | None = None,
    depends_on: Iterable[str] = (),
) -> Route:
    """Return a route whose ``order`` is its rank; ``finding`` counts the ranks afterwards.

    ``name`` is what the route is called before the recipient: "us-tida" in "us-tida_facebook".
    """
    whom = place or authority
    doubts = (*_doubts_of_law(here, ground), *(here.doubts_about(whom) if whom else ()))
    if place is not None and place.asks_too_much:
        doubts = (*doubts, place.asks_too_much)
    target = (whom.id if whom else None) or support
    return Route(
        id=f"{name}_{target}" if target else name,
        order=rank,
        recipient_kind=to,
        recipient=recipient,
        letter=letter,
        ground=ground,
        jurisdiction=jurisdiction,
        place=place.id if place else None,
        authority=authority.id if authority else None,
        support=support,
        who_may_use=who,
        reveals=reveals_of(to, letter, ground.regime, recipient, place),
        deadline=deadline,
        needs=needs_of(letter, ground.regime, to) if letter else (),
        risks=route_risks(here, to, letter, jurisdiction),
        why=why,
        depends_on=tuple(dict.fromkeys((*doubts, *depends_on))),
    )


def _doubts_of_law(here: Situation, ground: Ground) -> Iterator[str]:
    if not ground.citation:
        return
    if not ground.standing.confirmed:
        yield f"{ground.citation}: not confirmed, so no letter leans on it."
    if ground.standing.is_stale(here.today):
        checked = ground.standing.checked.isoformat()
        yield f"{ground.citation}: last checked on {checked}; look again before you rely on it."
    if ground.regime is not None:
        yield from (f"Not confirmed: {point}" for point in ground.regime.unconfirmed)


def limit_of(regime: Regime, here: Situation) -> str:
    """Return a regime's time limit in a sentence, with its doubt."""
    terms = terms_of(regime, here.directory, (regime.jurisdiction,))
    return terms_in_words(terms, here.today)


def known_limit(here: Situation, codes: Iterable[str]) -> str:
    """Return what is known of a time limit in the nearest of these countries, in words."""
    for code in codes:
        record = here.directory.jurisdictions.get(code)
        if record is not None and record.platform_clock:
            return f"{record.name}: {record.platform_clock}"
    return NO_LIMIT
