"""Whatever happens on the way, what is held ends up being what the bank holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.client import BankClient
from staydown.exchange.errors import WireError
from staydown.exchange.records import (
    FeedEntry,
    FeedPage,
    SetAside,
    V1Feedback,
    V1Page,
    V1Record,
    V1SignalType,
    V1Status,
)
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.matching import sync
from staydown.matching.chain import Chain
from staydown.net.fake import FakeTransport
from tests.fingerprint.made import made_bits

LISTED, DISPUTED, WITHDRAWN = EntryState.LISTED, EntryState.DISPUTED, EntryState.WITHDRAWN


def pdq(number: int) -> Fingerprint:
    return Fingerprint(Kind.PDQ, made_bits(number), 80)


class Replica:
    """What a desk keeps, in plain dictionaries: the rows, and the cursor saved with them."""

    def __init__(self, bank: BankSimulator, dialect: str) -> None:
        base = "https://bank.example" + ("/v1" if dialect == "v1" else "")
        network = FakeTransport({"https://bank.example": bank})
        self.client = BankClient(base, bank.subscription_key, bank.function_key, network)
        self.dialect = dialect
        self.cursor = sync.V1_START if dialect == "v1" else 0
        self.chain = Chain()
        self.rows: dict[str, sync.Snapshot] = {}

    def fetch(self, page_size: int, crash_after: int) -> None:
        """Read to the end of the feed, or die after so many pages: tokens are then forgotten."""
        self.chain = Chain(self.cursor)
        for _ in range(crash_after):
            changes = self._page(page_size)
            held = {name: sync.Held(row.state, row.order) for name, row in self.rows.items()}
            for snapshot in sync.news(changes.snapshots, held, ordered=self.dialect == "v2"):
                self.rows[snapshot.entry_id] = snapshot
            if self.dialect == "v2":
                self.cursor = changes.cursor
            elif changes.more:
                self.chain = self.chain.after(changes, 2**40)
                self.cursor = self.chain.safe()
            else:
                self.cursor = self.chain.end(changes, 2**40)[1]
            if not changes.more:
                return

    def _page(self, page_size: int) -> sync.PageChanges:
        if self.dialect == "v1":
            page, aside = self.client.fetch_v1(self.chain.start, page_size, self.chain.token)
            return sync.read_v1_page(
                page,
                aside,
                start=self.chain.start,
                now=2**40,
                name=lambda f: f.hex,
                last_token=self.chain.token,
            )
        feed, aside = self.client.fetch_feed(self.cursor, page_size)
        return sync.read_feed_page(feed, aside, after=self.cursor)

    def live(self) -> dict[str, EntryState]:
        return {
            row.fingerprint.hex: row.state
            for row in self.rows.values()
            if row.fingerprint is not None
        }


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.just(0)),
        st.tuples(
            st.sampled_from(["withdraw", "dispute", "relist"]), st.integers(0, 9), st.just(0)
        ),
        st.tuples(st.just("wait"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("fetch"), st.integers(1, 4), st.integers(1, 4)),
    ),
    max_size=40,
)


def play(bank: BankSimulator, replica: Replica, actions: list[tuple[str, int, int]]) -> None:
    """Let a bank and a desk live side by side."""
    ids: dict[int, str] = {}
    states = {"withdraw": WITHDRAWN, "dispute": DISPUTED, "relist": LISTED}
    for action, number, pages in actions:
        if action == "put" and number not in ids:
            ids[number] = bank.put(pdq(number))
        elif action in states and number in ids:
            bank.change(ids[number], states[action])
        elif action == "wait":
            bank.now += number
        elif action == "fetch":
            replica.fetch(number, crash_after=pages)


@pytest.mark.parametrize("dialect", ["v2", "v1"])
@given(actions=ACTIONS)
def test_any_page_sizes_and_crashes_give_the_same_replica(
    dialect: str, actions: list[tuple[str, int, int]]
) -> None:
    bank = BankSimulator()
    replica = Replica(bank, dialect)
    play(bank, replica, actions)
    replica.fetch(3, crash_after=1000)
    assert replica.live() == {
        entry.fingerprint.hex: entry.state
        for entry in bank.entries()
        if entry.state is not WITHDRAWN
    }


# --------------------------------------------------------------------------- the native feed


def entry(seq: int, entry_id: str = "e", state: EntryState = LISTED) -> FeedEntry:
    return FeedEntry(seq, entry_id, pdq(seq), state)


@pytest.mark.parametrize(
    "page",
    [
        FeedPage((), 4, has_more=False),
        FeedPage((), 5, has_more=True),
        FeedPage((entry(5),), 5, has_more=True),
    ],
    ids=["goes back", "more without end", "more of the same"],
)
def test_a_page_that_would_be_fetched_for_ever_is_refused(page: FeedPage) -> None:
    with pytest.raises(WireError):
        sync.read_feed_page(page, (), after=5)


def test_records_outside_the_page_are_set_aside_and_the_others_taken() -> None:
    page = FeedPage((entry(5, "old"), entry(7, "good"), entry(9, "ahead")), 8, has_more=False)
    changes = sync.read_feed_page(page, (SetAside(3, "bad"),), after=5)
    assert [snapshot.entry_id for snapshot in changes.snapshots] == ["good"]
    assert {aside.position for aside in changes.set_aside} == {0, 2, 3}
    assert changes.cursor == 8


def test_a_withdrawn_entry_loses_its_fingerprint_at_once() -> None:
    page = FeedPage((entry(6, state=WITHDRAWN),), 6, has_more=False)
    (snapshot,) = sync.read_feed_page(page, (), after=5).snapshots
    assert snapshot.fingerprint is None


def test_entries_of_a_page_are_applied_in_feed_order() -> None:
    page = FeedPage((entry(7, state=WITHDRAWN), entry(6)), 7, has_more=False)
    changes = sync.read_feed_page(page, (), after=5)
    held = {"e": sync.Held(LISTED, 5)}
    (last,) = sync.news(changes.snapshots, held, ordered=True)
    assert last.state is WITHDRAWN


def test_a_repeat_of_what_is_held_is_no_news() -> None:
    snapshot = sync.Snapshot("e", pdq(1), "pdq", LISTED, 5)
    assert sync.news([snapshot], {"e": sync.Held(LISTED, 5)}, ordered=True) == []
    assert sync.news([snapshot], {"e": sync.Held(LISTED, 9)}, ordered=False) == []
    assert sync.news([snapshot], {"e": sync.Held(DISPUTED, 9)}, ordered=False) == [snapshot]


def test_the_withdrawal_of_what_never_came_is_not_remembered() -> None:
    assert sync.news([sync.Snapshot("e", None, "pdq", WITHDRAWN, 5)], {}, ordered=True) == []


# --------------------------------------------------------------------------- v1


def record(
    value: str = made_bits(0).hex(),
    status: V1Status = V1Status.ACTIVE,
    kind: V1SignalType = V1SignalType.IMAGE_PDQ,
    feedback: tuple[V1Feedback, ...] = (),
) -> V1Record:
    return V1Record(100, kind, value, status, (), feedback)


def read(*records: V1Record, start: int = 50, stamp: int = 100) -> sync.PageChanges:
    page = V1Page(records, None, stamp, has_more=False)
    return sync.read_v1_page(page, (), start=start, now=1000, name=lambda f: f"{f.kind}:{f.hex}")


@pytest.mark.parametrize(
    ("status", "feedback", "state"),
    [
        (V1Status.RECEIVED, (), LISTED),
        (V1Status.ACTIVE, (), LISTED),
        (V1Status.ACTIVE, (Feedback.BLOCKED, Feedback.PENDING_REVIEW), LISTED),
        (V1Status.ACTIVE, (Feedback.NOT_BLOCKED,), LISTED),
        (V1Status.ACTIVE, (Feedback.NOT_BLOCKED, Feedback.BLOCKED, Feedback.NOT_BLOCKED), LISTED),
        (V1Status.ACTIVE, (Feedback.NOT_BLOCKED, Feedback.NOT_BLOCKED), DISPUTED),
        (V1Status.UNKNOWN, (), DISPUTED),
        (V1Status.WITHDRAWN, (), WITHDRAWN),
        (V1Status.DELETED, (Feedback.NOT_BLOCKED,), WITHDRAWN),
    ],
)
def test_states_of_v1(status: V1Status, feedback: tuple[Feedback, ...], state: EntryState) -> None:
    words = tuple(V1Feedback(value, f"CSP {n}") for n, value in enumerate(feedback))
    (snapshot,) = read(record(status=status, feedback=words)).snapshots
    assert snapshot.state is state
    assert (snapshot.fingerprint is None) == (state is WITHDRAWN)


@pytest.mark.parametrize(
    "odd",
    [
        record("0" * 32),
        record("A" * 64),
        record("0" * 64, kind=V1SignalType.VIDEO_MD5),
        record("https://x.example", kind=V1SignalType.URL),
        record("words", kind=V1SignalType.TEXT),
        record("?", kind=V1SignalType.UNKNOWN),
    ],
)
def test_an_odd_record_is_set_aside_alone(odd: V1Record) -> None:
    changes = read(odd, record(made_bits(1).hex()))
    assert len(changes.snapshots) == 1
    assert [aside.position for aside in changes.set_aside] == [0]
    assert odd.value not in str(changes.set_aside)


def test_md5_in_upper_case_is_taken_as_the_same_hash() -> None:
    kind = V1SignalType.VIDEO_MD5
    changes = read(record("AB" * 16, kind=kind), record("ab" * 16, kind=kind))
    assert len({snapshot.entry_id for snapshot in changes.snapshots}) == 1


def test_a_time_stamp_that_goes_back_is_read_as_standing_still() -> None:
    assert read(start=200, stamp=0).cursor == 200


def test_a_time_stamp_of_the_future_does_not_pass_over_what_comes_until_then() -> None:
    assert read(stamp=1000).cursor == 1000
    assert read(stamp=1_000_000).cursor == 1000


def test_the_same_token_twice_is_refused() -> None:
    page = V1Page((), "t", 100, has_more=True)
    with pytest.raises(WireError):
        sync.read_v1_page(page, (), start=50, now=200, name=lambda f: f.hex, last_token="t")


NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "stale"),
    [
        (None, False),
        (NOW, False),
        (NOW - timedelta(days=30), False),
        (NOW - timedelta(days=30, seconds=1), True),
    ],
)
def test_a_checkpoint_unused_for_thirty_days_is_stale(last: datetime | None, stale: bool) -> None:
    assert sync.is_stale(last, NOW) is stale


PLAIN = Fingerprint.parse(Kind.PDQ, "5" * 64, 100)


def test_a_fingerprint_that_no_picture_has_holds_nothing_up() -> None:
    """It is set aside with the reason, and one that is held from before is let go of."""
    good = pdq(1)
    entries = tuple(
        FeedEntry(seq, f"e{seq}", one, state)
        for seq, (one, state) in enumerate(
            [(good, LISTED), (PLAIN, LISTED), (PLAIN, DISPUTED), (PLAIN, WITHDRAWN)], start=1
        )
    )
    changes = sync.read_feed_page(FeedPage(entries, 4, has_more=False), (), after=0)
    assert [one.state for one in changes.snapshots] == [LISTED, *[WITHDRAWN] * 3]
    assert [one.fingerprint for one in changes.snapshots] == [good, None, None, None]
    assert [aside.position for aside in changes.set_aside] == [1, 2]
    assert "repeats itself" in changes.set_aside[0].reason
    assert PLAIN.hex not in str(changes.set_aside)
    held = {f"e{seq}": sync.Held(LISTED, 0) for seq in (2, 3)}
    kept = sync.news(changes.snapshots, held, ordered=True)
    assert [(one.entry_id, one.state) for one in kept] == [
        ("e1", LISTED), ("e2", WITHDRAWN), ("e3", WITHDRAWN),
    ]  # fmt: skip
    old = read(record(PLAIN.hex), record(good.hex), record(PLAIN.hex, V1Status.WITHDRAWN))
    assert [one.state for one in old.snapshots] == [WITHDRAWN, LISTED, WITHDRAWN]
    assert [aside.position for aside in old.set_aside] == [0]


def test_words_of_one_source_count_once_on_the_v1_wire() -> None:
    """Two keys of one company dispute nothing, and one that blocked it ends a dispute."""
    no, yes = Feedback.NOT_BLOCKED, Feedback.BLOCKED
    for said, state in (
        ([("A", no), ("A", no)], LISTED),
        ([("", no), ("", no)], LISTED),
        ([("A", no), ("B", no)], DISPUTED),
        ([("A", no), ("B", no), ("A", yes)], LISTED),
    ):
        words = tuple(V1Feedback(value, source) for source, value in said)
        assert read(record(feedback=words)).snapshots[0].state is state
