"""A next step has a way of its own, and carries no law to somebody whom it does not bind."""

from dataclasses import replace

import pytest

from staydown.base.incident import DistributionMode
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.deadlines.ladder import Step, ladder
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.next_step import ways_of
from staydown.notices.vocabulary import Letter, Stage, Standing, StepKind, TakenBy
from tests.notices.routes.services import found

FACTS = Facts(
    where=DistributionMode.SOCIAL_MEDIA,
    place="facebook",
    person_country="KE",
    standing=Standing.DEPICTED,
    stage=Stage.POSTED,
    under18=Under18.NO,
)
OPEN = found(FACTS)
FIRST = next(one for one in OPEN.routes if one.letter is Letter.US_TIDA)
STEPS = ladder(FIRST, FACTS, load_directory(), None)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.order}-{step.kind}")
def test_each_step_has_a_way_with_its_letter_its_reason_and_its_risks(step: Step) -> None:
    for way in ways_of(step, FIRST, OPEN):
        assert (way.letter, way.why) == (step.letter, (step.why,))
        assert set(step.risks) <= set(way.risks)


def test_a_reminder_goes_where_the_first_letter_went() -> None:
    (reminder,) = (step for step in STEPS if step.kind is StepKind.REMINDER)
    (way,) = ways_of(reminder, FIRST, OPEN)
    assert (way.place, way.recipient, way.ground) == (FIRST.place, FIRST.recipient, FIRST.ground)


def test_a_step_to_somebody_new_names_no_law_and_no_place() -> None:
    facts = replace(FACTS, where=DistributionMode.NCII_ONLY_SITE, place=None, site="a.example")
    routes = found(facts)
    first = next(one for one in routes.routes if one.letter is Letter.NEUTRAL)
    (ads,) = (
        step
        for step in ladder(first, facts, load_directory(), None)
        if step.kind is StepKind.PAYMENT_OR_ADS
    )
    (way,) = ways_of(ads, first, routes)
    assert (way.ground.citation, way.ground.regime, way.place) == ("", None, None)


@pytest.mark.parametrize("taken", [Letter.US_TIDA, Letter.US_DMCA])
def test_a_step_tells_its_own_recipient_and_nothing_of_the_first_letter(taken: Letter) -> None:
    """A copyright notice gives the sender to the uploader; one to who pays the site doesn't."""
    facts = replace(
        FACTS, where=DistributionMode.PORN_SITE, place=None, site="a.example", person_country="US",
        taken_by=TakenBy.DEPICTED_PERSON,
    )  # fmt: skip
    routes = found(facts)
    first = next(one for one in routes.routes if one.letter is taken)
    new = {StepKind.PAYMENT_OR_ADS, StepKind.INTERNET_PROVIDER}
    steps = [one for one in ladder(first, facts, load_directory(), None) if one.kind in new]
    assert len(steps) == 2
    for step in steps:
        (way,) = ways_of(step, first, routes)
        assert {text(one.whom) for one in way.reveals} <= {
            text(step.recipient),
            "whoever runs the site",
        }
        told = {text(one.what) for one in way.reveals if one.whom == step.recipient}
        assert "where the picture is" in told
        assert any("reach you" in what for what in told)
        assert not any("name" in what or "own the picture" in what for what in told)
        assert not way.ground.standing.confirmed, "the first law's source says nothing of it"
