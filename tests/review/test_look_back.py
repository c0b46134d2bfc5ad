"""What is listed later is held against what was allowed before: once, and only while it is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.clock import HandClock
from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Cut, Decision, EntryState, GateAnswer, Kind, Turn
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.query import Query
from staydown.fingerprint.seal import SealBroken, Sealer
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching.matcher import KnownEntries
from staydown.matching.rules import Finding, judge
from staydown.review import api, items, kept, listings, look_back
from staydown.review.models import (
    Audit,
    Bank,
    BankEntry,
    Item,
    KeptMatch,
    KeptUpload,
    LookBack,
    PlatformKey,
)
from staydown.review.records import UploadAnswer
from staydown.review.settings import LookBackSettings
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WEEK = timedelta(days=7)


def keeper(desk: Desk, keep: timedelta = WEEK) -> api.Keeper:
    """What keeps uploads for a week."""
    return api.Keeper(desk.sealer, keep)


def looking_back(desk: Desk, keep: timedelta = WEEK) -> api.LookingBack:
    """A tick's own, as a new process has it."""
    return api.LookingBack(keeper(desk, keep), desk.clock)


def offer(
    desk: Desk,
    *fingerprints: Fingerprint,
    reference: str = "post 1",
    keep: api.Keeper | None = None,
    key: int | None = None,
) -> UploadAnswer:
    """Offer an upload at a desk that looks back."""
    number = key if key is not None else platform(desk)
    upload = api.Upload(number, fingerprints, reference, "https://p.example/1")
    return api.receive_upload(upload, desk.live, desk.clock, keeper=keep or keeper(desk))


def platform(desk: Desk) -> int:
    """The number of the platform's first key."""
    found = PlatformKey.objects.first()
    return desk.platform_key() if found is None else found.pk


def follow(desk: Desk) -> None:
    """Read every bank to its end."""
    for bank in Bank.objects.all():
        assert desk.follow(bank.pk)


