"""What the rows say of entries that came close."""

import random

import pytest
from pytest_django import DjangoAssertNumQueries

from staydown.base.vocabulary import EntryState, GateAnswer, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.sealing import SealBroken, Sealer
from staydown.fingerprint.value import BITS, Fingerprint
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.matching.rules import answer, judge
from staydown.review import api
from staydown.review.entries.metadata import EntryNotes
from staydown.review.models import BankEntry
from tests.fingerprint.made import made_bits
from tests.matching.evidence import query
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STATES = [EntryState.LISTED, EntryState.DISPUTED, EntryState.WITHDRAWN]


def some(kind: Kind, luck: random.Random) -> Fingerprint:
    """A fingerprint near a given one; exact kinds have few values."""
    places = range(40) if kind in {Kind.PDQ, Kind.COPY1} else range(2)
    bits = sum(1 << place for place in luck.sample(places, luck.randrange(3)))
    quality = luck.choice([None, 20, 49, 50, 90]) if kind is Kind.PDQ else None
    near = (int.from_bytes(made_bits(0, BITS[kind])) ^ bits).to_bytes(BITS[kind] // 8)
    return Fingerprint(kind, near, quality)


def told(desk: Desk) -> MemoryMatcher:
    """A matcher that is told what each row says."""
    matcher = MemoryMatcher()
    for row in BankEntry.objects.select_related("bank"):
        value = desk.sealer.open(Kind(row.kind), bytes(row.sealed)) if row.sealed else None
        state = EntryState(row.state)
        matcher.update([Known(row.bank.name, row.entry_id, state, value, row.picture)])
    return matcher


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_say_what_a_matcher_that_is_told_everything_says(desk: Desk, seed: int) -> None:
    """Of every kind, in two banks that name pictures alike, through changes of state."""
    luck = random.Random(seed)  # noqa: S311
    banks = {name: BankSimulator() for name in ("a", "b")}
    numbers = [desk.add(bank, name) for name, bank in banks.items()]
    put = []
    for _ in range(3):
        for bank in banks.values():
            for _ in range(20):
                made = some(luck.choice(list(Kind)), luck)
                picture = luck.choice(["", "p", "q", "r"])
                put.append((bank, bank.put(made, luck.choice(STATES), picture=picture)))
        for bank, entry in luck.sample(put, 10):
            bank.change(entry, luck.choice(STATES))
        for number in numbers:
            desk.follow(number)
        live = desk.live.refresh()
        queries = [query(some(kind, luck)) for kind in Kind for _ in range(3)]
        assert live.evidence(queries) == told(desk).evidence(queries)
        assert live.evidence(queries)


def test_a_flood_of_look_alikes_is_asked_for_in_few_statements_and_hides_nothing(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Plain ones, in pictures with copy codes; behind them one that acts."""
    flood = BankSimulator()
    for number in range(1500):
        flood.put(pdq(0, 20), picture=f"p{number}")
        flood.put(copy_code(0), picture=f"p{number}")
    bank = BankSimulator()
    bank.put(pdq(9))
    for name, one in (("flood", flood), ("bank", bank)):
        desk.follow(desk.add(one, name))
    live = desk.live.refresh()
    queries = [query(pdq(0)), query(copy_code(0))]
    # 3,001 hits: four lots of rows, two lots of pictures for each kind.
    with django_assert_max_num_queries(8):
        found = live.evidence(queries)
    assert len(found) == 3001
    assert all(one.entry_quality == 20 and one.copy_listed for one in found[:3000])
    findings = judge(found)
    assert answer(findings) is GateAnswer.HELD
    assert findings[0].evidence.bank == "bank"


def test_what_is_gone_or_unreadable_is_not_guessed(desk: Desk, bank: BankSimulator) -> None:
    """A row that is gone is absent; a value under another key is an error."""
    first = bank.put(pdq(0))
    bank.put(pdq(1))
    number = desk.add(bank)
    desk.follow(number)
    keys = list(BankEntry.objects.order_by("pk").values_list("pk", flat=True))
    bank.change(first, EntryState.WITHDRAWN)
    desk.follow(number)
    assert list(EntryNotes(desk.sealer).of([*keys, 10**12])) == keys[1:]
    assert EntryNotes(desk.sealer).of([]) == {}
    with pytest.raises(SealBroken):
        EntryNotes(Sealer(b"x" * 32)).of(keys)


def test_a_row_that_changed_since_the_index_was_asked_is_told_as_it_is_now(
    desk: Desk, bank: BankSimulator
) -> None:
    """Disputed a moment ago: it no longer holds."""
    entry = bank.put(pdq(0))
    number = desk.add(bank)
    desk.follow(number)
    matcher = desk.live.refresh()
    bank.change(entry, EntryState.DISPUTED)
    desk.follow(number)
    (found,) = matcher.evidence([query(pdq(0))])
    assert found.state is EntryState.DISPUTED
    upload = api.Upload(desk.platform_key(), (pdq(0),))
    assert api.receive_upload(upload, desk.live, desk.clock).answer is GateAnswer.FLAGGED
