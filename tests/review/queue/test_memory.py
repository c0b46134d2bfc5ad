"""What a decision about one upload means for the next ones near the same entry."""

from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from staydown.base.vocabulary import Decision, EntryState, GateAnswer, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching.cascade import compare
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import Recall
from staydown.matching.rules import Finding
from staydown.review import api
from staydown.review.entries.lookup import Lookups
from staydown.review.errors import DecidedMeanwhile, NotHere
from staydown.review.models import Audit, Bank, EntryGroup, Item, ItemMark, JoinedUpload, Remembered
from tests.review.platform import Platform
from tests.review.support import copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ALLOWED, FLAGGED, HELD = GateAnswer.ALLOWED, GateAnswer.FLAGGED, GateAnswer.HELD
NCII, NOT, CANT = Decision.NCII, Decision.NOT_NCII, Decision.CANT_TELL
SAMPLES = Path(__file__).parents[3] / "src/staydown/cli/samples"


# --------------------------------------------------------------------------- the same file


def test_the_very_file_is_let_through_and_said_why_and_leaves_no_new_item(
    platform: Platform,
) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    answer = platform.offer(pdq(3), file=b"f")
    assert (answer.answer, answer.item) == (ALLOWED, None)
    (match,) = answer.matches
    assert match.answer is ALLOWED
    assert "a person decided that this very file is not NCII" in match.reason
    assert Item.objects.count() == 1
    assert not JoinedUpload.objects.exists()
    assert platform.offer(pdq(3), file=b"g").answer is HELD
    assert platform.offer(pdq(3)).answer is HELD


def test_a_file_beside_an_entry_listed_since_is_looked_at_once_more_in_its_group(
    platform: Platform,
) -> None:
    """A stranger lists it again with one bit flipped."""
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    near = int.from_bytes(pdq(0).bits) ^ 1 << 77
    platform.list(Fingerprint(Kind.PDQ, near.to_bytes(32), 80))
    again = [platform.offer(pdq(3), file=b"f") for _ in range(4)]
    assert {answer.answer for answer in again} == {FLAGGED}
    assert Item.objects.filter(decision="").count() == 1
    assert JoinedUpload.objects.count() == 3
    assert len(set(ItemMark.objects.values_list("group", flat=True))) == 1
    platform.decide(again[0].item, NOT)
    assert platform.offer(pdq(3), file=b"f").answer is ALLOWED


def test_an_entry_that_was_withdrawn_and_listed_again_is_new(platform: Platform) -> None:
    (entry,) = platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    platform.bank.change(entry, EntryState.WITHDRAWN)
    platform.desk.follow(platform.number)
    assert platform.offer(pdq(3), file=b"f").matches == ()
    platform.list(pdq(0))
    assert platform.offer(pdq(3), file=b"f").answer is FLAGGED


def test_what_a_restored_bank_lists_no_more_is_forgotten(platform: Platform) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    Bank.objects.update(cursor="", generation=5, caught_up_at=None)
    platform.bank.change("e1", EntryState.WITHDRAWN)
    platform.desk.follow(platform.number)
    assert not Remembered.objects.exists()


@pytest.mark.parametrize("later", [NCII, CANT])
def test_a_changed_decision_ends_what_it_had_begun(platform: Platform, later: Decision) -> None:
    """A moderator erred about the real picture: the next one puts it right."""
    platform.list(pdq(0))
    item = platform.offer(pdq(0), file=b"f").item
    platform.decide(item, NOT)
    assert platform.offer(pdq(0), file=b"f").answer is ALLOWED
    platform.decide(item, later, who="ben")
    assert platform.offer(pdq(0), file=b"f").answer is HELD
    platform.decide(item, NOT, who="cleo")
    assert platform.offer(pdq(0), file=b"f").answer is ALLOWED


