"""What to do next when a notice brought nothing: the rungs, each with its letter, in order.

The order, and the days between the rungs, are ours and no law's: nearest to the picture first, and
first what reaches furthest for the least that it tells of the person. Nobody has to climb it, or
wait for one rung before the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from staydown.base.incident import DistributionMode as Mode
from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.notices.deadlines.terms import Shown
from staydown.notices.directory.directory import ELSEWHERE, Directory
from staydown.notices.directory.records import ABOUT_MINORS, Authority, Place, Risk
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import (
    AuthorityKind,
    ClockEvent,
    Letter,
    PlaceKind,
    RecipientKind,
    Severity,
    Stage,
    StepKind,
)

_say = reasons("notices.deadlines")


class Tried(Protocol):
    """The route that was taken: as much of ``routes.Route`` as a next step depends on."""

    @property
    def recipient_kind(self) -> RecipientKind: ...
    @property
    def letter(self) -> Letter | None: ...
    @property
    def jurisdiction(self) -> str | None: ...
    @property
    def authority(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. ``letter`` is the text to compose, with what was sent before as its reference."""

    #: 1 first.
    order: int
    kind: StepKind
    recipient_kind: RecipientKind
    letter: Letter
    #: Who it goes to: the name of an authority, or a kind of company.
    recipient: Reason | str
    #: After what, and as a moment (aware) where the clock of the notice is known. Not a duty.
    when: Reason
    not_before: datetime | None
    why: Reason
    #: Id of an authority, for the regulator's rung.
    authority: str | None = None
    #: What may hurt the person, heaviest first; to be shown before the letter is.
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rung:
    """How a kind of step looks wherever it applies. ``days`` after the time was over."""

    recipient_kind: RecipientKind
    letter: Letter
    days: int


_RUNGS = {
    StepKind.REMINDER: _Rung(RecipientKind.PLATFORM, Letter.REMINDER, 0),
    StepKind.REGULATOR: _Rung(RecipientKind.REGULATOR, Letter.REGULATOR, 0),
    StepKind.HOST: _Rung(RecipientKind.HOST, Letter.HOST, 2),
    StepKind.REGISTRAR_OR_CDN: _Rung(RecipientKind.REGISTRAR_OR_CDN, Letter.REGISTRAR_OR_CDN, 7),
    StepKind.SEARCH_ENGINES: _Rung(RecipientKind.SEARCH_ENGINE, Letter.SEARCH_ENGINE, 0),
    StepKind.PAYMENT_OR_ADS: _Rung(RecipientKind.PAYMENT_OR_ADS, Letter.PAYMENT_OR_ADS, 14),
    StepKind.INTERNET_PROVIDER: _Rung(
        RecipientKind.INTERNET_PROVIDER, Letter.INTERNET_PROVIDER, 21
    ),
}

#: The page lies on a site that anybody can open and a search engine can list.
_ON_A_SITE = frozenset({
    Mode.PORN_SITE, Mode.NCII_ONLY_SITE, Mode.SOCIAL_MEDIA, Mode.MESSAGE_BOARD, Mode.IMAGE_HOST,
    Mode.PEER_TO_PEER_OR_FILE_SHARING, Mode.EXTORTION_OR_DEFAMATION_SITE, Mode.SEARCH_RESULT,
    Mode.DOWNSTREAM_REPOST,
})  # fmt: skip
#: Such a site lives on payments or advertisements.
_EARNS = frozenset({
    Mode.PORN_SITE, Mode.NCII_ONLY_SITE, Mode.IMAGE_HOST, Mode.EXTORTION_OR_DEFAMATION_SITE,
})  # fmt: skip
#: Letters of these kinds ask for a removal; the others have no ladder of their own.
_ASKS_FOR_REMOVAL = frozenset({
    RecipientKind.PLATFORM, RecipientKind.HOST, RecipientKind.REGISTRAR_OR_CDN,
    RecipientKind.SEARCH_ENGINE, RecipientKind.APP_STORE, RecipientKind.DATA_BROKER,
    RecipientKind.PAYMENT_OR_ADS, RecipientKind.INTERNET_PROVIDER, RecipientKind.REGULATOR,
})  # fmt: skip
#: Whom one may turn to also after having turned to one of the kind.
_NEVER_THE_SAME = frozenset({StepKind.REMINDER, StepKind.REGULATOR})
#: Regulators with a complaint of their own.
_COMPLAINTS = {"AU": Letter.AU_ESAFETY}
#: Where no date is certain: how long before the first letter counts as unanswered. Ours.
_PATIENCE = timedelta(days=7)


def ladder(
    route: Tried, facts: Facts, directory: Directory, shown: Shown | None = None
) -> tuple[Step, ...]:
    """Return the next steps after ``route``, those that cannot apply left out.

    ``shown``: the clock of the notice; without it, or where it has not begun, the moments are
    None. Nothing at all for somebody who may be under 18, for a picture that is down or a notice
    that was withdrawn, for a threat without a picture, and for a route without a letter.
    """
    if _over(route, facts, shown):
        return ()
    over_from = _over_from(shown)
    steps: list[Step] = []
    for kind in _kinds(route, facts, directory, shown):
        steps += [
            replace(step, order=len(steps) + number)
            for number, step in enumerate(_steps(kind, route, facts, directory, over_from), 1)
        ]
    return tuple(steps)


