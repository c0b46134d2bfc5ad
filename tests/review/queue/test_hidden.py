"""An item that may show somebody under 18, and others like it: what is hidden, who goes on."""

from dataclasses import fields
from uuid import UUID

import pytest

from staydown.base.vocabulary import Decision, EntryState, GateAnswer
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.review import api
from staydown.review.errors import NotHere, OnlyNamed
from staydown.review.models import Audit, FeedbackJob, Item
from staydown.review.queue import shown
from staydown.review.records import ItemLine, ItemPage
from tests.review.looking_back import follow
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARKED = Decision.MAY_BE_UNDER_18
REFERENCE, PREVIEW = "post 4711", "https://previews.example/4711.jpg"


@pytest.fixture
def listed(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank with two entries, far from each other."""
    bank.put(pdq(0))
    bank.put(pdq(128))
    desk.follow(desk.add(bank))
    return bank


@pytest.fixture
def key(desk: Desk) -> int:
    """The platform's key."""
    return desk.platform_key()


def offer(
    desk: Desk, key: int, *given: Fingerprint, reference: str = REFERENCE, preview: str = ""
) -> UUID:
    """Offer an upload that comes close to something."""
    upload = api.Upload(key, given or (pdq(0),), reference, preview)
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    return item


def decide(desk: Desk, item: UUID, decision: Decision, by: int) -> None:
    """Decide as somebody who has the page open."""
    version = shown.item_page(item).version
    api.decide(item, decision, version=version, moderator_id=by, clock=desk.clock)


def named(desk: Desk, name: str = "nora") -> int:
    """A moderator who is named for such items."""
    moderator = desk.moderator(name)
    api.name_for_under_18(name, named=True, clock=desk.clock)
    return moderator


def everything_shown() -> str:
    """All that a moderator gets of any item without asking for what is hidden."""
    lines = [*api.open_items(), *api.decided_items(), *api.under_18_items()]
    pages = [api.item_page(row.public_id) for row in Item.objects.all()]
    groups = [repr(api.group_of(row.public_id)) for row in Item.objects.all()]
    together = [repr(line) for line in api.open_groups()]
    words = [
        f"{name.name}={getattr(one, name.name)}"
        for one in [*lines, *pages, *(page.line for page in pages)]
        for name in fields(ItemPage if isinstance(one, ItemPage) else ItemLine)
    ]
    return " ".join([*words, *said_in_groups(), *groups, *together])


def said_in_groups() -> list[str]:
    """References and previews, which the records' own words leave out."""
    lines = [line for group in api.open_groups() for line in (group.first, *group.following)]
    groups = [api.group_of(row.public_id) for row in Item.objects.all()]
    return [
        *(f"reference={line.reference}" for line in lines),
        *(f"reference={one.line.reference} {one.preview_url}" for g in groups for one in g.others),
        *(f"reference={one.reference} {one.preview_url}" for g in groups for one in g.joined),
    ]


def test_nothing_that_leads_to_the_upload_is_shown_once_it_may_show_somebody_under_18(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    """Also to whoever decided it, and to whoever is named, until they ask for it."""
    item = offer(desk, key, preview=PREVIEW)
    shown = everything_shown()
    assert REFERENCE in shown
    assert PREVIEW in shown
    assert "'e1'" in shown
    decide(desk, item, Decision.NCII, desk.moderator("first"))
    decide(desk, item, MARKED, named(desk))
    shown = everything_shown()
    for word in (REFERENCE, PREVIEW, "'e1'", "Told("):
        assert word not in shown
    page = api.item_page(item)
    assert (page.line.hidden, page.line.decision, page.decided_by) == (True, MARKED, "nora")
    assert (page.matches, page.told) == ((), ())


def same_file(desk: Desk, key: int, *given: Fingerprint, reference: str, preview: str = "") -> UUID:
    """Offer one and the same file; where its item is open, it joins that."""
    digest = api.file_digest(b"the file", desk.sealer)
    upload = api.Upload(key, given, reference, preview, digest)
    item = api.receive_upload(upload, desk.live, desk.clock).item
    assert item is not None
    return item


def test_an_upload_that_joined_a_hidden_item_is_hidden_with_it_but_not_from_whoever_opened_it(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    item = same_file(desk, key, pdq(0), reference="first")
    joined = same_file(desk, key, pdq(0), reference="second", preview=PREVIEW)
    assert "reference=second" in everything_shown()
    decide(desk, item, MARKED, desk.moderator())
    assert "reference=second" not in everything_shown()
    assert PREVIEW not in everything_shown()
    assert [one.reference for one in api.group_of(item, opened=True).joined] == ["second"]
    outcome = api.outcome(key, joined)
    assert (outcome.answer, outcome.decision, outcome.waits) == (GateAnswer.HELD, MARKED, True)
    # Where it is shown, somebody under 18 may be shown: also beside another entry.
    elsewhere = offer(desk, key, pdq(128), reference="elsewhere", preview=PREVIEW)
    assert api.item_page(elsewhere).line.hidden


@pytest.mark.parametrize("before", [True, False])
def test_an_item_that_everybody_sees_tells_of_no_upload_that_may_show_somebody_under_18(
    desk: Desk, listed: BankSimulator, key: int, before: bool
) -> None:
    """One that is shown where a marked one is, though it is the same file as an open item's."""
    seen = same_file(desk, key, pdq(0), reference="seen")
    if before:
        same_file(desk, key, pdq(0), reference="joined", preview=PREVIEW)
    marked = offer(desk, key, pdq(128), reference="marked", preview=PREVIEW)
    decide(desk, marked, MARKED, desk.moderator())
    if not before:
        same_file(desk, key, pdq(0), reference="joined", preview=PREVIEW)
    shown = everything_shown()
    assert "reference=joined" not in shown
    assert PREVIEW not in shown
    assert not api.item_page(seen).line.hidden


def test_what_was_decided_of_a_file_lets_nothing_through_beside_a_marked_one(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    """Neither near the same entry nor where the same picture is shown."""
    first = same_file(desk, key, pdq(0), reference="first")
    decide(desk, first, Decision.NOT_NCII, desk.moderator())
    digest = api.file_digest(b"the file", desk.sealer)
    upload = api.Upload(key, (pdq(0),), "again", PREVIEW, digest)
    assert api.receive_upload(upload, desk.live, desk.clock).answer is GateAnswer.ALLOWED
    shown_there = offer(desk, key, pdq(128), reference="marked", preview=PREVIEW)
    decide(desk, shown_there, MARKED, desk.moderator("second"))
    answer = api.receive_upload(upload, desk.live, desk.clock)
    assert answer.answer is GateAnswer.HELD
    assert answer.item is not None
    assert api.item_page(answer.item).line.hidden
    near = offer(desk, key, pdq(5), reference="near")
    decide(desk, near, MARKED, named(desk))
    plain = api.Upload(key, (pdq(0),), "once more", "", digest)
    assert api.receive_upload(plain, desk.live, desk.clock).answer is GateAnswer.HELD


def test_whoever_is_not_named_can_say_it_of_a_group_at_once_and_of_a_hidden_item_not_at_all(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    someone = desk.moderator("someone")
    items = [offer(desk, key, pdq(place), reference=f"p{place}") for place in (0, 3, 5)]
    chosen = [(item, shown.item_page(item).version) for item in items]
    api.decide_together(chosen, MARKED, moderator_id=someone, clock=desk.clock)
    assert {api.outcome(key, item).decision for item in items} == {MARKED}
    assert {job.value for job in FeedbackJob.objects.all()} == {"PendingReview"}
    later = [offer(desk, key, pdq(place), reference=f"p{place}") for place in (7, 9)]
    chosen = [(item, shown.item_page(item).version) for item in later]
    with pytest.raises(OnlyNamed):
        api.decide_together(chosen, Decision.NOT_NCII, moderator_id=someone, clock=desk.clock)
    assert {api.outcome(key, item).decision for item in later} == {None}


def test_it_stays_held_for_the_platform_and_says_why(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    """A caller that doesn't know the word goes on waiting."""
    item = offer(desk, key)
    decide(desk, item, MARKED, desk.moderator())
    outcome = api.outcome(key, item)
    assert (outcome.answer, outcome.decision, outcome.waits) == (GateAnswer.HELD, MARKED, True)
    assert outcome.decided_at is not None
    decide(desk, item, Decision.NOT_NCII, named(desk))
    assert not api.outcome(key, item).waits


def test_what_was_let_through_at_first_is_held_from_then_on(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    """By its outcome, by the same request again, and by a new one for the same entry."""
    listed.change("e1", EntryState.DISPUTED)
    follow(desk)
    upload, retry = api.Upload(key, (pdq(0),), REFERENCE), api.Retry(b"k" * 32, b"r" * 32)
    first = api.receive_upload(upload, desk.live, desk.clock, retry)
    assert (first.answer, first.item is None) == (GateAnswer.FLAGGED, False)
    assert first.item is not None
    decide(desk, first.item, MARKED, desk.moderator())
    assert api.outcome(key, first.item).answer is GateAnswer.HELD
    again = api.receive_upload(upload, desk.live, desk.clock, retry)
    assert (again.answer, again.item) == (GateAnswer.HELD, first.item)
    other = api.receive_upload(api.Upload(key, (pdq(3),), "other"), desk.live, desk.clock)
    assert other.answer is GateAnswer.HELD
    assert api.earlier_answer(key, retry) == again


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("given", "preview", "hidden"),
    [
        ((pdq(5),), "", True),  # close to the same entry
        ((copy_code(3), pdq(100)), "", True),  # by the other kind of the same listed picture
        ((pdq(128),), "", False),
        ((pdq(128),), PREVIEW, True),  # close to another entry, and the same picture to look at
        ((pdq(128),), PREVIEW + "?other", False),
    ],
)
def test_other_uploads_that_may_show_the_same_picture_are_hidden_too(  # noqa: PLR0917 - a table
    desk: Desk,
    bank: BankSimulator,
    given: tuple[Fingerprint, ...],
    preview: str,
    hidden: bool,
    before: bool,
) -> None:
    """Whether they came before it or after, decided or not; others go on as before."""
    bank.put(pdq(0), picture="one")
    bank.put(copy_code(0), picture="one")
    bank.put(pdq(128))
    desk.follow(desk.add(bank))
    key = desk.platform_key()
    if before:
        other = offer(desk, key, *given, reference="other", preview=preview)
    marked = offer(desk, key, pdq(0), preview=PREVIEW)
    decide(desk, marked, MARKED, desk.moderator())
    if not before:
        other = offer(desk, key, *given, reference="other", preview=preview)
    assert api.item_page(other).line.hidden is hidden
    assert ("reference=other" in everything_shown()) is not hidden
    someone, nora = desk.moderator("someone"), named(desk)
    if hidden:
        with pytest.raises(OnlyNamed):
            decide(desk, other, Decision.NOT_NCII, someone)
        assert api.item_page(other).line.decision is None
    decide(desk, other, Decision.NCII, nora if hidden else someone)
    assert api.item_page(other).line.hidden is hidden
    decide(desk, marked, Decision.CANT_TELL, nora)  # it was a mistake: everything is seen again
    assert "reference=other" in everything_shown()
    assert REFERENCE in everything_shown()


def test_only_somebody_named_opens_it_and_that_is_kept_with_their_name(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    item, someone = offer(desk, key, preview=PREVIEW), desk.moderator()
    decide(desk, item, MARKED, someone)
    with pytest.raises(OnlyNamed):
        api.open_item(item, someone, desk.clock)
    nora = named(desk)
    page = api.open_item(item, nora, desk.clock)
    assert (page.line.reference, page.preview_url) == (REFERENCE, PREVIEW)
    assert [match.entry_id for match in page.matches] == ["e1"]
    assert [(step.who, step.after) for step in api.item_page(item).steps] == [
        ("", "held"),
        ("anna", "may_be_under_18"),
        ("nora", "opened"),
    ]
    api.name_for_under_18("nora", named=False, clock=desk.clock)
    with pytest.raises(OnlyNamed):
        api.open_item(item, nora, desk.clock)
    assert Audit.objects.filter(why="hidden item opened").count() == 1


def test_an_item_that_hides_nothing_is_opened_without_a_note(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    page = api.open_item(offer(desk, key), desk.moderator(), desk.clock)
    assert page.line.reference == REFERENCE
    assert not Audit.objects.filter(why="hidden item opened").exists()
    with pytest.raises(NotHere):
        api.open_item(UUID(int=0), 1, desk.clock)


@pytest.mark.parametrize("decision", list(Decision))
def test_nobody_else_changes_the_decision(
    desk: Desk, listed: BankSimulator, key: int, decision: Decision
) -> None:
    item, someone = offer(desk, key), desk.moderator()
    decide(desk, item, MARKED, someone)
    with pytest.raises(OnlyNamed):
        decide(desk, item, decision, someone)
    assert api.outcome(key, item).decision is MARKED
    decide(desk, item, decision, named(desk))
    assert api.outcome(key, item).decision is decision


def test_the_platform_still_learns_which_upload_it_was(
    desk: Desk, listed: BankSimulator, key: int
) -> None:
    """Of an upload that was let through before: the platform's own systems need the reference."""
    upload = api.Upload(key, (pdq(0),), REFERENCE)
    answer = api.receive_upload(upload, desk.live, desk.clock)
    assert answer.item is not None
    Item.objects.update(uploaded_at=desk.clock.now())
    decide(desk, answer.item, MARKED, desk.moderator())
    (line,) = api.earlier_items(key)
    assert (line.reference, line.waits, line.decision) == (REFERENCE, True, MARKED)


def test_a_page_of_the_list_costs_the_same_statements_however_long_it_is(
    desk: Desk, listed: BankSimulator, key: int, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        offer(desk, key, reference=f"post {number}", preview=f"{PREVIEW}{number}")
    decide(desk, offer(desk, key), MARKED, desk.moderator())
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert all(line.hidden for line in api.open_items())
