"""The tables can be made and unmade, and what was there before views is carried over."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from staydown.base.vocabulary import Decision, GateAnswer
from staydown.exchange.simulator import BankSimulator
from staydown.review import api
from staydown.review.models import BankEntry, Candidate
from tests.review.support import Desk, copy_code, pdq

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_no_change_of_the_models_is_missing_from_the_migrations() -> None:
    """A model and its table never part."""
    call_command("makemigrations", "review", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_what_was_matched_before_views_is_still_shown(desk: Desk, bank: BankSimulator) -> None:
    """Candidates get the kind of their entry and their item's answer; banks are read again."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    upload = api.Upload(desk.platform_key(), (pdq(7),))
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    try:
        call_command("migrate", "review", "0001", verbosity=0)
    finally:
        call_command("migrate", "review", verbosity=0)
    (match,) = api.item_page(item).matches
    assert (match.kind.value, match.view.label, match.distance) == ("pdq", "whole", 7)
    assert match.answer is GateAnswer.HELD
    assert match.reason == "7 of 256 bits differ"
    state: Any = MigrationExecutor(connection).loader.project_state()
    followed = state.apps.get_model("review", "Bank").objects.get()
    assert (followed.cursor, followed.caught_up_at) == ("", None)
    desk.follow(followed.pk)
    assert api.receive_upload(upload, desk.live, desk.clock).answer is GateAnswer.HELD


@pytest.mark.django_db(transaction=True)
def test_the_way_back_is_open_with_copy_codes_there(desk: Desk, bank: BankSimulator) -> None:
    """Copy codes, and what only they matched, go; PDQs and their matches stay."""
    bank.put(pdq(0), picture="one")
    bank.put(copy_code(0), picture="one")
    desk.follow(desk.add(bank))
    upload = api.Upload(desk.platform_key(), (pdq(7), copy_code(9)))
    answer = api.receive_upload(upload, desk.live, desk.clock)
    assert {match.kind.value for match in answer.matches} == {"pdq", "copy1"}
    try:
        call_command("migrate", "review", "0001", verbosity=0)
    finally:
        call_command("migrate", "review", verbosity=0)
    assert set(BankEntry.objects.values_list("kind", flat=True)) == {"pdq"}
    assert set(Candidate.objects.values_list("entry__kind", "kind")) == {("pdq", "pdq")}


@pytest.mark.django_db(transaction=True)
def test_on_the_way_back_what_may_show_somebody_under_18_stays_held(
    desk: Desk, bank: BankSimulator
) -> None:
    """It waits for a person again: the version before has no such decision, and lets nothing go."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    key = desk.platform_key()
    item = api.receive_upload(api.Upload(key, (pdq(7),)), desk.live, desk.clock).item
    assert item is not None
    moderator = desk.moderator()
    decision = Decision.MAY_BE_UNDER_18
    api.decide(item, decision, version=0, moderator_id=moderator, clock=desk.clock)
    try:
        call_command("migrate", "review", "0008", verbosity=0)
    finally:
        call_command("migrate", "review", verbosity=0)
    outcome = api.outcome(key, item)
    assert (outcome.answer, outcome.decision) == (GateAnswer.HELD, None)
    assert api.item_page(item).version == 2
