"""Whatever a sound bank's pages and tokens are, and whenever the desk stops, nothing is lost."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staydown.base.vocabulary import EntryState
from staydown.exchange.behaviour import EMPTY_PAGE, Behaviour, Stamped, Tokens
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.banks import follow, plan
from staydown.review.models import Bank
from tests.review.banks.hostile import SMALL
from tests.review.banks.odd_banks import at_a_desk, left_alone, listing, look, missing, value
from tests.review.support import Desk, truth

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four, so that a few entries make a chain."""
    monkeypatch.setattr(plan, "V1_PAGE", 4)
    monkeypatch.setattr(plan, "FEED_PAGE", 4)


SOUND = {
    "keyset tokens": Behaviour(),
    "offset tokens": Behaviour(tokens=Tokens.OFFSET),
    "tokens that count pages": Behaviour(tokens=Tokens.PAGE),
    "tokens of the query": Behaviour(tokens=Tokens.QUERY),
    "tokens of the query and its size": Behaviour(tokens=Tokens.WHOLE_QUERY),
    "pages that shrink": Behaviour(tokens=Tokens.OFFSET, caps=(3, 1, 2)),
    "a checkpoint that moves at the end": Behaviour(
        tokens=Tokens.QUERY, stamped=Stamped.AT_THE_END
    ),
    "a checkpoint that is ahead": Behaviour(tokens=Tokens.QUERY, stamped=Stamped.AHEAD),
    "the newest first": Behaviour(tokens=Tokens.OFFSET, backwards=True),
    "the newest first, a checkpoint ahead": Behaviour(backwards=True, stamped=Stamped.AHEAD),
    "an empty page at the end": Behaviour(tokens=Tokens.OFFSET, ends_empty=True),
    **{
        f"tokens that run out with {status}": Behaviour(
            tokens=Tokens.QUERY, token_lasts=5, expired=status
        )
        for status in (400, 404, 410, 422, EMPTY_PAGE)
    },
    "the newest first, tokens that run out": Behaviour(backwards=True, token_lasts=5, expired=410),
}
BANKS = pytest.mark.parametrize("behaviour", SOUND.values(), ids=SOUND.keys())


@BANKS
def test_every_entry_of_a_sound_bank_arrives(desk: Desk, behaviour: Behaviour) -> None:
    """Minutes apart, and all in one second."""
    for apart in (60, 0):
        bank = listing(30, apart=apart, behaviour=behaviour)
        number = at_a_desk(desk, bank)
        assert look(desk, number, bank)
        assert missing(desk, number, bank) == set()
    assert {line.outcome for line in api.bank_lines()} == {"ok"}


@BANKS
def test_a_desk_that_is_killed_in_mid_chain_loses_nothing(desk: Desk, behaviour: Behaviour) -> None:
    for pages in (0, 1, 2, 5):
        bank = listing(24, behaviour=behaviour)
        number = at_a_desk(desk, bank)
        look(desk, number, bank, pages)
        bank.change("e3", EntryState.WITHDRAWN)
        assert left_alone(desk, number, bank) <= 2
        assert missing(desk, number, bank) == set()


