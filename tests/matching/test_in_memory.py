"""What is told of entries, through every change."""

import pytest

from staydown.base.vocabulary import GateAnswer, Kind
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint
from staydown.matching.rules import answer, judge
from tests.matching.evidence import DISPUTED, WITHDRAWN, code, held, known, pdq, query


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
