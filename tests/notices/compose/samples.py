"""One complete example for every letter: roles and example.org, nobody who exists."""

from dataclasses import replace
from datetime import UTC, date, datetime

from staydown.base.incident import ContentCapture, DistributionConsent, DistributionMode
from staydown.base.languages import Language
from staydown.base.records import Standing as RecordStanding
from staydown.base.vocabulary import Under18
from staydown.notices.compose.writing import write
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Ground, Route
from staydown.notices.vocabulary import Letter, RecipientKind, Stage, Standing, TakenBy

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

LOCATIONS = (
    Location(
        "1",
        url="https://pictures.example.org/post/1?a=b&c=d",
        description="a photograph of a person without clothes",
        evidence="E-01",
        search_query="A. B.",
    ),
    Location(
        "2",
        url="https://example.org/v/2",
        info="channel “example”, message 17, 21 November 2026, 20:15 UTC",
        description="a video of two people",
        evidence="E-02",
        search_query="A. B. town",
    ),
)

#: Everything filled in, so that a letter can be seen to take only what it needs.
DETAILS = Details(
    locations=LOCATIONS,
    name="A. B.",
    email="ab@example.org",
    contact="through the helpline, case@example.org",
    signature="/s/ A. B.",
    standing=Standing.DEPICTED,
    depicted="A. B.",
    authorised=True,
    states_no_consent=True,
    states_good_faith=True,
    states_accurate=True,
    states_intimate=True,
    states_perjury=True,
    states_vulnerable=True,
    capture=ContentCapture.CAPTURE_CLANDESTINE,
    consent=DistributionConsent.DISTRIBUTED_WITHOUT_CONSENT,
    consent_information="I learned of it on 20 November 2026.",
    explanation="",
    legal_ground="",
    circumstances="20 November 2026: somebody sent me a link.\n21 November: I found the rest.",
    copyrighted_work="A photograph that I took of myself in 2024, never published by me.",
    prior_report="on 20 November 2026, through the service's form; no answer.",
    police_reference="2026-0001",
    first_sent=datetime(2026, 11, 20, 18, 5, tzinfo=UTC),
    first_message_id="<1@letters.example.org>",
)

_COUNTRIES = {
    Letter.US_TIDA: "US",
    Letter.US_DMCA: "US",
    Letter.GB_OSA_20A: "GB",
    Letter.EU_DSA_16: "FR",
    Letter.EU_GDPR_17: "FR",
    Letter.IN_RULE_3_2_B: "IN",
    Letter.AU_ESAFETY: "AU",
    Letter.BR_MCI_21: "BR",
    Letter.NEUTRAL: "JP",
    Letter.REGULATOR: "US",
    Letter.POLICE: "BR",
    Letter.COURT_DRAFT: "ZA",
    Letter.HOST: "KR",
    Letter.REMINDER: "US",
}
_KINDS = {
    Letter.EU_GDPR_17: RecipientKind.SEARCH_ENGINE,
    Letter.AU_ESAFETY: RecipientKind.REGULATOR,
    Letter.COURT_DRAFT: RecipientKind.COURT,
    Letter.NEUTRAL: RecipientKind.PLATFORM,
    Letter.TERMS: RecipientKind.PLATFORM,
    Letter.REMINDER: RecipientKind.PLATFORM,
}
#: Letters that speak of a regime without being its own.
_ABOUT = {Letter.REGULATOR: "us-tida", Letter.REMINDER: "us-tida"}


def kind_for(letter: Letter) -> RecipientKind:
    """Return whom a letter goes to."""
    if letter in _KINDS:
        return _KINDS[letter]
    word = letter.value.replace("-", "_")
    return RecipientKind(word) if word in list(RecipientKind) else RecipientKind.PLATFORM


def facts_for(letter: Letter) -> Facts:
    """Return facts under which a letter is written."""
    return Facts(
        where=DistributionMode.SOCIAL_MEDIA,
        person_country=_COUNTRIES.get(letter),
        stage=Stage.POSTED,
        under18=Under18.NO,
        taken_by=TakenBy.DEPICTED_PERSON,
    )


def ground_for(letter: Letter) -> Ground:
    """Return the law of a letter, as the directory has it."""
    regime = load_directory().regimes.get(_ABOUT.get(letter, letter))
    if regime is None:
        return Ground("", RecordStanding(date(2026, 11, 22), confirmed=True))
    return Ground(regime.citation, regime.standing, regime)


def route_for(letter: Letter) -> Route:
    """Return a way that ends in a letter."""
    kind = kind_for(letter)
    return Route(
        f"{letter}-example", 1, kind, "the service", letter, ground_for(letter), None, None,
        None, None, (), (), (), (), (), (),
    )  # fmt: skip


def addressee_for(letter: Letter) -> Addressee:
    """Return an example of whom it goes to."""
    return Addressee(kind_for(letter), "Example Service", "abuse@example.org")


def written(
    letter: Letter, language: Language = Language.EN, facts: Facts | None = None, **changes: object
) -> Notice:
    """Write a letter from the examples, with changes to the details."""
    return write(
        route_for(letter),
        replace(DETAILS, **changes),  # type: ignore[arg-type]
        facts=facts or facts_for(letter),
        to=addressee_for(letter),
        language=language,
        directory=load_directory(),
        now=NOW,
    )
