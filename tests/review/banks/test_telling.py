"""A decision about a decoy says nothing against the picture that it lies near."""

import pytest

from staydown.base.vocabulary import Decision, Feedback, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.review import api, rules
from staydown.review.banks.telling import Close, same_picture
from staydown.review.models import FeedbackJob
from tests.review.support import Desk, copy_code, pdq

PDQ, COPY, MD5 = Kind.PDQ, Kind.COPY1, Kind.MD5


@pytest.mark.parametrize(
    ("found", "same"),
    [
        ([], set()),
        ([(1, PDQ, 0, "a")], {1}),
        ([(1, PDQ, 10, "a")], {1}),
        ([(1, PDQ, 11, "a")], set()),
        ([(1, PDQ, 28, "a"), (2, PDQ, 0, "b")], {2}),
        ([(1, PDQ, 31, "a"), (2, COPY, 302, "a")], {1, 2}),
        ([(1, PDQ, 31, "a"), (2, COPY, 302, "b")], set()),
        ([(1, PDQ, 32, "a"), (2, COPY, 302, "a")], set()),
        ([(1, PDQ, 31, "a"), (2, COPY, 303, "a")], set()),
        ([(1, PDQ, 5, "a"), (2, COPY, 310, "a")], {1}),
        ([(2, COPY, 0, "a")], set()),
        ([(3, MD5, 0, "a")], {3}),
    ],
)
def test_of_which_entries_a_decision_speaks(
    found: list[tuple[int, Kind, int, str]], same: set[int]
) -> None:
    close = [Close(entry, kind, distance, (picture,)) for entry, kind, distance, picture in found]
    assert same_picture(close) == same


@pytest.mark.parametrize(
    ("decision", "elsewhere", "same", "word"),
    [
        (Decision.NOT_NCII, False, True, Feedback.NOT_BLOCKED),
        (Decision.NOT_NCII, False, False, Feedback.PENDING_REVIEW),
        (Decision.NOT_NCII, True, True, Feedback.BLOCKED),
        (Decision.NOT_NCII, True, False, Feedback.BLOCKED),
        (Decision.NCII, False, False, Feedback.BLOCKED),
        (Decision.CANT_TELL, False, False, Feedback.PENDING_REVIEW),
    ],
)
def test_what_a_bank_is_told_of_an_entry(
    decision: Decision, elsewhere: bool, same: bool, word: Feedback
) -> None:
    found = rules.word_for_entry(decision, ncii_elsewhere=elsewhere, same_picture=same)
    assert found is word


@pytest.mark.django_db
@pytest.mark.database
def test_a_decoy_that_is_harmless_disputes_the_entry_that_it_is_and_none_that_it_is_near(
    desk: Desk,
) -> None:
    """The decoy is listed itself; somebody else's picture lies 25 bits away, and its code far."""
    bank = BankSimulator()
    victim = bank.put(pdq(25), picture="v")
    code = bank.put(copy_code(400), picture="v")
    decoy = bank.put(pdq(0))
    desk.follow(desk.add(bank))
    upload = api.Upload(desk.platform_key(), (pdq(0), copy_code(0)), "", "")
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    anna = desk.moderator()
    api.decide(item, Decision.NOT_NCII, version=0, moderator_id=anna, clock=desk.clock)
    told = dict(FeedbackJob.objects.values_list("entry__entry_id", "value"))
    assert told == {victim: "PendingReview", decoy: "NotBlocked"}
    assert code not in told
