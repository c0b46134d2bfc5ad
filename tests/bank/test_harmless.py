"""Listings near a known harmless picture: listed all the same, told, reviewed, never dropped."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from staydown.bank import harmless
from staydown.bank.api import cases, feed, negative, partners, reviews
from staydown.bank.errors import BankError, HarmlessError, ReviewError, SubmissionRefused
from staydown.bank.models import Audit, Entry, Harmless, Likeness, Listing, Partner
from staydown.bank.nearness import Near
from staydown.bank.review_rules import Decision
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.codec import render_case_status
from staydown.exchange.records import Likeness as Told
from staydown.exchange.records import ListingStatus, Picture
from staydown.fingerprint.value import Fingerprint
from tests.bank.making import PIN, add_partner, copy1, hand, make_bank, open_case, pdq, request

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KEPT, OFF = Decision.KEPT, Decision.TAKEN_OFF


def _near(number: int, bits: int) -> Fingerprint:
    """A PDQ so many bits away from ``pdq(number)``."""
    value = int.from_bytes(pdq(number).bits) ^ ((1 << bits) - 1)
    return Fingerprint(Kind.PDQ, value.to_bytes(32), 90)


def _add(bank: Bank, *fingerprints: Fingerprint, name: str = "logos") -> negative.Added:
    return negative.add(bank, name, fingerprints)


def _status(bank: Bank, case_number: str) -> tuple[ListingStatus, ...]:
    return cases.case_status(bank, cases.enter(bank, case_number, PIN)).listings


def _told(bank: Bank, case_number: str) -> list[Told | None]:
    return [one.likeness for one in _status(bank, case_number)]


def _ask(bank: Bank, case_number: str, number: int = 1) -> None:
    reviews.ask(bank, cases.enter(bank, case_number, PIN), number)


def _in_feed(bank: Bank) -> dict[str, EntryState]:
    reader = partners.PartnerRef(Partner.objects.order_by("pk")[0].pk, "")
    page = feed.feed_page(bank, reader, after=0, limit=1000)
    return {one.fingerprint.hex: one.state for one in page.entries}


@pytest.mark.parametrize(
    ("pictures", "numbers"),
    [
        ([pdq(1)], (1,)),
        ([pdq(2), _near(1, 31)], (2,)),
        ([_near(1, 32), pdq(2)], ()),
        ([Picture(pdq(2), copy1(1)), pdq(1)], (1, 2)),
        ([Picture(pdq(2), copy1(2))], ()),
    ],
)
def test_a_picture_near_a_harmless_one_is_listed_and_its_owner_is_told(
    bank: Bank, pictures: Sequence[Fingerprint | Picture], numbers: tuple[int, ...]
) -> None:
    add_partner(bank)
    assert _add(bank, pdq(1), copy1(1)) == negative.Added(new=2, known=0, near=0)
    opened = open_case(bank, *pictures)
    assert opened.like_harmless == numbers
    told = _told(bank, opened.case_number)
    assert told == [Told() if n in numbers else None for n in range(1, len(pictures) + 1)]
    assert set(_in_feed(bank).values()) == {EntryState.LISTED}


def test_the_same_request_again_gives_the_same_answer_though_the_list_has_changed(
    bank: Bank,
) -> None:
    _add(bank, pdq(1))
    asked, key = request(pdq(1), pdq(2)), b"k" * 16
    opened = cases.open_case(bank, asked, once=key)
    assert opened.like_harmless == (1,)
    _add(bank, pdq(3), name="memes")
    assert cases.open_case(bank, asked, once=key) == opened
    plain, other = request(pdq(4)), b"o" * 16
    before = cases.open_case(bank, plain, once=other)
    negative.remove(bank, "memes")
    assert cases.open_case(bank, plain, once=other) == before


def test_what_was_listed_before_is_found_when_the_list_grows(bank: Bank) -> None:
    """Also what still waits; what its owner withdrew isn't, nor what a partner lists."""
    slow = make_bank(release_seconds=600)
    early = open_case(bank, pdq(9), Picture(pdq(2), copy1(1)), _near(1, 20)).case_number
    gone = open_case(bank, _near(1, 3)).case_number
    cases.withdraw(bank, cases.enter(bank, gone, PIN), None)
    late = open_case(slow, _near(1, 5)).case_number
    assert _add(bank, pdq(1), copy1(1)).near == 3
    assert _told(bank, early) == [None, Told(), Told()]
    assert _told(slow, late) == [Told()]
    assert _told(bank, gone) == [None]
    assert _add(bank, pdq(1), copy1(1)) == negative.Added(new=0, known=2, near=0)


