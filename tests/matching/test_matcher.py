"""Entries in, candidates out."""

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching.matcher import Known, Matcher

ZERO = bytes(32)


def pdq(flipped: int = 0, quality: int | None = 80) -> Fingerprint:
    """A fingerprint that many bits away from all zeros."""
    return Fingerprint(Kind.PDQ, ((1 << flipped) - 1).to_bytes(32), quality)


def known(
    entry_id: str,
    fingerprint: Fingerprint | None,
    state: EntryState = EntryState.LISTED,
    bank: str = "a",
) -> Known:
    return Known(bank, entry_id, state, fingerprint)


def test_candidates_come_nearest_first_with_all_that_is_known_of_them() -> None:
    matcher = Matcher()
    matcher.update(
        [
            known("far", pdq(32)),
            known("edge", pdq(31), EntryState.DISPUTED),
            known("near", pdq(3, None)),
            known("plain", pdq(10, 12), bank="b"),
        ]
    )
    found = matcher.candidates([pdq(0)])
    assert [(one.bank, one.entry_id, one.distance, one.quality_fine) for one in found] == [
        ("a", "near", 3, True),
        ("b", "plain", 10, False),
        ("a", "edge", 31, True),
    ]
    assert found[2].state is EntryState.DISPUTED


def test_the_same_entry_id_in_two_banks_is_two_entries() -> None:
    matcher = Matcher()
    matcher.update([known("e1", pdq(0)), known("e1", pdq(0), bank="b")])
    assert len(matcher.candidates([pdq(0)])) == 2
    matcher.update([known("e1", None, EntryState.WITHDRAWN)])
    assert [one.bank for one in matcher.candidates([pdq(0)])] == ["b"]


def test_a_later_snapshot_replaces_the_earlier_and_a_withdrawal_removes_it() -> None:
    matcher = Matcher()
    matcher.update([known("e1", pdq(0))])
    matcher.update([known("e1", pdq(100), EntryState.DISPUTED)])
    assert matcher.candidates([pdq(0)]) == ()
    assert len(matcher.candidates([pdq(100)])) == 1
    matcher.update([known("e1", None, EntryState.WITHDRAWN)])
    assert matcher.candidates([pdq(100)]) == ()
    assert len(matcher) == 0


def test_an_entry_near_several_fingerprints_is_one_candidate_at_the_smallest_distance() -> None:
    matcher = Matcher()
    matcher.update([known("e1", pdq(10))])
    assert [one.distance for one in matcher.candidates([pdq(0), pdq(8), pdq(30)])] == [2]


def test_exact_kinds_match_exactly_and_never_across_kinds() -> None:
    matcher = Matcher()
    matcher.update([known("m", Fingerprint(Kind.MD5, bytes(16)))])
    assert len(matcher.candidates([Fingerprint(Kind.MD5, bytes(16))])) == 1
    assert matcher.candidates([Fingerprint(Kind.MD5, bytes(15) + b"\x01")]) == ()
    assert matcher.candidates([Fingerprint(Kind.SHA256, ZERO), pdq(0)]) == ()


def test_an_entry_may_change_its_kind() -> None:
    matcher = Matcher()
    matcher.update([known("e", pdq(0))])
    matcher.update([known("e", Fingerprint(Kind.MD5, bytes(16)))])
    assert matcher.candidates([pdq(0)]) == ()
    assert len(matcher.candidates([Fingerprint(Kind.MD5, bytes(16))])) == 1