def test_an_upload_near_the_entry_that_is_ncii_ends_its_memory_before_or_after(
    platform: Platform,
) -> None:
    platform.list(pdq(0))
    harmless, real = platform.offer(pdq(3), file=b"f").item, platform.offer(pdq(0), file=b"r").item
    platform.decide(harmless, NOT)
    platform.decide(real, NCII)
    assert platform.offer(pdq(3), file=b"f").answer is HELD
    other = platform.offer(pdq(4), file=b"g").item
    platform.decide(other, NOT)
    assert platform.offer(pdq(4), file=b"g").answer is HELD
    platform.decide(real, CANT)  # it had been a slip
    assert platform.offer(pdq(3), file=b"f").answer is ALLOWED
    assert platform.offer(pdq(4), file=b"g").answer is ALLOWED


def test_the_end_of_one_entrys_memory_is_not_that_of_another(platform: Platform) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    platform.list(pdq(100))
    platform.decide(platform.offer(pdq(110), file=b"r").item, NCII)
    assert platform.offer(pdq(3), file=b"f").answer is ALLOWED


def test_one_file_about_which_people_disagree_is_held(platform: Platform) -> None:
    """Two items of it were open at once, beside different entries."""
    platform.list(pdq(0))
    first = platform.offer(pdq(5), file=b"f").item
    platform.list(pdq(9))
    second = platform.offer(pdq(5), file=b"f").item
    assert first != second
    platform.bank.change("e2", EntryState.WITHDRAWN)
    platform.desk.follow(platform.number)
    platform.decide(first, NOT)
    assert platform.offer(pdq(5), file=b"f").answer is ALLOWED
    platform.decide(second, NCII, who="ben")
    assert platform.offer(pdq(5), file=b"f").answer is HELD
    assert not Remembered.objects.exists()
    platform.decide(second, NOT, who="ben")
    assert platform.offer(pdq(5), file=b"f").answer is ALLOWED


def test_cant_tell_changes_nothing(platform: Platform) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    platform.decide(platform.offer(pdq(5), file=b"g").item, CANT)
    assert platform.offer(pdq(3), file=b"f").answer is ALLOWED
    assert platform.offer(pdq(5), file=b"g").answer is HELD


# --------------------------------------------------------------------------- near


@pytest.mark.parametrize(
    ("mine", "theirs", "wanted"),
    [
        ((pdq(4), copy_code(40)), (pdq(2), copy_code(20)), FLAGGED),
        ((pdq(4), copy_code(40)), (pdq(2),), HELD),
        ((pdq(4),), (pdq(2), copy_code(20)), HELD),
        ((pdq(4),), (pdq(2),), HELD),
        ((pdq(4), copy_code(500)), (pdq(2), copy_code(20)), HELD),
    ],
)
def test_near_by_both_is_flagged_and_near_by_pdq_alone_is_held(
    platform: Platform,
    mine: tuple[Fingerprint, ...],
    theirs: tuple[Fingerprint, ...],
    wanted: GateAnswer,
) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(*mine, file=b"f").item, NOT)
    answers = [platform.offer(*theirs, file=bytes([place])) for place in range(5)]
    assert {answer.answer for answer in answers} == {wanted}
    assert len(set(ItemMark.objects.values_list("group", flat=True))) == 1
    assert Item.objects.filter(decision="").count() == (1 if wanted is FLAGGED else 5)
    assert len({answer.item for answer in answers}) == 5


def test_ready_fingerprints_are_near_at_most(platform: Platform) -> None:
    """Of a platform that makes them itself nobody knows the file."""
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(2), copy_code(9)).item, NOT)
    assert platform.offer(pdq(2), copy_code(9)).answer is FLAGGED
    assert platform.offer(pdq(2)).answer is HELD


def test_a_further_picture_among_ready_fingerprints_is_not_covered(platform: Platform) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(2), copy_code(9)).item, NOT)
    assert platform.offer(pdq(2), copy_code(9), pdq(25)).answer is HELD


def test_no_more_pictures_than_a_bound_are_compared_and_more_only_hold(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(2), copy_code(9)).item, NOT)
    platform.decide(platform.offer(pdq(29), copy_code(300)).item, NOT)
    assert platform.offer(pdq(2), copy_code(9)).answer is FLAGGED
    monkeypatch.setattr("staydown.review.entries.recall._MOST_PICTURES", 1)
    assert platform.offer(pdq(2), copy_code(9)).answer is HELD


