"""From an upload to a decision, and nothing kept of what matched nothing."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from staydown.base.vocabulary import (
    Cut,
    Decision,
    EntryState,
    Feedback,
    GateAnswer,
    Kind,
    Turn,
)
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching import cascade
from staydown.matching.cascade import Examined
from staydown.matching.limits import DEFAULT, LimitChange
from staydown.matching.matcher import KnownEntries, Matcher
from staydown.matching.remembered import Recall
from staydown.matching.rules import judge
from staydown.review import api
from staydown.review.errors import DecidedMeanwhile, NotHere, OtherRequest
from staydown.review.models import (
    Audit,
    Bank,
    Candidate,
    FeedbackJob,
    IdempotentAnswer,
    Item,
)
from staydown.review.queue import items
from staydown.review.records import UploadAnswer
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def listed(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank with one entry of all zeros."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    return bank


def _with(place: int) -> bytes:
    """The bits of ``pdq()``, one of them flipped."""
    return (int.from_bytes(pdq().bits) ^ (1 << place)).to_bytes(32)


def offer(
    desk: Desk,
    flipped: int = 0,
    *,
    key: int | None = None,
    quality: int | None = 80,
    retry: api.Retry | None = None,
) -> UploadAnswer:
    upload = api.Upload(
        key if key is not None else desk.platform_key(f"key {uuid4()}"),
        (pdq(flipped, quality),),
        "ref-1",
        "",
    )
    return api.receive_upload(upload, desk.live, desk.clock, retry)


def test_an_upload_near_an_entry_is_held_with_its_candidates(
    desk: Desk, listed: BankSimulator
) -> None:
    answer = offer(desk, 7)
    assert answer.answer is GateAnswer.HELD
    assert answer.banks_ready
    (match,) = answer.matches
    assert (match.bank, match.entry_id, match.distance) == ("bank", "e1", 7)
    (line,) = api.open_items()
    assert (line.item, line.reference) == (answer.item, "ref-1")


def test_an_upload_that_matches_nothing_leaves_nothing_behind(
    desk: Desk, listed: BankSimulator
) -> None:
    retry = api.Retry(b"k" * 32, b"r" * 32)
    answer = offer(desk, 47, retry=retry)
    assert (answer.answer, answer.item, answer.matches) == (GateAnswer.ALLOWED, None, ())
    assert not Item.objects.exists()
    assert not Candidate.objects.exists()
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("quality", [None, 49])
def test_a_plain_upload_is_flagged_and_let_through(
    desk: Desk, listed: BankSimulator, quality: int | None
) -> None:
    assert offer(desk, quality=quality).answer is GateAnswer.FLAGGED


def test_a_plain_view_does_not_weaken_a_good_match(desk: Desk, listed: BankSimulator) -> None:
    upload = api.Upload(desk.platform_key(), (pdq(3), pdq(200, quality=10), pdq(0, quality=None)))
    answer = api.receive_upload(upload, desk.live, desk.clock)
    assert answer.answer is GateAnswer.HELD
    assert [match.distance for match in answer.matches] == [3]


def test_a_flood_of_disputed_copies_does_not_hide_an_entry_that_acts(
    desk: Desk, listed: BankSimulator
) -> None:
    flood = BankSimulator()
    for flipped in range(1, items.MAX_MATCHES + 1):
        flood.put(pdq(flipped % 8 + 1, 100 - flipped), EntryState.DISPUTED)
        flood.put(Fingerprint(Kind.PDQ, _with(255 - flipped), 80), EntryState.DISPUTED)
    desk.follow(desk.add(flood, "flood"))
    answer = offer(desk, 9)
    assert answer.answer is GateAnswer.HELD
    assert "bank" in {match.bank for match in answer.matches}
    assert len(answer.matches) == items.MAX_MATCHES


def test_candidates_withdrawn_meanwhile_make_room_for_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = BankSimulator()
    near = [bank.put(Fingerprint(Kind.PDQ, _with(place), 80)) for place in range(60)]
    number = desk.add(bank)
    desk.follow(number)
    desk.live.refresh()
    for entry in near[:55]:
        bank.change(entry, EntryState.WITHDRAWN)
    desk.follow(number)
    monkeypatch.setattr(desk.live, "refresh", lambda: desk.live.matcher)
    answer = offer(desk)
    assert answer.answer is GateAnswer.HELD
    assert len(answer.matches) == 5


def test_an_allowed_upload_waits_for_no_lock(
    desk: Desk, listed: BankSimulator, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """On SQLite a transaction takes the lock of all writers: uploads would wait for every page."""
    upload = api.Upload(desk.platform_key(), (pdq(200),))
    desk.live.refresh()
    with django_assert_num_queries(2) as asked:
        assert api.receive_upload(upload, desk.live, desk.clock).answer is GateAnswer.ALLOWED
    assert not any("SAVEPOINT" in query["sql"] for query in asked.captured_queries)


def test_a_dispute_and_a_withdrawal_count_from_the_next_upload_on(
    desk: Desk, listed: BankSimulator
) -> None:
    assert offer(desk).answer is GateAnswer.HELD
    number = Bank.objects.get().pk
    listed.change("e1", EntryState.DISPUTED)
    desk.follow(number)
    assert offer(desk).answer is GateAnswer.FLAGGED
    listed.change("e1", EntryState.WITHDRAWN)
    desk.follow(number)
    assert offer(desk).answer is GateAnswer.ALLOWED


def test_an_entry_withdrawn_after_the_index_was_asked_no_longer_counts(
    desk: Desk, listed: BankSimulator
) -> None:
    near = cascade.compare([pdq(0)], desk.live.refresh()).findings
    listed.change("e1", EntryState.WITHDRAWN)
    desk.follow(Bank.objects.get().pk)
    assert items.current(near) == []


def test_a_desk_that_has_read_no_bank_to_the_end_says_so(desk: Desk, bank: BankSimulator) -> None:
    bank.put(pdq(0))
    desk.add(bank)
    answer = offer(desk)
    assert (answer.answer, answer.banks_ready) == (GateAnswer.ALLOWED, False)


def test_many_copies_in_a_bank_are_shown_up_to_a_bound(desk: Desk, bank: BankSimulator) -> None:
    for _ in range(80):
        bank.put(pdq(0))
    desk.follow(desk.add(bank))
    assert len(offer(desk).matches) == items.MAX_MATCHES


# --------------------------------------------------------------------------- kinds and views


@pytest.fixture
def pictured(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank with one picture: PDQ and copy code are all zeros."""
    bank.put(pdq(0), picture="one")
    bank.put(copy_code(0), picture="one")
    desk.follow(desk.add(bank))
    return bank


