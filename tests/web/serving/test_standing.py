"""Time and room as pure rules: who is late, who goes first, whose share counts."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.web.serving.limits import Limits
from staydown.web.serving.standing import (
    Pace,
    Phase,
    Standing,
    deserving,
    forwarded_share,
    full_credit,
    patience,
    share_of,
)

LIMITS = Limits()
FULL = full_credit(LIMITS)

times = st.floats(0, 10_000)
moves = st.lists(st.tuples(st.floats(0.01, 60), st.integers(0, 2_000_000)), max_size=60)


@given(moves)
def test_the_whole_of_a_request_has_a_deadline_however_its_bytes_come(
    steps: list[tuple[float, int]],
) -> None:
    """Whoever still has credit has moved what the least rate asks for, less the allowance."""
    pace = Pace(FULL, 0.0)
    for seconds, more in steps:
        pace = pace.after(pace.at + seconds, pace.moved + more, LIMITS)
        if pace.credit < 0:
            return
        assert pace.moved >= (pace.at - LIMITS.slow_seconds) * LIMITS.rate - 1e-3 * pace.at


@given(st.integers(0, 10**9))
def test_a_stall_ends_after_the_allowance_however_much_came_before(moved: int) -> None:
    pace = Pace(FULL, 0.0).after(1.0, moved, LIMITS).after(1.0, moved, LIMITS)
    stalled = pace.after(1.1 + LIMITS.slow_seconds, moved, LIMITS)
    assert stalled.credit < 0


def test_sixty_mebibytes_over_a_slow_line_get_through() -> None:
    pace, moved = Pace(FULL, 0.0), 0
    for second in range(1, 63 * 60):
        moved += 17 * 1024
        pace = pace.after(float(second), moved, LIMITS)
        assert pace.credit > 0
    assert moved > 60 * 1024 * 1024


@pytest.mark.parametrize(
    ("phase", "seconds"), [(Phase.HEAD, 10), (Phase.IDLE, 60), (Phase.LINGER, 5)]
)
def test_each_phase_lasts_as_long_as_its_limit(phase: Phase, seconds: int) -> None:
    assert patience(Standing(phase, 100.0), 100.0 + seconds - 0.1, LIMITS) > 0
    assert patience(Standing(phase, 100.0), 100.0 + seconds + 0.1, LIMITS) < 0


@given(times)
def test_a_request_that_is_worked_on_is_never_late(age: float) -> None:
    assert patience(Standing(Phase.WORK, 0.0), age, LIMITS) > 0


@given(st.floats(0.1, 9), st.integers(0, 100))
def test_whoever_drips_goes_before_one_who_has_just_come(age: float, dripped: int) -> None:
    now = 1000.0
    came = Standing(Phase.HEAD, now)
    body = Pace(FULL, now - age).after(now, dripped, LIMITS)
    for slow in (Standing(Phase.HEAD, now - age), Standing(Phase.BODY, now - age, body.credit)):
        assert deserving(slow, now, LIMITS) < deserving(came, now, LIMITS)


def test_those_without_a_request_go_before_those_with_one() -> None:
    idle, late = Standing(Phase.IDLE, 99.9), Standing(Phase.BODY, 0.0, 1.0)
    refused = Standing(Phase.LINGER, 100.0)
    ranked = sorted([late, idle, refused], key=lambda one: deserving(one, 100.0, LIMITS))
    assert ranked == [refused, idle, late]


SHARES = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "fe80::1%eth0": "fe80::/64",
    "127.0.0.1": None,
    "127.8.8.8": None,
    "::1": None,
    "::ffff:127.0.0.1": None,
    "": None,
    "/run/staydown.sock": None,
    "made up": None,
}


@pytest.mark.parametrize("address", SHARES)
def test_an_address_counts_to_the_share_of_whoever_has_it(address: str) -> None:
    assert share_of(address) == SHARES[address]


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_of_one_network_of_version_6_share(address: ipaddress.IPv6Address, other: int) -> None:
    same = ipaddress.IPv6Address(int(address) >> 64 << 64 | other)
    if share_of(str(address)) is not None and share_of(str(same)) is not None:
        mapped = address.ipv4_mapped or same.ipv4_mapped
        assert mapped or share_of(str(address)) == share_of(str(same))


OURS = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1"))


@pytest.mark.parametrize(
    ("peer", "said", "share"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "1.1.1.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "1.1.1.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "", None),
        ("10.0.0.1", "unknown", None),
        ("10.0.0.1", "10.0.0.2", None),
        ("192.0.2.9", "1.1.1.1", "192.0.2.9"),
    ],
)
def test_only_our_own_proxy_is_believed_about_whom_it_speaks_for(
    peer: str, said: str, share: str | None
) -> None:
    assert forwarded_share(peer, said, OURS) == share
