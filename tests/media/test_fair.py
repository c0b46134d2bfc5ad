"""The fair order: nobody has more than others for long, and nobody waits for ever."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from staydown.media.fair import FairOrder, Job


def served(order: FairOrder, count: int) -> list[Job]:
    """Serve so many jobs."""
    found = []
    for _ in range(count):
        job = order.first()
        assert job is not None
        order.begin(job)
        order.end(job, job.seconds)
        found.append(job)
    return found


def filled(*jobs: Job) -> FairOrder:
    """An order in which these wait."""
    order = FairOrder()
    for job in jobs:
        order.add(job)
    return order


def test_the_cheaper_goes_first_among_strangers() -> None:
    """Of uploads that nobody has sent anything before."""
    order = filled(Job(0, "a", "x", 3.0), Job(1, "a", "y", 0.1), Job(2, "a", "z", 1.0))
    assert [job.number for job in served(order, 3)] == [1, 2, 0]


def test_in_haste_a_cheap_file_overtakes_dearer_ones_that_came_long_before() -> None:
    """All are strangers; but none is overtaken for ever."""
    order = FairOrder(haste=8.0)
    for number in range(8):
        order.add(Job(number, "a", f"r{number}", 0.1))
    served(order, 4)
    order.add(Job(8, "a", "small", 0.01))
    assert served(order, 1)[0].number == 8
    for number in range(9, 200):
        order.add(Job(number, "a", f"r{number}", 0.01))
        if served(order, 1)[0].number < 8:
            break
    assert number < 190


def test_two_keys_share_alike_however_much_one_sends() -> None:
    """A hundred against three."""
    jobs = [Job(number, "loud", f"r{number}", 1.0) for number in range(100)]
    order = filled(*jobs, *(Job(100 + number, "calm", "", 1.0) for number in range(3)))
    assert Counter(job.key for job in served(order, 6)) == {"loud": 3, "calm": 3}


def test_two_references_of_a_key_share_alike() -> None:
    """One user's flood is one share."""
    jobs = [Job(number, "web", "flood", 1.0) for number in range(50)]
    order = filled(*jobs, *(Job(50 + number, "web", "honest", 1.0) for number in range(3)))
    assert Counter(job.reference for job in served(order, 6)) == {"flood": 3, "honest": 3}


def test_what_was_had_counts_when_it_took_longer_than_thought() -> None:
    """Whoever sends files that lie about their cost pays for it at the next."""
    order = filled(Job(0, "a", "liar", 0.1))
    job = order.first()
    assert job is not None
    order.begin(job)
    order.end(job, 5.0)
    order.add(Job(1, "a", "liar", 0.1))
    order.add(Job(2, "a", "other", 1.0))
    order.add(Job(3, "a", "third", 1.0))
    assert [one.number for one in served(order, 3)] == [2, 3, 1]


def test_a_dear_file_is_served_though_cheap_ones_keep_coming_under_new_names() -> None:
    """After as many seconds of others as it takes itself, about."""
    order = filled(Job(0, "a", "dear", 2.0))
    for number in range(1, 100):
        order.add(Job(number, "a", f"new{number}", 0.1))
        (job,) = served(order, 1)
        if job.number == 0:
            break
    assert job.number == 0
    assert number <= 25


def test_who_was_away_has_no_claim_on_what_was_given_out_meanwhile() -> None:
    """A key that comes back doesn't shut the others out."""
    order = filled(Job(0, "late", "", 1.0))
    served(order, 1)
    for number in range(1, 60):
        order.add(Job(number, "busy", "", 1.0))
    served(order, 50)
    for number in range(60, 70):
        order.add(Job(number, "late", "", 1.0))
    assert Counter(job.key for job in served(order, 8)) == {"late": 4, "busy": 4}


def test_where_one_must_go_it_is_of_whoever_has_most_waiting() -> None:
    """By key, then by reference; of equals the last that came."""
    flood = [Job(number, "web", "flood", 0.1) for number in range(5)]
    order = filled(*flood, Job(5, "web", "calm", 9.0))
    assert order.surplus() == flood[-1]
    order = filled(*flood, Job(5, "web", "a", 0.1), Job(6, "app", "flood", 9.0))
    assert order.surplus() == flood[-1]
    order = filled(Job(0, "web", "a", 5.0), Job(1, "web", "b", 1.0))
    surplus = order.surplus()
    assert surplus is not None
    assert surplus.number == 1


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]), st.floats(0.01, 3.0)),
        min_size=1,
        max_size=40,
    )
)
def test_all_that_wait_are_served_once(sent: list[tuple[str, str, float]]) -> None:
    jobs = [Job(number, key, flow, cost) for number, (key, flow, cost) in enumerate(sent)]
    order = filled(*jobs)
    assert sorted(job.number for job in served(order, len(jobs))) == list(range(len(jobs)))
    assert order.first() is None


@given(st.lists(st.floats(0.01, 2.0), min_size=20, max_size=60), st.floats(0.01, 2.0))
def test_a_key_never_falls_behind_another_by_more_than_the_largest_file(
    theirs: list[float], ours: float
) -> None:
    """Both have something waiting all the time."""
    jobs = [Job(number, "loud", f"r{number}", cost) for number, cost in enumerate(theirs)]
    count = len(theirs)
    order = filled(*jobs, *(Job(count + number, "calm", "", ours) for number in range(count)))
    had = {"loud": 0.0, "calm": 0.0}
    for job in served(order, count):
        had[job.key] += job.seconds
        assert abs(had["loud"] - had["calm"]) <= 2 * max([*theirs, ours]) + 1e-6


def test_names_without_debt_are_forgotten() -> None:
    """A flood of fresh references leaves nothing behind."""
    order = FairOrder()
    for number in range(1_500):
        order.add(Job(number, f"k{number % 700}", f"r{number}", 0.1))
        served(order, 1)
    assert len(order._keys.had) <= 1_100
    assert sum(len(flows.had) for flows in order._flows.values()) <= 6_000
