"""Regulators, police and courts."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from staydown.base.reasons import Reason, reasons
from staydown.notices.directory.records import Authority
from staydown.notices.routes import priorities
from staydown.notices.routes.drafting import (
    CLOCK_OF_A_COURT,
    CLOCK_OF_A_REGULATOR,
    NO_LIMIT,
    after_advice,
    known_limit,
    limit_of,
    route,
)
from staydown.notices.routes.grounds import law_ground
from staydown.notices.routes.priorities import Rank
from staydown.notices.routes.risks import country_risks
from staydown.notices.routes.route import Ground, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import AuthorityKind, Element, Letter, RecipientKind

_say = reasons("notices.routes")

#: Regulators who have pictures removed themselves, after the directory's records of these
#: countries: they need no failed notice, so they stand early. Spain's and Singapore's come in
#: where the service's own way did not work, or would be too slow.
REMOVES_ITSELF = MappingProxyType(
    {
        "IT": (Rank.TOGETHER, (_say("why.removes.it"),)),
        "KR": (Rank.TOGETHER, (_say("why.removes.kr"),)),
        "NZ": (Rank.TOGETHER, (_say("why.removes.nz"),)),
        "ES": (Rank.NEXT_LETTER, (_say("why.removes.es"),)),
        "SG": (Rank.NEXT_LETTER, (_say("why.removes.sg"),)),
    }
)
#: Whose records say that a threat is enough.
_ACTS_ON_THREATS = frozenset({"AU", "IT", "CA-BC"})
#: Who has a picture removed, or asks for it, on a first report: no failed notice is needed.
_ASKS_ITSELF = frozenset({"IE", "IT"})
_PRIOR = frozenset({Element.PRIOR_REPORT_TO_PLATFORM})


def regulators(here: Situation, laws: Iterable[str]) -> Iterator[Route]:
    """Yield regulators: the person's nearest, and those who enforce the laws of the letters.

    ``laws``: codes of the laws that letters to the place stand on.
    """
    complaint = _complaint(here)
    home = _nearest(here, here.person, AuthorityKind.REGULATOR)
    known = {authority.id for authority in home}
    for authority in home:
        if complaint is None or authority.jurisdiction != complaint.jurisdiction:
            yield from _regulator(here, authority)
    if complaint is not None:
        yield complaint
        known.add(complaint.authority or "")
    for code in sorted(set(laws)):
        for authority in _nearest(here, (code,), AuthorityKind.REGULATOR):
            if authority.id not in known and code not in here.person:
                yield from _regulator(here, authority, abroad=True)


def _regulator(here: Situation, authority: Authority, *, abroad: bool = False) -> Iterator[Route]:
    code = authority.jurisdiction
    if not here.online or (here.threat and code not in _ACTS_ON_THREATS):
        return
    if here.dark and code not in REMOVES_ITSELF:
        return  # It watches over services that can be found.
    rank, why = REMOVES_ITSELF.get(code, (Rank.REGULATOR, priorities.REGULATOR_WHY))
    if here.facts.reported_before and rank is Rank.REGULATOR:
        rank, why = Rank.NEXT_LETTER, priorities.REGULATOR_NOW_WHY
    made = route(
        here, Letter.REGULATOR.value, RecipientKind.REGULATOR, authority.name,
        rank=rank, why=why, letter=None if here.threat else Letter.REGULATOR,
        ground=Ground("", authority.standing),
        deadline=_order_limit(here, code, CLOCK_OF_A_REGULATOR),
        jurisdiction=code, authority=authority, without=_not_asked(here, code),
        depends_on=(_say("depends.complaints_from_abroad"),)
        if abroad else (),
    )  # fmt: skip
    yield after_advice(made)


def _not_asked(here: Situation, code: str) -> frozenset[Element]:
    """Return what a complaint to this country's regulator can do without: an earlier report.

    It is needed where the directory says so, and where the complaint is that a service did not
    follow a notice that its law lays down, be it this country's or its union's.
    """
    record = here.directory.jurisdictions.get(code)
    asks = record is not None and Element.PRIOR_REPORT_TO_PLATFORM in record.notice_elements
    laws = here.directory.chain(code)
    follows_a_notice = code not in _ASKS_ITSELF and any(
        regime.jurisdiction in laws and not regime.copyright_only
        and regime.recipient != "regulator"
        for regime in here.directory.regimes.values()
    )  # fmt: skip
    return frozenset() if asks or follows_a_notice else _PRIOR


def _complaint(here: Situation) -> Route | None:
    """Return Australia's complaint, which a law lays down like a notice."""
    regime = here.directory.regimes.get(Letter.AU_ESAFETY.value)
    if regime is None or not here.online or regime.jurisdiction not in here.everywhere:
        return None
    found = _nearest(here, (regime.jurisdiction,), AuthorityKind.REGULATOR)
    authority = found[0] if found else None
    depends = []
    if regime.jurisdiction not in here.person:
        depends.append(_say("depends.outside_australia"))
    made = route(
        here, Letter.AU_ESAFETY.value, RecipientKind.REGULATOR,
        authority.name if authority else regime.addressed_to, rank=Rank.TOGETHER,
        why=(_say("why.orders_removal"),),
        letter=None if here.threat else Letter.AU_ESAFETY,
        ground=Ground(regime.citation, regime.standing, regime), deadline=limit_of(regime, here),
        who=regime.may_be_sent_by, jurisdiction=regime.jurisdiction, authority=authority,
        depends_on=depends,
    )  # fmt: skip
    return after_advice(made)


