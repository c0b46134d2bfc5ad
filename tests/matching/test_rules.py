"""What evidence comes to: tables, and what must hold for any evidence."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind, Turn
from staydown.fingerprint.value import View
from staydown.matching.limits import DEFAULT, LimitChange
from staydown.matching.rules import Evidence, answer, judge, needs_witness
from tests.matching.evidence import DISPUTED, WITHDRAWN, near

ALLOWED, FLAGGED, HELD = GateAnswer.ALLOWED, GateAnswer.FLAGGED, GateAnswer.HELD
COPY = Kind.COPY1
RANK = [ALLOWED, FLAGGED, HELD]
WHOLE = [(0, Turn.NONE)]


def judged(evidence: list[Evidence], copied: list[tuple[int, Turn]] | None = None) -> GateAnswer:
    """The answer of the shipped limits."""
    return answer(judge(evidence, DEFAULT, copied or ()))


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ([], ALLOWED),
        ([near(0)], HELD),
        ([near(31)], HELD),
        ([near(32)], FLAGGED),
        ([near(46)], FLAGGED),
        ([near(47)], ALLOWED),
        # Weak on either side: never alone, and nothing at all where it isn't even close.
        ([near(0, quality=49)], FLAGGED),
        ([near(0, quality=None)], FLAGGED),
        ([near(0, entry_quality=49)], FLAGGED),
        ([near(0, entry_quality=None)], HELD),
        ([near(0, state=DISPUTED)], FLAGGED),
        ([near(32, state=DISPUTED)], ALLOWED),
        ([near(32, quality=49)], ALLOWED),
        ([near(0, state=WITHDRAWN)], ALLOWED),
        ([near(0, state=DISPUTED), near(31, entry="f")], HELD),
        ([near(0, state=DISPUTED), near(31, entry="f", entry_quality=10)], FLAGGED),
        ([near(0, state=WITHDRAWN), near(5, entry="f")], HELD),
        ([near(0, quality=10), near(20)], HELD),
        # Cuts ask for more in the picture, and say nothing when there is too little.
        ([near(31, cut=Cut.CUT_OUT, quality=80)], HELD),
        ([near(0, cut=Cut.CUT_OUT, quality=79)], ALLOWED),
        ([near(0, cut=Cut.TRIMMED, quality=None)], ALLOWED),
        ([near(40, cut=Cut.LEVELLED)], FLAGGED),
        ([near(20, turn=Turn.MIRRORED, quality=50)], HELD),
        # Copy codes.
        ([near(302, COPY)], HELD),
        ([near(303, COPY)], FLAGGED),
        ([near(320, COPY)], FLAGGED),
        ([near(321, COPY)], ALLOWED),
        ([near(0, COPY, quality=49)], FLAGGED),
        ([near(0, COPY, quality=None)], FLAGGED),
        ([near(0, COPY, DISPUTED)], FLAGGED),
        ([near(0, COPY, cut=Cut.SQUARED, quality=60)], ALLOWED),
        # The one the other's witness, for one picture only.
        ([near(46), near(320, COPY)], HELD),
        ([near(46), near(321, COPY)], FLAGGED),
        ([near(47), near(320, COPY)], FLAGGED),
        ([near(46), near(320, COPY, picture="q")], FLAGGED),
        ([near(46), near(320, COPY, bank="b")], FLAGGED),
        ([near(46), near(320, COPY, DISPUTED)], FLAGGED),
        ([near(46, state=DISPUTED), near(320, COPY, DISPUTED)], ALLOWED),
        # Exact kinds.
        ([near(0, Kind.MD5, quality=None)], HELD),
        ([near(1, Kind.MD5, quality=None)], ALLOWED),
        ([near(0, Kind.SHA256, DISPUTED, quality=None)], FLAGGED),
    ],
)
def test_the_answer(evidence: list[Evidence], wanted: GateAnswer) -> None:
    """Each line of the table, with the shipped limits."""
    assert judged(evidence) is wanted


@pytest.mark.parametrize(
    ("evidence", "copied", "wanted"),
    [
        ([near(40, copy_listed=True)], WHOLE, ALLOWED),
        ([near(40, copy_listed=True)], [], FLAGGED),
        ([near(40, copy_listed=False)], WHOLE, FLAGGED),
        ([near(40, copy_listed=True, turn=Turn.MIRRORED)], WHOLE, FLAGGED),
        ([near(40, copy_listed=True, cut=Cut.CUT_OUT, part=1)], WHOLE, FLAGGED),
        ([near(31, copy_listed=True)], WHOLE, HELD),
        ([near(40, copy_listed=True), near(320, COPY)], WHOLE, HELD),
        ([near(40, copy_listed=True), near(320, COPY, DISPUTED)], WHOLE, FLAGGED),
    ],
)
def test_a_copy_code_that_saw_nothing_alike_lets_a_far_pdq_match_fall(
    evidence: list[Evidence], copied: list[tuple[int, Turn]], wanted: GateAnswer
) -> None:
    """Only where the very same pixels were compared with a copy code of that picture."""
    assert judged(evidence, copied) is wanted


def test_a_finding_is_the_strongest_evidence_of_an_entry() -> None:
    """One finding for each entry, the strongest first, with its witness."""
    evidence = [
        near(40, entry="far"),
        near(30, entry="close", picture="q"),
        near(12, entry="close", picture="q", cut=Cut.CUT_OUT),
        near(310, COPY, entry="close", picture="q"),
    ]
    first, *rest = judge(evidence)
    assert (first.evidence.distance, first.evidence.view) == (12, View(Cut.CUT_OUT))
    assert first.witness is evidence[3]
    assert [(one.evidence.entry_id, one.answer) for one in rest] == [
        ("close-copy1", HELD),
        ("far-pdq", FLAGGED),
    ]


@pytest.mark.parametrize(
    ("distance", "state", "copy_listed", "wanted"),
    [
        (40, EntryState.LISTED, True, True),
        (31, EntryState.LISTED, True, False),
        (47, EntryState.LISTED, True, False),
        (40, EntryState.LISTED, False, False),
        (40, DISPUTED, True, False),
    ],
)
def test_what_a_copy_code_would_decide_about(
    distance: int, state: EntryState, copy_listed: bool, wanted: bool
) -> None:
    """A PDQ match between the limits, against a picture whose copy code is listed."""
    one = near(distance, state=state, copy_listed=copy_listed)
    assert needs_witness(one, DEFAULT) is wanted


def test_a_bank_may_have_limits_of_its_own() -> None:
    """They count for its entries alone."""
    limits = DEFAULT.changed([LimitChange(bank="b", kind="pdq", hold=10, flag=10)])
    assert answer(judge([near(11, bank="b")], limits)) is ALLOWED
    assert answer(judge([near(11)], limits)) is HELD


# --------------------------------------------------------------------------- for any evidence

KINDS = st.sampled_from([Kind.PDQ, Kind.COPY1])
EVIDENCE = st.builds(
    near,
    distance=st.integers(0, 330),
    kind=KINDS,
    state=st.sampled_from(EntryState),
    cut=st.sampled_from(Cut),
    turn=st.sampled_from([Turn.NONE, Turn.MIRRORED]),
    quality=st.none() | st.sampled_from([0, 49, 50, 79, 80, 100]),
    entry_quality=st.none() | st.sampled_from([10, 60]),
    entry=st.sampled_from(["e", "f"]),
    picture=st.sampled_from(["p", "q"]),
    copy_listed=st.just(True),
    part=st.integers(0, 1),
)
EVIDENCES = st.lists(EVIDENCE, max_size=5)
COPIED = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([Turn.NONE, Turn.MIRRORED])))


@given(EVIDENCES, COPIED, st.data())
def test_closer_is_never_weaker(
    evidence: list[Evidence], copied: list[tuple[int, Turn]], data: st.DataObject
) -> None:
    """Any distance may shrink: the answer stays or grows."""
    nearer = [
        replace(one, distance=data.draw(st.integers(0, one.distance), "nearer")) for one in evidence
    ]
    assert RANK.index(judged(nearer, copied)) >= RANK.index(judged(evidence, copied))


@given(EVIDENCES, EVIDENCE, COPIED)
def test_more_evidence_is_never_weaker(
    evidence: list[Evidence], more: Evidence, copied: list[tuple[int, Turn]]
) -> None:
    """Another match, good or bad, takes nothing away."""
    assert RANK.index(judged([*evidence, more], copied)) >= RANK.index(judged(evidence, copied))


@given(EVIDENCES, COPIED)
def test_disputed_and_plain_never_act_alone(
    evidence: list[Evidence], copied: list[tuple[int, Turn]]
) -> None:
    """What holds an upload back is listed, and good on both sides."""
    for finding in judge(evidence, DEFAULT, copied):
        if finding.answer is HELD:
            assert finding.acts
            assert finding.evidence.state is EntryState.LISTED
            assert (finding.evidence.query_quality or 0) >= 50


@given(EVIDENCES, COPIED)
def test_an_answer_does_not_depend_on_the_order(
    evidence: list[Evidence], copied: list[tuple[int, Turn]]
) -> None:
    """Evidence comes as the cascade happens to make it."""
    assert judged(evidence[::-1], copied) is judged(evidence, copied)


CHANGES = st.lists(
    st.builds(
        LimitChange,
        bank=st.sampled_from(["", "a", "b"]),
        kind=st.sampled_from(["pdq", "copy1"]),
        cut=st.sampled_from(["", *Cut]),
        hold=st.none() | st.integers(0, 46),
        flag=st.none() | st.integers(46, 85),
        quality=st.none() | st.integers(50, 100),
    ),
    max_size=3,
)


@given(EVIDENCES, CHANGES, COPIED, st.data())
def test_the_promises_hold_under_limits_of_a_desks_own(
    evidence: list[Evidence],
    changes: list[LimitChange],
    copied: list[tuple[int, Turn]],
    data: st.DataObject,
) -> None:
    """Whatever a desk sets: closer is never weaker, and what is weak never acts alone."""
    limits = DEFAULT
    for change in changes:
        with suppress(SettingsError):  # some of them contradict what is set already
            limits = limits.changed([change])
    nearer = [
        replace(one, distance=data.draw(st.integers(0, one.distance), "nearer")) for one in evidence
    ]
    before, after = judge(evidence, limits, copied), judge(nearer, limits, copied)
    assert RANK.index(answer(after)) >= RANK.index(answer(before))
    for finding in (*before, *after):
        if finding.answer is HELD:
            assert finding.evidence.state is EntryState.LISTED
            assert (finding.evidence.query_quality or 0) >= 50
            assert finding.evidence.entry_quality in {None, 60, 90}
