"""One owner of who is here: counts that are right, and room that is made fairly."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from staydown.web.serving.crowd import Crowd, Ended
from staydown.web.serving.limits import Limits
from staydown.web.serving.standing import Phase, Standing

LIMITS = Limits(connections=8, connections_each=3, held_bytes=1000, held_bytes_each=600)


@dataclass(eq=False)
class One:
    """A connection without a network."""

    share: str | None = None
    phase: Phase = Phase.HEAD
    since: float = 0.0
    credit: float = 1e9
    held: int = 0
    ended: list[Ended] = field(default_factory=list)

    def standing(self, now: float) -> Standing:
        return Standing(self.phase, self.since, self.credit)

    def end(self, why: Ended) -> None:
        self.ended.append(why)


def crowd_at(now: float, limits: Limits = LIMITS) -> Crowd:
    """Return an empty crowd whose clock stands still."""
    return Crowd(limits, lambda: now)


def test_a_full_site_takes_the_next_one_and_ends_the_one_that_was_silent_longest() -> None:
    crowd = crowd_at(8.5)
    members = [One(since=float(age)) for age in range(8)]
    for one in members:
        assert crowd.enter(one)
    assert crowd.enter(One(since=8.5))
    assert [one.ended for one in members] == [[Ended.CROWDED], *[[]] * 7]


def test_nobody_who_is_worked_for_is_ended() -> None:
    crowd = crowd_at(1.0)
    for _ in range(8):
        assert crowd.enter(One(phase=Phase.WORK))
    assert not crowd.enter(One())
    assert crowd.ended == Counter({Ended.NO_ROOM: 1})


def test_one_address_takes_room_from_itself_alone() -> None:
    crowd = crowd_at(5.0)
    other = One("other", since=0.0)
    crowd.enter(other)
    many = [One("many", since=1.0 + number / 10) for number in range(30)]
    for one in many:
        assert crowd.enter(one)
    assert not other.ended
    assert [bool(one.ended) for one in many] == [True] * 27 + [False] * 3


def test_memory_goes_to_whoever_keeps_up_and_holds_little() -> None:
    limits = Limits(held_bytes=1000, held_bytes_each=1000, slow_seconds=10, rate=10)
    crowd = crowd_at(5.0, limits)
    stalled, large, small = (
        One(phase=Phase.BODY, credit=credit) for credit in (20.0, 100.0, 100.0)
    )
    for one in (stalled, large, small):
        crowd.enter(one)
    assert crowd.hold(stalled, 300)
    assert crowd.hold(large, 600)
    assert crowd.hold(small, 300)
    assert (stalled.ended, large.ended, small.ended) == ([Ended.MEMORY], [], [])
    assert crowd.hold(small, 150)
    assert (large.ended, small.ended) == ([Ended.MEMORY], [])
    assert crowd.held == small.held == 450
    assert not crowd.hold(small, 600)  # there is nobody else to take it from


class Coming(RuleBasedStateMachine):
    """People come, go, hold, change shares and are worked for, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.crowd = Crowd(LIMITS, lambda: self.now)
        self.here: list[One] = []

    def gone(self) -> None:
        """Whoever lost their place is here no more; who lost memory alone still is."""
        self.here = [one for one in self.here if set(one.ended) <= {Ended.MEMORY}]

    @rule(share=st.sampled_from([None, "a", "b", "c"]), phase=st.sampled_from(Phase))
    def come(self, share: str | None, phase: Phase) -> None:
        one = One(share, phase, self.now)
        if self.crowd.enter(one):
            self.here.append(one)
        self.gone()

    @rule(place=st.integers(0, 20), more=st.integers(1, 700), done=st.booleans())
    def hold(self, place: int, more: int, done: bool) -> None:
        if self.here:
            one = self.here[place % len(self.here)]
            if not self.crowd.hold(one, more, done=done) and not done:
                self.crowd.hold(one, -one.held)
        self.gone()

    @rule(place=st.integers(0, 20), share=st.sampled_from([None, "a", "b"]))
    def change(self, place: int, share: str | None) -> None:
        if self.here:
            one = self.here[place % len(self.here)]
            if not self.crowd.count_to(one, share):
                self.crowd.leave(one)
                self.here.remove(one)
        self.gone()

    @rule(place=st.integers(0, 20))
    def leave(self, place: int) -> None:
        if self.here:
            self.crowd.leave(self.here.pop(place % len(self.here)))

    @rule(seconds=st.floats(0, 30))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.crowd.sweep()
        self.gone()
        assert all(one.phase is not Phase.HEAD or self.now - one.since <= 10 for one in self.here)

    @invariant()
    def counts_are_right(self) -> None:
        assert len(self.crowd) == len(self.here) <= LIMITS.connections
        assert self.crowd.held == sum(one.held for one in self.here)
        shares = Counter(one.share for one in self.here if one.share)
        assert all(count <= LIMITS.connections_each for count in shares.values())


TestComing = Coming.TestCase
