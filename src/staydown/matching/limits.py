"""How close counts as a match, as data: a row for each kind of fingerprint and each cut.

The figures (``fingerprint.kinds``) come out of ``benchmarks/recall``: they lie below the nearest
pair of different pictures that was seen there for that kind and cut. A desk may set its own, also
for one bank.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.kinds import BY_CONTENT, EXACT, KINDS, PDQ_LISTING_QUALITY

#: What a ``LimitChange`` says for every bank, cut, or kind that looks at content.
ANY = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How far two fingerprints may be apart, in bits, both ends included.

    Up to ``hold`` one match holds an upload back by itself. Up to ``flag`` it marks the upload, and
    holds it back where the other kind of fingerprint says the same of the same listed picture.
    ``quality`` is the least PDQ quality of an upload, or of the part cut out of it, to act on.
    """

    hold: int
    flag: int
    quality: int = 0


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A desk's own limit (``[[limits]]`` in its settings); what is "" or None stays as it is."""

    bank: str = ANY
    kind: str = ANY
    cut: str = ANY
    hold: int | None = None
    flag: int | None = None
    quality: int | None = None


def _shipped() -> dict[tuple[Kind, Cut], Limit]:
    # Parts with little in them are alike by chance: their nearest wrong pairs are the nearest.
    quality = {cut: PDQ_LISTING_QUALITY if cut is Cut.WHOLE else 80 for cut in Cut}
    return {
        (kind, cut): Limit(row.hold, row.flag, 0 if row.exact else quality[cut])
        for kind, row in KINDS.items()
        for cut in Cut
    }


@dataclass(frozen=True, slots=True)
class MatchLimits:
    """The limits of every kind and cut, and where a bank has its own, those of that bank."""

    shipped: Mapping[tuple[Kind, Cut], Limit] = field(default_factory=_shipped)
    own: Mapping[tuple[str, Kind, Cut], Limit] = field(default_factory=dict)

    def of(self, bank: str, kind: Kind, cut: Cut) -> Limit:
        """Return the limit for a fingerprint of a ``cut`` against an entry of ``bank``."""
        return self.own.get((bank, kind, cut)) or self.shipped[kind, cut]

    def radius(self, kind: Kind) -> int:
        """Return the distance beyond which nothing of this kind can count."""
        rows = [limit.flag for (known, _), limit in self.shipped.items() if known is kind]
        rows += [limit.flag for (_, known, _), limit in self.own.items() if known is kind]
        return max(rows)

    def changed(self, changes: Iterable[LimitChange]) -> "MatchLimits":
        """Return these limits with ``changes`` made, one after the other. Raises SettingsError.

        A change that names no bank is for every bank; put it before those that name one.
        """
        limits = self
        for change in changes:
            _refuse_unknown(change)
            limits = limits._with(change)
        return limits

    def _with(self, change: LimitChange) -> "MatchLimits":
        shipped, own = dict(self.shipped), dict(self.own)
        for kind, cut in self.shipped:
            if kind in EXACT:
                continue
            if change.kind in {ANY, kind.value} and change.cut in {ANY, cut.value}:
                new = _changed(self.of(change.bank, kind, cut), change, kind)
                if change.bank == ANY:
                    shipped[kind, cut] = new
                else:
                    own[change.bank, kind, cut] = new
        return MatchLimits(shipped, own)


def _refuse_unknown(change: LimitChange) -> None:
    if change.kind in EXACT:
        raise SettingsError(f"limits: {change.kind} is exact: there is nothing to set")
    if change.kind not in {ANY, *BY_CONTENT}:
        raise SettingsError(f"limits: kind is one of {', '.join(BY_CONTENT)}")
    if change.cut not in {ANY, *Cut}:
        raise SettingsError(f"limits: cut is one of {', '.join(Cut)}")


def _changed(limit: Limit, change: LimitChange, kind: Kind) -> Limit:
    given = {"hold": change.hold, "flag": change.flag, "quality": change.quality}
    new = replace(limit, **{name: value for name, value in given.items() if value is not None})
    widest = KINDS[kind].widest
    if not 0 <= new.hold <= new.flag <= widest:
        raise SettingsError(
            f"limits: hold and flag of {kind.value} are bits, 0 ≤ hold ≤ flag ≤ {widest}"
        )
    if not PDQ_LISTING_QUALITY <= new.quality <= 100:
        raise SettingsError(
            f"limits: quality is from {PDQ_LISTING_QUALITY} to 100: "
            "what is plainer never acts alone"
        )
    return new


#: The limits that are shipped.
DEFAULT = MatchLimits()
