"""What is listed later is held against what was allowed before: once, and only while it is kept."""

from datetime import datetime, timedelta

import pytest

from staydown.base.clock import HandClock
from staydown.base.vocabulary import Decision, EntryState, GateAnswer, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint
from staydown.matching.rules import Finding
from staydown.review import api
from staydown.review.catalogue import retained_uploads, retrospective
from staydown.review.models import (
    BankEntry,
    Head,
    Item,
    KeptMatch,
    KeptUpload,
    LookBack,
)
from staydown.review.queue import items
from tests.fingerprint.made import made_bits
from tests.review.looking_back import follow, keeper, looking_back, offer, platform
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_later_listing_puts_an_upload_before_the_moderators(
    desk: Desk, followed: BankSimulator
) -> None:
    """As the gate would have, with the time it was uploaded."""
    tick = looking_back(desk)
    uploaded = desk.clock.now()
    assert offer(desk, pdq(7)).answer is GateAnswer.ALLOWED
    assert tick.run() == 0
    desk.clock.advance(timedelta(days=2))
    followed.put(pdq(200))
    followed.put(pdq(0))
    follow(desk)
    assert tick.run() == 1
    (line,) = api.open_items()
    assert (line.reference, line.answer, line.uploaded_at) == ("post 1", GateAnswer.HELD, uploaded)
    page = api.item_page(line.item)
    assert page.preview_url == "https://p.example/1"
    assert [(match.entry_id, match.distance) for match in page.matches] == [("e2", 7)]
    assert tick.run() == looking_back(desk).run() == 0
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "distance", "quality", "wanted"),
    [
        (EntryState.LISTED, 31, 80, "held"),
        (EntryState.LISTED, 40, 80, "flagged"),
        (EntryState.LISTED, 47, 80, ""),
        (EntryState.DISPUTED, 10, 80, "flagged"),
        (EntryState.DISPUTED, 40, 80, ""),
        (EntryState.LISTED, 10, 20, "flagged"),
        (EntryState.WITHDRAWN, 0, 80, ""),
    ],
)
def test_the_rules_are_those_of_the_gate(  # noqa: PLR0917 - a table
    desk: Desk,
    followed: BankSimulator,
    state: EntryState,
    distance: int,
    quality: int,
    wanted: str,
) -> None:
    offer(desk, pdq(distance, quality))
    entry = followed.put(pdq(0))
    if state is not EntryState.LISTED:
        followed.change(entry, state)
    follow(desk)
    looking_back(desk).run()
    assert "".join(Item.objects.values_list("answer", flat=True)) == wanted


def test_the_other_kind_of_the_same_picture_is_a_witness_though_it_was_listed_before(
    desk: Desk, followed: BankSimulator
) -> None:
    followed.put(copy_code(0), picture="one")
    follow(desk)
    tick = looking_back(desk)
    tick.run()
    # The gate looks at this upload's PDQ alone; it is kept with its copy code all the same.
    queries = [Query(pdq(40), quality=80), Query(copy_code(310), quality=80)]
    retained_uploads.keep(
        desk.platform_key(), ("post 1", ""), queries,
        seen=Head.read(), keeper=keeper(desk), now=desk.clock.now(),
    )  # fmt: skip
    followed.put(pdq(0), picture="one")
    follow(desk)
    tick.run()
    (item,) = Item.objects.all()
    assert item.answer == "held"
    assert list(item.candidates.values_list("kind", flat=True)) == ["pdq"]


def test_an_entry_withdrawn_before_the_tick_looks_opens_nothing(
    desk: Desk, followed: BankSimulator
) -> None:
    offer(desk, pdq(0))
    entry = followed.put(pdq(0))
    follow(desk)
    followed.change(entry, EntryState.WITHDRAWN)
    follow(desk)
    assert looking_back(desk).run() == 0
    assert not Item.objects.exists()


