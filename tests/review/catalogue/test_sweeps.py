"""What came of a sweep is saved once, whatever is done twice, and comes before people once."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from staydown.accounts.errors import NameTaken
from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Decision, EntryState, GateAnswer, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching.rules import Finding, judge
from staydown.matching.sweep import Matched, PartResult
from staydown.review import api
from staydown.review.errors import KeyNotTaken, NotHere
from staydown.review.models import Audit, Bank, Candidate, Item, PlatformKey, SweepItem, SweepPart
from staydown.review.queue import items
from staydown.review.records import SweepCounts, SweepRun
from tests.review.support import Desk, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def listed(desk: Desk, bank: BankSimulator) -> BankSimulator:
    """A followed bank with two entries, far from each other."""
    bank.put(pdq(0))
    bank.put(pdq(128))
    desk.follow(desk.add(bank))
    return bank


def begin(desk: Desk, name: str = "one", parts: int = 3) -> SweepRun:
    """Begin a sweep."""
    return api.start_sweep(
        name, list_digest=b"d" * 32, files=parts * 32, parts=parts, clock=desk.clock
    )


def findings(desk: Desk, *flipped: int) -> tuple[Finding, ...]:
    """What is said now of a file with these fingerprints."""
    queries = [Query(pdq(count), View(), 0, 80) for count in flipped]
    return judge(desk.live.refresh().look_up(queries).evidence)


def matched(place: int, found: Sequence[Finding], file: str = "") -> Matched:
    """A file that came close to something."""
    name = file or f"file {place}"
    return Matched(place, name.encode().ljust(32), name, f"https://p.example/{place}", tuple(found))


def part(number: int, *found: Matched, faults: tuple[tuple[int, str], ...] = ()) -> PartResult:
    """What came of a part."""
    return PartResult(number, 32, found, faults)


def saved(desk: Desk, run: SweepRun, result: PartResult) -> SweepCounts:
    """Save a part that was not saved before."""
    counts = api.save_part(run, result, desk.clock, "https://p.example")
    assert counts is not None
    return counts


def test_what_matched_comes_before_the_moderators(desk: Desk, listed: BankSimulator) -> None:
    """With the sweep's name, where an upload has that of the platform's key."""
    run = begin(desk, "spring")
    counts = saved(desk, run, part(0, matched(5, findings(desk, 7)), faults=((9, "truncated"),)))
    assert counts == SweepCounts(32, 1, 1, 0, 1, Counter(truncated=1))
    (line,) = api.open_items()
    assert (line.platform, line.reference) == ("sweep spring", "file 5")
    page = api.item_page(line.item)
    assert page.preview_url == "https://p.example/5"
    assert [(match.entry_id, match.distance) for match in page.matches] == [("e1", 7)]
    assert [(one.place, one.item, one.earlier) for one in api.swept_items(run)] == [
        (5, line.item, False)
    ]
    assert list(api.sweep_faults(run)) == [(9, "truncated")]
    assert api.sweep_counts(run) == counts


def test_a_part_is_saved_once(desk: Desk, listed: BankSimulator) -> None:
    """Whoever comes second changes nothing, and is told."""
    run = begin(desk)
    result = part(1, matched(40, findings(desk, 3)), faults=((41, "missing"),))
    first = saved(desk, run, result)
    assert api.save_part(run, result, desk.clock) is None
    assert api.sweep_counts(run) == first
    assert Item.objects.count() == SweepItem.objects.count() == 1
    assert list(api.parts_done(run)) == [0, 1, 0]


def test_a_file_that_a_list_names_twice_is_one_item(desk: Desk, listed: BankSimulator) -> None:
    """While it runs, and when it is counted again to go on."""
    run = begin(desk)
    twice = [matched(place, findings(desk, 3), "same") for place in (4, 7)]
    counts = saved(desk, run, part(0, *twice))
    assert (counts.held, counts.items, Item.objects.count()) == (2, 1, 1)
    assert api.sweep_counts(run) == counts


def test_a_sweep_is_at_its_end_when_every_part_is_saved(desk: Desk) -> None:
    run = begin(desk, parts=2)
    for number in (1, 0):
        assert not api.finish_sweep(run, desk.clock)
        saved(desk, run, part(number))
    assert api.finish_sweep(run, desk.clock)
    assert api.finish_sweep(run, desk.clock)
    assert api.find_sweep("one").finished
    assert Audit.objects.filter(what="sweep", why="finished", subject="one").count() == 1


def test_an_empty_catalogue_is_at_its_end_at_once(desk: Desk) -> None:
    assert api.finish_sweep(begin(desk, parts=0), desk.clock)


def test_a_second_sweep_opens_no_second_item_while_one_waits(
    desk: Desk, listed: BankSimulator
) -> None:
    run, again = begin(desk), begin(desk, "two")
    close = findings(desk, 3)
    saved(desk, run, part(0, matched(5, close, "a.jpg")))
    assert saved(desk, again, part(0, matched(7, close, "a.jpg"))).items == 0
    assert Item.objects.count() == 1
    ((one,), (other,)) = (list(api.swept_items(each)) for each in (run, again))
    assert (one.item, one.earlier, other.item, other.earlier) == (one.item, False, one.item, True)
    # Of another file with the same name elsewhere there is one of its own.
    assert saved(desk, again, part(1, matched(40, close, "b.jpg"))).items == 1


def test_what_is_newly_listed_opens_an_item_for_that_alone(
    desk: Desk, listed: BankSimulator
) -> None:
    saved(desk, begin(desk), part(0, matched(5, findings(desk, 3), "a.jpg")))
    more = findings(desk, 3, 130)
    assert saved(desk, begin(desk, "two"), part(0, matched(5, more, "a.jpg"))).items == 1
    entries = [
        sorted(Candidate.objects.filter(item=item).values_list("entry__entry_id", flat=True))
        for item in Item.objects.order_by("pk")
    ]
    assert entries == [["e1"], ["e2"]]


def test_after_a_decision_a_sweep_asks_again(desk: Desk, listed: BankSimulator) -> None:
    """The file is still there, or there again."""
    close = findings(desk, 3)
    saved(desk, begin(desk), part(0, matched(5, close, "a.jpg")))
    (line,) = api.open_items()
    api.decide(line.item, Decision.NCII, version=0, moderator_id=desk.moderator(), clock=desk.clock)
    assert saved(desk, begin(desk, "two"), part(0, matched(5, close, "a.jpg"))).items == 1
    (one,) = api.swept_items(api.find_sweep("one"))
    assert one.decision is Decision.NCII


def test_what_was_withdrawn_meanwhile_is_no_match(desk: Desk, listed: BankSimulator) -> None:
    close = findings(desk, 3)
    listed.change("e1", EntryState.WITHDRAWN)
    desk.clock.advance(desk.poll)
    desk.follow(Bank.objects.get().pk)
    counts = saved(desk, begin(desk), part(0, matched(5, close)))
    assert (counts.held, counts.flagged, counts.items) == (0, 0, 0)
    assert not Item.objects.exists()
    assert not SweepItem.objects.exists()


def test_a_flood_of_copies_in_a_bank_is_bounded_and_asked_about_once(
    desk: Desk, bank: BankSimulator
) -> None:
    for _ in range(items.MAX_MATCHES + 30):
        bank.put(pdq(2))
    bank.put(pdq(1))
    desk.follow(desk.add(bank))
    close = findings(desk, 1)
    assert len(close) == items.MAX_MATCHES + 31
    saved(desk, begin(desk), part(0, matched(5, close)))
    assert Candidate.objects.count() == items.MAX_MATCHES
    assert Candidate.objects.filter(distance=0).count() == 1
    assert saved(desk, begin(desk, "two"), part(0, matched(5, close))).items == 0


def test_a_preview_elsewhere_is_left_out(desk: Desk, listed: BankSimulator) -> None:
    run = begin(desk)
    api.save_part(run, part(0, matched(5, findings(desk, 3))), desk.clock, "https://q.example")
    assert Item.objects.get().preview_url == ""


def test_nobody_has_the_key_of_a_sweep(desk: Desk) -> None:
    begin(desk)
    row = PlatformKey.objects.get()
    assert row.revoked_at is not None
    with pytest.raises(KeyNotTaken):
        api.check_platform_key("sd_" + bytes(row.digest).hex(), desk.sealer)


def test_every_key_of_the_platform_may_ask_what_became_of_an_item(
    desk: Desk, listed: BankSimulator
) -> None:
    """The sweep is the platform's own; another key's uploads stay that key's."""
    run = begin(desk)
    saved(desk, run, part(0, matched(5, findings(desk, 3))))
    (one,) = api.swept_items(run)
    shop, other = desk.platform_key("shop"), desk.platform_key("other")
    assert api.outcome(shop, one.item).decision is None
    upload = api.receive_upload(api.Upload(shop, (pdq(3),)), desk.live, desk.clock)
    assert upload.item is not None
    with pytest.raises(NotHere):
        api.outcome(other, upload.item)


