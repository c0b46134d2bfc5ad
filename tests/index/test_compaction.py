"""Which parts are merged, and that what happens meanwhile is not forgotten."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.index import compaction, segments
from staydown.index.segments import Part, make_part

BITS = 64


def part(keys: list[int]) -> Part:
    rows = np.array(keys, dtype=np.uint64).reshape(-1, 1)
    return make_part(np.array(keys, dtype=np.uint64), rows, BITS)


def sized(*sizes: int) -> list[Part]:
    starts = np.cumsum([0, *sizes])
    return [
        part(list(range(start, start + size))) for start, size in zip(starts, sizes, strict=False)
    ]


@pytest.mark.parametrize(
    ("sizes", "ratio", "chosen"),
    [
        ([], compaction.EAGER, []),
        ([9], compaction.EAGER, []),
        ([1, 4], compaction.EAGER, [1, 4]),
        ([1, 5], compaction.EAGER, []),
        ([100, 1, 1], compaction.EAGER, [1, 1]),
        ([8, 1, 1], compaction.EAGER, [1, 1, 8]),
        ([9, 45, 1, 1], compaction.EAGER, [1, 1]),
        ([1, 1, 1], compaction.LAZY, []),
        ([1, 1, 1, 1], compaction.LAZY, [1, 1, 1, 1]),
        ([4, 1, 1, 4, 1, 1], compaction.LAZY, [1, 1, 1, 1]),
        ([4, 1, 1, 4, 1, 1, 4], compaction.LAZY, [1, 1, 1, 1, 4, 4, 4]),
        ([4, 4, 4, 2, 1, 1], compaction.LAZY, [1, 1, 2, 4, 4, 4]),
    ],
)
def test_the_smallest_parts_are_merged_when_they_are_alike(
    sizes: list[int], ratio: float, chosen: list[int]
) -> None:
    assert [len(one) for one in compaction.choose(sized(*sizes), ratio)] == chosen


@given(sizes=st.lists(st.integers(1, 60), max_size=30))
@settings(deadline=None, max_examples=30)
def test_merging_ends_with_each_part_larger_than_all_smaller_ones(sizes: list[int]) -> None:
    left = sized(*sizes)
    while chosen := compaction.choose(left, compaction.EAGER):
        left = [one for one in left if one not in chosen] + [compaction.merge(chosen, BITS)]
    counts = sorted(len(one) for one in left)
    assert sum(counts) == sum(sizes)
    for number, count in enumerate(counts[1:], 1):
        assert count > compaction.EAGER * sum(counts[:number])


def test_parts_that_are_being_merged_are_passed_over() -> None:
    all_ = sized(3, 3, 3)
    all_[0].leaving = []
    assert compaction.choose(all_, compaction.EAGER) == all_[1:]


def test_no_merge_makes_a_part_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MOST_ROWS", 10)
    assert [len(one) for one in compaction.choose(sized(8, 3, 4), compaction.EAGER)] == [3, 4]
    assert compaction.choose(sized(9, 9), compaction.EAGER) == []


def test_a_part_of_which_much_has_left_is_thinned_out() -> None:
    (one,) = sized(8)
    one.leave(np.array([1, 2], dtype=np.uint64), 5)
    assert compaction.choose([one], compaction.LAZY) == []
    one.leave(np.array([4], dtype=np.uint64), 6)
    assert compaction.choose([one], compaction.LAZY) == [one]
    assert compaction.merge([one], BITS).keys.tolist() == [0, 3, 5, 6, 7]


def test_what_leaves_during_a_merge_leaves_the_new_part_too() -> None:
    old = [part([1, 5, 9]), part([2, 6, 7])]
    old[0].leave(np.array([5], dtype=np.uint64), 2)
    for one in old:
        one.leaving = []
    new = compaction.merge(old, BITS)
    old[1].leave(np.array([6], dtype=np.uint64), 3)
    compaction.catch_up(new, old)
    assert new.keys.tolist() == [1, 2, 6, 7, 9]
    assert new.died.tolist() == [0, 0, 3, 0, 0]
    assert (new.alive, new.dead_places().tolist()) == (4, [2])
    assert [one.leaving for one in old] == [None, None]


def test_rows_that_leave_one_by_one_are_noted_in_few_arrays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(segments, "_MOST_ARRAYS", 10)
    (one,) = sized(200)
    for key in range(0, 200, 2):
        one.leave(np.array([key], dtype=np.uint64), 5)
        assert len(one.deaths) <= 11
    assert one.dead_places().tolist() == list(range(0, 200, 2))
    assert (len(one.deaths), one.dead, one.alive) == (1, 100, 100)


def test_a_search_at_an_earlier_moment_still_sees_what_has_left() -> None:
    (one,) = sized(3)
    one.leave(np.array([1, 77], dtype=np.uint64), 4)
    query = np.zeros((1, 1), dtype=np.uint64)
    for epoch, keys in ((3, [0, 1, 2]), (4, [0, 2])):
        found = one.search(query, 64, epoch)
        assert found is not None
        assert sorted(found.key.tolist()) == keys


@given(
    have=st.lists(st.integers(0, 40), unique=True, min_size=1),
    gone=st.sets(st.integers(0, 40)),
    ask=st.sets(st.integers(0, 40)),
)
@settings(deadline=None, max_examples=60)
def test_keys_are_found_where_they_are(have: list[int], gone: set[int], ask: set[int]) -> None:
    one = part(have)
    left = one.leave(np.array(sorted(gone), dtype=np.uint64), 1)
    assert left == len(gone & set(have)) == one.dead
    places = one.find(np.array(sorted(ask), dtype=np.uint64))
    assert one.keys[places].tolist() == sorted((ask - gone) & set(have))


def test_zeros_beside_rows_take_no_memory_until_they_change() -> None:
    assert segments.no_deaths(0).tolist() == []
    zeros = segments.no_deaths(1 << 20)
    zeros[5] = 3
    assert (zeros.sum(), len(zeros), zeros.flags.writeable) == (3, 1 << 20, True)