# --------------------------------------------------------------------------- every upload's answer


def test_each_joined_upload_has_an_outcome_for_the_key_that_sent_it(platform: Platform) -> None:
    platform.list(pdq(0))
    other = platform.desk.platform_key("other")
    retry = api.Retry(b"k" * 32, b"r" * 32)
    first = platform.offer(pdq(3), file=b"f", reference="post 1")
    second = platform.offer(pdq(3), file=b"f", reference="post 2", key=other, retry=retry)
    assert (first.answer, second.answer) == (HELD, HELD)
    assert platform.offer(pdq(3), file=b"f", key=other, retry=retry) == second
    assert (Item.objects.count(), JoinedUpload.objects.count()) == (1, 1)
    assert first.item is not None
    assert second.item is not None
    assert api.outcome(other, second.item).decision is None
    with pytest.raises(NotHere):
        api.outcome(platform.key, second.item)
    with pytest.raises(NotHere):
        api.outcome(other, first.item)
    platform.decide(first.item, NCII)
    for key, answer in ((platform.key, first), (other, second)):
        assert answer.item is not None
        outcome = api.outcome(key, answer.item)
        assert (outcome.item, outcome.decision) == (answer.item, NCII)
    group = api.group_of(first.item)
    assert [(one.reference, one.platform, one.same_file) for one in group.joined] == [
        ("post 2", "other", True)
    ]


def test_a_file_with_a_stronger_answer_than_before_is_an_item_of_its_own(
    platform: Platform,
) -> None:
    (entry,) = platform.list(pdq(0))
    platform.bank.change(entry, EntryState.DISPUTED)
    platform.desk.follow(platform.number)
    assert platform.offer(pdq(3), file=b"f").answer is FLAGGED
    platform.bank.change(entry, EntryState.LISTED)
    platform.desk.follow(platform.number)
    assert platform.offer(pdq(3), file=b"f").answer is HELD
    assert Item.objects.count() == 2


# --------------------------------------------------------------------------- groups


def test_uploads_near_one_entry_are_one_line_and_their_pictures_stay_apart(
    platform: Platform,
) -> None:
    platform.list(pdq(0))
    platform.list(pdq(200))
    near = [platform.offer(pdq(place), file=bytes([place])).item for place in range(6)]
    far = platform.offer(pdq(201), file=b"far").item
    platform.offer(pdq(3), file=bytes([3]))
    first, second = api.open_groups()
    assert (first.first.item, first.others, first.joined) == (near[0], 5, 1)
    assert [line.item for line in first.following] == near[1:4]
    assert (second.first.item, second.others, second.joined) == (far, 0, 0)
    assert api.open_groups(after=first.first.number) == [second]
    assert near[2] is not None
    group = api.group_of(near[2])
    assert [member.line.item for member in group.others] == [one for one in near if one != near[2]]
    assert not any(member.same_file for member in group.others)


def test_one_decision_serves_the_items_that_a_person_chose_and_each_is_audited(
    platform: Platform,
) -> None:
    platform.list(pdq(0))
    made = [platform.offer(pdq(place), file=bytes([place])).item for place in range(4)]
    chosen = [(item, 0) for item in made[:3] if item is not None]
    anna = platform.desk.moderator()
    api.decide_together(chosen, NOT, moderator_id=anna, clock=platform.desk.clock)
    assert Audit.objects.filter(why="decided", moderator_id=anna, after="not_ncii").count() == 3
    assert [line.item for line in api.open_items()] == [made[3]]
    for place, wanted in enumerate((ALLOWED, ALLOWED, ALLOWED, HELD)):
        assert platform.offer(pdq(place), file=bytes([place])).answer is wanted