def test_an_entry_withdrawn_while_the_tick_looks_opens_nothing(
    desk: Desk, followed: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the search and the item."""
    offer(desk, pdq(0))
    entry = followed.put(pdq(0))
    follow(desk)
    real = items.current

    def withdrawn_first(findings: list[Finding]) -> list[tuple[Finding, int]]:
        BankEntry.objects.filter(entry_id=entry).update(state="withdrawn", sealed=b"")
        return real(findings)

    monkeypatch.setattr(items, "current", withdrawn_first)
    assert looking_back(desk).run() == 0
    assert not Item.objects.exists()


def test_what_a_bank_lists_when_it_is_first_followed_counts_too(
    desk: Desk, followed: BankSimulator
) -> None:
    """More entries than are gone through at a time, in pages."""
    offer(desk, pdq(7))
    large = BankSimulator()
    for number in range(1200):
        large.put(Fingerprint(Kind.PDQ, made_bits(number + 1), 80))
    large.put(pdq(0))
    desk.follow(desk.add(large, "large"))
    assert looking_back(desk).run() == 1


# --------------------------------------------------------------------------- order and crashes


def test_a_listing_that_came_while_the_gate_looked_is_not_missed(
    desk: Desk, followed: BankSimulator
) -> None:
    """The tick went past the listing before the upload was saved."""
    seen = Head.read()
    offer(desk, pdq(200), reference="another, so that something is kept")
    tick = looking_back(desk)
    tick.run()
    followed.put(pdq(0))
    follow(desk)
    tick.run()
    retained_uploads.keep(
        platform(desk), ("late", ""), [Query(pdq(3), quality=80)],
        seen=seen, keeper=keeper(desk), now=desk.clock.now(),
    )  # fmt: skip
    assert tick.run() == 1
    assert Item.objects.get().reference == "late"


def test_an_upload_saved_after_a_later_one_is_not_missed(
    desk: Desk, followed: BankSimulator
) -> None:
    """Rows get their numbers before they are committed, and not in that order."""
    offer(desk, pdq(9), reference="first number")
    late = KeptUpload.objects.values().get()
    KeptUpload.objects.all().delete()
    offer(desk, pdq(200), reference="second number")
    tick = looking_back(desk)
    tick.run()
    KeptUpload.objects.create(**late)
    tick.run()
    followed.put(pdq(0))
    follow(desk)
    assert tick.run() == 1
    assert Item.objects.get().reference == "first number"


class Crash(Exception):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["new_item", "after_item", "save"])
def test_a_crash_at_any_moment_loses_and_doubles_nothing(
    desk: Desk, followed: BankSimulator, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    for number in range(120):
        offer(desk, pdq(number % 30), reference=f"post {number}")
    tick = looking_back(desk)
    tick.run()
    followed.put(pdq(0))
    follow(desk)
    calls = 0
    target = {"new_item": (items, "new_item"), "after_item": (items, "new_item")}
    module, name = target.get(moment, (retrospective, "_save"))
    real = getattr(module, name)

    def crashes(*args: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if moment == "save":
            raise Crash
        if moment == "new_item" and calls == 70:
            raise Crash
        done = real(*args, **more)
        if moment == "after_item" and calls == 70:
            raise Crash
        return done

    with monkeypatch.context() as patched:
        patched.setattr(module, name, crashes)
        with pytest.raises(Crash):
            tick.run()
    assert Item.objects.count() == (120 if moment == "save" else 50)
    looking_back(desk).run()
    assert Item.objects.count() == KeptMatch.objects.count() == 120


def test_two_ticks_at_once_say_it_once(
    desk: Desk, followed: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second goes through everything after the first has searched and before it saves."""
    for number in range(60):
        offer(desk, pdq(number % 30), reference=f"post {number}")
    first, second = looking_back(desk), looking_back(desk)
    first.run()
    followed.put(pdq(0))
    follow(desk)
    real = first._close
    said: list[int] = []

    def after_the_other(*args: object) -> object:
        if not said:
            said.append(second.run())
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(first, "_close", after_the_other)
    assert first.run() == 0
    assert said == [60]
    assert Item.objects.count() == 60


def test_an_upload_taken_in_by_another_tick_is_held_against_the_next_listing(
    desk: Desk, followed: BankSimulator
) -> None:
    """Each process has an index of its own."""
    first, second = looking_back(desk), looking_back(desk)
    offer(desk, pdq(1), reference="one")
    first.run()
    offer(desk, pdq(2), reference="two")
    second.run()
    followed.put(pdq(0))
    follow(desk)
    assert first.run() == 2


def test_a_database_restored_from_an_older_copy_is_gone_through_again(
    desk: Desk, followed: BankSimulator
) -> None:
    tick = looking_back(desk)
    offer(desk, pdq(200), reference="lost")
    tick.run()
    followed.put(pdq(100))
    follow(desk)
    tick.run()
    KeptUpload.objects.all().delete()
    LookBack.objects.update(places=0, seen=0, revision=1)
    offer(desk, pdq(3), reference="after")
    followed.put(pdq(0))
    follow(desk)
    assert tick.run() == 1


def test_a_desk_that_is_never_idle_comes_to_its_listings_all_the_same(
    desk: Desk, followed: BankSimulator
) -> None:
    """An upload arrives at each step of the tick; it must look at listings, and come to an end."""
    offer(desk, pdq(0), reference="first")
    followed.put(pdq(1))
    follow(desk)
    arrived = 0

    class BusyClock(HandClock):
        def now(self) -> datetime:
            nonlocal arrived
            arrived += 1
            assert arrived < 100, "the tick takes in uploads for ever"
            offer(desk, pdq(200), reference=f"post {arrived}")
            return desk.clock.now()

    tick = api.looking_back(keeper(desk), BusyClock(desk.clock.now()))
    assert tick.run() == 1
    assert Item.objects.get().reference == "first"


# --------------------------------------------------------------------------- one item each


def test_further_listings_of_a_picture_join_the_item_that_waits(
    desk: Desk, followed: BankSimulator
) -> None:
    """No flood of items; a stronger entry makes the item stronger."""
    tick = looking_back(desk)
    offer(desk, pdq(40))
    followed.put(pdq(0))
    follow(desk)
    tick.run()
    assert Item.objects.get().answer == "flagged"
    for flipped in range(20, 60):
        followed.put(pdq(flipped))
    follow(desk)
    assert tick.run() == 1
    (item,) = Item.objects.all()
    assert item.answer == "held"
    assert item.candidates.count() == 41
    page = api.item_page(item.public_id)
    assert [(step.before, step.after) for step in page.steps] == [
        ("", "flagged"),
        ("flagged", "held"),
    ]


def test_a_flood_of_listings_stays_bounded(desk: Desk, followed: BankSimulator) -> None:
    offer(desk, pdq(0))
    for _ in range(3):
        for flipped in range(40):
            followed.put(pdq(flipped % 20), EntryState.DISPUTED)
        follow(desk)
        looking_back(desk).run()
    assert Item.objects.get().candidates.count() == items.MAX_MATCHES


@pytest.mark.parametrize(
    ("decision", "items_then"),
    [(Decision.NCII, 1), (Decision.MAY_BE_UNDER_18, 1), (Decision.NOT_NCII, 2)],
)
def test_after_a_decision(
    desk: Desk, followed: BankSimulator, decision: Decision, items_then: int
) -> None:
    """What was taken down doesn't come back; what was let be is asked about once more."""
    tick = looking_back(desk)
    offer(desk, pdq(0))
    followed.put(pdq(1))
    follow(desk)
    tick.run()
    item = Item.objects.get().public_id
    api.decide(item, decision, version=0, moderator_id=desk.moderator(), clock=desk.clock)
    followed.put(pdq(2))
    follow(desk)
    tick.run()
    assert Item.objects.count() == items_then


def test_an_upload_that_was_offered_again_and_held_gets_no_second_item(
    desk: Desk, followed: BankSimulator
) -> None:
    offer(desk, pdq(0))
    followed.put(pdq(1))
    follow(desk)
    again = offer(desk, pdq(0))
    assert again.answer is GateAnswer.HELD
    looking_back(desk).run()
    assert Item.objects.get().public_id == again.item


def test_another_picture_of_a_post_that_was_offered_again_gets_an_item_of_its_own(
    desk: Desk, followed: BankSimulator
) -> None:
    """The moderators see one preview with each item: what they say of one isn't said of both."""
    offer(desk, pdq(3))
    followed.put(pdq(1))
    follow(desk)
    other = api.Upload(platform(desk), (pdq(2),), "post 1", "https://p.example/2")
    assert api.receive_upload(other, desk.live, desk.clock).answer is GateAnswer.HELD
    assert looking_back(desk).run() == 1
    previews = Item.objects.order_by("pk").values_list("preview_url", flat=True)
    assert list(previews) == ["https://p.example/2", "https://p.example/1"]