def test_a_review_is_asked_for_once_decided_and_shown_with_its_reason(bank: Bank) -> None:
    add_partner(bank)
    _add(bank, pdq(1))
    number = open_case(bank, pdq(1)).case_number
    (line,) = reviews.review_lines(bank)
    assert (line.like, line.distance, line.states, line.asked_at) == ("logos", 0, ("listed",), None)
    for _ in range(2):
        _ask(bank, number)
    (line,) = reviews.review_lines(bank)
    assert line.asked_at == bank.clock.now()
    assert _told(bank, number) == [Told(asked=True)]
    reviews.decide(bank, line.number, KEPT, "not the logo")
    assert _told(bank, number) == [Told(decided=True, reason="not the logo")]
    assert _in_feed(bank) == {pdq(1).hex: EntryState.LISTED}
    assert reviews.review_lines(bank) == []
    assert len(reviews.review_lines(bank, every=True)) == 1
    trail = Audit.objects.filter(what="review").order_by("pk").values_list("who", "before", "after")
    assert list(trail) == [("person", "", "asked"), ("operator", "", "kept")]


def test_what_was_taken_off_is_told_with_the_reason_and_can_be_put_back(bank: Bank) -> None:
    add_partner(bank)
    _add(bank, pdq(1))
    number = open_case(bank, Picture(pdq(1), copy1(1))).case_number
    assert set(_in_feed(bank).values()) == {EntryState.LISTED}
    (line,) = reviews.review_lines(bank)
    for _ in range(2):
        reviews.decide(bank, line.number, OFF, "the logo of a newspaper")
    (shown,) = _status(bank, number)
    told = Told(decided=True, taken_off=True, reason="the logo of a newspaper")
    assert (shown.state, shown.likeness) == (EntryState.WITHDRAWN, told)
    assert set(_in_feed(bank).values()) == {EntryState.WITHDRAWN}
    _ask(bank, number)
    assert [one.asked_at is not None for one in reviews.review_lines(bank)] == [True]
    reviews.decide(bank, line.number, KEPT, "we were wrong")
    (shown,) = _status(bank, number)
    assert (shown.state, shown.likeness) == (
        EntryState.LISTED, Told(decided=True, reason="we were wrong"),
    )  # fmt: skip
    assert set(_in_feed(bank).values()) == {EntryState.LISTED}


def test_what_its_owner_withdrew_is_never_put_back(bank: Bank) -> None:
    _add(bank, pdq(1))
    first, second = (open_case(bank, pdq(1)).case_number for _ in range(2))
    numbers = [line.number for line in reviews.review_lines(bank)]
    reviews.decide(bank, numbers[0], OFF, "a logo")
    for case in (first, second):
        cases.withdraw(bank, cases.enter(bank, case, PIN), None)
        assert _told(bank, case) == [None]
    for number in numbers:
        for decision in (KEPT, OFF):
            with pytest.raises(ReviewError):
                reviews.decide(bank, number, decision, "x")
    assert not Listing.objects.filter(withdrawn_seq=None).exists()
    with pytest.raises(SubmissionRefused):
        _ask(bank, first)


def test_taking_one_listing_off_leaves_those_of_others(bank: Bank) -> None:
    _add(bank, pdq(1))
    mine = open_case(bank, pdq(1)).case_number
    (line,) = reviews.review_lines(bank)
    other = open_case(bank, pdq(1)).case_number
    reviews.decide(bank, line.number, OFF, "a logo")
    assert [s.state for s in _status(bank, mine)] == [EntryState.WITHDRAWN]
    assert [s.state for s in _status(bank, other)] == [EntryState.LISTED]
    assert Entry.objects.get().state == "listed"


