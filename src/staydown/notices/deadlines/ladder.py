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
from staydown.base.vocabulary import Under18
from staydown.notices.deadlines.terms import Shown
from staydown.notices.directory.directory import ELSEWHERE, Directory
from staydown.notices.directory.records import ABOUT_MINORS, Authority, Place, Risk
from staydown.notices.facts import Facts
from staydown.notices.words import (
    AuthorityKind,
    ClockEvent,
    Letter,
    PlaceKind,
    RecipientKind,
    Severity,
    Stage,
    StepKind,
)


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
    #: Who it goes to, in words.
    recipient: str
    #: In words, and as a moment (aware) where the clock of the notice is known. Not a duty.
    when: str
    not_before: datetime | None
    why: str
    #: Id of an authority, for the regulator's rung.
    authority: str | None = None
    #: What may hurt the person, heaviest first; to be shown before the letter is.
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rung:
    """How a kind of step looks wherever it applies. ``days`` after the time was over."""

    recipient_kind: RecipientKind
    letter: Letter
    recipient: str
    days: int
    when: str
    why: str


_RUNGS = {
    StepKind.REMINDER: _Rung(
        RecipientKind.PLATFORM, Letter.REMINDER, "the same as before", 0,
        "once the time for the first notice is over",
        "A second letter shows that the first was sent, and when. It often reaches another person.",
    ),
    StepKind.REGULATOR: _Rung(
        RecipientKind.REGULATOR, Letter.REGULATOR, "", 0,
        "once the time for the first notice is over",
        "It watches over services and may ask them why they did nothing. It may need weeks.",
    ),
    StepKind.HOST: _Rung(
        RecipientKind.HOST, Letter.HOST, "the company whose machines the site runs on", 2,
        "two days after the reminder",
        "Its own rules may forbid such pictures, and it can reach the site's owner or end the "
        "contract.",
    ),
    StepKind.REGISTRAR_OR_CDN: _Rung(
        RecipientKind.REGISTRAR_OR_CDN, Letter.REGISTRAR_OR_CDN,
        "the company that the site has its name from, or that delivers its pages", 7,
        "a week after the reminder",
        "It does not hold the picture, but it can pass the notice on and name the host.",
    ),
    StepKind.SEARCH_ENGINES: _Rung(
        RecipientKind.SEARCH_ENGINE, Letter.SEARCH_ENGINE, "each search engine that shows it", 0,
        "at once: it need not wait for anything else",
        "A page that no search shows is found by far fewer people, even while it stays up.",
    ),
    StepKind.PAYMENT_OR_ADS: _Rung(
        RecipientKind.PAYMENT_OR_ADS, Letter.PAYMENT_OR_ADS,
        "those who take payments for the site or place its advertisements", 14,
        "two weeks after the reminder",
        "A site that earns money from such pictures may lose more by keeping them.",
    ),
    StepKind.INTERNET_PROVIDER: _Rung(
        RecipientKind.INTERNET_PROVIDER, Letter.INTERNET_PROVIDER,
        "the company that gives people in your country their internet access", 21,
        "last, three weeks after the reminder",
        "In a few countries it may block a page, often only on an order. The picture stays up "
        "elsewhere.",
    ),
}  # fmt: skip

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
    due = None if over_from is None or at_once else over_from + timedelta(days=rung.days)
    step = Step(
        0, kind, rung.recipient_kind, rung.letter, rung.recipient, rung.when, due, rung.why,
        risks=_risks(kind, (facts.person_country,), facts, directory),
    )  # fmt: skip
    if kind is StepKind.REMINDER:
        yield replace(step, recipient_kind=route.recipient_kind)
    elif kind is StepKind.REGULATOR:
        for authority in _regulators(route, facts, directory):
            yield replace(
                step,
                recipient=authority.name,
                why=f"{rung.why} {authority.role.rstrip('.')}.",
                letter=_COMPLAINTS.get(authority.jurisdiction, rung.letter),
                authority=authority.id,
                risks=_risks(
                    kind, (facts.person_country, authority.jurisdiction), facts, directory
                ),
            )
    else:
        yield step


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