def test_a_match_keeps_its_kind_its_view_and_the_reason(
    desk: Desk, pictured: BankSimulator
) -> None:
    """What the moderator reads later is what was seen then."""
    view = View(Cut.CUT_OUT, Turn.MIRRORED)

    def look(known: KnownEntries, _: Recall) -> Examined:
        queries = [Query(pdq(12), view, 1, 90), Query(copy_code(250), view, 1, 90)]
        return Examined(judge(known.look_up(queries).evidence))

    upload = api.Upload(desk.platform_key())
    answer = api.receive_upload(upload, desk.live, desk.clock, look=look)
    assert answer.answer is GateAnswer.HELD
    assert answer.item is not None
    page = api.item_page(answer.item)
    assert page.matches == answer.matches
    assert [(match.kind, match.distance, match.view) for match in page.matches] == [
        (Kind.PDQ, 12, view),
        (Kind.COPY1, 250, view),
    ]
    assert page.matches[0].reason == (
        "matches after cutting it out of a larger picture, then mirroring it; 12 of 256 bits differ"
    )


def test_a_copy_code_goes_by_the_pdq_that_came_with_it(desk: Desk, pictured: BankSimulator) -> None:
    """A plain picture's copy code is like any plain picture's."""
    key = desk.platform_key()
    for quality, wanted in ((90, GateAnswer.HELD), (20, GateAnswer.FLAGGED)):
        upload = api.Upload(key, (pdq(200, quality), copy_code(100)))
        assert api.receive_upload(upload, desk.live, desk.clock).answer is wanted
    alone = api.Upload(key, (copy_code(100),))
    assert api.receive_upload(alone, desk.live, desk.clock).answer is GateAnswer.FLAGGED


@pytest.mark.parametrize(
    ("distance", "code_distance", "wanted"),
    [
        (40, 310, GateAnswer.HELD),
        (40, 400, GateAnswer.ALLOWED),
        (40, None, GateAnswer.FLAGGED),
        (100, 310, GateAnswer.FLAGGED),
    ],
)
def test_the_two_kinds_of_one_picture_decide_together(
    desk: Desk,
    pictured: BankSimulator,
    distance: int,
    code_distance: int | None,
    wanted: GateAnswer,
) -> None:
    """In between the limits a copy code tips the scales."""
    codes = () if code_distance is None else (copy_code(code_distance),)
    upload = api.Upload(desk.platform_key(), (pdq(distance), *codes))
    assert api.receive_upload(upload, desk.live, desk.clock).answer is wanted


def test_a_desk_s_own_limits_count(desk: Desk, listed: BankSimulator) -> None:
    """Narrower for one bank, as its settings say."""
    narrow = DEFAULT.changed([LimitChange(bank="bank", kind="pdq", hold=4, flag=8)])
    desk.live = api.LiveMatcher(desk.sealer, narrow)
    wanted = {4: GateAnswer.HELD, 8: GateAnswer.FLAGGED, 9: GateAnswer.ALLOWED}
    for distance, answer in wanted.items():
        assert offer(desk, distance).answer is answer


# --------------------------------------------------------------------------- retries


def test_a_retry_gets_the_same_item_and_makes_no_second(desk: Desk, listed: BankSimulator) -> None:
    key = desk.platform_key()
    retry = api.Retry(b"k" * 32, b"r" * 32)
    first = offer(desk, key=key, retry=retry)
    assert offer(desk, key=key, retry=retry) == first
    assert Item.objects.count() == 1
    with pytest.raises(OtherRequest):
        offer(desk, 1, key=key, retry=api.Retry(b"k" * 32, b"other".ljust(32)))


