"""Puts a route together: what is the same for all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from staydown.base.reasons import Reason, reasons
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.limits import limit_reasons
from staydown.notices.directory.records import Authority, Place, Regime
from staydown.notices.routes import priorities
from staydown.notices.routes.grounds import names_home_law
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.priorities import Rank
from staydown.notices.routes.reveals import NAMES_LAWS, reveals_of
from staydown.notices.routes.risks import needs_advice, route_risks
from staydown.notices.routes.route import Ground, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import Element, Letter, RecipientKind

_say = reasons("notices.routes")

ANYONE = (_say("who.anybody"),)
THE_PERSON = (_say("who.depicted"), _say("who.representative"))

OWN_TIME = (_say("limit.own_time"),)
NO_LIMIT = (_say("limit.none_known"),)
NO_TIME_LIMIT = (_say("limit.none"),)

#: Where the time limit that the directory tells of runs from a court's order.
CLOCK_OF_A_COURT = frozenset({"AR", "CA-BC", "MX", "ZA"})
#: Where it runs from a regulator's order, or is how long the regulator may take.
CLOCK_OF_A_REGULATOR = frozenset({"AR", "ES", "IT", "KR", "SG"})


def route(
    here: Situation,
    name: str,
    to: RecipientKind,
    recipient: Reason | str,
    *,
    rank: int,
    why: tuple[Reason, ...],
    letter: Letter | None,
    ground: Ground,
    deadline: tuple[Reason, ...],
    who: tuple[Reason | str, ...] = THE_PERSON,
    jurisdiction: str | None = None,
    place: Place | None = None,
    authority: Authority | None = None,
    support: str | None = None,
    depends_on: Iterable[Reason] = (),
    without: frozenset[Element] = frozenset(),
) -> Route:
    """Return a route whose ``order`` is its rank; ``finding`` counts the ranks afterwards.

    ``name`` is what the route is called before the recipient: "us-tida" in "us-tida_facebook".
    ``without``: what this recipient doesn't ask for, though the letter usually needs it.
    """
    country = _tells_country(here, letter, ground, authority)
    needs = needs_of(letter, ground.regime, to) if letter else ()
    doubts = _doubts(here, ground, place or authority)
    return Route(
        id=_id(name, place or authority, support), order=rank, recipient_kind=to,
        recipient=recipient, letter=letter, ground=ground, jurisdiction=jurisdiction,
        place=place.id if place else None, authority=authority.id if authority else None,
        support=support, who_may_use=who, deadline=deadline, why=why,
        reveals=reveals_of(to, letter, ground.regime, recipient, place, country=country),
        needs=tuple(element for element in needs if element not in without),
        risks=route_risks(here, to, letter, jurisdiction),
        depends_on=tuple(dict.fromkeys((*doubts, *depends_on))),
    )  # fmt: skip


def _id(name: str, whom: Place | Authority | None, support: str | None) -> str:
    target = whom.id if whom else support
    return f"{name}_{target}" if target else name


def _doubts(
    here: Situation, ground: Ground, whom: Place | Authority | None
) -> Iterator[Reason | str]:
    """Yield what isn't sure of the law, and of whoever it goes to."""
    yield from _doubts_of_law(here, ground)
    if whom is not None:
        yield from here.doubts_about(whom)
    if isinstance(whom, Place) and whom.asks_too_much:
        yield whom.asks_too_much


def _tells_country(
    here: Situation, letter: Letter | None, ground: Ground, authority: Authority | None
) -> bool:
    """Whether the letter names a law of the person's own country to somebody elsewhere."""
    if letter is None or (authority is not None and authority.jurisdiction in here.person):
        return False
    regime = ground.regime
    if regime is not None and letter in _OF_A_COUNTRY and regime.jurisdiction in here.person:
        return True
    return letter in NAMES_LAWS and names_home_law(here)


#: Letters under a law that is for people, or services, of its own country. The US law's are sent
#: from anywhere.
_OF_A_COUNTRY = frozenset(
    {Letter.EU_DSA_16, Letter.EU_GDPR_17, Letter.GB_OSA_20A, Letter.IN_RULE_3_2_B,
     Letter.AU_ESAFETY, Letter.BR_MCI_21}
)  # fmt: skip


def _doubts_of_law(here: Situation, ground: Ground) -> Iterator[Reason]:
    if not ground.citation:
        return
    if not ground.standing.confirmed:
        yield _say("depends.law_not_confirmed", law=ground.citation)
    if ground.standing.is_stale(here.today):
        yield _say("depends.law_check_due", law=ground.citation, checked=ground.standing.checked)
    if ground.regime is not None:
        yield from (
            _say("depends.point_not_confirmed", point=point) for point in ground.regime.unconfirmed
        )


def after_advice(made: Route) -> Route:
    """Put a route last that can be turned against the person here."""
    if not needs_advice(made.risks):
        return made
    why = (*priorities.ONLY_AFTER_ADVICE_WHY, *made.why)
    return replace(made, order=Rank.ONLY_AFTER_ADVICE, why=why)


def limit_of(regime: Regime, here: Situation) -> tuple[Reason, ...]:
    """Return a regime's time limit, with its doubt."""
    terms = terms_of(regime, here.directory, (regime.jurisdiction,))
    return limit_reasons(terms, here.today)


def known_limit(here: Situation, codes: Iterable[str]) -> tuple[Reason, ...]:
    """Return what is known of a time limit in the nearest of these countries."""
    for code in codes:
        record = here.directory.jurisdictions.get(code)
        if record is not None and record.platform_clock:
            clock = record.platform_clock.rstrip(".")
            said = _say("limit.country", country=record.name, clock=clock, checked=record.checked)
            if not record.standing.is_stale(here.today):
                return (said,)
            return (said, _say("limit.check_due", due=record.standing.due))
    return NO_LIMIT
