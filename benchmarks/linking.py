"""Whether a partner can tell which pictures belong to one person.

    python -m benchmarks.linking [--runs 200] [--release-seconds 600] [--json FILE]

The bank's own code runs in this process, on SQLite, with a clock moved by hand. In each run so many
people hand in so many pictures, each person at a moment of their own within one window, and
withdraw in a later window. An adversary polls both dialects every minute, and keeps all there is:
numbers, stamps, kinds, case names, and which poll brought what. For every picture it names the one
that most likely is the same person's: by each single thing it saw, and by all of them together,
weighed as the first half of the runs taught it (guesses count in the second half alone).
"""

import argparse
import json
import math
import random
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks.fingerprint import Table, machine
from staydown.base.clock import HandClock
from staydown.base.vocabulary import ActingFor, EntryState, Kind, Under18
from staydown.exchange.records import CaseRequest, Picture, V1Status
from staydown.fingerprint.value import Fingerprint

if TYPE_CHECKING:
    from staydown.bank.api.partners import PartnerRef
    from staydown.bank.runtime import Bank

PIN = "kastanie7"

#: What people withdraw in a later window: all do so with all, or each picture by lot. And whether
#: browsers made copy codes: for all pictures, for none, or by lot for each picture.
WITHDRAWN = ("all", "by lot", "none")
COPIES = ("all", "none", "by lot")

#: What every picture has, and what a pair shows where one of the two has nothing to compare.
KINDS, ALONE = "kinds", "one alone"