def test_the_same_idempotency_key_of_another_platform_key_is_another(
    desk: Desk, listed: BankSimulator
) -> None:
    retry = api.Retry(b"k" * 32, b"r" * 32)
    first, second = offer(desk, retry=retry), offer(desk, retry=retry)
    assert first.item != second.item


def test_two_retries_at_once_end_as_one_item(desk: Desk, listed: BankSimulator) -> None:
    """The first answer is saved between the second's look for it and its own saving."""
    key = desk.platform_key()
    retry = api.Retry(b"k" * 32, b"r" * 32)
    results: list[UploadAnswer] = []

    class Slow(api.LiveMatcher):
        def refresh(self, head: int | None = None) -> Matcher:
            if not results:
                results.append(offer(desk, key=key, retry=retry))
            return super().refresh(head)

    upload = api.Upload(key, (pdq(0),), "ref-1")
    results.append(api.receive_upload(upload, Slow(desk.sealer), desk.clock, retry))
    assert results[0] == results[1]
    assert Item.objects.count() == 1


# --------------------------------------------------------------------------- outcome


def test_an_outcome_is_for_the_key_that_uploaded_alone(desk: Desk, listed: BankSimulator) -> None:
    mine, other = desk.platform_key("mine"), desk.platform_key("other")
    item = offer(desk, key=mine).item
    assert item is not None
    assert api.outcome(mine, item).decision is None
    with pytest.raises(NotHere):
        api.outcome(other, item)
    with pytest.raises(NotHere):
        api.outcome(mine, uuid4())


# --------------------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (Decision.NCII, Feedback.BLOCKED),
        (Decision.NOT_NCII, Feedback.NOT_BLOCKED),
        (Decision.CANT_TELL, Feedback.PENDING_REVIEW),
    ],
)
def test_a_decision_is_kept_and_put_into_the_outbox(
    desk: Desk, listed: BankSimulator, decision: Decision, told: Feedback
) -> None:
    key, anna = desk.platform_key(), desk.moderator()
    item = offer(desk, key=key).item
    assert item is not None
    api.decide(item, decision, version=0, moderator_id=anna, clock=desk.clock)
    assert api.outcome(key, item).decision is decision
    page = api.item_page(item)
    assert (page.decided_by, page.version) == ("anna", 1)
    assert [(one.bank, one.value, one.state) for one in page.told] == [("bank", told, "waiting")]
    assert [step.after for step in page.steps] == ["held", decision.value]
    assert api.open_items() == []
    assert [line.item for line in api.decided_items()] == [item]


def test_nothing_is_told_before_a_person_decided(desk: Desk, listed: BankSimulator) -> None:
    offer(desk)
    assert not FeedbackJob.objects.exists()


def test_of_two_moderators_at_once_the_second_is_told(desk: Desk, listed: BankSimulator) -> None:
    item = offer(desk).item
    assert item is not None
    anna, ben = desk.moderator("anna"), desk.moderator("ben")
    api.decide(item, Decision.NCII, version=0, moderator_id=anna, clock=desk.clock)
    with pytest.raises(DecidedMeanwhile):
        api.decide(item, Decision.NOT_NCII, version=0, moderator_id=ben, clock=desk.clock)
    assert api.item_page(item).line.decision is Decision.NCII
    assert FeedbackJob.objects.count() == 1
    assert Audit.objects.filter(why="decided").count() == 1


def test_a_decision_can_be_changed_by_who_has_seen_it(desk: Desk, listed: BankSimulator) -> None:
    item, anna = offer(desk).item, desk.moderator()
    assert item is not None
    api.decide(item, Decision.CANT_TELL, version=0, moderator_id=anna, clock=desk.clock)
    api.decide(item, Decision.NCII, version=1, moderator_id=anna, clock=desk.clock)
    steps = api.item_page(item).steps
    assert [(step.before, step.after) for step in steps[1:]] == [
        ("", "cant_tell"),
        ("cant_tell", "ncii"),
    ]


def test_lists_are_paged_by_place_and_skip_nothing(desk: Desk, listed: BankSimulator) -> None:
    key, anna = desk.platform_key(), desk.moderator()
    made = [offer(desk, key=key).item for _ in range(api.PAGE_SIZE + 5)]
    first = api.open_items()
    # Something that is decided while somebody pages moves nothing.
    assert made[0] is not None
    api.decide(made[0], Decision.NCII, version=0, moderator_id=anna, clock=desk.clock)
    rest = api.open_items(first[-1].number)
    assert [line.item for line in [*first, *rest]] == made
    assert api.count_open_items() == len(made) - 1


def test_an_item_that_is_not_here_is_said_plainly(desk: Desk) -> None:
    with pytest.raises(NotHere):
        api.item_page(uuid4())
    with pytest.raises(NotHere):
        api.decide(uuid4(), Decision.NCII, version=0, moderator_id=1, clock=desk.clock)
