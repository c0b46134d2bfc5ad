"""The methods that are compared, each asked about one upload."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.recall.record import Asked
from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind, Turn
from staydown.fingerprint.picture_tasks import Part, see_codes, see_parts, see_whole
from staydown.fingerprint.registry import pdq_answer
from staydown.fingerprint.value import PDQ_MATCH_DISTANCE, Fingerprint
from staydown.matching.cascade import examine
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.media.worker import OpenFile

BANK = "benchmark"

#: Copy codes that are made of every upload, the whole first, for the table of nearest wrong pairs.
_CODES = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """One picture in the bank: its name (SHA-256), scene, PDQ, copy code (None without network)."""

    name: str
    scene: str
    pdq: Fingerprint
    code: Fingerprint | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one method says of one upload: the listed pictures that it holds or flags it for."""

    held: tuple[str, ...]
    flagged: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Near:
    """How near one fingerprint of an upload comes: to its own picture, to the nearest other."""

    kind: Kind
    cut: Cut
    quality: int
    own: int | None
    wrong: int
    wrong_name: str


class Bench:
    """The bank of the benchmark and the methods that look into it."""

    def __init__(
        self, listings: Sequence[Listing], model: Path | None, limits: MatchLimits = DEFAULT
    ) -> None:
        self.listings = listings
        self.model = model
        self.limits = limits
        self._pdq_only = MemoryMatcher()
        self._all = MemoryMatcher()
        entries = [_known(one, one.pdq) for one in listings]
        self._pdq_only.update(entries)
        codes = [_known(one, one.code) for one in listings if one.code is not None]
        self._all.update([*entries, *codes])
        self._bits = {
            Kind.PDQ: _rows([one.pdq for one in listings]),
            Kind.COPY1: _rows([one.code for one in listings if one.code is not None]),
        }

    @property
    def methods(self) -> dict[str, Callable[[Asked], Verdict]]:
        """The methods by the name that the tables give them."""
        found: dict[str, Callable[[Asked], Verdict]] = {
            "PDQ ≤ 31, as HMA": self._plain_pdq,
            "PDQ with views": self._views,
        }
        if self.model is not None:
            found |= {"copy code, whole": self._plain_code, "shipped rules": self._shipped}
        return found

    def nearest(self, file: Asked, truth: str) -> list[Near]:
        """Return how near each fingerprint of the upload comes to its own picture and others."""
        whole, parts = see_whole(_open(file)), see_parts(_open(file))
        found = [
            self._near(Kind.PDQ, part, list(part.turns.values()), truth) for part in (whole, *parts)
        ]
        if self.model is not None:
            wanted = [(part, Turn.NONE) for part in (whole, *parts)][:_CODES]
            for (part, _), code in zip(wanted, self._codes(file, wanted), strict=True):
                found.append(self._near(Kind.COPY1, part, [code], truth))
        return found

    def _near(self, kind: Kind, part: Part, made: Sequence[Fingerprint], truth: str) -> Near:
        distances = np.bitwise_count(self._bits[kind][None] ^ _rows(made)[:, None]).sum(2).min(0)
        own = [at for at, one in enumerate(self.listings) if one.name == truth]
        others = distances.astype(np.int64)
        others[own] = 9999
        nearest = int(others.argmin())
        return Near(
            kind, part.cut, part.quality, int(distances[own[0]]) if own else None,
            int(others[nearest]), self.listings[nearest].name,
        )  # fmt: skip

    def _codes(self, file: Asked, wanted: list[tuple[Part, Turn]]) -> list[Fingerprint]:
        return see_codes(_open(file), str(self.model), wanted)

    def _plain_pdq(self, file: Asked) -> Verdict:
        """The PDQ of the picture in full, as threatexchange and HMA compute and compare it."""
        file.spent = 0.0
        answer = file.exactly(pdq_answer)
        assert isinstance(answer, dict)
        mine = Fingerprint.parse(Kind.PDQ, str(answer["bits"]))
        near = [one for one in self.listings if one.pdq.distance(mine) <= PDQ_MATCH_DISTANCE]
        return Verdict(tuple(one.name for one in near), (), file.spent)

    def _plain_code(self, file: Asked) -> Verdict:
        """The copy code of the whole picture alone."""
        hold = self.limits.of(BANK, Kind.COPY1, Cut.WHOLE)
        file.spent = 0.0
        (mine,) = self._codes(file, [(see_whole(_open(file)), Turn.NONE)])
        distances = [
            (one.name, one.code.distance(mine)) for one in self.listings if one.code is not None
        ]
        held = tuple(name for name, distance in distances if distance <= hold.hold)
        flagged = tuple(name for name, distance in distances if hold.hold < distance <= hold.flag)
        return Verdict(held, flagged, file.spent)

    def _views(self, file: Asked) -> Verdict:
        return self._examined(file, self._pdq_only, None)

    def _shipped(self, file: Asked) -> Verdict:
        return self._examined(file, self._all, self.model)

    def _examined(self, file: Asked, matcher: MemoryMatcher, model: Path | None) -> Verdict:
        file.spent = 0.0
        start, misses = time.perf_counter(), file.misses
        findings = examine(_open(file), matcher, self.limits, model)
        # Where nothing new was asked, all that time went into looking up.
        own = 1000 * (time.perf_counter() - start) if file.misses == misses else 0.0
        by_answer: dict[GateAnswer, list[str]] = {answer: [] for answer in GateAnswer}
        for finding in findings:
            by_answer[finding.answer].append(finding.evidence.picture)
        held = tuple(dict.fromkeys(by_answer[GateAnswer.HELD]))
        flagged = tuple(dict.fromkeys(by_answer[GateAnswer.FLAGGED]))
        return Verdict(held, flagged, file.spent + own)


def _open(file: Asked) -> OpenFile:
    """It answers to the one method that these functions call."""
    return cast("OpenFile", file)


def _known(one: Listing, fingerprint: Fingerprint) -> Known:
    return Known(BANK, f"{fingerprint.kind}-{one.name}", EntryState.LISTED, fingerprint, one.name)


def _rows(fingerprints: Sequence[Fingerprint]) -> NDArray[np.uint64]:
    if not fingerprints:
        return np.zeros((0, 0), np.uint64)
    joined = b"".join(one.bits for one in fingerprints)
    return np.frombuffer(joined, np.uint64).reshape(len(fingerprints), -1)
