"""Routes to those who help: hash banks, helplines, and hotlines for anybody under 18."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.notices.routes import priorities
from staydown.notices.routes.drafting import ANYONE, NO_TIME_LIMIT, route
from staydown.notices.routes.priorities import Rank
from staydown.notices.routes.risks import country_risks, needs_advice
from staydown.notices.routes.route import Ground, Reveal, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.routes.support_link import SupportLink
from staydown.notices.vocabulary import RecipientKind

_say = reasons("notices.routes")

ANYWHERE = "INT"
_PEOPLE = frozenset({"helpline", "escalation", "legal_aid", "in_person"})
_FOR_MINORS = frozenset({"hotline_minors", "removal_service", "hash_bank", "helpline", "regulator"})
_FIRST_FOR_MINORS = ("hotline_minors", "removal_service", "hash_bank")

_ADULTS = (_say("who.adults"),)

Links = Mapping[str, SupportLink]


def for_adults(here: Situation, support: Links) -> Iterator[Route]:
    """Yield hash banks and people to talk to: of the person's country, and of anywhere."""
    for link in _near(here, support.values(), ("adults", "all")):
        if link.kind == "hash_bank":
            yield _hash_bank(here, link)
        elif link.kind == "removal_service":
            yield _to(here, link, Rank.TOGETHER, priorities.REMOVAL_SERVICE_WHY)
        elif link.kind in _PEOPLE:
            yield _people(here, link)


def _hash_bank(here: Situation, link: SupportLink) -> Route:
    depends = [_say("depends.needs_the_picture")]
    if here.facts.under18 is None:
        depends.append(_say("depends.all_adults"))
    if here.facts.synthetic:
        depends.append(_say("depends.software_disputed"))
    return _to(here, link, Rank.TOGETHER, priorities.HASH_BANK_WHY, depends)


def _people(here: Situation, link: SupportLink) -> Route:
    if here.threat:
        return _to(here, link, Rank.ADVICE, priorities.THREAT_ADVICE_WHY)
    if needs_advice(country_risks(here)):
        return _to(here, link, Rank.ADVICE, priorities.ADVICE_WHY)
    return _to(here, link, Rank.TOGETHER, priorities.HELPLINE_WHY)


def for_minors(here: Situation, support: Links) -> Iterator[Route]:
    """Yield hotlines alone, where somebody is or may be under 18. No letter, no picture."""
    not_sure = here.facts.under18 is Under18.NOT_SURE
    for link in _near(here, support.values(), ("under18", "all")):
        if link.kind not in _FOR_MINORS or not link.takes_under18:
            continue
        own = link.for_whom == "under18"
        near = _is_near(here, link)
        first = own and near and link.kind in _FIRST_FOR_MINORS
        why = (_say("why.for_minors" if own else "why.for_all_ages"),)
        depends = (_say("depends.age_not_sure"),)
        rank = Rank.ADVICE if first else Rank.TOGETHER if own or near else Rank.NEXT_LETTER
        yield _to(here, link, rank, why, depends if not_sure else ())


def _near(
    here: Situation, links: Iterable[SupportLink], for_whom: tuple[str, ...]
) -> list[SupportLink]:
    found = [
        link for link in links
        if link.for_whom in for_whom and (link.country == ANYWHERE or _is_near(here, link))
    ]  # fmt: skip
    return sorted(found, key=lambda link: not _is_near(here, link))


def _is_near(here: Situation, link: SupportLink) -> bool:
    return not {link.country, *link.also_for}.isdisjoint(here.person)


def _to(
    here: Situation,
    link: SupportLink,
    rank: Rank,
    why: tuple[Reason, ...],
    depends_on: Iterable[Reason] = (),
) -> Route:
    made = route(
        here, "support", RecipientKind.SUPPORT, link.name, rank=rank, why=why, letter=None,
        ground=Ground("", link.standing),
        who=_ADULTS if link.for_whom == "adults" else ANYONE,
        deadline=NO_TIME_LIMIT, jurisdiction=None, support=link.id,
        depends_on=(*_doubts(here, link), *depends_on),
    )  # fmt: skip
    if not link.passes_on:
        return made
    return replace(
        made, reveals=(Reveal(link.passes_on, _say("reveals.others_than", name=link.name)),)
    )


def _doubts(here: Situation, link: SupportLink) -> Iterator[Reason]:
    if not link.standing.confirmed:
        yield _say("depends.support_not_confirmed", name=link.name)
    elif not link.address_confirmed:
        yield _say("depends.address_not_confirmed", name=link.name)
    if link.standing.is_stale(here.today):
        yield _say("depends.check_due", name=link.name, checked=link.standing.checked)