def test_of_chosen_items_all_are_decided_or_none(platform: Platform) -> None:
    """Somebody was faster with one of them; one belongs elsewhere; one was made up."""
    platform.list(pdq(0))
    platform.list(pdq(200))
    made = [platform.offer(pdq(place), file=bytes([place])).item for place in range(3)]
    first, second, third = (one for one in made if one is not None)
    far = platform.offer(pdq(201), file=b"far").item
    assert far is not None
    platform.decide(third, CANT, who="ben")
    anna = platform.desk.moderator("cleo")
    for others, fault in (
        ([(second, 7)], DecidedMeanwhile),
        ([(second, 0), (third, 1)], DecidedMeanwhile),
        ([(second, 0), (far, 0)], NotHere),
        ([(second, 0), (UUID(int=1), 0)], NotHere),
    ):
        with pytest.raises(fault):
            api.decide_together(
                [(first, 0), *others], NCII, moderator_id=anna, clock=platform.desk.clock
            )
    assert Item.objects.exclude(decision="").count() == 1
    assert Audit.objects.filter(why="decided").count() == 1


def test_many_listings_of_one_picture_make_one_group(platform: Platform) -> None:
    platform.list(pdq(4))
    platform.offer(pdq(4), file=b"a")
    platform.list(pdq(3), pdq(2), pdq(1))
    platform.offer(pdq(1), file=b"b")
    platform.offer(pdq(2), file=b"c")
    assert len(api.open_groups()) == 1


# --------------------------------------------------------------------------- what is kept


def test_a_files_fingerprints_are_sealed_and_go_once_it_is_ncii(platform: Platform) -> None:
    platform.list(pdq(0))
    item = platform.offer(pdq(3), copy_code(7), file=b"the file's bytes").item
    mark = ItemMark.objects.get()
    sealed, digest = bytes(mark.sealed_whole), bytes(mark.file_digest or b"")
    for plain in (pdq(3).bits, copy_code(7).bits, pdq(3).hex.encode(), copy_code(7).hex.encode()):
        assert plain not in sealed
    assert len(digest) == 32
    platform.decide(item, NOT)
    assert ItemMark.objects.exclude(sealed_whole=b"").exists()
    platform.decide(item, NCII)
    assert not ItemMark.objects.exclude(sealed_whole=b"").exists()


def test_an_upload_that_matches_nothing_asks_memory_nothing(
    platform: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    platform.list(pdq(0))
    platform.decide(platform.offer(pdq(3), file=b"f").item, NOT)
    with django_assert_num_queries(2):
        assert platform.offer(pdq(200), file=b"f").answer is ALLOWED
    assert EntryGroup.objects.count() == 1


def test_what_is_asked_grows_neither_with_items_nor_with_decisions(
    platform: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    platform.list(pdq(0))
    for place in range(12):
        item = platform.offer(pdq(place), file=bytes([place])).item
        if place % 2:
            platform.decide(item, NOT)
    # The head, the notes of what is near, the file's decisions, the entries' ends, what is
    # remembered of the file beside them; what is near, once more, and three times whether it may
    # show somebody under 18; the banks.
    with django_assert_num_queries(9) as asked:
        assert platform.offer(pdq(3), file=bytes([3])).answer is ALLOWED
    assert not any("SAVEPOINT" in query["sql"] for query in asked.captured_queries)


# --------------------------------------------------------------------------- others who look up


def test_hma_callers_are_not_told_of_a_decided_file_and_of_nothing_less(
    platform: Platform,
) -> None:
    """No item comes of their calls, so nothing near is passed over in silence."""
    platform.list(pdq(0))
    lookups = Lookups(platform.desk.sealer, platform.desk.live)
    platform.decide(platform.offer(pdq(3), copy_code(3), file=b"f").item, NOT)
    (hit,) = lookups.near(pdq(3))
    assert lookups.let_go(b"f") == {hit.number}
    assert lookups.let_go(b"g") == set()

    def told(data: bytes, *fingerprints: Fingerprint) -> int:
        def look(known: KnownEntries, recall: Recall) -> tuple[Finding, ...]:
            found = compare(fingerprints, known)
            return recall(found.findings, found.queries)

        return len(lookups.examined(look, data))

    assert told(b"f", pdq(3), copy_code(3)) == 0
    assert told(b"g", pdq(3), copy_code(3)) == 1
    platform.list(pdq(1))
    assert told(b"f", pdq(3), copy_code(3)) == 1