def test_a_name_is_taken_once_and_is_a_folders(desk: Desk) -> None:
    begin(desk)
    with pytest.raises(NameTaken):
        begin(desk)
    for name in ("", "a/b", "..", "-x", "x" * 51, "a\nb"):
        with pytest.raises(SettingsError):
            begin(desk, name)
    with pytest.raises(NotHere):
        api.find_sweep("two")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_save_a_part_once_and_open_one_item(desk: Desk, listed: BankSimulator) -> None:
    """Two runs over one catalogue, and two workers on one part, on connections of their own.

    SQLite's database of the tests is in memory and has one connection: there, one after another.
    """
    runs = [begin(desk, name, parts=8) for name in ("one", "two")] * 2
    close = findings(desk, 3)

    def work(run: SweepRun, number: int) -> SweepCounts | None:
        return api.save_part(run, part(number, matched(32 * number, close)), desk.clock)

    def at_once(run: SweepRun) -> list[SweepCounts | None]:
        try:
            return [work(run, number) for number in range(8)]
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        told = [work(run, number) for number in range(8) for run in runs]
    else:
        with ThreadPoolExecutor(len(runs)) as pool:
            told = [one for some in pool.map(at_once, runs) for one in some]
    assert sum(one is not None for one in told) == SweepPart.objects.count() == 16
    assert sum(one.items for one in told if one is not None) == Item.objects.count() == 8
    assert SweepItem.objects.count() == 16


