"""Places for long lists: a few, one for each partner, and whoever was turned away comes next."""

import pytest

from staydown.bank.errors import Busy
from staydown.bank.long_lists import AT_ONCE, KEPT, LongLists


class Clock:
    """A clock that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def is_let_in(lists: LongLists, partner: int) -> bool:
    """Whether a partner that doesn't wait gets a place."""
    try:
        with lists.place(partner, 0):
            return True
    except Busy:
        return False


def test_a_partner_has_one_place_however_many_are_free() -> None:
    lists = LongLists()
    with lists.place(1, 0):
        assert not is_let_in(lists, 1)
        assert is_let_in(lists, 2)
    assert is_let_in(lists, 1)


def test_there_are_few_places() -> None:
    lists = LongLists()
    with lists.place(1, 0), lists.place(2, 0):
        assert AT_ONCE == 2
        assert not is_let_in(lists, 3)


def test_who_was_turned_away_comes_before_those_who_had_their_turn() -> None:
    """Two partners that send list after list would else keep everybody out."""
    lists = LongLists()
    with lists.place(1, 0):
        with lists.place(2, 0):
            assert not is_let_in(lists, 3)
        assert not is_let_in(lists, 2), "the place is kept for the third"
        assert is_let_in(lists, 3)
        assert is_let_in(lists, 2), "and is free once the third has had its turn"


def test_those_who_were_turned_away_come_in_their_order() -> None:
    lists = LongLists()
    with lists.place(1, 0):
        with lists.place(2, 0):
            assert not is_let_in(lists, 3)
            assert not is_let_in(lists, 4)
        assert not is_let_in(lists, 4)
        assert is_let_in(lists, 3)
        assert is_let_in(lists, 4)


def test_a_place_is_not_kept_for_ever() -> None:
    clock = Clock()
    lists = LongLists(clock)
    with lists.place(1, 0):
        with lists.place(2, 0):
            assert not is_let_in(lists, 3)
        assert not is_let_in(lists, 2)
        clock.now += KEPT + 1
        assert is_let_in(lists, 2)


def test_a_list_that_goes_wrong_gives_its_place_back() -> None:
    lists = LongLists()
    with pytest.raises(ZeroDivisionError), lists.place(1, 0):
        raise ZeroDivisionError
    assert is_let_in(lists, 1)