@pytest.fixture
def followed(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank that lists nothing yet, at a desk whose tick has run."""
    desk.follow(desk.add(bank))
    looking_back(desk).run()
    return bank


# --------------------------------------------------------------------------- what is kept


def test_nothing_is_kept_where_the_desk_does_not_look_back(
    desk: Desk, followed: BankSimulator
) -> None:
    """The default: no row, whatever the upload."""
    upload = api.Upload(desk.platform_key(), (pdq(0),), "post 1", "")
    assert api.receive_upload(upload, desk.live, desk.clock).answer is GateAnswer.ALLOWED
    offer(desk, pdq(0), keep=keeper(desk, timedelta(0)))
    assert not KeptUpload.objects.exists()


def test_an_upload_without_a_reference_is_not_kept(desk: Desk, followed: BankSimulator) -> None:
    offer(desk, pdq(0), reference="")
    assert not KeptUpload.objects.exists()


def test_what_is_held_or_flagged_is_not_kept(desk: Desk, followed: BankSimulator) -> None:
    """Its item says what there is to say."""
    followed.put(pdq(0))
    follow(desk)
    assert offer(desk, pdq(0)).answer is GateAnswer.HELD
    assert offer(desk, pdq(40)).answer is GateAnswer.FLAGGED
    assert not KeptUpload.objects.exists()


def test_what_is_kept_is_sealed(desk: Desk, followed: BankSimulator) -> None:
    """Neither bits, nor the reference, nor the preview's address can be read without the key."""
    offer(desk, pdq(77), reference="a post of mine")
    (row,) = KeptUpload.objects.all()
    stored = bytes(row.sealed_queries) + bytes(row.sealed_words) + bytes(row.digest)
    for shown in (pdq(77).bits[-8:], pdq(77).hex[-16:].encode(), b"of mine", b"p.example"):
        assert shown not in stored
    assert kept.words_of(row, desk.sealer) == ("a post of mine", "https://p.example/1")
    with pytest.raises(SealBroken):
        kept.words_of(row, Sealer(b"x" * 32))


def test_the_same_upload_offered_again_is_kept_once(desk: Desk, followed: BankSimulator) -> None:
    for _ in range(3):
        offer(desk, pdq(0))
    offer(desk, pdq(100))
    offer(desk, pdq(0), reference="post 2")
    offer(desk, pdq(0), key=desk.platform_key("another"))
    assert KeptUpload.objects.count() == 4


def query(kind: Kind, cut: Cut, turn: Turn, part: int, number: int = 0) -> Query:
    value = pdq(number) if kind is Kind.PDQ else copy_code(number)
    return Query(value, View(cut, turn), part, 90)


def test_a_few_fingerprints_of_a_picture_are_chosen() -> None:
    """The whole, mirrored too; then copy codes; then the likeliest parts: eight at most."""
    asked = [query(Kind.PDQ, Cut.WHOLE, turn, 0) for turn in Turn]
    asked += [query(Kind.PDQ, Cut.CUT_OUT, turn, part) for part in range(1, 9) for turn in Turn]
    asked += [query(Kind.COPY1, Cut.WHOLE, Turn.NONE, 0)]
    asked += [query(Kind.COPY1, Cut.CUT_OUT, Turn.NONE, part) for part in (2, 5)]
    chosen = kept.worth_keeping(asked)
    assert [(one.fingerprint.kind.value, one.view.label, one.part) for one in chosen] == [
        ("pdq", "whole", 0),
        ("copy1", "whole", 0),
        ("pdq", "whole+mirrored", 0),
        ("copy1", "cut_out", 2),
        ("copy1", "cut_out", 5),
        ("pdq", "cut_out", 1),
        ("pdq", "cut_out", 2),
        ("pdq", "cut_out", 3),
    ]


@given(st.lists(st.integers(0, 200), max_size=64), st.lists(st.integers(0, 900), max_size=64))
def test_ready_fingerprints_are_kept_in_pairs_and_never_too_many(
    pdqs: list[int], codes: list[int]
) -> None:
    """A platform that makes its own sends as many as it likes."""
    asked = [Query(pdq(bits), part=part) for part, bits in enumerate(pdqs)]
    asked += [Query(copy_code(bits), part=part) for part, bits in enumerate(codes)]
    chosen = kept.worth_keeping(asked)
    assert len(chosen) == min(len(asked), kept.MOST_FINGERPRINTS)
    assert chosen == tuple(sorted(asked, key=lambda one: one.part)[: len(chosen)])


def test_what_the_gate_made_of_a_picture_is_what_is_kept(
    desk: Desk, followed: BankSimulator
) -> None:
    """A part that was cut out is found later, with its view and its quality."""
    followed.put(pdq(250))
    follow(desk)
    view = View(Cut.CUT_OUT)

    def look(known: KnownEntries) -> tuple[Finding, ...]:
        queries = [Query(pdq(100), View(), 0, 95), Query(pdq(0), view, 1, 90)]
        return judge(known.look_up(queries).evidence)

    upload = api.Upload(desk.platform_key(), (), "post 1", "")
    api.receive_upload(upload, desk.live, desk.clock, look=look, keeper=keeper(desk))
    followed.put(pdq(5))
    follow(desk)
    assert looking_back(desk).run() == 1
    page = api.item_page(Item.objects.get().public_id)
    assert [(match.view, match.distance) for match in page.matches] == [(view, 5)]
    assert page.line.answer is GateAnswer.HELD


# --------------------------------------------------------------------------- later listings


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
    kept.keep(
        desk.platform_key(), ("post 1", ""), queries,
        seen=listings.head(), keeper=keeper(desk), now=desk.clock.now(),
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
        large.put(Fingerprint(Kind.PDQ, b"\xff" * 16 + number.to_bytes(16), 80))
    large.put(pdq(0))
    desk.follow(desk.add(large, "large"))
    assert looking_back(desk).run() == 1


# --------------------------------------------------------------------------- order and crashes


def test_a_listing_that_came_while_the_gate_looked_is_not_missed(
    desk: Desk, followed: BankSimulator
) -> None:
    """The tick went past the listing before the upload was saved."""
    seen = listings.head()
    offer(desk, pdq(200), reference="another, so that something is kept")
    tick = looking_back(desk)
    tick.run()
    followed.put(pdq(0))
    follow(desk)
    tick.run()
    kept.keep(
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
    module, name = target.get(moment, (look_back, "_save"))
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

    tick = api.LookingBack(keeper(desk), BusyClock(desk.clock.now()))
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


@pytest.mark.parametrize(("decision", "items_then"), [(Decision.NCII, 1), (Decision.NOT_NCII, 2)])
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


# --------------------------------------------------------------------------- time


def test_what_is_over_its_time_counts_no_more_though_no_tick_has_deleted_it(
    desk: Desk, followed: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At reading."""
    tick = looking_back(desk)
    offer(desk, pdq(0))
    tick.run()
    followed.put(pdq(1))
    follow(desk)
    monkeypatch.setattr(kept, "forget", lambda *_: 0)
    desk.clock.advance(WEEK)
    assert tick.run() == 0
    assert KeptUpload.objects.exists()
    assert not Item.objects.exists()


@pytest.fixture
def tick_of(desk: Desk) -> Iterator[api.LookingBack]:
    """A tick that goes on."""
    tick = looking_back(desk)
    yield tick
    tick.close()


def test_what_is_over_its_time_is_deleted_and_leaves_memory(
    desk: Desk, followed: BankSimulator, tick_of: api.LookingBack
) -> None:
    for day in range(10):
        offer(desk, pdq(100 + day), pdq(200 - day), reference=f"day {day}")
        followed.put(pdq(day))
        follow(desk)
        tick_of.run()
        desk.clock.advance(timedelta(days=1))
    tick_of.run()
    assert KeptUpload.objects.count() == 6
    assert len(tick_of._index[Kind.PDQ]) == 12
    desk.clock.advance(WEEK)
    tick_of.run()
    assert not KeptUpload.objects.exists()
    assert not tick_of._index


def test_a_shorter_time_counts_at_once_and_a_longer_one_not_for_what_is_there(
    desk: Desk, followed: BankSimulator
) -> None:
    """Nobody's upload is kept longer than was said when it came."""
    offer(desk, pdq(0), reference="old")
    desk.clock.advance(timedelta(days=3))
    offer(desk, pdq(0), reference="new")
    looking_back(desk, timedelta(days=2)).run()
    assert KeptUpload.objects.count() == 1
    desk.clock.advance(timedelta(days=4))
    looking_back(desk, timedelta(days=30)).run()
    assert KeptUpload.objects.count() == 1
    desk.clock.advance(timedelta(days=3))
    looking_back(desk, timedelta(days=30)).run()
    assert not KeptUpload.objects.exists()


@pytest.mark.parametrize("deleted", [True, False])
def test_a_clock_that_was_years_ahead_keeps_nothing_for_years(
    desk: Desk, followed: BankSimulator, monkeypatch: pytest.MonkeyPatch, *, deleted: bool
) -> None:
    """A few hours between two machines are nothing; what was kept in the far future goes."""
    if not deleted:
        monkeypatch.setattr(kept, "forget", lambda *_: 0)
    desk.clock.advance(timedelta(days=3650))
    offer(desk, pdq(0), reference="ahead")
    looking_back(desk).run()
    desk.clock.advance(timedelta(days=-3650))
    offer(desk, pdq(0), reference="in time")
    desk.clock.advance(timedelta(hours=-2))
    followed.put(pdq(1))
    follow(desk)
    assert looking_back(desk).run() == 1
    assert Item.objects.get().reference == "in time"
    assert KeptUpload.objects.count() == (1 if deleted else 2)


def test_turning_it_off_deletes_everything_and_is_written_down(
    desk: Desk, followed: BankSimulator
) -> None:
    for number in range(3):
        offer(desk, pdq(0), reference=f"post {number}")
    looking_back(desk).run()
    assert looking_back(desk, timedelta(0)).run() == 0
    assert not KeptUpload.objects.exists()
    looking_back(desk, timedelta(0)).run()
    changes = Audit.objects.filter(action="look back").order_by("pk")
    assert list(changes.values_list("before", "after")) == [("off", "7 days"), ("7 days", "off")]


def test_a_desk_that_never_looked_back_writes_nothing_about_it(desk: Desk) -> None:
    looking_back(desk, timedelta(0)).run()
    assert not Audit.objects.exists()
    assert not LookBack.objects.exists()


def test_another_sealing_key_is_an_error_and_loses_nothing(
    desk: Desk, followed: BankSimulator
) -> None:
    offer(desk, pdq(0))
    other = api.LookingBack(api.Keeper(Sealer(b"x" * 32), WEEK), desk.clock)
    with pytest.raises(SealBroken):
        other.run()
    assert KeptUpload.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 31, 10**9])
def test_no_setting_keeps_longer_than_thirty_days(days: int) -> None:
    assert api.keeper(Sealer(b"k" * 32), LookBackSettings()) is None
    assert LookBackSettings(keep_days=30).keep == timedelta(days=30)
    with pytest.raises(SettingsError):
        LookBackSettings(keep_days=days)
