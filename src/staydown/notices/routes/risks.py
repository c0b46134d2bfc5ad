"""Which risks of the directory concern this person, and this route."""

from collections.abc import Iterable
from types import MappingProxyType

from staydown.base.vocabulary import Under18
from staydown.notices.directory.directory import ELSEWHERE
from staydown.notices.directory.records import ABOUT_MINORS, Risk
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import Letter, RecipientKind, Severity

_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}
#: Those of another country don't talk to those of the person's own.
_AUTHORITIES = frozenset({RecipientKind.REGULATOR, RecipientKind.POLICE, RecipientKind.COURT})
#: Risks of a kind of letter, in the words of ``Risk.applies_to``.
_TOPICS = MappingProxyType(
    {
        RecipientKind.PLATFORM: {"platform"},
        RecipientKind.HOST: {"platform"},
        RecipientKind.REGISTRAR_OR_CDN: {"platform"},
        RecipientKind.APP_STORE: {"platform"},
        RecipientKind.SEARCH_ENGINE: {"search"},
        RecipientKind.REGULATOR: {"regulator", "evidence"},
        RecipientKind.POLICE: {"police", "evidence"},
        RecipientKind.COURT: {"court", "evidence"},
        # It asks a service to keep what it has, and hands nothing over.
        RecipientKind.PRESERVATION: {"platform"},
    }
)


def country_risks(here: Situation) -> tuple[Risk, ...]:
    """Return the risks of the person's country, heaviest first.

    A country without a record has the risks of anywhere else, and so has one that isn't said.
    """
    codes = [code for code in here.person if code in here.directory.jurisdictions]
    return _sorted(_of(here, codes or [ELSEWHERE]))


def route_risks(
    here: Situation, kind: RecipientKind, letter: Letter | None, jurisdiction: str | None
) -> tuple[Risk, ...]:
    """Return the risks of a route: those of the person's country, and those of its own law.

    Somebody who helps is told nothing that they pass on, so that route has none of its own.
    """
    if kind is RecipientKind.SUPPORT:
        return ()
    topics = _TOPICS.get(kind, set())
    if letter is Letter.US_DMCA:
        topics = topics | {"copyright"}
    abroad = kind in _AUTHORITIES and jurisdiction is not None and jurisdiction not in here.person
    at_home = (
        risk for risk in country_risks(here)
        if not risk.applies_to
        or (topics.intersection(risk.applies_to) and not (abroad and here.person))
        or (kind is RecipientKind.EMPLOYER_OR_SCHOOL and _told_to_others(risk))
    )  # fmt: skip
    of_the_law = (
        risk for risk in _of(here, here.directory.chain(jurisdiction))
        if topics.intersection(risk.applies_to)
    )  # fmt: skip
    return _sorted([*at_home, *of_the_law])


def hotline_risks(here: Situation) -> tuple[Risk, ...]:
    """Return the risks where somebody may be under 18: those about minors, and the heaviest."""
    found = country_risks(here)
    if not any(risk.key in ABOUT_MINORS for risk in found):
        elsewhere = _of(here, [ELSEWHERE])
        found = _sorted([*found, *(risk for risk in elsewhere if risk.key in ABOUT_MINORS)])
    return tuple(
        risk for risk in found
        if risk.key in ABOUT_MINORS or risk.severity is Severity.STOP_AND_GET_ADVICE
    )  # fmt: skip


def general_risks(here: Situation) -> tuple[Risk, ...]:
    """Return the risks of doing anything at all: not bound to a letter, or to keeping evidence."""
    return tuple(
        risk for risk in country_risks(here)
        if not risk.applies_to or "evidence" in risk.applies_to
    )  # fmt: skip


def together(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """Return each risk once, heaviest first."""
    return _sorted(risks)


def needs_advice(risks: Iterable[Risk]) -> bool:
    """Whether a risk says to stop and get advice, leaving aside those about minors.

    Those are settled by the question about age: nobody gets this far with a "yes" or "not sure".
    """
    return any(
        risk.severity is Severity.STOP_AND_GET_ADVICE and risk.key not in ABOUT_MINORS
        for risk in risks
    )


def _told_to_others(risk: Risk) -> bool:
    """Whether a risk is there once people who know the person hear of it, not only with police."""
    return risk.key == "institutional_retaliation" or needs_advice((risk,))


def _of(here: Situation, codes: Iterable[str]) -> list[Risk]:
    wanted = set(codes)
    return [
        risk for risk in here.directory.risks.values()
        if risk.jurisdiction in wanted and _concerns(here, risk)
    ]  # fmt: skip


def _concerns(here: Situation, risk: Risk) -> bool:
    if risk.key == "same_sex_criminalisation":
        return here.facts.same_sex is not False
    if risk.key in ABOUT_MINORS:
        return here.facts.under18 is not Under18.NO
    return True


def _sorted(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    once = {risk.id: risk for risk in risks}
    return tuple(sorted(once.values(), key=lambda risk: (_WEIGHT[risk.severity], risk.id)))
