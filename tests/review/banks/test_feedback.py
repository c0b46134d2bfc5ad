"""Telling banks: until they have heard it, the newest word last, and nothing that is moot."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from staydown.base.quietlog import QuietFormatter
from staydown.base.vocabulary import Decision, EntryState, Feedback
from staydown.exchange.simulator import BankSimulator
from staydown.net.message import Request, Response
from staydown.review import api, rules
from staydown.review.banks import feedback
from staydown.review.models import Bank, FeedbackJob
from tests.review.support import Desk, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def item_near(desk: Desk, bank: BankSimulator, dialect: str = "v2") -> UUID:
    """List an entry, follow the bank, and upload something that matches."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank, dialect=dialect))
    upload = api.Upload(desk.platform_key(), (pdq(0),))
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    return item


def decide(
    desk: Desk, item: UUID, decision: Decision, version: int = 0, name: str | None = None
) -> None:
    moderator = desk.moderator(name or f"moderator-{version}")
    api.decide(item, decision, version=version, moderator_id=moderator, clock=desk.clock)


def deliver(desk: Desk) -> int:
    """Give every bank that something is to be told to its turn."""
    return sum(
        api.deliver(bank, desk.network, desk.sealer, desk.clock)
        for bank in api.banks_to_tell(desk.clock)
    )


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_a_decision_reaches_the_bank_once(desk: Desk, bank: BankSimulator, dialect: str) -> None:
    item = item_near(desk, bank, dialect)
    decide(desk, item, Decision.NCII)
    assert deliver(desk) == 1
    assert bank.feedback == {"e1": Feedback.BLOCKED}
    assert deliver(desk) == 0
    assert [told.state for told in api.item_page(item).told] == ["delivered"]


@pytest.mark.parametrize("status", [401, 404, 422, 429, 500, 503])
def test_it_is_tried_again_until_the_bank_takes_it(
    desk: Desk, bank: BankSimulator, status: int
) -> None:
    item = item_near(desk, bank)
    decide(desk, item, Decision.NCII)
    bank.down = status
    tries = 0
    for _ in range(200):
        before = len(desk.network.sent)
        deliver(desk)
        tries += len(desk.network.sent) - before
        desk.clock.advance(timedelta(minutes=1))
    assert 8 <= tries <= 20
    assert api.bank_lines()[0].feedback_waiting == 1
    bank.down = None
    desk.clock.advance(rules.LONGEST_FEEDBACK_PAUSE)
    assert deliver(desk) == 1
    assert bank.feedback == {"e1": Feedback.BLOCKED}


def test_of_two_decisions_only_the_newer_is_told(desk: Desk, bank: BankSimulator) -> None:
    item = item_near(desk, bank)
    decide(desk, item, Decision.NCII)
    decide(desk, item, Decision.NOT_NCII, version=1)
    assert deliver(desk) == 1
    assert bank.feedback == {"e1": Feedback.NOT_BLOCKED}
    assert [told.state for told in api.item_page(item).told] == ["superseded", "delivered"]


def test_a_look_alike_does_not_undo_what_was_found_to_be_ncii(
    desk: Desk, bank: BankSimulator
) -> None:
    found = item_near(desk, bank)
    decide(desk, found, Decision.NCII)
    deliver(desk)
    upload = api.Upload(desk.platform_key("other"), (pdq(0),))
    alike = api.receive_upload(upload, desk.live, desk.clock).item
    assert alike is not None
    decide(desk, alike, Decision.NOT_NCII, version=0, name="dora")
    deliver(desk)
    assert bank.feedback == {"e1": Feedback.BLOCKED}
    decide(desk, found, Decision.NOT_NCII, version=1)  # the first decision itself is taken back
    deliver(desk)
    assert bank.feedback == {"e1": Feedback.NOT_BLOCKED}


def test_a_newer_decision_waits_for_an_older_one_on_its_way(
    desk: Desk, bank: BankSimulator
) -> None:
    item = item_near(desk, bank)
    decide(desk, item, Decision.NCII)

    def meanwhile(request: Request) -> Response:
        desk.network.add("https://bank.example", bank)
        decide(desk, item, Decision.CANT_TELL, version=1)
        assert deliver(desk) == 0
        return bank(request)

    desk.network.add("https://bank.example", meanwhile)
    deliver(desk)
    assert bank.feedback == {"e1": Feedback.BLOCKED}
    assert deliver(desk) == 1
    assert bank.feedback == {"e1": Feedback.PENDING_REVIEW}


