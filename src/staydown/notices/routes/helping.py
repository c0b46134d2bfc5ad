"""Routes to those who help: hash banks, helplines, and hotlines for anybody under 18."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from staydown.base.vocabulary import Under18
from staydown.notices.routes import ranks
from staydown.notices.routes.drafting import ANYONE, route
from staydown.notices.routes.ranks import Rank
from staydown.notices.routes.risks import country_risks, needs_advice
from staydown.notices.routes.route import Ground, Reveal, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.routes.support_link import SupportLink
from staydown.notices.words import RecipientKind

ANYWHERE = "INT"
_PEOPLE = frozenset({"helpline", "escalation", "legal_aid", "in_person"})
_FOR_MINORS = frozenset({"hotline_minors", "removal_service", "hash_bank", "helpline", "regulator"})
_FIRST_FOR_MINORS = ("hotline_minors", "removal_service", "hash_bank")

_ADULTS = ("anybody who is 18 or over",)

Links = Mapping[str, SupportLink]


def for_adults(here: Situation, support: Links) -> Iterator[Route]:
    """Yield hash banks and people to talk to: of the person's country, and of anywhere."""
    for link in _near(here, support.values(), ("adults", "all")):
        if link.kind == "hash_bank":
            yield _hash_bank(here, link)
        elif link.kind == "removal_service":
            yield _to(here, link, Rank.TOGETHER, ranks.REMOVAL_SERVICE_WHY)
        elif link.kind in _PEOPLE:
            yield _people(here, link)


def _hash_bank(here: Situation, link: SupportLink) -> Route:
    depends = ["You need the picture or video itself, on a device that is yours alone."]
    if here.facts.under18 is None:
        depends.append("Everybody in it was 18 or over when it was made.")
    if here.facts.synthetic:
        depends.append("Sources disagree on whether it takes pictures made by software.")
    return _to(here, link, Rank.TOGETHER, ranks.HASH_BANK_WHY, depends)


def _people(here: Situation, link: SupportLink) -> Route:
    if here.threat:
        return _to(here, link, Rank.ADVICE, ranks.THREAT_ADVICE_WHY)
    if needs_advice(country_risks(here)):
        return _to(here, link, Rank.ADVICE, ranks.ADVICE_WHY)
    return _to(here, link, Rank.TOGETHER, ranks.HELPLINE_WHY)


def for_minors(here: Situation, support: Links) -> Iterator[Route]:
    """Yield hotlines alone, where somebody is or may be under 18. No letter, no picture."""
    not_sure = here.facts.under18 is Under18.NOT_SURE
    for link in _near(here, support.values(), ("under18", "all")):
        if link.kind not in _FOR_MINORS or not link.takes_under18:
            continue
        own = link.for_whom == "under18"
        near = _is_near(here, link)
        first = own and near and link.kind in _FIRST_FOR_MINORS
        why = (
            "It is there for people under 18" if own else "It helps anybody, of any age"
        ) + ", and takes care of the rest with you. Don't copy or send the picture."
        depends = ("If you aren't sure about the age, say so: they know what to do.",)
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
    here: Situation, link: SupportLink, rank: Rank, why: str, depends_on: Iterable[str] = ()
) -> Route:
    made = route(
        here, "support", RecipientKind.SUPPORT, link.name, rank=rank, why=why, letter=None,
        ground=Ground("", link.standing),
        who=_ADULTS if link.for_whom == "adults" else ANYONE,
        deadline="There is no time limit.", jurisdiction=None, support=link.id,
        depends_on=(*_doubts(here, link), *depends_on),
    )  # fmt: skip
    if not link.passes_on:
        return made
    return replace(made, reveals=(Reveal(link.passes_on, f"others than {link.name}"),))


def _doubts(here: Situation, link: SupportLink) -> Iterator[str]:
    if not link.standing.confirmed:
        yield f"What we know of {link.name} is not confirmed: look before you rely on it."
    elif not link.address_confirmed:
        yield f"The address or number that we have of {link.name} is not confirmed."
    if link.standing.is_stale(here.today):
        yield (
            f"What we know of {link.name} was last checked on "
            f"{link.standing.checked.isoformat()} and should be looked at again."
        )