def test_a_crash_while_a_part_is_saved_leaves_nothing_of_it(
    desk: Desk, listed: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(desk)
    close = findings(desk, 3)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(SweepPart.objects, "create", crash)
        with pytest.raises(RuntimeError):
            api.save_part(run, part(0, matched(5, close)), desk.clock)
    assert not Item.objects.exists()
    assert saved(desk, run, part(0, matched(5, close))).items == 1


def test_an_exact_match_is_told_as_one(desk: Desk, bank: BankSimulator) -> None:
    """A video, say, of which a bank lists the bytes."""
    same = Fingerprint(Kind.MD5, b"m" * 16)
    bank.put(same)
    desk.follow(desk.add(bank))
    found = judge(desk.live.refresh().look_up([Query(same)]).evidence)
    saved(desk, begin(desk), part(0, matched(5, found)))
    (line,) = api.open_items()
    assert line.answer is GateAnswer.HELD
    assert api.item_page(line.item).matches[0].kind is Kind.MD5


def test_places_beyond_32_bits_are_kept(desk: Desk, listed: BankSimulator) -> None:
    """A catalogue may have more than four thousand million files."""
    run = api.start_sweep(
        "big", list_digest=b"d" * 32, files=1 << 40, parts=1 << 35, clock=desk.clock
    )
    saved(
        desk, run, PartResult((1 << 35) - 1, 32, (matched((1 << 40) - 1, findings(desk, 3)),), ())
    )
    assert next(api.swept_items(run)).place == (1 << 40) - 1


def test_a_file_that_may_show_somebody_under_18_is_not_put_forward_again(
    desk: Desk, listed: BankSimulator
) -> None:
    """Not by another sweep, nor for what was listed since: its item is named, and it is held."""
    run = begin(desk)
    saved(desk, run, part(0, matched(4, findings(desk, 3), "same")))
    (line,) = api.open_items()
    moderator = desk.moderator()
    api.decide(
        line.item, Decision.MAY_BE_UNDER_18, version=0, moderator_id=moderator, clock=desk.clock
    )
    again = begin(desk, "two")
    counts = saved(desk, again, part(0, matched(9, findings(desk, 130), "same")))
    assert (counts.held, counts.items, Item.objects.count()) == (1, 0, 1)
    (swept,) = api.swept_items(again)
    assert (swept.item, swept.answer) == (line.item, GateAnswer.HELD)
    assert (swept.decision, swept.earlier) == (Decision.MAY_BE_UNDER_18, True)
    saved(desk, again, part(1, matched(40, findings(desk, 130), "another")))
    assert Item.objects.count() == 2
