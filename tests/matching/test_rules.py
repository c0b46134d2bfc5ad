"""What the gate answers, as a table."""

import pytest

from staydown.base.vocabulary import EntryState, GateAnswer, Kind
from staydown.fingerprint.value import Fingerprint
from staydown.matching.rules import Candidate, answer, quality_is_fine

LISTED, DISPUTED, WITHDRAWN = EntryState.LISTED, EntryState.DISPUTED, EntryState.WITHDRAWN
ALLOWED, FLAGGED, HELD = GateAnswer.ALLOWED, GateAnswer.FLAGGED, GateAnswer.HELD


def near(
    distance: int = 0,
    state: EntryState = LISTED,
    *,
    quality_fine: bool = True,
    kind: Kind = Kind.PDQ,
) -> Candidate:
    return Candidate("bank", "e1", kind, distance, state, quality_fine)


@pytest.mark.parametrize(
    ("candidates", "upload_fine", "wanted"),
    [
        ([], True, ALLOWED),
        ([near(0)], True, HELD),
        ([near(31)], True, HELD),
        ([near(32)], True, ALLOWED),
        ([near(0)], False, FLAGGED),
        ([near(0, quality_fine=False)], True, FLAGGED),
        ([near(0, DISPUTED)], True, FLAGGED),
        ([near(0, DISPUTED), near(31)], True, HELD),
        ([near(0, DISPUTED), near(31, quality_fine=False)], True, FLAGGED),
        ([near(0, DISPUTED), near(32)], True, FLAGGED),
        ([near(0, WITHDRAWN)], True, ALLOWED),
        ([near(0, WITHDRAWN), near(5)], True, HELD),
        ([near(0, kind=Kind.MD5)], True, HELD),
        ([near(1, kind=Kind.MD5)], True, ALLOWED),
        ([near(0, DISPUTED, kind=Kind.SHA256)], True, FLAGGED),
    ],
)
def test_the_answer(candidates: list[Candidate], upload_fine: bool, wanted: GateAnswer) -> None:
    assert answer(candidates, upload_quality_fine=upload_fine) is wanted


@pytest.mark.parametrize(
    ("quality", "as_entry", "as_upload"),
    [(None, True, False), (0, False, False), (49, False, False), (50, True, True)],
)
def test_unknown_quality_is_fine_for_an_entry_and_not_for_an_upload(
    quality: int | None, as_entry: bool, as_upload: bool
) -> None:
    value = Fingerprint(Kind.PDQ, bytes(32), quality)
    assert quality_is_fine(value, unknown_is_fine=True) is as_entry
    assert quality_is_fine(value, unknown_is_fine=False) is as_upload


def test_exact_kinds_have_no_quality_to_fall_short_of() -> None:
    assert quality_is_fine(Fingerprint(Kind.MD5, bytes(16)), unknown_is_fine=False)
