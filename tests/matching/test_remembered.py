"""What was decided before, as rules: tables, and what must hold whatever is remembered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Cut, Decision, EntryState, GateAnswer, Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import View
from staydown.matching.limits import DEFAULT
from staydown.matching.remembered import (
    FileWord,
    Past,
    Whole,
    ends_memory,
    keeps_fingerprints,
    weigh,
    whole_of,
    word_for_file,
)
from staydown.matching.rules import Evidence, Finding, Recalled, judge
from tests.matching.evidence import code, near, pdq, query

ALLOWED, FLAGGED, HELD = GateAnswer.ALLOWED, GateAnswer.FLAGGED, GateAnswer.HELD
RANK = [ALLOWED, FLAGGED, HELD]
NCII, NOT, CANT = Decision.NCII, Decision.NOT_NCII, Decision.CANT_TELL
NOTHING, DECIDED, CONTRADICTED = FileWord.NOTHING, FileWord.NOT_NCII, FileWord.CONTRADICTED


def whole(flipped: int | None, code_flipped: int | None = None, quality: int = 80) -> Whole:
    """A whole picture so many bits away from all zeros, by PDQ and by copy code."""
    return Whole(
        None if flipped is None else pdq(flipped, quality),
        None if code_flipped is None else code(code_flipped),
    )


def found(*evidence: Evidence) -> Finding:
    """The strongest finding of some evidence."""
    return judge(evidence)[0]


UPLOAD = whole(5, 50)
#: As near to the upload as what is listed, and a little more.
PICTURE = whole(3, 40)
BOTH = Past(pictures=(PICTURE,))


@pytest.mark.parametrize(
    ("past", "word", "answer", "recalled"),
    [
        (Past(), NOTHING, HELD, Recalled.NOTHING),
        (Past(same_file=True), DECIDED, ALLOWED, Recalled.SAME_FILE),
        (Past(), DECIDED, FLAGGED, Recalled.SAME_FILE_ELSEWHERE),
        (BOTH, NOTHING, FLAGGED, Recalled.NEAR_BY_BOTH),
        (Past(pictures=(whole(3),)), NOTHING, HELD, Recalled.NEAR_BY_PDQ),
        (Past(pictures=(whole(3, 400),)), NOTHING, HELD, Recalled.NEAR_BY_PDQ),
        (Past(pictures=(whole(3, 400), PICTURE)), NOTHING, FLAGGED, Recalled.NEAR_BY_BOTH),
        (Past(pictures=(whole(None, 40),)), NOTHING, HELD, Recalled.NOTHING),
        (Past(pictures=(whole(90, 40),)), NOTHING, HELD, Recalled.NOTHING),
        # Plain pictures look alike by chance.
        (Past(pictures=(whole(3, 40, quality=20),)), NOTHING, HELD, Recalled.NOTHING),
        # Somebody decided otherwise: beside this entry, or about this file.
        (Past(same_file=True, ended=True), DECIDED, HELD, Recalled.ENDED),
        (Past(ended=True), DECIDED, HELD, Recalled.ENDED),
        (Past(ended=True, pictures=(PICTURE,)), NOTHING, HELD, Recalled.ENDED),
        (Past(same_file=True), CONTRADICTED, HELD, Recalled.ENDED),
        (BOTH, CONTRADICTED, HELD, Recalled.ENDED),
        # Of a file that isn't known, whatever is noted of it says nothing.
        (Past(same_file=True), NOTHING, HELD, Recalled.NOTHING),
    ],
)
def test_memory_in_a_table(
    past: Past, word: FileWord, answer: GateAnswer, recalled: Recalled
) -> None:
    known = weigh(found(near(5)), past, word, UPLOAD, DEFAULT)
    assert (known.answer, known.recalled) == (answer, recalled)


@pytest.mark.parametrize(
    ("upload", "recalled"),
    [
        (whole(5, 50), Recalled.NEAR_BY_BOTH),
        (whole(5), Recalled.NEAR_BY_PDQ),
        (whole(5, 400), Recalled.NEAR_BY_PDQ),
        (whole(None, 50), Recalled.NOTHING),
        (whole(5, 50, quality=20), Recalled.NOTHING),
        (Whole(), Recalled.NOTHING),
    ],
)
def test_an_upload_needs_both_of_its_own_fingerprints(upload: Whole, recalled: Recalled) -> None:
    assert weigh(found(near(5)), BOTH, NOTHING, upload, DEFAULT).recalled is recalled


@pytest.mark.parametrize(
    ("to_entry", "to_picture", "wanted"),
    [
        ((0, 0), (0, 0), FLAGGED),
        ((0, 0), (8, 64), FLAGGED),
        ((0, 0), (9, 64), HELD),
        ((0, 0), (8, 65), HELD),
        ((20, 200), (28, 264), FLAGGED),
        ((20, 200), (29, 264), HELD),
        ((31, 302), (31, 302), FLAGGED),
        ((31, 302), (32, 302), HELD),
        ((31, 302), (31, 303), HELD),
        ((31, 302), (0, 0), FLAGGED),
    ],
)
def test_what_is_nearer_to_the_listed_picture_than_to_the_remembered_one_stays_held(
    to_entry: tuple[int, int], to_picture: tuple[int, int], wanted: GateAnswer
) -> None:
    """A fake that was made out of a harmless photograph is nearer to the fake that is listed."""
    one = found(
        near(to_entry[0], copy_listed=True), near(to_entry[1], Kind.COPY1, copy_listed=True)
    )
    upload, picture = whole(0, 0), whole(*to_picture)
    answer = weigh(one, Past(pictures=(picture,)), NOTHING, upload, DEFAULT).answer
    assert answer is wanted


def test_a_part_of_the_upload_that_is_held_is_not_let_go_by_the_whole() -> None:
    """The listed picture, set into one that a person knows, is not hidden by it."""
    one = found(near(2), near(20, cut=Cut.CUT_OUT, part=1))
    assert one.evidence.view == View()
    assert weigh(one, BOTH, NOTHING, UPLOAD, DEFAULT).answer is HELD
    weak = found(near(2), near(40, cut=Cut.CUT_OUT, part=1))
    assert weigh(weak, BOTH, NOTHING, UPLOAD, DEFAULT).answer is FLAGGED


def test_a_second_picture_among_ready_fingerprints_is_a_part_like_any() -> None:
    one = found(near(2), near(20, part=1))
    assert weigh(one, BOTH, NOTHING, UPLOAD, DEFAULT).answer is HELD


@pytest.mark.parametrize("kind", [Kind.MD5, Kind.SHA256])
def test_a_listed_file_is_not_let_go_by_what_it_looks_like(kind: Kind) -> None:
    one = found(near(0, kind, quality=None))
    assert weigh(one, BOTH, NOTHING, UPLOAD, DEFAULT).answer is HELD


@pytest.mark.parametrize(
    ("decisions", "word"),
    [
        ([], NOTHING),
        ([NOT], DECIDED),
        ([NOT, NOT], DECIDED),
        ([CANT], NOTHING),
        ([NOT, CANT], DECIDED),
        ([NCII], CONTRADICTED),
        ([NOT, NCII], CONTRADICTED),
        ([NCII, NOT, CANT], CONTRADICTED),
    ],
)
def test_what_is_said_of_one_file(decisions: list[Decision], word: FileWord) -> None:
    """Whatever the order: the latest decision of each item counts, and all must agree."""
    assert word_for_file(decisions) is word_for_file(reversed(decisions)) is word


def test_every_decision_but_two_ends_memory() -> None:
    """One that is added later ends it too, until somebody says otherwise here."""
    assert {one for one in Decision if not ends_memory(one)} == {NOT, CANT}
    assert keeps_fingerprints(None)
    assert all(keeps_fingerprints(one) != ends_memory(one) for one in Decision)


def test_the_whole_picture_is_the_first_upright_one() -> None:
    parts = [
        query(pdq(9), Cut.CUT_OUT),
        Query(pdq(7), part=1, quality=80),
        query(pdq(1)),
        query(code(2)),
        query(pdq(8)),
    ]
    assert whole_of(parts) == Whole(pdq(1), code(2))
    assert whole_of(parts[:2]) == Whole()


# --------------------------------------------------------------------------- what always holds

_pasts = st.builds(
    Past,
    st.booleans(),
    st.booleans(),
    st.lists(
        st.builds(
            whole,
            st.none() | st.integers(0, 60),
            st.none() | st.integers(0, 400),
            st.sampled_from([20, 50, 100]),
        ),
        max_size=3,
    ).map(tuple),
)
_uploads = st.builds(whole, st.none() | st.integers(0, 40), st.none() | st.integers(0, 400))
_evidence = st.builds(
    near,
    st.integers(0, 46),
    st.just(Kind.PDQ),
    st.sampled_from([EntryState.LISTED, EntryState.DISPUTED]),
    cut=st.sampled_from([Cut.WHOLE, Cut.CUT_OUT]),
    part=st.integers(0, 1),
)


@given(_evidence, _pasts, st.sampled_from(FileWord), _uploads)
def test_memory_never_makes_an_answer_stronger_and_is_the_same_when_asked_twice(
    evidence: Evidence, past: Past, word: FileWord, upload: Whole
) -> None:
    for one in judge([evidence]):
        known = weigh(one, past, word, upload, DEFAULT)
        assert RANK.index(known.answer) <= RANK.index(one.answer)
        assert weigh(known, past, word, upload, DEFAULT) == known


@given(_evidence, _pasts, _uploads)
def test_nothing_is_allowed_but_the_very_file(
    evidence: Evidence, past: Past, upload: Whole
) -> None:
    for one in judge([evidence]):
        assert weigh(one, past, NOTHING, upload, DEFAULT).answer is not ALLOWED


@given(_evidence, _pasts, _uploads, st.booleans())
def test_nearness_by_pdq_alone_opens_nothing(
    evidence: Evidence, past: Past, upload: Whole, remembered_has_none: bool
) -> None:
    """Whichever side has no copy code."""
    if remembered_has_none:
        past = replace(past, pictures=tuple(Whole(one.pdq) for one in past.pictures))
    else:
        upload = Whole(upload.pdq)
    for one in judge([evidence]):
        assert weigh(one, past, NOTHING, upload, DEFAULT).answer is one.answer


@given(st.integers(0, 40), st.integers(0, 320))
def test_the_listed_picture_itself_is_let_go_only_where_it_is_the_remembered_one(
    distance: int, code_distance: int
) -> None:
    """At the slack at most: beyond that two pictures are two."""
    one = found(near(0, copy_listed=True), near(0, Kind.COPY1, copy_listed=True))
    picture = whole(distance, code_distance)
    known = weigh(one, Past(pictures=(picture,)), NOTHING, whole(0, 0), DEFAULT)
    same = distance <= (KINDS[Kind.PDQ].slack or 0) and code_distance <= (
        KINDS[Kind.COPY1].slack or 0
    )
    assert (known.answer is HELD) != same
