"""Whose file is next: the key that has had least, among its uploads the one that has had least.

Start-time fair queueing on two levels, over seconds of a decoder process. Whoever has had more than
others waits until these have had as much; where two have had the same, the cheaper file goes first.
A key is a customer of the desk (one platform, mostly), a reference tells the uploads of one of its
users apart from those of others, as far as the platform says so. Files without a reference count as
one user's each. Nothing here waits or looks at a clock.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Names that are remembered before those are dropped that have no debt.
_MOST_NAMES = 512


@dataclass(frozen=True, slots=True)
class Job:
    """A file that waits. ``number`` grows with each that came; ``seconds`` it will take."""

    number: int
    key: str
    reference: str = field(repr=False)
    seconds: float

    @property
    def flow(self) -> str:
        """What shares one turn among the jobs of a key."""
        return self.reference or f"\0{self.number}"


@dataclass(slots=True)
class _Shares:
    """How much each name has had, on a clock that goes on as work is given out."""

    now: float = 0.0
    had: dict[str, float] = field(default_factory=dict)

    def enter(self, name: str) -> None:
        """Somebody who was away has no claim on what was given out meanwhile."""
        self.had[name] = max(self.had.get(name, 0.0), self.now)

    def serve(self, name: str, seconds: float) -> None:
        self.had[name] += seconds
        self.now = max(self.now, self.had[name])

    def correct(self, name: str, seconds: float) -> None:
        if name in self.had:
            self.had[name] += seconds

    def forget(self, but: Iterable[str]) -> None:
        """Drop those who owe nothing, once there are many; at last those who owe least."""
        if len(self.had) <= _MOST_NAMES:
            return
        kept = set(but)
        owing = sorted(
            (name for name in self.had if name not in kept and self.had[name] > self.now),
            key=lambda name: -self.had[name],
        )
        kept.update(owing[: _MOST_NAMES // 2])
        self.had = {name: had for name, had in self.had.items() if name in kept}


@dataclass(slots=True)
class FairOrder:
    """The jobs that wait in one lane, and who has had what. To be used under one lock.

    ``haste`` is how much the cheaper goes before the dearer: a job may be overtaken by others of so
    many times its own seconds, if these are cheaper and nobody of them has had more.
    """

    haste: float = 1.0
    waiting: list[Job] = field(default_factory=list)
    _keys: _Shares = field(default_factory=_Shares)
    _flows: dict[str, _Shares] = field(default_factory=dict)

    def add(self, job: Job) -> None:
        """Let a job wait."""
        of_key = [one for one in self.waiting if one.key == job.key]
        if not of_key:
            self._keys.enter(job.key)
        flows = self._flows.setdefault(job.key, _Shares())
        if all(one.flow != job.flow for one in of_key):
            flows.enter(job.flow)
        self.waiting.append(job)
        self._forget()

    def drop(self, job: Job) -> None:
        """Let a job go that won't be served."""
        self.waiting.remove(job)

    def first(self) -> Job | None:
        """Return the job whose turn it is."""
        best = [self._best(key) for key in dict.fromkeys(job.key for job in self.waiting)]
        return min(
            best,
            key=lambda job: (self._keys.had[job.key] + self.haste * job.seconds, job.number),
            default=None,
        )

    def begin(self, job: Job) -> None:
        """A job is served now: it counts as what it is thought to take."""
        self.waiting.remove(job)
        self._keys.serve(job.key, job.seconds)
        self._flows[job.key].serve(job.flow, job.seconds)

    def end(self, job: Job, measured: float) -> None:
        """A job has ended: it counts as what it took."""
        more = measured - job.seconds
        self._keys.correct(job.key, more)
        if job.key in self._flows:
            self._flows[job.key].correct(job.flow, more)

    def surplus(self) -> Job | None:
        """Return the job that goes where one must: of whoever has most waiting, and has had most.

        Of equals the one that came last.
        """
        keys = Counter(job.key for job in self.waiting)
        flows = Counter((job.key, job.flow) for job in self.waiting)
        return max(
            self.waiting,
            key=lambda job: (
                keys[job.key],
                self._keys.had[job.key],
                flows[job.key, job.flow],
                self._flows[job.key].had[job.flow],
                job.number,
            ),
            default=None,
        )

    def _best(self, key: str) -> Job:
        had = self._flows[key].had
        return min(
            (job for job in self.waiting if job.key == key),
            key=lambda job: (had[job.flow] + self.haste * job.seconds, job.number),
        )

    def _forget(self) -> None:
        self._keys.forget(job.key for job in self.waiting)
        for key in [key for key in self._flows if key not in self._keys.had]:
            del self._flows[key]
        for key, flows in self._flows.items():
            flows.forget(job.flow for job in self.waiting if job.key == key)
