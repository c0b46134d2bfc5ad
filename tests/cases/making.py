"""Events as people make them: any of each kind, with real routes of the directory."""

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.languages import Language
from staydown.base.vocabulary import Under18
from staydown.cases import events
from staydown.cases.case import Draft, Sent
from staydown.cases.clocks import terms_for
from staydown.cases.routes import routes_for
from staydown.guidance.self_search import SelfSearch
from staydown.guidance.self_search.sheet import make_sheet
from staydown.notices.contacts.contacts import Beside
from staydown.notices.deadlines.terms import Happened
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import ClockEvent, Letter, RecipientKind, Standing

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

facts = st.builds(
    Facts,
    where=st.sampled_from(DistributionMode),
    place=st.sampled_from([None, "facebook", "telegram"]),
    site=st.none() | WORDS,
    person_country=st.sampled_from([None, "DE", "US", "IN"]),
    under18=st.sampled_from([None, Under18.NO]),
    synthetic=st.none() | st.booleans(),
    beside=st.frozensets(st.sampled_from(IdentifyingDetail)),
)

moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))

locations = st.builds(Location, id=WORDS, url=WORDS, info=WORDS, description=WORDS)

details = st.builds(
    Details,
    locations=st.lists(locations, max_size=3).map(tuple),
    name=WORDS,
    email=WORDS,
    standing=st.none() | st.sampled_from(Standing),
    states_no_consent=st.booleans(),
    first_sent=st.none() | moments,
)

addressees = st.builds(Addressee, kind=st.sampled_from(RecipientKind), name=WORDS, email=WORDS)


@cache
def routes() -> tuple[Route, ...]:
    """Every way that is open to somebody in Germany whose picture is on Facebook."""
    asked = Facts(DistributionMode.SOCIAL_MEDIA, place="facebook", person_country="DE")
    return routes_for(asked, load_directory(), NOW).routes


ways = st.deferred(lambda: st.sampled_from(routes()))

drafts = st.builds(
    Draft,
    details=details,
    to=st.none() | addressees,
    own=st.none() | st.tuples(ways, facts),
    message_id=WORDS,
)

notices = st.builds(
    Notice,
    letter=st.sampled_from(Letter),
    language=st.sampled_from(Language),
    reviewed=st.none() | st.dates(),
    to=addressees,
    subject=WORDS,
    body=WORDS,
    law=WORDS,
    regime=st.none() | WORDS,
    law_certain=st.booleans(),
    details=details,
    written=moments,
    shown=st.lists(WORDS, max_size=2).map(tuple),
)

happenings = st.builds(Happened, event=st.sampled_from(ClockEvent), at=moments)

#: Few ids, so that events are often about the same letter.
IDS = st.sampled_from(["aa", "bb"])
ROUTES = st.sampled_from(["r1", "r2"])


@st.composite
def letters(draw: st.DrawFn) -> Sent:
    """A letter as it was noted, with the terms of its route."""
    way, about = draw(ways), draw(facts)
    return Sent(
        id=draw(IDS), route=way, facts=about, notice=draw(notices),
        terms=terms_for(way, about, load_directory()), happened=(draw(happenings),),
        raw=draw(WORDS).encode(), kind=draw(st.sampled_from(["eml", "txt"])),
        message_id=draw(WORDS),
    )  # fmt: skip


SHEET = make_sheet(SelfSearch(names=("A. B.",)))

#: One strategy for each kind of event.
KINDS: dict[type[events.Event], st.SearchStrategy[events.Event]] = {
    events.WarningRead: st.builds(events.WarningRead),
    events.AgeSaid: st.builds(events.AgeSaid, under18=st.sampled_from(Under18)),
    events.FactsSaid: st.builds(events.FactsSaid, facts=facts),
    events.LocationsListed: st.builds(
        events.LocationsListed,
        lines=st.lists(WORDS | WORDS.map("https://x.example/{}".format), max_size=4).map(tuple),
    ),
    events.LocationDescribed: st.builds(
        events.LocationDescribed,
        id=st.sampled_from(["L-01", "L-02"]), info=WORDS, description=WORDS, evidence=WORDS,
        search_query=WORDS,
    ),
    events.LocationRemoved: st.builds(
        events.LocationRemoved, id=st.sampled_from(["L-01", "L-02", "x"])
    ),
    events.RouteChosen: st.builds(events.RouteChosen, route_id=WORDS),
    events.LettersDrafted: st.builds(
        events.LettersDrafted, drafts=st.lists(st.tuples(ROUTES, drafts), max_size=2).map(tuple)
    ),
    events.LetterSent: st.builds(
        events.LetterSent, route_id=ROUTES, draft=drafts, sent=letters()
    ),
    events.LetterTakenBack: st.builds(events.LetterTakenBack, letter=IDS, draft=drafts),
    events.AnswerNoted: st.builds(events.AnswerNoted, letter=IDS, happened=happenings),
    events.AnswerTakenBack: st.builds(
        events.AnswerTakenBack, letter=IDS, number=st.integers(-2, 4)
    ),
    events.ContactsFound: st.builds(events.ContactsFound, beside=st.just(Beside())),
    events.PlanAnswered: st.builds(
        events.PlanAnswered, answers=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple)
    ),
    events.SheetMade: st.builds(events.SheetMade, sheet=st.sampled_from([None, SHEET])),
    events.LookedUp: st.builds(events.LookedUp, words=WORDS, kind=WORDS),
}  # fmt: skip

any_event = st.one_of(*KINDS.values())


@st.composite
def histories(draw: st.DrawFn) -> list[events.Event]:
    """Events in a row; what is sent is often what was drafted before."""
    made: list[events.Event] = []
    for event in draw(st.lists(any_event, max_size=8)):
        made.append(event)
        if isinstance(event, events.LettersDrafted) and event.drafts and draw(st.booleans()):
            route_id, draft = event.drafts[-1]
            made.append(events.LetterSent(route_id, draft, draw(letters())))
    return made
