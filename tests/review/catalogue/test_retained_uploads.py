"""What a desk keeps of allowed uploads: little, sealed, and only for its time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Cut, GateAnswer, Kind, Turn
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.query import Query
from staydown.fingerprint.sealing import SealBroken, Sealer
from staydown.fingerprint.value import View
from staydown.matching.cascade import Examined
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import Recall
from staydown.matching.rules import judge
from staydown.review import api
from staydown.review.catalogue import retained_uploads
from staydown.review.models import (
    Audit,
    Item,
    KeptUpload,
    LookBack,
)
from staydown.review.settings import LookBackSettings
from tests.review.looking_back import WEEK, follow, keeper, looking_back, offer
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
    assert retained_uploads.words_of(row, desk.sealer) == ("a post of mine", "https://p.example/1")
    with pytest.raises(SealBroken):
        retained_uploads.words_of(row, Sealer(b"x" * 32))


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
    chosen = retained_uploads.worth_keeping(asked)
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
    chosen = retained_uploads.worth_keeping(asked)
    assert len(chosen) == min(len(asked), retained_uploads.MOST_FINGERPRINTS)
    assert chosen == tuple(sorted(asked, key=lambda one: one.part)[: len(chosen)])


def test_what_the_gate_made_of_a_picture_is_what_is_kept(
    desk: Desk, followed: BankSimulator
) -> None:
    """A part that was cut out is found later, with its view and its quality."""
    followed.put(pdq(250))
    follow(desk)
    view = View(Cut.CUT_OUT)

    def look(known: KnownEntries, _: Recall) -> Examined:
        queries = (Query(pdq(100), View(), 0, 95), Query(pdq(0), view, 1, 90))
        return Examined(judge(known.look_up(queries).evidence), queries=queries)

    upload = api.Upload(desk.platform_key(), (), "post 1", "")
    api.receive_upload(upload, desk.live, desk.clock, look=look, keeper=keeper(desk))
    followed.put(pdq(5))
    follow(desk)
    assert looking_back(desk).run() == 1
    page = api.item_page(Item.objects.get().public_id)
    assert [(match.view, match.distance) for match in page.matches] == [(view, 5)]
    assert page.line.answer is GateAnswer.HELD


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
    monkeypatch.setattr(retained_uploads, "forget", lambda *_: 0)
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
        monkeypatch.setattr(retained_uploads, "forget", lambda *_: 0)
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
    changes = Audit.objects.filter(subject="look back").order_by("pk")
    assert list(changes.values_list("before", "after")) == [("off", "7 days"), ("7 days", "off")]


def test_a_desk_that_never_looked_back_writes_nothing_about_it(desk: Desk) -> None:
    looking_back(desk, timedelta(0)).run()
    assert not Audit.objects.exists()
    assert not LookBack.objects.exists()


def test_another_sealing_key_is_an_error_and_loses_nothing(
    desk: Desk, followed: BankSimulator
) -> None:
    offer(desk, pdq(0))
    other = api.looking_back(api.Keeper(Sealer(b"x" * 32), WEEK), desk.clock)
    with pytest.raises(SealBroken):
        other.run()
    assert KeptUpload.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 31, 10**9])
def test_no_setting_keeps_longer_than_thirty_days(days: int) -> None:
    assert api.keeper(Sealer(b"k" * 32), LookBackSettings()) is None
    assert LookBackSettings(keep_days=30).keep == timedelta(days=30)
    with pytest.raises(SettingsError):
        LookBackSettings(keep_days=days)
