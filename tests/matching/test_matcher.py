"""Entries in, evidence out."""

import pytest

from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint, View
from staydown.matching.limits import DEFAULT, LimitChange
from staydown.matching.matcher import Matcher
from staydown.matching.rules import answer, judge
from tests.matching.evidence import DISPUTED, WITHDRAWN, code, known, pdq, query

ZERO = bytes(32)


def held(*entries: object) -> Matcher:
    """A matcher that has taken in ``entries``."""
    matcher = Matcher()
    matcher.update(entries)  # type: ignore[arg-type]  # what known() made
    return matcher


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
    assert found[2].state is EntryState.DISPUTED
    assert (found[0].view, found[0].part, found[0].query_quality) == (View(Cut.CUT_OUT), 1, 77)


def test_the_limits_say_how_far_is_looked() -> None:
    """Those of any bank and cut: the rules sort out the rest."""
    limits = DEFAULT.changed([LimitChange(bank="b", kind="pdq", cut="trimmed", flag=70)])
    assert len(held(known("far", pdq(70))).evidence([query(pdq(0))], limits)) == 1


def test_the_same_entry_id_in_two_banks_is_two_entries() -> None:
    """Banks name their entries without asking each other."""
    matcher = held(known("e1", pdq(0)), known("e1", pdq(0), bank="b"))
    assert len(matcher.evidence([query(pdq(0))])) == 2
    matcher.update([known("e1", None, WITHDRAWN)])
    assert [one.bank for one in matcher.evidence([query(pdq(0))])] == ["b"]


def test_a_later_snapshot_replaces_the_earlier_and_a_withdrawal_removes_it() -> None:
    """Nothing of the earlier one is found any more."""
    matcher = held(known("e1", pdq(0)))
    matcher.update([known("e1", pdq(100), DISPUTED)])
    assert matcher.evidence([query(pdq(0))]) == ()
    assert len(matcher.evidence([query(pdq(100))])) == 1
    matcher.update([known("e1", None, WITHDRAWN)])
    assert matcher.evidence([query(pdq(100))]) == ()
    assert len(matcher) == 0


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


def test_an_entry_may_change_its_kind() -> None:
    """It is found under the new one alone."""
    matcher = held(known("e", pdq(0)))
    matcher.update([known("e", Fingerprint(Kind.MD5, bytes(16)))])
    assert matcher.evidence([query(pdq(0))]) == ()
    assert len(matcher.evidence([Query(Fingerprint(Kind.MD5, bytes(16)))])) == 1


def test_entries_of_one_picture_know_of_each_other() -> None:
    """Whether a copy code is listed for a PDQ's picture, through every change."""
    matcher = held(
        known("p", pdq(0), picture="one"),
        known("c", code(0), picture="one"),
        known("alone", pdq(1)),
        known("alone code", code(400)),
        known("elsewhere", pdq(2), bank="b", picture="one"),
    )

    def copy_listed() -> dict[str, bool]:
        return {one.entry_id: one.copy_listed for one in matcher.evidence([query(pdq(0))])}

    assert copy_listed() == {"p": True, "alone": False, "elsewhere": False}
    assert matcher.count(Kind.COPY1) == 2
    matcher.update([known("c", code(5), picture="one")])
    assert copy_listed()["p"]
    matcher.update([known("c", code(5), picture="two")])
    assert not copy_listed()["p"]
    matcher.update([known("c", code(5), picture="one")])
    matcher.update([known("c", None, WITHDRAWN, picture="one")])
    assert copy_listed() == {"p": False, "alone": False, "elsewhere": False}
    assert matcher.count(Kind.COPY1) == 1


def test_entries_without_a_picture_are_pictures_of_their_own() -> None:
    """A bank that doesn't group must not make each entry the other's witness."""
    matcher = held(known("p", pdq(0)), known("c", code(0)))
    found = matcher.evidence([query(pdq(0)), query(code(0))])
    assert len({one.picture for one in found}) == 2


def test_the_nearest_is_found_beyond_the_limits_too() -> None:
    """How far the nearest entry of a kind is, or that none is as near as that."""
    matcher = held(known("c", code(370)), known("d", code(390)), known("p", pdq(0)))
    assert matcher.nearest(code(0), 384) == 370
    assert matcher.nearest(code(0), 369) is None


@pytest.mark.parametrize(
    ("qualities", "wanted"),
    [([], None), ([30], 30), ([30, 90], 90), ([30, None], None), ([None], None)],
)
def test_a_copy_code_goes_by_the_quality_of_its_pictures_pdq(
    qualities: list[int | None], wanted: int | None
) -> None:
    """By the best of them, whichever came first; another picture's says nothing."""
    listed = [
        known(f"p{place}", pdq(100 + place, quality), picture="one")
        for place, quality in enumerate(qualities)
    ]
    other = known("other", pdq(200, 10), picture="two")
    matcher = held(*listed[1:], known("code", code(0), picture="one"), other, *listed[:1])
    (found,) = matcher.evidence([Query(code(0), quality=90)])
    assert found.entry_quality == wanted


def test_a_plain_listed_picture_never_acts_through_its_copy_code() -> None:
    """What its PDQ may not do alone its copy code may not do either, until that PDQ is gone."""
    listed = [known("p", pdq(0, 30), picture="one"), known("c", code(0), picture="one")]
    matcher = held(*listed)
    queries = [query(pdq(0), quality=90), Query(code(0), quality=90)]
    assert answer(judge(matcher.evidence(queries))) is GateAnswer.FLAGGED
    matcher.update([known("p", pdq(0, 60), picture="one")])
    assert answer(judge(matcher.evidence(queries[1:]))) is GateAnswer.HELD
    matcher.update([known("p", pdq(0, 30), picture="elsewhere")])
    assert answer(judge(matcher.evidence(queries[1:]))) is GateAnswer.HELD
