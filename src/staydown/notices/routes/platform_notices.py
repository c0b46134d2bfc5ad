"""Letters to the place itself: under a law, neutral, or under its own rules."""

from collections.abc import Iterator
from dataclasses import replace

from staydown.base.reasons import Reason, reasons
from staydown.notices.directory.records import Regime
from staydown.notices.routes import priorities
from staydown.notices.routes.applicability import doubts_of, reaches
from staydown.notices.routes.drafting import (
    ANYONE,
    CLOCK_OF_A_COURT,
    CLOCK_OF_A_REGULATOR,
    OWN_TIME,
    known_limit,
    limit_of,
    route,
)
from staydown.notices.routes.grounds import law_ground, regime_free
from staydown.notices.routes.priorities import Rank, Strength
from staydown.notices.routes.route import Ground, Route
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import Letter, PlaceKind, RecipientKind, TakenBy

_say = reasons("notices.routes")

#: Places that hold pictures themselves; the others are written to as what they are.
_HOLDERS = frozenset({PlaceKind.PLATFORM, PlaceKind.ARCHIVE, PlaceKind.OTHER})

_WHY = {
    Strength.FIXED_CLOCK: priorities.FIXED_CLOCK_WHY,
    Strength.DUTY: priorities.DUTY_WHY,
    Strength.SLOW_CLOCK: priorities.SLOW_CLOCK_WHY,
    Strength.NOT_YET_IN_FORCE: priorities.NOT_YET_WHY,
    Strength.NEUTRAL: priorities.NEUTRAL_WHY,
    Strength.OWN_RULES: priorities.OWN_RULES_WHY,
}
_STRENGTH = {
    Letter.US_TIDA: Strength.FIXED_CLOCK,
    Letter.IN_RULE_3_2_B: Strength.FIXED_CLOCK,
    Letter.EU_DSA_16: Strength.DUTY,
    Letter.BR_MCI_21: Strength.DUTY,
    Letter.EU_GDPR_17: Strength.SLOW_CLOCK,
    Letter.GB_OSA_20A: Strength.NOT_YET_IN_FORCE,
}


def holds_it(here: Situation) -> bool:
    """Whether there is a service that holds, or would hold, the picture and can be written to."""
    if not here.online or here.at_search_engine:
        return False
    return here.place is None or (
        here.place.kind in _HOLDERS and here.place.status != "hosting_closed"
    )


def letters(here: Situation) -> Iterator[Route]:
    """Yield the letters to the place: the strongest at once, the others after it.

    None for a threat: the place holds no picture yet.
    """
    if here.threat or not holds_it(here):
        return
    found = {letter: made for letter in _STRENGTH if (made := _by_law(here, letter)) is not None}
    strengths = {letter: _STRENGTH[letter] for letter in found}
    binding = [found[letter] for letter, one in strengths.items() if one <= Strength.DUTY]
    if not binding or _all_foreign(here, binding):
        found[Letter.NEUTRAL] = _neutral(here, why=priorities.NEUTRAL_BESIDE_WHY if binding else ())
        strengths[Letter.NEUTRAL] = Strength.NEUTRAL
    if here.place is not None or not here.hostile:
        found[Letter.TERMS] = _own_rules(here)
        strengths[Letter.TERMS] = Strength.OWN_RULES
    strongest = min(strengths.values())
    for letter, made in found.items():
        yield _ranked(here, made, strengths[letter], strongest)
    if here.facts.taken_by is TakenBy.DEPICTED_PERSON and not here.private and not here.dark:
        yield _copyright(here)


def preservation(here: Situation) -> Iterator[Route]:
    """Yield the letter that asks the service to keep its data, for a threat too."""
    if not holds_it(here) or here.hostile:
        return
    yield route(
        here, "preservation", RecipientKind.PRESERVATION, _name(here),
        rank=Rank.TOGETHER, why=priorities.PRESERVATION_WHY, letter=Letter.PRESERVATION,
        ground=regime_free(here.place, here), deadline=OWN_TIME, place=here.place,
        depends_on=(_say("depends.police_or_court"),),
    )  # fmt: skip


