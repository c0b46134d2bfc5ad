"""Counts what the methods said, and writes it down as Markdown, JSON and a chart."""

import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.chart import Bar, bars
from benchmarks.edits import EDITS, FAMILIES
from benchmarks.recall.methods import Listing, Near, Verdict

#: Bytes that one picture takes in the bank, by method.
_BYTES = {
    "PDQ ≤ 31, as HMA": 32,
    "PDQ with views": 32,
    "copy code, whole": 128,
    "shipped rules": 160,
}

_FAMILY = {edit.name: edit.family for edit in EDITS}


@dataclass(frozen=True, slots=True)
class Case:
    """One upload: its edit, the picture it was made of, and what every method said."""

    edit: str
    picture: str
    scene: str
    truth: str
    verdicts: dict[str, Verdict]
    near: list[Near]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval of Wilson (1927)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and the upper end."""
        if not self.total:
            return 0.0, 1.0
        z = 1.959964
        centre = self.value + z * z / (2 * self.total)
        spread = z * math.sqrt(
            self.value * (1 - self.value) / self.total + z * z / (4 * self.total**2)
        )
        scale = 1 + z * z / self.total
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.1f} ({100 * low:.0f}–{100 * high:.0f})"


class Report:
    """What all the cases come to."""

    def __init__(self, cases: Sequence[Case], listings: Sequence[Listing]) -> None:
        self.cases = cases
        self.listings = listings
        self.copies = [case for case in cases if case.truth]
        self.strangers = [case for case in cases if not case.truth]

    @cached_property
    def methods(self) -> list[str]:
        """The methods' names, in order."""
        return list(self.cases[0].verdicts) if self.cases else []

    def held(self, method: str, chosen: Callable[[Case], bool], *, flags: bool = False) -> Share:
        """Return the share of the chosen copies that is held (or flagged, with ``flags``)."""
        found = total = 0
        for case in self.copies:
            if chosen(case):
                verdict = case.verdicts[method]
                total += 1
                found += case.truth in verdict.held or (flags and case.truth in verdict.flagged)
        return Share(found, total)

    def mean(self, method: str, *, flags: bool = False) -> float:
        """Return the mean over the edits of the share that is held (or flagged)."""
        edits = dict.fromkeys(case.edit for case in self.copies)
        shares = [
            self.held(method, lambda case, edit=edit: case.edit == edit, flags=flags).value  # type: ignore[misc]
            for edit in edits
        ]
        return statistics.mean(shares) if shares else 0.0

    def wrong(self, method: str, *, flags: bool = False) -> list[tuple[Case, str]]:
        """Return the (upload, listed picture) pairs that a method holds (or flags) wrongly."""
        return [
            (case, name)
            for case in self.cases
            for name in (case.verdicts[method].flagged if flags else case.verdicts[method].held)
            if name != case.truth
        ]

    @cached_property
    def _scenes(self) -> dict[str, str]:
        return {one.name: one.scene for one in self.listings}

    def one_scene(self, case: Case, name: str) -> bool:
        """Say whether an upload shows the same scene as a listed picture, photographed again."""
        return bool(case.scene) and self._scenes[name] == case.scene

    @property
    def pairs(self) -> int:
        """How many (upload, listed picture) pairs could have been wrong."""
        return len(self.cases) * len(self.listings) - len(self.copies)

    def times(self, method: str) -> tuple[float, float]:
        """Return the median and the 95th percentile of milliseconds per upload."""
        spent = sorted(case.verdicts[method].ms for case in self.cases)
        return (spent[len(spent) // 2], spent[len(spent) * 95 // 100]) if spent else (0.0, 0.0)

    def nearest_wrong(self, *, scenes: bool = True) -> list[tuple[str, str, int, list[int], int]]:
        """Return by kind and cut: how many fingerprints, the nearest wrong pairs of good quality
        (50 whole, 80 cut), the nearest of any. Without pairs of one scene where not ``scenes``.
        """
        rows: dict[tuple[str, str], list[Near]] = {}
        for case in self.cases:
            for near in case.near:
                if scenes or not self.one_scene(case, near.wrong_name):
                    rows.setdefault((near.kind, near.cut), []).append(near)
        found = []
        for (kind, cut), nears in sorted(rows.items()):
            floor = 50 if cut == "whole" else 80
            good = sorted(near.wrong for near in nears if near.quality >= floor)
            lowest = min(near.wrong for near in nears)
            found.append((kind, cut, len(nears), good[:5], lowest))
        return found

    # ----------------------------------------------------------------- writing

    def markdown(self) -> str:
        """Return the tables."""
        if not self.cases:
            return "No uploads.\n"
        return "\n".join(
            [self._summary(), self._table("family", FAMILIES, lambda case: _FAMILY[case.edit]),
             self._table("edit", [edit.name for edit in EDITS], lambda case: case.edit),
             self._wrong_table(), self._nearest_table()]
        )  # fmt: skip

    def _summary(self) -> str:
        lines = [
            f"{len(self.listings)} listed pictures, {len(self.copies)} edited copies of them in "
            f"{len({case.edit for case in self.copies})} edits, {len(self.strangers)} strangers.",
            "",
            "| method | mean recall, held | held or flagged | wrongly held (of one scene) "
            "| per million pairs (95 % at most) | wrongly flagged | ms p50 | ms p95 | bytes |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for method in self.methods:
            wrong, (median, high) = len(self.wrong(method)), self.times(method)
            flagged = len(self.wrong(method, flags=True))
            alike = sum(self.one_scene(case, name) for case, name in self.wrong(method))
            lines.append(
                f"| {method} | {100 * self.mean(method):.1f} % "
                f"| {100 * self.mean(method, flags=True):.1f} % | {wrong} ({alike}) "
                f"| {1e6 * wrong / self.pairs:.2f} ({1e6 * at_most(wrong) / self.pairs:.1f}) "
                f"| {flagged} | {median:.0f} | {high:.0f} | {_BYTES[method]} |"
            )
        return "\n".join([*lines, ""])

    def _table(self, title: str, names: Iterable[str], name_of: Callable[[Case], str]) -> str:
        lines = [
            f"| {title} | copies | " + " | ".join(self.methods) + " | views, held or flagged |",
            "|---" * (len(self.methods) + 3) + "|",
        ]
        for name in names:

            def chosen(case: Case, name: str = name) -> bool:
                return name_of(case) == name

            shares = [self.held(method, chosen) for method in self.methods]
            if shares[0].total:
                with_flags = self.held(self.methods[1], chosen, flags=True)
                cells = " | ".join(map(str, (*shares, with_flags)))
                lines.append(f"| {name} | {shares[0].total} | {cells} |")
        return "\n".join([*lines, ""])

    def _wrong_table(self) -> str:
        lines = ["| method | wrongly held: edit | picture | listed picture |", "|---|---|---|---|"]
        for method in self.methods:
            for case, name in self.wrong(method):
                same = f" (scene {case.scene})" if case.scene else ""
                lines.append(f"| {method} | {case.edit} | {case.picture[:8]}{same} | {name[:8]} |")
        return "\n".join([*lines, ""])

    def _nearest_table(self) -> str:
        lines = [
            "| kind | cut | fingerprints | nearest wrong pairs (quality ≥ 50 whole, ≥ 80 cut) "
            "| without pairs of one scene | at any quality |",
            "|---|---|---|---|---|---|",
        ]
        apart = {(kind, cut): good for kind, cut, _, good, _ in self.nearest_wrong(scenes=False)}
        for kind, cut, count, nearest, lowest in self.nearest_wrong():
            shown = ", ".join(map(str, nearest))
            others = ", ".join(map(str, apart.get((kind, cut), [])))
            lines.append(f"| {kind} | {cut} | {count} | {shown} | {others} | {lowest} |")
        return "\n".join([*lines, ""])

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON can say it."""

        def shares(name_of: Callable[[Case], str]) -> dict[str, Any]:
            names = dict.fromkeys(name_of(case) for case in self.copies)
            table: dict[str, Any] = {}
            for name in names:
                table[name] = {}
                for method in self.methods:
                    share = self.held(method, lambda case, name=name: name_of(case) == name)  # type: ignore[misc]
                    table[name][method] = [share.count, share.total, *share.interval]
            return table

        return {
            "listed": len(self.listings),
            "copies": len(self.copies),
            "strangers": len(self.strangers),
            "pairs": self.pairs,
            "methods": {
                method: {
                    "mean_held": self.mean(method),
                    "mean_held_or_flagged": self.mean(method, flags=True),
                    "wrongly_held": len(self.wrong(method)),
                    "wrongly_held_of_one_scene": sum(
                        self.one_scene(case, name) for case, name in self.wrong(method)
                    ),
                    "wrongly_flagged": len(self.wrong(method, flags=True)),
                    "ms": self.times(method),
                    "bytes": _BYTES[method],
                }
                for method in self.methods
            },
            "families": shares(lambda case: _FAMILY[case.edit]),
            "edits": shares(lambda case: case.edit),
            "nearest_wrong": [
                {"kind": kind, "cut": cut, "count": count, "good": good, "any": lowest}
                for kind, cut, count, good, lowest in self.nearest_wrong()
            ],
        }

    def chart(self) -> str:
        """Return the families' recall as an SVG picture."""
        rows = []
        for family in FAMILIES:

            def chosen(case: Case, family: str = family) -> bool:
                return _FAMILY[case.edit] == family

            shares = [self.held(method, chosen) for method in self.methods]
            if shares[0].total:
                rows.append((family, [Bar(share.value, *share.interval) for share in shares]))
        means = [Bar(self.mean(method), None, None) for method in self.methods]
        summary = ", ".join(f"{method} {100 * self.mean(method):.0f} %" for method in self.methods)
        return bars(
            "Edited copies that are found, by family of edits",
            f"Mean over all edits: {summary}. {len(self.copies)} edited copies of "
            f"{len(self.listings)} listed photographs.",
            self.methods,
            [*rows, ("mean of all edits", means)],
        )


def at_most(count: int) -> float:
    """Return the upper end of the one-sided 95 % interval of a Poisson count (3.0 for none)."""
    low, high = float(count), count + 10.0 + 5 * math.sqrt(count + 1)
    for _ in range(60):
        middle = (low + high) / 2
        terms = (
            math.exp(-middle + k * math.log(middle) - math.lgamma(k + 1)) for k in range(count + 1)
        )
        low, high = (middle, high) if sum(terms) > 0.05 else (low, middle)
    return high


def write(report: Report, folder: Path) -> None:
    """Write ``recall.md``, ``recall.json`` and ``recall.svg`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recall.md").write_text(report.markdown(), encoding="utf-8")
    text = json.dumps(report.plain(), indent=1, ensure_ascii=False)
    (folder / "recall.json").write_text(text + "\n", encoding="utf-8")
    (folder / "recall.svg").write_text(report.chart(), encoding="utf-8")