def _over(route: Tried, facts: Facts, shown: Shown | None) -> bool:
    if facts.under18 in {Under18.YES, Under18.NOT_SURE} or facts.stage is Stage.THREAT_ONLY:
        return True
    if route.letter is None or route.recipient_kind not in _ASKS_FOR_REMOVAL:
        return True
    return shown is not None and shown.ended_by in {ClockEvent.REMOVED, ClockEvent.WITHDRAWN}


def _over_from(shown: Shown | None) -> datetime | None:
    """Return from when the first notice counts as unanswered, if its clock is known."""
    if shown is None or shown.state in {"not_started", "paused"}:
        return None
    if shown.wait_until is not None or shown.act_by is None:
        return shown.wait_until
    return shown.act_by + _PATIENCE


def _kinds(
    route: Tried, facts: Facts, directory: Directory, shown: Shown | None
) -> Iterator[StepKind]:
    """Give the kinds of rung that apply, in order."""
    on_a_site = facts.where in _ON_A_SITE
    alone = on_a_site and not _has_no_other_owner(directory.places.get(facts.place or ""))
    applies = {
        StepKind.REMINDER: shown is None or shown.ended_by is None,
        StepKind.REGULATOR: True,
        StepKind.HOST: alone,
        StepKind.REGISTRAR_OR_CDN: alone,
        StepKind.SEARCH_ENGINES: on_a_site,
        StepKind.PAYMENT_OR_ADS: facts.where in _EARNS,
        StepKind.INTERNET_PROVIDER: alone,
    }
    for kind, rung in _RUNGS.items():
        same = rung.recipient_kind is route.recipient_kind and kind not in _NEVER_THE_SAME
        if applies[kind] and not same:
            yield kind


def _has_no_other_owner(place: Place | None) -> bool:
    """Whether nobody stands behind the place who would do more than it does itself."""
    if place is None:
        return False
    if place.kind is PlaceKind.PLATFORM:
        return place.status == "active" and bool(place.removal_form_url)
    return place.kind is not PlaceKind.OTHER


def _steps(
    kind: StepKind, route: Tried, facts: Facts, directory: Directory, over_from: datetime | None
) -> Iterator[Step]:
    rung = _RUNGS[kind]
    at_once = kind is StepKind.SEARCH_ENGINES
    step = Step(
        order=0,
        kind=kind,
        recipient_kind=rung.recipient_kind,
        letter=rung.letter,
        recipient="",
        when=_say(f"step.when.{kind}"),
        not_before=None if over_from is None or at_once else over_from + timedelta(days=rung.days),
        why=_say(f"step.why.{kind}"),
        risks=_risks(kind, (facts.person_country,), facts, directory),
    )
    if kind is StepKind.REGULATOR:
        for authority in _regulators(route, facts, directory):
            yield replace(
                step,
                recipient=authority.name,
                why=_say(f"step.why.{kind}", role=authority.role.rstrip(".")),
                letter=_COMPLAINTS.get(authority.jurisdiction, rung.letter),
                authority=authority.id,
                risks=_risks(
                    kind, (facts.person_country, authority.jurisdiction), facts, directory
                ),
            )
        return
    same = route.recipient_kind if kind is StepKind.REMINDER else step.recipient_kind
    yield replace(step, recipient=_say(f"step.recipient.{kind}"), recipient_kind=same)


def _regulators(route: Tried, facts: Facts, directory: Directory) -> list[Authority]:
    """Return who takes a complaint: of the route's law first, of the person's country, the place's.

    No regulator watches over copyright, so that law's own country is left out for it.
    """
    codes: list[str] = []
    for code in (route.jurisdiction, facts.person_country, facts.place_country):
        codes += directory.chain(code)
    left_out = route.jurisdiction if route.letter is Letter.US_DMCA else None
    return [
        authority
        for code in dict.fromkeys(codes)
        for authority in directory.authorities.values()
        if authority.jurisdiction == code != left_out
        and authority.kind is AuthorityKind.REGULATOR
        and authority.takes_complaints
        and authority.id != route.authority
    ]


def _risks(
    kind: StepKind, countries: Sequence[str | None], facts: Facts, directory: Directory
) -> tuple[Risk, ...]:
    """Return what may hurt the person, heaviest first. Nothing is left out for want of a fact.

    A country without a record has the risks of anywhere else, and so has one that isn't said.
    """
    about = {StepKind.REGULATOR: "regulator", StepKind.SEARCH_ENGINES: "search"}.get(
        kind, "platform"
    )
    codes = {code for country in countries for code in directory.chain(country)}
    if directory.jurisdictions.keys().isdisjoint(directory.chain(facts.person_country)):
        codes.add(ELSEWHERE)
    found = [
        risk
        for risk in directory.risks.values()
        if risk.jurisdiction in codes
        and (not risk.applies_to or about in risk.applies_to)
        and not (facts.same_sex is False and risk.key == "same_sex_criminalisation")
        and not (facts.under18 is Under18.NO and risk.key in ABOUT_MINORS)
    ]
    return tuple(sorted(found, key=lambda risk: (list(Severity).index(risk.severity), risk.id)))