def police(here: Situation) -> Iterator[Route]:
    """Yield the police nearest to the person, or to the uploader; else police in general."""
    found = _nearest(here, here.person or here.uploader, AuthorityKind.POLICE)
    for authority in found:
        yield _police(here, authority)
    if not found:
        yield _police(here, None)


def _police(here: Situation, authority: Authority | None) -> Route:
    rank, why = _when_police(here)
    ground, code = law_ground(here, here.person or here.uploader, criminal=True)
    if authority is not None:
        code = authority.jurisdiction
    made = route(
        here, Letter.POLICE.value, RecipientKind.POLICE,
        authority.name if authority else _say("recipient.police"), rank=rank, why=why,
        letter=Letter.POLICE, ground=ground, deadline=NO_LIMIT, jurisdiction=code,
        authority=authority,
        depends_on=() if here.person else (_say("depends.country_for_risks"),),
    )  # fmt: skip
    return after_advice(made)


def _when_police(here: Situation) -> tuple[Rank, tuple[Reason, ...]]:
    if here.facts.police_reference:
        return Rank.POLICE, priorities.POLICE_AGAIN_WHY
    if here.threat:
        return Rank.TOGETHER, priorities.POLICE_THREAT_WHY
    if any(risk.key == "evidence_lost_if_removed_first" for risk in country_risks(here)):
        return Rank.TOGETHER, priorities.POLICE_FIRST_WHY
    if here.hostile:
        return Rank.TOGETHER, priorities.POLICE_HOSTILE_WHY
    return Rank.POLICE, priorities.POLICE_WHY


def courts(here: Situation) -> Iterator[Route]:
    """Yield a tribunal with a way of its own, or a draft for a lawyer."""
    found = _nearest(here, here.person, AuthorityKind.COURT)
    if here.threat:
        found = [authority for authority in found if authority.jurisdiction in _ACTS_ON_THREATS]
    elif not found:
        yield _court(here, None)
    for authority in found:
        yield _court(here, authority)


def _court(here: Situation, authority: Authority | None) -> Route:
    # A person goes to a court at home: its risks count, whatever law is known elsewhere.
    ground, code = law_ground(here, here.person or here.place_law)
    if authority is not None:
        code = authority.jurisdiction
    own_way = authority is not None
    made = route(
        here, Letter.COURT_DRAFT.value, RecipientKind.COURT,
        authority.name if authority else _say("recipient.court"),
        rank=Rank.NEXT_LETTER if own_way else Rank.COURT,
        why=(_say("why.quick_court"),) if own_way else priorities.COURT_WHY,
        letter=None if here.threat else Letter.COURT_DRAFT, ground=ground,
        deadline=_order_limit(here, code, CLOCK_OF_A_COURT), jurisdiction=code,
        authority=authority,
    )  # fmt: skip
    return after_advice(made)


def _order_limit(here: Situation, code: str | None, told_of: frozenset[str]) -> tuple[Reason, ...]:
    """Return the time limit of an order, where what is known of a country's clock is about it."""
    return known_limit(here, (code,)) if code in told_of else NO_LIMIT


def _nearest(here: Situation, codes: Iterable[str], kind: AuthorityKind) -> list[Authority]:
    """Return the authorities of the first of these codes that has any who take complaints."""
    for code in codes:
        found = [
            authority for authority in here.directory.authorities.values()
            if authority.jurisdiction == code and authority.kind is kind
            and authority.takes_complaints
        ]  # fmt: skip
        if found:
            return found
    return []
