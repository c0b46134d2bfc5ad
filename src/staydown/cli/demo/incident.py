"""The other walk of the demo: a picture is out already; ways, a letter, and the next step."""

from dataclasses import replace
from datetime import timedelta

from staydown.base.clock import Clock, SystemClock
from staydown.base.incident import DistributionConsent, DistributionMode
from staydown.base.languages import Language
from staydown.base.vocabulary import Under18
from staydown.cli.demo.sites import DemoFailed
from staydown.guidance.support.reading import load_support
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.writing import lacking, write
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ladder import ladder
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.terms import Happened
from staydown.notices.details import Details, Location, Notice
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import ClockEvent, Letter, Stage, Standing

FACTS = Facts(
    where=DistributionMode.SOCIAL_MEDIA,
    place="facebook",
    person_country="US",
    standing=Standing.DEPICTED,
    stage=Stage.POSTED,
    under18=Under18.NO,
)
DETAILS = Details(
    locations=(Location("1", url="https://www.facebook.com/example/posts/1"),),
    contact="advocate@example.org",
    signature="A. B.",
    states_no_consent=True,
    consent=DistributionConsent.PRIVATE_RECIPIENTS_ONLY,
)


class Incident:
    """What the walk has in hand between its steps. Nothing here is sent."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._now = (clock or SystemClock()).now()
        self._directory = load_directory()
        self._route: Route | None = None

    def ways(self) -> None:
        """Find the ways that are open, and take the one with a legal time limit."""
        found = find_routes(FACTS, self._directory, load_support(), self._now.date())
        self._route = next((one for one in found.routes if one.letter is Letter.US_TIDA), None)
        if self._route is None or self._route.order != 1:
            raise DemoFailed("the way with a legal time limit is not the first")

    def missing(self) -> None:
        """See what is missing named before anything is written."""
        route = self._chosen()
        to = addressees(route, self._directory)[0]
        named = [one.what for one in lacking(route, DETAILS, FACTS, to)]
        if named != ["good_faith_statement"]:
            raise DemoFailed(f"{len(named)} things are named as missing, instead of one")

    def letters(self) -> None:
        """Write the complete letter in every language."""
        for language in Language:
            if DETAILS.locations[0].url not in self._letter(language).body:
                raise DemoFailed("a letter does not say where the picture is")

    def next_step(self) -> None:
        """Three working weeks later nothing has happened: the clock is over, a step is due."""
        route = self._chosen()
        regime = route.ground.regime
        if regime is None:
            raise DemoFailed("the way stands on no law with a time limit")
        terms = terms_of(regime, self._directory, ["US"])
        later = self._now + timedelta(days=21)
        shown = show(terms, [Happened(ClockEvent.SENT, self._now)], later)
        steps = ladder(route, FACTS, self._directory, shown)
        if shown.state != "over" or not steps or steps[0].letter is not Letter.REMINDER:
            raise DemoFailed("no next step is due though the time is over")

    def _chosen(self) -> Route:
        if self._route is None:
            raise DemoFailed("no way was found")
        return self._route

    def _letter(self, language: Language) -> Notice:
        route = self._chosen()
        return write(
            route,
            replace(DETAILS, states_good_faith=True),
            facts=FACTS,
            to=addressees(route, self._directory)[0],
            language=language,
            directory=self._directory,
            now=self._now,
        )