def test_two_ticks_at_once_tell_the_bank_once(desk: Desk, bank: BankSimulator) -> None:
    decide(desk, item_near(desk, bank), Decision.NCII)
    calls = 0

    def second_tick(request: Request) -> Response:
        nonlocal calls
        calls += 1
        assert deliver(desk) == 0
        return bank(request)

    desk.network.add("https://bank.example", second_tick)
    assert deliver(desk) == 1
    assert calls == 1


def test_what_a_tick_was_killed_over_is_taken_up_by_the_next(
    desk: Desk, bank: BankSimulator
) -> None:
    decide(desk, item_near(desk, bank), Decision.NCII)
    job = FeedbackJob.objects.get()
    assert feedback._claim(job.pk, desk.clock.now()) is not None  # and then no more is heard of it
    assert deliver(desk) == 0
    desk.clock.advance(rules.CLAIM)
    assert deliver(desk) == 1
    assert bank.feedback == {"e1": Feedback.BLOCKED}


def test_a_late_finisher_does_not_tick_off_what_another_took_over(
    desk: Desk, bank: BankSimulator
) -> None:
    decide(desk, item_near(desk, bank), Decision.NCII)
    job = FeedbackJob.objects.get()
    late = feedback._claim(job.pk, desk.clock.now())
    desk.clock.advance(rules.CLAIM)
    assert feedback._claim(job.pk, desk.clock.now()) is not None
    assert late is not None
    assert not feedback._send(late, desk.network, desk.sealer, desk.clock)
    assert FeedbackJob.objects.get().state == "waiting"


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_nothing_is_told_of_an_entry_that_was_withdrawn(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    item = item_near(desk, bank, dialect)
    decide(desk, item, Decision.NCII)
    bank.change("e1", EntryState.WITHDRAWN)
    desk.follow(Bank.objects.get().pk)
    assert deliver(desk) == 0
    assert bank.feedback == {}
    assert [told.state for told in api.item_page(item).told] == ["moot"]


def test_a_bank_that_is_down_holds_no_other_bank_up(desk: Desk) -> None:
    one, other = BankSimulator(), BankSimulator()
    for name, bank in (("one", one), ("other", other)):
        bank.put(pdq(0))
        desk.follow(desk.add(bank, name))
    upload = api.Upload(desk.platform_key(), (pdq(0),))
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    decide(desk, item, Decision.NCII)
    one.down = 500
    assert deliver(desk) == 1
    assert other.feedback == {"e1": Feedback.BLOCKED}


def test_the_log_names_the_bank_that_could_not_be_told(
    desk: Desk, bank: BankSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    item = item_near(desk, bank)
    decide(desk, item, Decision.NCII)
    bank.down = 503
    deliver(desk)
    (record,) = [one for one in caplog.records if one.levelname == "WARNING"]
    line = json.loads(QuietFormatter().format(record))
    assert line["fact"] == {"bank": "bank", "attempts": 1, "next_try_seconds": 2}
    assert line["error"][0]["type"] == "BankUnreachable"


def several_items(desk: Desk, bank: BankSimulator, count: int) -> list[UUID]:
    """Several uploads, each of which matches an entry of its own; all are decided."""
    entries = [pdq(60 * number) for number in range(count)]
    for entry in entries:
        bank.put(entry)
    desk.follow(desk.add(bank))
    key, items = desk.platform_key(), []
    for number, entry in enumerate(entries):
        item = api.receive_upload(api.Upload(key, (entry,)), desk.live, desk.clock).item
        assert item is not None
        decide(desk, item, Decision.NCII, name=f"moderator {number}")
        items.append(item)
    return items


@pytest.mark.parametrize("status", [401, 403, 302, 429, 500, 503])
def test_a_bank_that_takes_nothing_is_asked_once_a_turn_and_less_and_less(
    desk: Desk, bank: BankSimulator, status: int
) -> None:
    several_items(desk, bank, 4)
    bank.down = status
    tries = []
    for _ in range(120):
        before = len(desk.network.sent)
        assert deliver(desk) == 0
        tries.append(len(desk.network.sent) - before)
        desk.clock.advance(timedelta(seconds=10))
    assert set(tries) == {0, 1}
    assert sum(tries[:60]) > sum(tries[60:]) > 0
    bank.down = None
    desk.clock.advance(rules.LONGEST_FEEDBACK_PAUSE)
    assert deliver(desk) == 4
    assert len(bank.feedback) == 4


def test_one_thing_that_a_bank_refuses_holds_up_nothing_else(
    desk: Desk, bank: BankSimulator
) -> None:
    several_items(desk, bank, 3)

    def refuses_one(request: Request) -> Response:
        if b"e2" in request.body:
            return Response(404, {}, b"{}")
        return bank(request)

    desk.network.add("https://bank.example", refuses_one)
    assert deliver(desk) == 2
    assert set(bank.feedback) == {"e1", "e3"}


def test_a_bank_that_always_fails_over_one_thing_hears_the_others(
    desk: Desk, bank: BankSimulator
) -> None:
    several_items(desk, bank, 3)

    def fails_over_one(request: Request) -> Response:
        if b"e1" in request.body:
            return Response(500, {}, b"")
        return bank(request)

    desk.network.add("https://bank.example", fails_over_one)
    for _ in range(3):
        deliver(desk)
        desk.clock.advance(timedelta(seconds=10))
    assert set(bank.feedback) == {"e2", "e3"}


def test_the_bank_told_longest_ago_has_the_first_turn(desk: Desk) -> None:
    one, other = BankSimulator(), BankSimulator()
    numbers = []
    for name, bank in (("one", one), ("other", other)):
        bank.put(pdq(0))
        numbers.append(desk.add(bank, name))
        desk.follow(numbers[-1])
    item = api.receive_upload(
        api.Upload(desk.platform_key(), (pdq(0),)), desk.live, desk.clock
    ).item
    assert item is not None
    decide(desk, item, Decision.NCII)
    assert api.banks_to_tell(desk.clock) == numbers
    api.deliver(numbers[0], desk.network, desk.sealer, desk.clock)
    decide(desk, item, Decision.NOT_NCII, version=1)
    desk.clock.advance(timedelta(seconds=1))
    assert api.banks_to_tell(desk.clock) == numbers[::-1]


MARKED = Decision.MAY_BE_UNDER_18


def named(desk: Desk, name: str = "nora") -> int:
    """A moderator who is named for items that may show somebody under 18."""
    moderator = desk.moderator(name)
    api.name_for_under_18(name, named=True, clock=desk.clock)
    return moderator


@pytest.mark.parametrize(
    ("told", "then", "v2", "v1"),
    [
        # Words that reached the bank before, the decisions that follow, what each bank then has.
        ([], [MARKED], "PendingReview", None),
        ([Decision.NCII], [MARKED], "PendingReview", "Blocked"),
        ([Decision.NOT_NCII], [MARKED], "PendingReview", "NotBlocked"),
        # What had not been told yet is told no more.
        ([], [Decision.NCII, MARKED], "PendingReview", None),
        ([Decision.CANT_TELL], [Decision.NOT_NCII, MARKED], "PendingReview", "PendingReview"),
        # Taken back by somebody named: banks hear it as ever.
        ([MARKED], [Decision.NCII], "Blocked", "Blocked"),
        ([], [MARKED, MARKED, Decision.NOT_NCII], "NotBlocked", "NotBlocked"),
    ],
)
@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_that_it_may_show_somebody_under_18_is_told_to_no_bank(  # noqa: PLR0917 - a table
    desk: Desk,
    bank: BankSimulator,
    dialect: str,
    told: list[Decision],
    then: list[Decision],
    v2: str,
    v1: str | None,
) -> None:
    """Natively the bank hears that somebody is looking; v1 has no word for it and hears nothing."""
    item, nora = item_near(desk, bank, dialect), named(desk)
    for version, decision in enumerate([*told, *then]):
        api.decide(item, decision, version=version, moderator_id=nora, clock=desk.clock)
        if version < len(told):
            deliver(desk)
    before = len(desk.network.sent)
    deliver(desk)
    word = bank.feedback.get("e1")
    assert (word and word.value) == (v1 if dialect == "v1" else v2)
    if then[-1] is MARKED and dialect == "v1":
        assert len(desk.network.sent) == before
    assert not FeedbackJob.objects.filter(state="waiting").exists()


def test_a_bank_cannot_tell_it_from_somebody_who_cannot_tell(
    desk: Desk, bank: BankSimulator
) -> None:
    """What goes over the network is the same, byte for byte."""
    item, nora = item_near(desk, bank), named(desk)
    sent = []
    for version, decision in enumerate((Decision.CANT_TELL, MARKED)):
        api.decide(item, decision, version=version, moderator_id=nora, clock=desk.clock)
        before = len(desk.network.sent)
        assert deliver(desk) == 1
        sent.append(desk.network.sent[before:])
    assert repr(sent[0]) == repr(sent[1])
    assert [(one.url, one.body) for one in sent[0]] == [(one.url, one.body) for one in sent[1]]


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_a_word_on_its_way_when_it_was_decided_is_not_sent_again(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    """A tick that was killed over it leaves it to the next, which knows better."""
    item, nora = item_near(desk, bank, dialect), named(desk)
    api.decide(item, Decision.NCII, version=0, moderator_id=nora, clock=desk.clock)
    assert feedback._claim(FeedbackJob.objects.get().pk, desk.clock.now()) is not None
    api.decide(item, MARKED, version=1, moderator_id=nora, clock=desk.clock)
    desk.clock.advance(rules.CLAIM)
    deliver(desk)
    assert bank.feedback == ({} if dialect == "v1" else {"e1": Feedback.PENDING_REVIEW})


@pytest.mark.parametrize(
    ("first", "second", "v2", "v1"),
    [
        # Of two uploads near one entry. What is NCII elsewhere is said as before, also where the
        # second upload was called NCII first and its word had taken the other's place.
        ([Decision.NCII], [Decision.NCII, MARKED], "Blocked", "Blocked"),
        ([Decision.NCII], [MARKED], "Blocked", "Blocked"),
        # A harmless look-alike does not speak against an entry near which is one that may show
        # somebody under 18, whichever was decided first.
        ([MARKED], [Decision.NOT_NCII], "PendingReview", None),
        ([Decision.NOT_NCII], [MARKED], "PendingReview", None),
        ([MARKED], [Decision.NCII], "Blocked", "Blocked"),
    ],
)
@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_of_two_uploads_near_one_entry(  # noqa: PLR0917 - a table
    desk: Desk,
    bank: BankSimulator,
    dialect: str,
    first: list[Decision],
    second: list[Decision],
    v2: str,
    v1: str | None,
) -> None:
    one, nora = item_near(desk, bank, dialect), named(desk)
    upload = api.Upload(desk.platform_key("other"), (pdq(3),))
    other = api.receive_upload(upload, desk.live, desk.clock).item
    assert other is not None
    for item, decisions in ((one, first), (other, second)):
        for version, decision in enumerate(decisions):
            api.decide(item, decision, version=version, moderator_id=nora, clock=desk.clock)
    deliver(desk)
    word = bank.feedback.get("e1")
    assert (word and word.value) == (v1 if dialect == "v1" else v2)


def test_what_was_not_told_yet_is_told_no_more_also_while_the_bank_is_down(
    desk: Desk, bank: BankSimulator
) -> None:
    """Nobody waits for it: the page and the count of what is not told yet say so at once."""
    item, nora = item_near(desk, bank, "v1"), named(desk)
    api.decide(item, Decision.NCII, version=0, moderator_id=nora, clock=desk.clock)
    bank.down = 503
    deliver(desk)
    assert api.bank_lines()[0].feedback_waiting == 1
    api.decide(item, MARKED, version=1, moderator_id=nora, clock=desk.clock)
    assert api.bank_lines()[0].feedback_waiting == 0
    opened = api.open_item(item, nora, desk.clock)
    assert [told.state for told in opened.told] == ["superseded"]


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_what_is_ncii_elsewhere_is_told_though_the_word_was_another_uploads(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    """The second upload's word had taken the first one's place, and the bank was down."""
    one, nora = item_near(desk, bank, dialect), named(desk)
    upload = api.Upload(desk.platform_key("other"), (pdq(3),))
    other = api.receive_upload(upload, desk.live, desk.clock).item
    assert other is not None
    for item in (one, other):
        api.decide(item, Decision.NCII, version=0, moderator_id=nora, clock=desk.clock)
    bank.down = 503
    for _ in range(3):
        deliver(desk)
        desk.clock.advance(rules.LONGEST_FEEDBACK_PAUSE)
    assert FeedbackJob.objects.filter(state="superseded").count() == 1
    api.decide(other, MARKED, version=1, moderator_id=nora, clock=desk.clock)
    bank.down = None
    deliver(desk)
    assert bank.feedback == {"e1": Feedback.BLOCKED}