def threat_report(here: Situation) -> Iterator[Route]:
    """Yield the service's own way to report a threat. There is no letter: nothing is there yet."""
    if not here.threat or not holds_it(here) or here.hostile:
        return
    yield route(
        here, "threat", RecipientKind.PLATFORM, _name(here),
        rank=Rank.TOGETHER, why=priorities.THREAT_REPORT_WHY, letter=None, who=ANYONE,
        ground=regime_free(here.place, here), deadline=OWN_TIME, place=here.place,
    )  # fmt: skip


def _ranked(here: Situation, made: Route, strength: Strength, strongest: Strength) -> Route:
    why = made.why or _WHY[strength]
    if _case(here):
        why += priorities.CASE_NAMED_WHY
    if here.hostile:
        return replace(made, order=Rank.HOSTILE_SITE + strength, why=why + priorities.HOSTILE_WHY)
    # Whether a law of another place counts for this person is seldom sure: their own goes with it.
    beside = strength is not strongest and strength <= Strength.DUTY and _at_home(here, made)
    together = strength is strongest or beside or {strength, strongest} == {
        Strength.NEUTRAL, Strength.OWN_RULES,
    }  # fmt: skip
    if beside:
        why += priorities.HOME_LAW_WHY
    return replace(made, order=Rank.TOGETHER if together else Rank.NEXT_LETTER + strength, why=why)


def _at_home(here: Situation, made: Route) -> bool:
    return made.jurisdiction in here.person


def _case(here: Situation) -> bool:
    return bool(here.facts.police_reference)


def _by_law(here: Situation, letter: Letter) -> Route | None:
    """Return the letter under this law, when it reaches the place and this person may use it."""
    regime = here.directory.regimes.get(letter.value)
    if regime is None or not reaches(regime, letter, here):
        return None
    return _lawful(here, regime, letter, depends_on=doubts_of(regime, letter, here))


def _lawful(
    here: Situation, regime: Regime, letter: Letter, depends_on: tuple[Reason, ...]
) -> Route:
    return route(
        here, letter.value, RecipientKind.PLATFORM, _name(here),
        rank=Rank.NEXT_LETTER, why=(), letter=letter,
        ground=Ground(regime.citation, regime.standing, regime),
        deadline=limit_of(regime, here), who=regime.may_be_sent_by,
        jurisdiction=regime.jurisdiction, place=here.place, depends_on=depends_on,
    )  # fmt: skip


def _all_foreign(here: Situation, binding: list[Route]) -> bool:
    """Whether the person's country is known, and none of these notices is of its law."""
    return bool(here.person) and not any(_at_home(here, one) for one in binding)


def _neutral(here: Situation, why: tuple[Reason, ...]) -> Route:
    ground, code = law_ground(here, (*here.person, *here.place_law))
    laws = {regime.jurisdiction for regime in here.directory.regimes.values()}
    # Where a law lays down a notice, its clock belongs to that notice, not to this one; and an
    # order's clock runs from the order.
    other = laws | CLOCK_OF_A_COURT | CLOCK_OF_A_REGULATOR
    codes = [code for code in (*here.person, *here.place_law) if code not in other]
    limit = known_limit(here, codes[:1])
    return route(
        here, Letter.NEUTRAL.value, RecipientKind.PLATFORM, _name(here),
        rank=Rank.NEXT_LETTER, why=why, letter=Letter.NEUTRAL, ground=ground, deadline=limit,
        jurisdiction=code, place=here.place, depends_on=_unknown_countries(here),
    )  # fmt: skip


def _own_rules(here: Situation) -> Route:
    return route(
        here, Letter.TERMS.value, RecipientKind.PLATFORM, _name(here),
        rank=Rank.NEXT_LETTER, why=(), letter=Letter.TERMS, ground=regime_free(here.place, here),
        deadline=OWN_TIME, who=ANYONE, place=here.place,
    )  # fmt: skip


def _copyright(here: Situation) -> Route:
    regime = here.directory.regimes[Letter.US_DMCA.value]
    depends = [_say("depends.takes_copyright")]
    if here.facts.synthetic:
        depends.append(_say("depends.software_owner"))
    made = _lawful(here, regime, Letter.US_DMCA, tuple(depends))
    return replace(made, order=Rank.COPYRIGHT, why=priorities.COPYRIGHT_WHY)


def _unknown_countries(here: Situation) -> tuple[Reason, ...]:
    if here.person:
        return ()
    return (_say("depends.country_for_law"),)


def _name(here: Situation) -> Reason | str:
    return here.place.name if here.place is not None else _say("recipient.place")
