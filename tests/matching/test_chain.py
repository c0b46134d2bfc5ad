"""A chain of pages: where a new one may start, and when it goes in a circle."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching.chain import Chain, Loops
from staydown.matching.sync import PageChanges, Snapshot
from tests.fingerprint.made import made_bits

NOW = 10_000


def page(
    *stamps: int,
    token: str | None = "t",  # noqa: S107 - a paging token, no secret
    promised: int = 0,
) -> PageChanges:
    """A page of records with these stamps; more follows where it has a token."""
    snapshots = tuple(
        Snapshot(
            f"{stamp}", Fingerprint(Kind.PDQ, made_bits(stamp)), "pdq", EntryState.LISTED, stamp
        )
        for stamp in stamps
    )
    return PageChanges(snapshots, (), promised, token is not None, token, stamps, promised)


@pytest.mark.parametrize(
    ("pages", "safe"),
    [
        ([(100, 200)], 200),
        ([(100, 200), (200, 300)], 300),
        ([(100,), (200,)], 200),
        # Nothing rises: it may be the newest first, or one second that fills more than a page.
        ([(100,)], 10),
        ([(200, 200), (200, 200)], 10),
        # It falls.
        ([(300, 200, 100)], 10),
        ([(100, 300), (200, 400)], 10),
        # Before the start, or in milliseconds: the stamps don't order the query.
        ([(5, 200)], 10),
        ([(100_000_000, 200_000_000)], 10),
        ([()], 10),
    ],
)
def test_a_place_is_safe_only_where_stamps_rise(pages: list[tuple[int, ...]], safe: int) -> None:
    chain = Chain()
    for stamps in pages:
        chain = chain.after(page(*stamps), NOW)
    assert chain.safe() == safe


@given(st.lists(st.lists(st.integers(11, NOW), max_size=5), max_size=6))
def test_a_safe_place_is_before_all_that_comes_in_order(rest: list[list[int]]) -> None:
    """Whatever was read so far: what is still to come has that stamp, or a later one."""
    stamps = sorted(stamp for one in rest for stamp in one)
    chain = Chain()
    for one in rest:
        served, stamps = stamps[: len(one)], stamps[len(one) :]
        chain = chain.after(page(*served), NOW)
        assert all(stamp >= chain.safe() for stamp in stamps)


def test_a_checkpoint_holds_the_place_back_and_never_moves_it_on() -> None:
    ahead = Chain().after(page(100, 200, promised=NOW), NOW)
    behind = Chain().after(page(100, 200, promised=150), NOW)
    silent = Chain().after(page(100, 200, promised=10), NOW)
    assert [one.safe() for one in (ahead, behind, silent)] == [200, 150, 200]


def test_after_several_pages_the_place_is_never_past_the_last_stamp() -> None:
    chain = Chain().after(page(100, 200), NOW)
    assert chain.end(page(300, token=None, promised=NOW), NOW) == (None, 300)
    assert Chain().end(page(300, token=None, promised=400), NOW) == (None, 400)


def test_an_empty_page_after_a_token_is_looked_at_again() -> None:
    chain = Chain().after(page(100, 200), NOW)
    after, place = chain.end(page(token=None, promised=NOW), NOW)
    assert after is not None
    assert (after.start, after.token, place) == (200, None, 200)
    # Within one second there is nothing further on: the second itself is asked for again.
    flood = Chain(200).after(page(200, 200), NOW)
    assert flood.end(page(token=None, promised=NOW), NOW) == (None, 200)


def test_a_chain_is_resumed_anew_and_by_its_token_only_where_nothing_else_gets_on() -> None:
    risen = Chain().after(page(100, 200), NOW).resumed()
    assert (risen.start, risen.token) == (200, None)
    flood = Chain().after(page(100, 100), NOW)
    again = flood.resumed()
    assert (again.start, again.token) == (10, None)
    by_token = again.after(page(100, 100), NOW).resumed()
    assert (by_token.start, by_token.token, by_token.old) == (10, "t", True)


def test_an_empty_page_after_an_old_token_is_believed_when_it_comes_at_the_same_place_again() -> (
    None
):
    def once_more(chain: Chain) -> Chain:
        return chain.after(page(100, 100), NOW).resumed()

    old = once_more(Chain().after(page(100, 100), NOW).resumed())
    again, place = old.end(page(token=None, promised=NOW), NOW)
    assert again is not None
    assert (again.start, again.token, place) == (10, None, 10)
    assert once_more(again).end(page(token=None, promised=NOW), NOW) == (None, 10)


def test_a_chain_is_kept_as_plain_values() -> None:
    chain = Chain().after(page(100, 200), NOW)
    assert Chain.parse(json.loads(json.dumps(chain.stored()))) == chain
    assert Chain.parse({}) is None


def test_what_is_stored_of_a_token_fits_any_database() -> None:
    """PostgreSQL keeps neither null characters nor halves of a pair."""
    for token in ("a\0b", "a\ud800b", '"', "\\u0000"):
        chain = Chain(token=token)
        assert all(char.isprintable() for char in chain.stored()["token"])
        assert Chain.parse(chain.stored()) == chain


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_circle_of_any_length_is_noticed(length: int) -> None:
    loops, chain = Loops(), Chain()
    seen = [
        loops.seen(page(100 + place % length, token=f"t{place % length}"), chain)
        for place in range(length + 1)
    ]
    assert seen == [False] * length + [True]


def test_new_content_under_an_old_token_is_no_circle_and_old_content_under_a_new_one_repeats() -> (
    None
):
    loops, chain = Loops(), Chain()
    assert not any(loops.seen(page(stamp, token="scroll"), chain) for stamp in range(100, 110))
    assert not loops.repeats
    assert not loops.seen(page(100, token="another"), chain)
    assert loops.repeats
    loops.forget()
    assert not loops.seen(page(100, token="scroll"), chain)