@BANKS
def test_a_feed_longer_than_a_tick_is_read_to_its_end(
    desk: Desk, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page a tick."""
    monkeypatch.setattr(follow, "LONGEST_FOLLOW", -1.0)
    for apart in (60, 0):
        bank = listing(16, apart=apart, behaviour=behaviour)
        number = at_a_desk(desk, bank)
        assert left_alone(desk, number, bank) <= 25
        assert missing(desk, number, bank) == set()


@pytest.mark.parametrize("backwards", [False, True], ids=["one second", "the newest first"])
def test_a_pause_that_outlasts_the_tokens_does_not_make_a_bank_read_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    """There is no place to go on from: what was read is read again, at no cost, and then more."""
    monkeypatch.setattr(plan, "V1_PAGE", 200)
    desk.share = SMALL
    bank = listing(
        1000,
        apart=int(backwards),
        behaviour=Behaviour(tokens=Tokens.QUERY, backwards=backwards, token_lasts=60, expired=410),
    )
    number = at_a_desk(desk, bank)
    assert left_alone(desk, number, bank) <= 12
    assert missing(desk, number, bank) == set()


def test_a_chain_has_one_start_and_a_new_one_begins_at_the_last_stamp(desk: Desk) -> None:
    """As the public client asks: some banks' tokens are good only with the start they came with."""
    bank = listing(10)
    number = at_a_desk(desk, bank)
    look(desk, number, bank)
    asked = [parse_qs(urlsplit(request.url).query) for request in desk.network.sent]
    assert [one["startTimestamp"] for one in asked] == [["10"]] * 3
    assert ["nextPageToken" in one for one in asked] == [False, True, True]
    look(desk, number, bank)
    last = parse_qs(urlsplit(desk.network.sent[-1].url).query)
    assert last["startTimestamp"] == [str(bank.now - 60)]
    assert "nextPageToken" not in last


@pytest.mark.parametrize("apart", [60, 0])
def test_a_bank_that_ignores_its_tokens_is_read_by_its_stamps(desk: Desk, apart: int) -> None:
    """Within one second there is no way on; the pages that come round again cost it its share."""
    desk.share = SMALL
    bank = listing(12, apart=apart, behaviour=Behaviour(tokens=Tokens.IGNORED))
    number = at_a_desk(desk, bank)
    look(desk, number, bank)
    assert len(missing(desk, number, bank)) == (0 if apart else 8)
    assert len(desk.network.sent) <= 12


def test_a_token_that_stays_while_the_pages_move_is_no_circle(desk: Desk) -> None:
    """As a scroll does: the bank itself remembers how far it is."""
    bank = listing(30, apart=0)
    number = at_a_desk(desk, bank)
    inner: list[str] = []

    def scroll(request: Request) -> Response:
        asked = Request("GET", request.url.replace("=scroll", f"={inner[-1] if inner else ''}"),
                        request.headers)  # fmt: skip
        page = json.loads(bank(asked).body)
        if page["nextPageToken"]:
            inner.append(quote(page["nextPageToken"]))
            page["nextPageToken"] = "scroll"
        return Response(200, {}, json.dumps(page).encode())

    desk.network.add(Bank.objects.get().url.removesuffix("/v1"), scroll)
    assert desk.follow(number)
    assert missing(desk, number, bank) == set()


# --------------------------------------------------------------------------- as a property

COUNTING = (Tokens.OFFSET, Tokens.PAGE, Tokens.QUERY, Tokens.WHOLE_QUERY)


@st.composite
def sound(draw: st.DrawFn) -> Behaviour:
    """A bank that keeps the rules of the protocol, in one of the ways that are in use."""
    tokens = draw(st.sampled_from([Tokens.KEYSET, *COUNTING]))
    caps = () if tokens is Tokens.PAGE else draw(st.sampled_from([(), (3, 1, 2), (1,)]))
    return Behaviour(
        tokens=tokens,
        token_lasts=draw(st.sampled_from([None, 0, 5, 4000])),
        expired=draw(st.sampled_from([400, 404, 410, 422, EMPTY_PAGE])),
        caps=caps,
        stamped=draw(st.sampled_from(Stamped)),
        backwards=draw(st.booleans()),
        ends_empty=draw(st.booleans()),
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 9)),
        st.tuples(st.sampled_from([EntryState.WITHDRAWN, EntryState.DISPUTED, EntryState.LISTED]),
                  st.integers(0, 20)),
        st.tuples(st.just("wait"), st.sampled_from([1, 10, 5000])),
        st.tuples(st.just("killed"), st.integers(0, 6)),
        st.tuples(st.just("stopped"), st.just(0)),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(behaviour=sound(), steps=STEPS, dialect=st.sampled_from(["v1", "v1", "v2"]))
def test_whatever_the_bank_and_whenever_it_stops_the_desk_ends_with_what_the_bank_lists(
    desk: Desk, behaviour: Behaviour, steps: list[tuple[str, int]], dialect: str
) -> None:
    Bank.objects.all().delete()
    bank = listing(3, behaviour=behaviour)
    number = at_a_desk(desk, bank, dialect)
    # What is counted from a start moves while it is read: such a bank mustn't change then, unless
    # a new chain can begin at every second.
    apart = int(behaviour.tokens in COUNTING)
    frozen = behaviour.backwards and behaviour.tokens in COUNTING
    broken_off = False
    for step, amount in steps:
        if step == "killed":
            look(desk, number, bank, amount)
            broken_off = True
        elif step == "stopped":
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(follow, "LONGEST_FOLLOW", -1.0)
                look(desk, number, bank)
            broken_off = True
        elif step == "wait":
            bank.now += amount
            desk.clock.advance(timedelta(seconds=amount))
        elif frozen and broken_off:
            continue
        elif step == "put":
            for _ in range(amount):
                bank.put(value(1000 + len(bank.entries())))
                bank.now += apart
        else:
            entries = sorted(entry.entry_id for entry in bank.entries())
            bank.change(entries[amount % len(entries)], EntryState(step))
            bank.now += apart
    assert left_alone(desk, number, bank) < 40
    assert desk.live_entries(number) == truth(bank)
