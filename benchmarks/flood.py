"""What reaches partners of a flood of made-up fingerprints, and how long honest people wait.

    python -m benchmarks.flood [--hostile 10000] [--honest 20] [--json FILE]

The bank's own code runs in this process, on SQLite, with a clock moved by hand: within an hour come
so many hostile hand-ins and so many honest ones, the tick runs each minute, and a partner reads the
feed each minute. Puzzles are real, but their parts are small, so that an hour takes minutes; what
they would have cost is counted as the hashes of real ones. Honest people use the page, on a phone
with a sixth of a core; it begins to work when they come to choose a PIN. A flood hashes as fast as
``openssl speed`` does on one core with SHA extensions.
"""

import argparse
import heapq
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fingerprint import Table, machine
from staydown.base.clock import HandClock
from staydown.base.vocabulary import ActingFor, Kind, Under18
from staydown.exchange import puzzle
from staydown.exchange.codec import MAX_FEED_LIMIT
from staydown.exchange.records import CaseRequest, Picture
from staydown.fingerprint.value import Fingerprint

if TYPE_CHECKING:
    from staydown.bank.api.partners import PartnerRef
    from staydown.bank.runtime import Bank

#: Hashes a second: a browser with a sixth of a core, and a program of a flood on a whole one.
PHONE, CORE = 450_000, 11_000_000

#: Hashes for a part here, in place of ``puzzle.HASHES_EACH``.
SMALL = 2

HOUR = 3600.0
MINUTE = 60.0
#: How long somebody takes to choose a PIN, in seconds.
CHOOSING = 20.0
#: What was held is out by then, in seconds after the flood.
AFTERWARDS = 75 * MINUTE


@dataclass(frozen=True)
class Attack:
    """So many of the hostile hand-ins bring no work, the others work on so many cores."""

    name: str
    unpaid: float
    cores: float
    pictures: int = 1


ATTACKS = (
    Attack("no work", unpaid=1, cores=0),
    Attack("two cores of work", unpaid=0, cores=2),
    Attack("patient: half of them work, on two cores", unpaid=0.5, cores=2),
    Attack("two cores of work, ten pictures each", unpaid=0, cores=2, pictures=10),
)


@dataclass
class Outcome:
    """What happened. Pictures are counted, and times are in seconds."""

    attack: str
    tried: int = 0
    unpaid: int = 0
    paid: int = 0
    left: int = 0
    hashes: float = 0.0
    by_the_end: int = 0
    in_all: int = 0
    held: int = 0
    honest: int = 0
    waits: list[float] = field(default_factory=list)


