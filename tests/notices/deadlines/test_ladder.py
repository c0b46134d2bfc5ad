"""What to do next: the rungs that apply, in order, each with its letter."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode
from staydown.base.vocabulary import Under18
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ladder import ladder
from staydown.notices.deadlines.terms import Happened, Shown
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import ClockEvent, Letter, RecipientKind, Stage, StepKind
from tests.notices.deadlines.making import calendar, reading, terms

DIRECTORY = load_directory()
SENT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SITE = Facts(where=DistributionMode.NCII_ONLY_SITE, person_country="GB", under18=Under18.NO)


@dataclass(frozen=True)
class Tried:
    recipient_kind: RecipientKind = RecipientKind.PLATFORM
    letter: Letter | None = Letter.NEUTRAL
    jurisdiction: str | None = None
    authority: str | None = None


ALL = [
    "reminder", "regulator", "host", "registrar_or_cdn", "search_engines", "payment_or_ads",
    "internet_provider",
]  # fmt: skip
CASES = [
    ("an unknown site", SITE, Tried(), ALL),
    ("the host was asked", SITE, Tried(RecipientKind.HOST, Letter.HOST),
     ["reminder", "regulator", "registrar_or_cdn", "search_engines", "payment_or_ads",
      "internet_provider"]),
    ("a large platform has no other owner",
     replace(SITE, where=DistributionMode.SOCIAL_MEDIA, place="facebook"), Tried(),
     ["reminder", "regulator", "search_engines"]),
    ("a large site that earns", replace(SITE, where=DistributionMode.PORN_SITE, place="pornhub"),
     Tried(), ["reminder", "regulator", "search_engines", "payment_or_ads"]),
    ("a place without a form has a host",
     replace(SITE, where=DistributionMode.PORN_SITE, place="xvideos"), Tried(), ALL),
    ("a message is on no page", replace(SITE, where=DistributionMode.MESSAGING_PRIVATE), Tried(),
     ["reminder", "regulator"]),
    ("no regulator is known there",
     replace(SITE, person_country="QQ", where=DistributionMode.MESSAGING_PRIVATE), Tried(),
     ["reminder"]),
    ("a search engine was asked",
     replace(SITE, where=DistributionMode.SEARCH_RESULT, place="google-search"),
     Tried(RecipientKind.SEARCH_ENGINE, Letter.EU_GDPR_17, "EU"),
     ["reminder", "regulator", "regulator"]),
    ("the regulator was asked", replace(SITE, person_country="AU", place="facebook",
     where=DistributionMode.SOCIAL_MEDIA),
     Tried(RecipientKind.REGULATOR, Letter.AU_ESAFETY, "AU", "au-esafety-commissioner"),
     ["reminder", "search_engines"]),
    ("somebody may be under 18", replace(SITE, under18=Under18.NOT_SURE), Tried(), []),
    ("nothing is posted", replace(SITE, stage=Stage.THREAT_ONLY), Tried(), []),
    ("nothing was written", SITE, Tried(RecipientKind.SUPPORT, None), []),
    ("the police were told", SITE, Tried(RecipientKind.POLICE, Letter.POLICE), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "route", "kinds"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_rungs_that_apply(facts: Facts, route: Tried, kinds: list[str]) -> None:
    steps = ladder(route, facts, DIRECTORY)
    assert [step.kind for step in steps] == kinds
    assert [step.order for step in steps] == list(range(1, len(steps) + 1))


def clock(now: datetime, length: int | None = 48, **events: datetime) -> Shown:
    law = terms(reading(length), calendars=(calendar("ZZ", "UTC"),))
    happened = [Happened(ClockEvent.SENT, SENT)]
    happened += [Happened(ClockEvent(name), at) for name, at in events.items()]
    return show(law, happened, now)


def test_each_rung_says_from_when_and_search_engines_need_not_wait() -> None:
    steps = {s.kind: s for s in ladder(Tried(), SITE, DIRECTORY, clock(SENT))}
    over = datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert steps[StepKind.REMINDER].not_before == over
    assert steps[StepKind.REGULATOR].not_before == over
    assert steps[StepKind.HOST].not_before == over + timedelta(days=2)
    assert steps[StepKind.SEARCH_ENGINES].not_before is None


def test_where_no_date_is_certain_a_week_after_the_strict_one_or_none() -> None:
    place = calendar("ZZ", "UTC")
    uncommenced = terms(reading(48, commenced=False), reading(None), calendars=(place,))
    shown = show(uncommenced, [Happened(ClockEvent.SENT, SENT)], SENT)
    (first, *_) = ladder(Tried(), SITE, DIRECTORY, shown)
    assert first.not_before == SENT + timedelta(hours=48, days=7)
    (first, *_) = ladder(Tried(), SITE, DIRECTORY, clock(SENT, None))
    assert first.not_before is None


def test_after_a_refusal_there_is_no_reminder_and_after_removal_nothing() -> None:
    later = SENT + timedelta(hours=1)
    steps = ladder(Tried(), SITE, DIRECTORY, clock(later, refused=later))
    assert [step.kind for step in steps] == ALL[1:]
    assert ladder(Tried(), SITE, DIRECTORY, clock(later, removed=later)) == ()
    assert ladder(Tried(), SITE, DIRECTORY, clock(later, withdrawn=later)) == ()


def test_a_reminder_goes_to_whoever_was_asked() -> None:
    (first, *_) = ladder(Tried(RecipientKind.HOST, Letter.HOST), SITE, DIRECTORY)
    assert (first.recipient_kind, first.letter) == (RecipientKind.HOST, Letter.REMINDER)


def test_the_regulator_of_the_law_comes_first_and_copyright_has_none() -> None:
    tida = ladder(Tried(letter=Letter.US_TIDA, jurisdiction="US"), SITE, DIRECTORY)
    regulators = [step.authority for step in tida if step.kind is StepKind.REGULATOR]
    assert regulators == ["us-ftc", "gb-ofcom"]
    dmca = ladder(Tried(letter=Letter.US_DMCA, jurisdiction="US"), SITE, DIRECTORY)
    regulators = [step.authority for step in dmca if step.kind is StepKind.REGULATOR]
    assert regulators == ["gb-ofcom"]


def test_a_complaint_to_a_regulator_carries_the_risks_of_the_country() -> None:
    found = False
    for code in DIRECTORY.jurisdictions:
        facts = replace(SITE, person_country=code)
        expected = {
            risk.id for risk in DIRECTORY.risks.values()
            if risk.jurisdiction == code and "regulator" in risk.applies_to
        }  # fmt: skip
        for step in ladder(Tried(), facts, DIRECTORY):
            if step.kind is StepKind.REGULATOR and expected:
                assert expected <= {risk.id for risk in step.risks}
                found = True
    assert found


def test_what_concerns_two_people_of_one_sex_is_left_out_only_when_it_is_said() -> None:
    def keys(same_sex: bool | None) -> set[str]:
        facts = replace(SITE, person_country="UG", same_sex=same_sex)
        return {risk.key for step in ladder(Tried(), facts, DIRECTORY) for risk in step.risks}

    assert "same_sex_criminalisation" in keys(None) & keys(True)
    assert "same_sex_criminalisation" not in keys(False)


@pytest.mark.parametrize("country", [None, "QQ", "UG"])
def test_a_country_that_is_not_said_or_not_known_has_the_risks_of_anywhere_else(
    country: str | None,
) -> None:
    facts = replace(SITE, person_country=country, place_country="US")
    complaints = [
        step for step in ladder(Tried(), facts, DIRECTORY) if step.kind is StepKind.REGULATOR
    ]
    assert complaints
    elsewhere = {
        risk.id for risk in DIRECTORY.risks.values()
        if risk.jurisdiction == "ZZ" and "regulator" in risk.applies_to
    }  # fmt: skip
    for step in complaints:
        assert elsewhere.issubset({risk.id for risk in step.risks}) is (country != "UG")


def test_what_is_about_people_under_18_is_left_out_once_nobody_is() -> None:
    def keys(under18: Under18 | None) -> set[str]:
        facts = replace(SITE, person_country="IN", under18=under18)
        return {risk.key for step in ladder(Tried(), facts, DIRECTORY) for risk in step.risks}

    assert keys(None) - keys(Under18.NO) == {"mandatory_reporting_minor"}


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        Facts,
        st.sampled_from(DistributionMode),
        st.sampled_from([None, *DIRECTORY.places]),
        st.none(),
        st.sampled_from([None, "QQ", *DIRECTORY.jurisdictions]),
        st.sampled_from([None, "NL", *DIRECTORY.jurisdictions]),
        under18=st.sampled_from([None, *Under18]),
        stage=st.sampled_from([None, *Stage]),
    ),
    st.builds(
        Tried,
        st.sampled_from(RecipientKind),
        st.sampled_from([None, *Letter]),
        st.sampled_from([None, *DIRECTORY.jurisdictions]),
        st.sampled_from([None, *DIRECTORY.authorities]),
    ),
)
def test_whatever_happened_the_rungs_are_in_order_and_never_for_a_child(
    facts: Facts, route: Tried
) -> None:
    steps = ladder(route, facts, DIRECTORY)
    kinds = [list(StepKind).index(step.kind) for step in steps]
    assert kinds == sorted(kinds)
    assert [step.order for step in steps] == list(range(1, len(steps) + 1))
    if facts.under18 in {Under18.YES, Under18.NOT_SURE}:
        assert steps == ()
    for step in steps:
        assert step.recipient
        assert step.authority != route.authority or step.authority is None
        assert (step.authority is not None) == (step.kind is StepKind.REGULATOR)
