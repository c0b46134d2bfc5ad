"""Writes a notice: checks first, then fills the letter. It sends nothing and keeps nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from staydown.base import wording
from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.base.reasons import reasons
from staydown.notices.compose.checking import missing
from staydown.notices.compose.elements import needed_on
from staydown.notices.compose.filling import Filling
from staydown.notices.compose.law_lines import stands
from staydown.notices.compose.letters.reading import letter_text
from staydown.notices.compose.template import fill_letter
from staydown.notices.details import Addressee, Details, Missing, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Element, TakenBy

_say = reasons("notices.fields")

#: How far ahead of ours the clock may be by which somebody noted a time.
_CLOCKS_DIFFER = timedelta(hours=1)


class Incomplete(StaydownError):
    """Something that the letter cannot do without is missing. ``missing`` says all of it."""

    def __init__(self, found: tuple[Missing, ...]) -> None:
        super().__init__(_say("missing", each=tuple(one.how for one in found)))
        self.missing = found


class NoLetter(StaydownError):
    """This way has no letter: it leads to somebody who helps, or to a form."""


def with_facts(details: Details, facts: Facts) -> Details:
    """Take from the facts what was not said again: the standing, and whether software made it."""
    return replace(
        details,
        standing=details.standing if details.standing is not None else facts.standing,
        synthetic=details.synthetic if details.synthetic is not None else facts.synthetic,
    )


def lacking(route: Route, details: Details, facts: Facts, to: Addressee) -> tuple[Missing, ...]:
    """Return everything that stops the letter of a route, () when nothing does.

    Raises NoLetter.
    """
    if route.letter is None:
        raise NoLetter("there is no letter for this way; follow what it says instead")
    regime = route.ground.regime
    found = missing(
        route.letter,
        regime,
        with_facts(details, facts),
        facts.under18,
        to.kind,
        needed=needed_on(route),
    )
    hotline = any(one.what == "not_under_18" for one in found)
    own_work = facts.taken_by is TakenBy.DEPICTED_PERSON
    if regime is not None and regime.copyright_only and not own_work and not hotline:
        how = _say("fault.copyright")
        found += (Missing(Element.COPYRIGHTED_WORK_IDENTIFICATION, ("taken_by",), how),)
    return found


def write(
    route: Route,
    details: Details,
    *,
    facts: Facts,
    to: Addressee,
    language: Language,
    directory: Directory,
    now: datetime,
) -> Notice:
    """Write the letter of a route. ``now`` is aware; the letter is dated in UTC.

    Raises Incomplete, naming everything that is missing; NoLetter; NoSuchLetter for a language in
    which it isn't written.
    """
    found = lacking(route, details, facts, to)
    if not found and details.first_sent is not None and details.first_sent > now + _CLOCKS_DIFFER:
        how = _say("fault.not_yet")
        found = (Missing(Element.PRIOR_REPORT_TO_PLATFORM, ("first_sent",), how),)
    if route.letter is None or found:
        raise Incomplete(found)
    unnamed = not route.place and not route.authority and to.name == wording.text(route.recipient)
    filling = Filling(
        route.letter, route.ground, with_facts(details, facts), facts, to, language, directory,
        now, unnamed,
    )  # fmt: skip
    text = letter_text(route.letter, language)
    regime = route.ground.regime
    return Notice(
        letter=route.letter,
        language=language,
        reviewed=text.reviewed,
        to=to,
        subject=text.subject,
        body=fill_letter(text.body, filling.values()),
        law="; ".join(filling.laws()),
        regime=regime.id if regime is not None else None,
        law_certain=regime is None or stands(regime, now.astimezone(UTC).date()),
        details=filling.details,
        written=now,
        shown=filling.shown(),
    )
