"""Queries in, evidence out."""

from collections.abc import Mapping, Sequence

import pytest

from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.index.found import Neighbour
from staydown.index.store import LiveIndex
from staydown.matching.cascade import ALMOST
from staydown.matching.limits import DEFAULT, LimitChange
from staydown.matching.matcher import Matcher, Note
from tests.matching.evidence import DISPUTED, code, held, known, pdq, query

ZERO = bytes(32)


def test_evidence_comes_nearest_first_with_all_that_is_known_of_it() -> None:
    """Up to the limit that flags, and no further."""
    matcher = held(
        known("gone", pdq(47)),
        known("edge", pdq(46), DISPUTED),
        known("near", pdq(3, None)),
        known("plain", pdq(10, 12), bank="b"),
    )
    found = matcher.evidence([query(pdq(0), Cut.CUT_OUT, 77)])
    assert [(one.bank, one.entry_id, one.distance, one.entry_quality) for one in found] == [
        ("a", "near", 3, None),
        ("b", "plain", 10, 12),
        ("a", "edge", 46, 80),
    ]
    assert found[2].state is DISPUTED
    assert (found[0].view, found[0].part, found[0].query_quality) == (View(Cut.CUT_OUT), 1, 77)


def test_the_limits_say_how_far_is_looked() -> None:
    """Those of any bank and cut: the rules sort out the rest."""
    limits = DEFAULT.changed([LimitChange(bank="b", kind="pdq", cut="trimmed", flag=70)])
    assert len(held(known("far", pdq(70))).evidence([query(pdq(0))], limits)) == 1


def test_every_query_that_comes_close_is_evidence() -> None:
    """The rules choose among them: the nearest may be too plain to count."""
    matcher = held(known("e1", pdq(10)))
    queries = [query(pdq(0)), query(pdq(8)), query(pdq(30))]
    assert [one.distance for one in matcher.evidence(queries)] == [2, 10, 20]


def test_exact_kinds_match_exactly_and_never_across_kinds() -> None:
    """A PDQ and a SHA-256 have as many bits."""
    matcher = held(known("m", Fingerprint(Kind.MD5, bytes(16))))
    assert len(matcher.evidence([Query(Fingerprint(Kind.MD5, bytes(16)))])) == 1
    assert matcher.evidence([Query(Fingerprint(Kind.MD5, bytes(15) + b"\x01"))]) == ()
    assert matcher.evidence([Query(Fingerprint(Kind.SHA256, ZERO)), query(pdq(0))]) == ()


def test_the_nearest_is_found_beyond_the_limits_too() -> None:
    """How far the nearest entry of a kind is, or that none is as near as that."""
    matcher = held(known("c", code(370)), known("d", code(390)), known("p", pdq(0)))
    assert matcher.nearest(code(0), 384) == 370
    assert matcher.nearest(code(0), 369) is None


class Counting:
    """An index that counts how often it is searched."""

    def __init__(self, index: LiveIndex) -> None:
        self.index, self.searches = index, 0

    def batch(self, queries: Sequence[bytes], radius: int) -> list[list[Neighbour]]:
        """Pass the search on."""
        self.searches += 1
        return self.index.batch(queries, radius)


def test_one_search_answers_all_queries_of_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts, and how near the nearest copy code is beyond that."""
    matcher = held(known("p", pdq(9)), known("c", code(310)), known("far", code(370)))
    counted = {kind: Counting(index) for kind, index in matcher._indexes.items()}
    monkeypatch.setattr(matcher, "_indexes", counted)
    queries = [query(pdq(0)), query(code(0)), query(pdq(60)), query(code(50)), query(code(1000))]
    found = matcher.look_up(queries, almost=380)
    assert [(one.entry_id, one.distance) for one in found.evidence] == [
        ("p", 9), ("c", 260), ("c", 310), ("far", 320),
    ]  # fmt: skip
    assert found.nearest == (9, 310, None, 260, None)
    assert {kind: one.searches for kind, one in counted.items()} == {
        Kind.PDQ: 1, Kind.COPY1: 1, Kind.MD5: 0, Kind.SHA256: 0,
    }  # fmt: skip


def test_without_a_wish_to_see_further_only_the_limits_count() -> None:
    """A copy code beyond them is out of sight."""
    matcher = held(known("far", code(370)))
    assert matcher.look_up([query(code(0))]).nearest == (None,)
    assert matcher.look_up([query(code(0))], almost=380).nearest == (370,)


def test_every_limit_that_a_desk_may_set_lies_within_reach() -> None:
    """Otherwise an upload would be refused an answer."""
    widest = DEFAULT.changed(
        [
            LimitChange(kind="pdq", hold=0, flag=KINDS[Kind.PDQ].widest),
            LimitChange(kind="copy1", hold=0, flag=KINDS[Kind.COPY1].widest),
        ]
    )
    assert all(widest.radius(kind) <= KINDS[kind].reach for kind in Kind)
    assert KINDS[Kind.COPY1].reach >= ALMOST


def test_an_entry_that_is_gone_when_it_is_asked_for_is_no_evidence() -> None:
    """The index may be a moment behind."""

    class Nothing:
        def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
            return {}

    told = held(known("p", pdq(0)))
    matcher = Matcher(Nothing(), told._indexes)
    assert matcher.evidence([query(pdq(0))]) == ()


def test_one_upload_asks_of_an_entry_once() -> None:
    """Whatever its steps are; what was gone at the first asking stays gone for it."""
    told = held(known("p", pdq(0)), known("q", pdq(9)))
    asked: list[list[int]] = []

    class Overhearing:
        def of(self, keys: Sequence[int]) -> Mapping[int, Note]:
            asked.append(list(keys))
            return {key: note for key, note in told._notes.of(keys).items() if key != 1}

    matcher = Matcher(Overhearing(), told._indexes).for_one_upload()
    steps = [[query(pdq(0))], [query(pdq(0)), query(pdq(1))], [query(code(0))]]
    assert [len(matcher.evidence(step)) for step in steps] == [1, 2, 0]
    assert asked == [[0, 1]]