def test_what_waits_is_decided_after_it_went_out(bank: Bank) -> None:
    slow = make_bank(release_seconds=600)
    _add(slow, pdq(1))
    number = open_case(slow, pdq(1)).case_number
    (line,) = reviews.review_lines(slow)
    with pytest.raises(ReviewError, match="decide again"):
        reviews.decide(slow, line.number, OFF, "a logo")
    hand(slow).advance(timedelta(minutes=11))
    assert _told(slow, number) == [Told()]
    reviews.decide(slow, line.number, OFF, "a logo")
    assert [s.state for s in _status(slow, number)] == [EntryState.WITHDRAWN]


def test_a_page_tells_neither_which_picture_it_is_like_nor_how_much(bank: Bank) -> None:
    """Nearer or farther, one list or another: the same words."""
    _add(bank, pdq(1), name="logos")
    _add(bank, pdq(2), name="memes")
    shown = {
        str(render_case_status(cases.case_status(bank, cases.enter(bank, number, PIN))))
        for number in (open_case(bank, one).case_number for one in (pdq(1), _near(1, 30), pdq(2)))
    }
    assert len(shown) == 1
    assert "logos" not in str(shown)


def test_the_list_is_kept_sealed_and_removed_by_name(bank: Bank) -> None:
    _add(bank, pdq(1), pdq(2))
    _add(bank, pdq(2), pdq(3), name="memes")
    assert [(line.name, line.count) for line in negative.lines()] == [("logos", 2), ("memes", 1)]
    kept = [bytes(row.sealed) + bytes(row.lookup) for row in Harmless.objects.all()]
    assert not any(pdq(n).bits in one for one in kept for n in (1, 2, 3))
    seen = [open_case(bank, pdq(1)).case_number]
    first = reviews.review_lines(bank)[0].number
    seen.append(open_case(bank, pdq(2)).case_number)
    reviews.decide(bank, first, OFF, "a logo")
    assert negative.remove(bank, "logos") == 2
    assert open_case(bank, pdq(1)).like_harmless == ()
    assert [_told(bank, number)[0] is None for number in seen] == [False, True]
    reviews.decide(bank, first, KEPT, "put back")
    for act in (
        lambda: negative.remove(bank, "logos"),
        lambda: negative.add(bank, "a\nb", [pdq(1)]),
        lambda: reviews.decide(bank, 10**10, KEPT, "x"),
    ):
        with pytest.raises(BankError):
            act()
    assert issubclass(HarmlessError, BankError)


def test_every_process_sees_a_change_of_the_list() -> None:
    one, other = make_bank(), make_bank()
    open_case(other, pdq(9))
    _add(one, pdq(1))
    assert open_case(other, pdq(1)).like_harmless == (1,)
    negative.remove(one, "logos")
    assert open_case(other, pdq(1)).like_harmless == ()


def test_a_thief_of_the_database_cannot_tell_whose_picture_a_likeness_is(bank: Bank) -> None:
    _add(bank, pdq(1), pdq(2))
    open_case(bank, pdq(1), pdq(2))
    for row in Likeness.objects.values():
        assert set(row) == {
            "id", "owner", "sealed", "decision", "reason", "asked_at", "decided_at",
        }  # fmt: skip
    sizes = {len(bytes(row.sealed)) for row in Likeness.objects.all()}
    tags = {bytes(row.owner) for row in Likeness.objects.all()}
    assert (len(sizes), len(tags)) == (1, 2)
    assert not tags & {bytes(row.owner or b"") for row in Listing.objects.all()}


def test_keys_of_likenesses_do_not_tell_which_came_together(bank: Bank) -> None:
    for number in range(1, 9):
        harmless.note(bank, harmless.Found(1, number, Near(1, 0)))
    keys = sorted(Likeness.objects.values_list("pk", flat=True))
    assert len(keys) == 8
    assert keys[-1] - keys[0] > 1000, "one case's rows would lie beside each other"