@dataclass
class Seen:
    """All that the adversary saw of one picture, by what it can be ordered or compared by."""

    kinds: str = "pdq"
    places: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run: what was seen of each picture, and whose it was."""

    seen: dict[str, Seen]
    owner: dict[str, int]

    @cached_property
    def things(self) -> list[str]:
        """What was seen of any picture."""
        return [KINDS, *self.ranks]

    @cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """The pictures' places in each thing, as numbers from 0 without a gap."""
        ranks: dict[str, dict[str, int]] = {}
        for what in sorted({what for seen in self.seen.values() for what in seen.places}):
            have = {
                key: seen.places[what] for key, seen in self.seen.items() if what in seen.places
            }
            order = {place: rank for rank, place in enumerate(sorted(set(have.values())))}
            ranks[what] = {value: order[place] for value, place in have.items()}
        return ranks

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return every two pictures."""
        return combinations(sorted(self.seen), 2)


class Adversary:
    """A partner that polls both dialects and notes everything."""

    def __init__(self, bank: "Bank", partner: "PartnerRef") -> None:
        self._bank, self._partner = bank, partner
        self._after, self._start, self._polls = 0, 10, 0
        self._pictures: dict[str, set[str]] = defaultdict(set)
        self.seen: dict[str, Seen] = defaultdict(Seen)

    def poll(self) -> None:
        """Fetch both feeds to their ends."""
        self._polls += 1
        self._poll_v2()
        self._poll_v1()

    def _poll_v2(self) -> None:
        from staydown.bank.api import feed

        more = True
        while more:
            page = feed.feed_page(self._bank, self._partner, after=self._after, limit=1000)
            self._after, more = page.next_after, page.has_more
            for entry in page.entries:
                gone = "gone" if entry.state is EntryState.WITHDRAWN else "new"
                if entry.fingerprint.kind is Kind.PDQ:
                    self._note(entry.fingerprint.hex, f"v2 {gone} number", entry.seq)
                    self._pictures[entry.picture or ""].add(entry.fingerprint.hex)
                else:
                    for value in self._pictures[entry.picture or ""]:
                        self.seen[value].kinds = "pdq and copy1"

    def _poll_v1(self) -> None:
        from staydown.bank.api import feed

        token, more, start = None, True, self._start
        while more:
            page = feed.v1_page(self._bank, self._partner, start=start, size=1000, token=token)
            token, more, self._start = page.next_page_token, page.has_more, page.next_set_timestamp
            for record in page.records:
                gone = "gone" if record.status is V1Status.WITHDRAWN else "new"
                self._note(record.value, f"v1 {gone} stamp", record.modified)
                self._note(
                    record.value, f"v1 {gone} name", float(UUID(record.cases[0][0]).int >> 80)
                )

    def _note(self, value: str, what: str, place: float) -> None:
        if what not in self.seen[value].places:
            self.seen[value].places[what] = place
            self.seen[value].places.setdefault(what.rsplit(" ", 1)[0] + " poll", self._polls)


@dataclass(frozen=True)
class Shape:
    """How a run goes. ``spread``: the seconds from a window's beginning within which people come;
    ``copies`` and ``withdrawn``: see above."""

    people: int = 8
    each: int = 4
    copies: str = "all"
    withdrawn: str = "all"
    spread: float = 590.0

    @property
    def chance(self) -> float:
        """How often a guess is right that is drawn by lot."""
        return (self.each - 1) / (self.people * self.each - 1)


def shapes() -> list[Shape]:
    """Every shape whose runs are taken together."""
    return [Shape(copies=copies, withdrawn=gone) for copies in COPIES for gone in WITHDRAWN]


Event = tuple[float, Callable[[], None]]


def one_run(bank: "Bank", luck: random.Random, shape: Shape, besides: Sequence[Event] = ()) -> Run:
    """Let people hand in and withdraw while the adversary polls. Nothing of it is kept.

    ``besides``: what else is to happen, and in which second from the window's beginning.
    """
    from django.db import transaction

    from staydown.bank.api import partners

    with transaction.atomic():
        keys = partners.add_partner(bank, "Adversary")
        partner = partners.authenticate(keys.subscription_key, keys.function_key)
        adversary, people = Adversary(bank, partner), _People(bank, luck, shape)
        polls = [(60.0 * number, adversary.poll) for number in range(45)]
        _play(bank, [*people.events(), *polls, *besides])
        transaction.set_rollback(True)
    return Run({value: adversary.seen[value] for value in people.owner}, people.owner)


class _People:
    """People who hand in within one window, and withdraw within one about ten minutes later."""

    def __init__(self, bank: "Bank", luck: random.Random, shape: Shape) -> None:
        self._bank, self._luck, self._shape = bank, luck, shape
        self.owner: dict[str, int] = {}

    def events(self) -> Iterator[Event]:
        """Return each act and its second."""
        for person in range(self._shape.people):
            numbers: list[str] = []
            spread = self._shape.spread
            yield self._luck.uniform(1, spread), partial(self._hand_in, person, numbers)
            later = 1200 + math.ceil((spread - 600) / 600) * 600 * (spread > 600)
            yield later + self._luck.uniform(1, 590), partial(self._withdraw, numbers)

    def _hand_in(self, person: int, numbers: list[str]) -> None:
        from staydown.bank.api import cases

        pictures = tuple(self._picture() for _ in range(self._shape.each))
        self.owner.update(dict.fromkeys((picture.pdq.hex for picture in pictures), person))
        asked = CaseRequest(Under18.NO, ActingFor.SELF, pictures, PIN)
        numbers.append(cases.open_case(self._bank, asked).case_number)

    def _picture(self) -> Picture:
        has_copy = self._shape.copies == "all"
        if self._shape.copies == "by lot":
            has_copy = self._luck.random() < 0.5
        copy = Fingerprint(Kind.COPY1, self._luck.randbytes(128)) if has_copy else None
        return Picture(Fingerprint(Kind.PDQ, self._luck.randbytes(32), 90), copy)

    def _withdraw(self, numbers: list[str]) -> None:
        from staydown.bank.api import cases

        wanted = list(range(1, self._shape.each + 1))
        if self._shape.withdrawn == "by lot":
            wanted = [number for number in wanted if self._luck.random() < 0.5]
        if self._shape.withdrawn != "none" and wanted:
            cases.withdraw(self._bank, cases.enter(self._bank, numbers[0], PIN), wanted)


def _play(bank: "Bank", events: list[Event]) -> None:
    """Let everything happen at its second, counted from the beginning of a window."""
    clock = bank.clock
    assert isinstance(clock, HandClock)
    begins = math.ceil((clock.now().timestamp() + 1) / 600) * 600
    for second, act in sorted(events, key=lambda event: event[0]):
        clock.advance(timedelta(seconds=begins + second - clock.now().timestamp()))
        act()


# --------------------------------------------------------------------------- guessing


def told_by(run: Run, what: str, one: str, other: str) -> str:
    """Return what a pair shows in one thing that was seen: whether it is the same, how many others
    lie between, or that one of them alone has it."""
    if what == KINDS:
        return "same" if run.seen[one].kinds == run.seen[other].kinds else ALONE
    ranks = run.ranks.get(what, {})
    if one not in ranks or other not in ranks:
        return ALONE
    apart = abs(ranks[one] - ranks[other])
    return str(min(8, 1 << (apart - 1).bit_length())) if apart else "same"


Score = Callable[[Run, str, str], float]


def by_one_thing(what: str) -> Score:
    """Guess the nearest in one thing alone; same before near, near before far."""
    order = {"same": 9, "1": 8, "2": 7, "4": 6, "8": 5, ALONE: 0}
    return lambda run, one, other: order[told_by(run, what, one, other)]


def learned(runs: Sequence[Run]) -> Score:
    """Weigh all things together as these runs teach: what a pair shows, for how much it speaks."""
    counts: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    totals: Counter[bool] = Counter()
    for run in runs:
        for one, other in run.pairs():
            same = run.owner[one] == run.owner[other]
            totals[same] += 1
            counts[same].update((what, told_by(run, what, one, other)) for what in run.things)
    speaks = {
        item: math.log((counts[True][item] + 1) / (totals[True] + 2))
        - math.log((counts[False][item] + 1) / (totals[False] + 2))
        for item in {*counts[True], *counts[False]}
    }
    return lambda run, one, other: sum(
        speaks.get((what, told_by(run, what, one, other)), 0.0) for what in run.things
    )


def share_right(run: Run, score: Score, luck: random.Random) -> float:
    """Return for how many of a run's pictures the likeliest other one is the same person's."""
    best: dict[str, tuple[float, float, str]] = {}
    for one, other in run.pairs():
        points = score(run, one, other)
        for a, b in ((one, other), (other, one)):
            best[a] = max(best.get(a, (-math.inf, 0.0, "")), (points, luck.random(), b))
    right = [run.owner[one] == run.owner[other] for one, (_, _, other) in best.items()]
    return sum(right) / len(right)


@dataclass(frozen=True)
class Guessed:
    """How often guesses were right, by chance and in fact, and within what luck alone brings it
    in 95 of 100 times: for all together, and for the best of the single things."""

    how: str
    chance: float
    right: float
    within: float


def guess(runs: Sequence[Run], shape: Shape, luck: random.Random) -> list[Guessed]:
    """Guess by every single thing, and by all together as the first half of the runs taught."""
    half = len(runs) // 2
    things = sorted({what for run in runs for what in run.things})
    ways = [("all together, weighed", learned(runs[:half]), runs[half:])]
    ways += [(what, by_one_thing(what), runs) for what in things]
    guessed = []
    for how, score, judged in ways:
        shares = [share_right(run, score, luck) for run in judged]
        spread = statistics.stdev(shares) / math.sqrt(len(shares))
        tries = 1 if how == ways[0][0] else len(ways) - 1  # who tries often is lucky more often
        within = statistics.NormalDist().inv_cdf(1 - 0.025 / tries) * spread
        guessed.append(Guessed(how, shape.chance, statistics.fmean(shares), within))
    return guessed


# --------------------------------------------------------------------------- the command


@contextmanager
def bank_in(folder: Path, release_seconds: int) -> Iterator["Bank"]:
    """Make a bank in this process, with a clock moved by hand and PINs that cost nothing."""
    from staydown.bank.settings import BankSettings
    from staydown.base.settings import DatabaseSettings, SiteSettings, write_secret
    from staydown.web.bank_site.process import configure

    for name in ("django.key", "seal.key"):
        write_secret(folder / name)
    database = DatabaseSettings("sqlite", folder / "bank.sqlite3")
    configure(BankSettings("Bank", SiteSettings(8100), database, folder))
    from django.core.management import call_command

    from tests.bank.making import make_bank

    call_command("migrate", verbosity=0)
    yield make_bank(release_seconds=release_seconds)


def report(guessed: Sequence[Guessed], runs: int, shape: Shape) -> Table:
    """Return the figures as a table."""
    table = Table(
        f"Who belongs with whom: {shape.people} people, {shape.each} pictures each, {runs} runs",
        ["guessed by", "right, %", "by lot, %", "95 % of luck, ±", "better than luck"],
    )
    for one in guessed:
        better = one.right > one.chance + one.within
        cells = [f"{100 * value:.1f}" for value in (one.right, one.chance, one.within)]
        table.rows.append([one.how, *cells, "yes" if better else "no"])
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--release-seconds", type=int, default=600)
    parser.add_argument(
        "--spread", type=float, default=590.0, help="seconds within which they come"
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    luck = random.Random(given.seed)
    every = [replace(shape, spread=given.spread) for shape in shapes()]
    with (
        tempfile.TemporaryDirectory(prefix="staydown-linking-") as folder,
        bank_in(Path(folder), given.release_seconds) as bank,
    ):
        runs = [one_run(bank, luck, every[number % len(every)]) for number in range(given.runs)]
    table = report(guess(runs, every[0], luck), given.runs, every[0])
    print(table.markdown())
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": machine(), "tables": [asdict(table)]}))


if __name__ == "__main__":
    main()
