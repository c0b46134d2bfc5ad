"""Puzzles: held against vectors, any text as work, and their own promise of what they cost."""

import base64
import json
import time
from pathlib import Path
from statistics import mean, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.exchange import puzzle

FILE = Path(__file__).parent.parent / "vectors" / "work" / "vectors.json"
GIVEN = json.loads(FILE.read_text())
VECTORS = GIVEN["vectors"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 20 hashes."""
    monkeypatch.setattr(puzzle, "_BOUND", 2**32 // 20)


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_a_solution_is_the_one_that_the_vectors_give(vector: dict[str, str]) -> None:
    assert GIVEN["hashes_each"] == puzzle.HASHES_EACH
    assert puzzle.solve(vector["challenge"], 3) == vector["work"]
    assert puzzle.solved(vector["challenge"], vector["work"]) == 3
    assert puzzle.solved(vector["challenge"] + "a", vector["work"]) == 0


@pytest.mark.usefixtures("small")
def test_what_was_solved_before_is_not_solved_again() -> None:
    told: list[float] = []
    few = puzzle.solve("challenge", 5)
    more = puzzle.solve("challenge", 9, few, told=told.append)
    assert puzzle.solved("challenge", more) == 9
    assert len(told) == 4
    assert puzzle.solve("challenge", 9) == more
    assert puzzle.solve("challenge", 9, "no work at all") == more


@pytest.mark.usefixtures("small")
def test_a_part_that_is_wrong_ends_what_counts() -> None:
    numbers = puzzle._read(puzzle.solve("challenge", 8))
    for place in range(8):
        spoilt = [n + (at == place) for at, n in enumerate(numbers)]
        work = base64.urlsafe_b64encode(b"".join(n.to_bytes(4) for n in spoilt)).decode()
        assert puzzle.solved("challenge", work) in (place, 8), "the next number may be one as well"
        assert puzzle.solved("challenge", work) != 8 or puzzle._read(work) != numbers


@given(st.text(max_size=40), st.text(max_size=60) | st.binary(max_size=60).map(repr))
def test_any_text_is_taken_as_work_and_solves_next_to_nothing(challenge: str, work: str) -> None:
    assert puzzle.solved(challenge, work) <= 2


def test_work_that_is_too_long_is_not_looked_at() -> None:
    began = time.process_time()
    assert puzzle.solved("challenge", "A" * 50_000_000) == 0
    assert time.process_time() - began < 1


def test_nobody_solves_more_than_any_bank_asks_for() -> None:
    with pytest.raises(ValueError, match="more work"):
        puzzle.solve("challenge", puzzle.MOST + 1)


@pytest.mark.usefixtures("small")
def test_bad_luck_costs_little_because_there_are_many_parts() -> None:
    tries = [sum(puzzle._read(puzzle.solve(f"{n}", puzzle.UNIT))) for n in range(400)]
    assert quantiles(tries, n=100)[-1] < 1.7 * mean(tries)
    assert mean(tries) == pytest.approx(20 * puzzle.UNIT, rel=0.15)


@pytest.mark.usefixtures("small")
def test_checking_the_dearest_work_costs_a_hash_for_each_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = puzzle.solve("challenge", puzzle.MOST)
    assert len(work) <= puzzle.MOST_TEXT
    looked: list[bytes] = []
    real = puzzle._is_solved

    def counted(prefix: bytes, number: int) -> bool:
        looked.append(prefix)
        return real(prefix, number)

    monkeypatch.setattr(puzzle, "_is_solved", counted)
    assert puzzle.solved("challenge", work) == puzzle.MOST
    assert len(looked) == puzzle.MOST
    assert puzzle.solved("other", work) < 5
