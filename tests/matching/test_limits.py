"""Limits are data: a row for each kind and cut, and a desk's own."""

import pytest

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.value import BITS
from staydown.matching.limits import DEFAULT, Limit, LimitChange


def test_every_kind_and_cut_has_a_limit() -> None:
    """None is forgotten when one is added, and flagging reaches as far as holding."""
    for kind in Kind:
        for cut in Cut:
            limit = DEFAULT.of("any", kind, cut)
            assert 0 <= limit.hold <= limit.flag <= BITS[kind] // 3
            assert DEFAULT.radius(kind) >= limit.flag


@pytest.mark.parametrize("cut", [cut for cut in Cut if cut is not Cut.WHOLE])
def test_a_cut_asks_for_more_in_the_picture_than_the_whole(cut: Cut) -> None:
    """Parts with little in them have the nearest wrong pairs."""
    assert DEFAULT.of("", Kind.PDQ, cut).quality > DEFAULT.of("", Kind.PDQ, Cut.WHOLE).quality


def test_a_change_names_what_it_is_for_and_leaves_the_rest() -> None:
    """One number, of one kind, one cut and one bank."""
    limits = DEFAULT.changed([LimitChange(bank="b", kind="pdq", cut="cut_out", hold=20)])
    shipped = DEFAULT.of("b", Kind.PDQ, Cut.CUT_OUT)
    assert limits.of("b", Kind.PDQ, Cut.CUT_OUT) == Limit(20, shipped.flag, shipped.quality)
    assert limits.of("c", Kind.PDQ, Cut.CUT_OUT) == shipped
    assert limits.of("b", Kind.PDQ, Cut.WHOLE) == DEFAULT.of("b", Kind.PDQ, Cut.WHOLE)


def test_later_changes_win_and_wider_ones_widen_the_search() -> None:
    """First for every bank, then for one."""
    limits = DEFAULT.changed(
        [LimitChange(kind="pdq", flag=31), LimitChange(bank="b", kind="pdq", hold=40, flag=60)]
    )
    assert limits.of("a", Kind.PDQ, Cut.WHOLE).flag == 31
    assert limits.of("b", Kind.PDQ, Cut.WHOLE).hold == 40
    assert limits.radius(Kind.PDQ) == 60


@pytest.mark.parametrize(
    "change",
    [
        LimitChange(kind="phash"),
        LimitChange(cut="half"),
        LimitChange(kind="pdq", hold=47),
        LimitChange(kind="pdq", hold=-1),
        LimitChange(kind="pdq", flag=30),
        LimitChange(kind="pdq", flag=86),
        LimitChange(kind="copy1", flag=342),
        LimitChange(kind="md5", flag=1),
        LimitChange(kind="pdq", quality=101),
        LimitChange(kind="pdq", quality=-1),
        LimitChange(quality=49),
        LimitChange(kind="sha256", quality=60),
    ],
)
def test_what_makes_no_sense_is_refused(change: LimitChange) -> None:
    """Different pictures differ in half of the bits: no limit comes near that."""
    with pytest.raises(SettingsError, match="limits"):
        DEFAULT.changed([change])


def test_a_change_without_a_kind_is_for_the_kinds_that_look_at_content() -> None:
    """An exact kind has no quality: asking for one would let the very same file through."""
    limits = DEFAULT.changed([LimitChange(hold=20), LimitChange(bank="b", quality=85)])
    for kind in (Kind.PDQ, Kind.COPY1):
        assert limits.of("a", kind, Cut.WHOLE).hold == 20
        assert limits.of("b", kind, Cut.WHOLE).quality == 85
    for kind in (Kind.MD5, Kind.SHA256):
        assert limits.of("b", kind, Cut.WHOLE) == Limit(0, 0)
