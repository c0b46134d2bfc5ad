"""Which laws a letter names: only those that somebody saw confirmed, and that are in force."""

from datetime import date

from staydown.notices.compose.letters.reading import Phrases
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Law, Regime
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Ground
from staydown.notices.vocabulary import Obliges, Unit

_MOST_LAWS = 3
#: Roughly, to find the shortest of several times. Nothing is ever counted with it.
_HOURS = {Unit.HOURS: 1, Unit.CALENDAR_DAYS: 24, Unit.WORKING_DAYS: 34, Unit.CALENDAR_MONTHS: 720}


def stands(regime: Regime, today: date) -> bool:
    """Say whether a regime may be named as the law that the letter stands on, without a hedge."""
    return (
        regime.confirmed
        and (regime.in_force_from is None or regime.in_force_from <= today)
        and all(reading.commenced for reading in regime.readings)
    )


def time_limit(regime: Regime, today: date) -> tuple[int, Unit] | None:
    """Return the shortest time that is confirmed and in force; None when no such time is fixed."""
    if not stands(regime, today):
        return None
    fixed = [
        (reading.length, reading.unit)
        for reading in regime.readings
        if reading.confirmed
        and reading.length is not None
        and reading.unit is not None
        and (reading.in_force_from is None or reading.in_force_from <= today)
        and (reading.in_force_until is None or today <= reading.in_force_until)
    ]
    return min(fixed, key=lambda one: one[0] * _HOURS[one[1]], default=None)


def grounds(ground: Ground, facts: Facts, directory: Directory) -> tuple[str, ...]:
    """Return the citations of laws on which it is unlawful, the way's own first, at most three.

    Then those of the person's country and of the place's, each nearest first. Only a law that is
    in force and confirmed, and that is a ground. For a picture that software made, only a law
    known to cover those.
    """
    citable = [law for law in directory.laws.values() if _may_be_cited(law, facts)]
    found: list[str] = []
    if ground.regime is None and ground.citation and ground.standing.confirmed:
        listed = {law.citation for law in directory.laws.values()}
        if ground.citation not in listed or ground.citation in {law.citation for law in citable}:
            found.append(ground.citation)
    codes = (*directory.chain(facts.person_country), *directory.chain(facts.place_country))
    for code in dict.fromkeys(codes):
        here = [law for law in citable if law.jurisdiction == code]
        found += [law.citation for law in sorted(here, key=lambda law: (law.order, law.id))]
    return tuple(dict.fromkeys(found))[:_MOST_LAWS]


def _may_be_cited(law: Law, facts: Facts) -> bool:
    by_software = facts.synthetic is True
    return (
        law.ground
        and law.confirmed
        and law.status == "in_force"
        and (by_software or not law.only_synthetic)
        and (not by_software or law.covers_synthetic == "true")
    )


def length_in_words(length: int, unit: Unit, phrases: Phrases, plural_form: str) -> str:
    """Say a length of time ("48 hours"). ``plural_form`` is the CLDR form of its number."""
    forms = phrases.lengths[unit]
    return forms.get(plural_form, forms["other"]).replace("{n}", str(length))


#: Which sentence says a time limit.
DEADLINE = {
    Obliges.REMOVAL: "deadline_removal",
    Obliges.ANSWER: "deadline_answer",
    Obliges.DECISION: "deadline_decision",
}