class World:
    """A bank, its clock, and what is going to happen, in order."""

    def __init__(self, bank: "Bank", reader: "PartnerRef", outcome: Outcome, seed: int) -> None:
        assert isinstance(bank.clock, HandClock)
        self.bank, self.clock, self.reader = bank, bank.clock, reader
        self.outcome = outcome
        self.luck = random.Random(seed)
        self._start = bank.clock.now()
        self._next: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._pressed: dict[bytes, float] = {}
        self._after = 0

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return (self.clock.now() - self._start).total_seconds()

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._next, (max(when, self.now), next(self._numbers), what))

    def run(self) -> None:
        """Let everything happen."""
        while self._next:
            when, _, what = heapq.heappop(self._next)
            self.clock.advance(timedelta(seconds=when - self.now))
            what()

    def pictures(self, number: int) -> tuple[Picture, ...]:
        """Make fingerprints up that have as many bits set as those of photographs."""
        drawn = [sum(1 << bit for bit in self.luck.sample(range(256), 128)) for _ in range(number)]
        return tuple(Picture(Fingerprint(Kind.PDQ, one.to_bytes(32), 100)) for one in drawn)

    def minute(self) -> None:
        """The tick, and a partner that reads the feed."""
        from staydown.bank.api import feed, upkeep

        upkeep.tick(self.bank)
        more = True
        while more:
            page = feed.feed_page(self.bank, self.reader, after=self._after, limit=MAX_FEED_LIMIT)
            self._after, more = page.next_after, page.has_more
            for entry in page.entries:
                self._arrived(entry.fingerprint.bits)

    def _arrived(self, value: bytes) -> None:
        pressed = self._pressed.get(value)
        if pressed is None:
            self.outcome.in_all += 1
        else:
            self.outcome.waits.append(self.now - pressed)

    def unpaid(self, pictures: int) -> None:
        """A hostile hand-in that brings no work, and leaves when it is asked for some."""
        from staydown.bank.errors import WorkNeeded

        self.outcome.tried += 1
        try:
            self.hand_in(self.pictures(pictures))
        except WorkNeeded:
            self.outcome.left += pictures
        else:
            self.outcome.unpaid += pictures

    def honest(self, pressed: float) -> None:
        """Somebody comes to choose a PIN, and presses the button at ``pressed``."""
        pictures = self.pictures(1)
        self._pressed[pictures[0].pdq.bits] = pressed
        self.outcome.honest += 1
        self.pay(pictures, PHONE, not_before=pressed)

    def pay(
        self,
        pictures: tuple[Picture, ...],
        speed: float,
        *,
        not_before: float = 0.0,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Work for a hand-in, at so many hashes a second, and hand in when it is solved."""
        from staydown.bank.api import cases
        from staydown.bank.errors import WorkNeeded

        def work(ticket: str, parts: int, done: str) -> None:
            missing = max(0, parts - puzzle.solved(ticket, done))
            solved = puzzle.solve(ticket, parts, done)
            if speed != PHONE:
                self.outcome.hashes += missing * puzzle.HASHES_EACH
            ready = self.now + missing * puzzle.HASHES_EACH / speed
            self.at(max(ready, not_before), lambda: send(ticket, solved))

        def send(ticket: str, solved: str) -> None:
            try:
                self.hand_in(pictures, ticket=ticket, work=solved)
            except WorkNeeded as told:  # it got dearer meanwhile: what was solved counts
                work(told.ticket, told.parts, solved if told.ticket == ticket else "")
                return
            if then is not None:
                then()

        asked = cases.price(self.bank, len(pictures))
        work(asked.ticket, asked.parts, "")

    def hand_in(self, pictures: tuple[Picture, ...], *, ticket: str = "", work: str = "") -> None:
        """Open a case."""
        from staydown.bank.api import cases

        asked = CaseRequest(Under18.NO, ActingFor.SELF, pictures, "kastanie7")
        cases.open_case(self.bank, asked, ticket=ticket, work=work)


def simulate(
    bank: "Bank",
    attack: Attack,
    *,
    hostile: int,
    honest: int,
    seconds: float = HOUR,
    seed: int = 1,
) -> Outcome:
    """Let a flood and honest people come to an empty bank. Return what became of them."""
    from staydown.bank.api import partners, quarantine

    keys = partners.add_partner(bank, f"Reader {attack.name}")
    reader = partners.authenticate(keys.subscription_key, keys.function_key)
    outcome = Outcome(attack.name)
    world = World(bank, reader, outcome, seed)
    unpaid = round(hostile * attack.unpaid)
    for number in range(unpaid):
        world.at(number * seconds / unpaid, lambda: world.unpaid(attack.pictures))
    _work_on(world, attack, hostile - unpaid, seconds)
    for _ in range(honest):
        pressed = world.luck.uniform(CHOOSING, seconds)
        world.at(pressed - CHOOSING, lambda at=pressed: world.honest(at))  # type: ignore[misc]
    for minute in range(1, int((seconds + AFTERWARDS) / MINUTE) + 1):
        world.at(minute * MINUTE, world.minute)
    world.at(seconds + bank.release_seconds + MINUTE + 1, lambda: _note(world))
    world.run()
    outcome.held = sum(line.pictures for line in quarantine.groups(bank, past=True))
    return outcome


def _note(world: World) -> None:
    world.outcome.by_the_end = world.outcome.in_all


def _work_on(world: World, attack: Attack, hand_ins: int, seconds: float) -> None:
    """Hand in one after the other, evenly or as fast as the cores allow, until time is up."""
    left = iter(range(hand_ins))

    def begin() -> None:
        number = next(left, None)
        if number is None or world.now >= seconds:
            return
        start = max(world.now, number * seconds / hand_ins)
        world.at(start, lambda: world.pay(pictures(), CORE * attack.cores, then=done))

    def pictures() -> tuple[Picture, ...]:
        world.outcome.tried += 1
        return world.pictures(attack.pictures)

    def done() -> None:
        world.outcome.paid += attack.pictures
        begin()

    if hand_ins:
        begin()


# --------------------------------------------------------------------------- the command


@contextmanager
def small_puzzles() -> Iterator[None]:
    """Puzzles whose parts take two hashes: as many parts, hardly any time."""
    before = puzzle._BOUND
    puzzle._BOUND = 2**32 // SMALL
    try:
        yield
    finally:
        puzzle._BOUND = before


def bank_in(folder: Path) -> "Bank":
    """Make an empty bank in this process, with a clock moved by hand and PINs that cost nothing."""
    from staydown.bank.settings import BankSettings
    from staydown.base.settings import DatabaseSettings, SiteSettings, write_secret
    from staydown.web.bank_site.process import configure

    for name in ("django.key", "seal.key"):
        write_secret(folder / name)
    database = DatabaseSettings("sqlite", folder / "bank.sqlite3")
    configure(BankSettings("Bank", SiteSettings(8100), database, folder))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return flooded_bank()


def flooded_bank() -> "Bank":
    """Return a bank as it is set up by default, apart from its clock and its PINs."""
    from staydown.bank.floods import LONGEST_HOLD
    from staydown.bank.prices import FREE_PICTURES
    from staydown.bank.settings import RELEASE_SECONDS
    from tests.bank.making import make_bank

    return make_bank(release_seconds=RELEASE_SECONDS, bucket=FREE_PICTURES, quarantine=LONGEST_HOLD)


def report(outcomes: Sequence[Outcome], hostile: int, honest: int) -> Table:
    """Return what happened as a table."""
    table = Table(
        f"{hostile} hostile and {honest} honest hand-ins in an hour",
        [
            "the flood brings", "hand-ins tried", "pictures in, unpaid", "pictures in, by work",
            "turned away for want of work", "core-seconds of work", "held for up to an hour",
            "with partners 11 minutes after the hour", "with partners in all",
            "honest ones in the feed", "longest wait, min",
        ],
    )  # fmt: skip
    for one in outcomes:
        table.rows.append(
            [
                one.attack, str(one.tried), str(one.unpaid), str(one.paid), str(one.left),
                f"{one.hashes / CORE:.0f}", str(one.held), str(one.by_the_end), str(one.in_all),
                f"{len(one.waits)} of {one.honest}", f"{max(one.waits, default=0) / 60:.1f}",
            ]
        )  # fmt: skip
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", type=int, default=10_000)
    parser.add_argument("--honest", type=int, default=20)
    parser.add_argument(
        "--attack", type=int, action="append", choices=range(len(ATTACKS)),
        help="which of the attacks, from 0; the first three, which take a quarter of an hour",
    )  # fmt: skip
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    chosen = [ATTACKS[number] for number in given.attack or range(3)]
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="staydown-flood-") as folder, small_puzzles():
        bank_in(Path(folder))
        from django.core.management import call_command

        for attack in chosen:
            call_command("flush", verbosity=0, interactive=False)
            sizes = {"hostile": given.hostile, "honest": given.honest}
            outcomes.append(simulate(flooded_bank(), attack, **sizes))
            print(json.dumps(asdict(outcomes[-1])), flush=True)
    table = report(outcomes, given.hostile, given.honest)
    print(machine())
    print(table.markdown())
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": machine(), "tables": [asdict(table)]}))


if __name__ == "__main__":
    main()
