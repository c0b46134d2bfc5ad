"""Which law a letter that no law lays down can name."""

from collections.abc import Iterable

from staydown.base.reasons import Reason, reasons
from staydown.base.records import Standing
from staydown.notices.directory.records import Law, Record
from staydown.notices.routes.route import Ground
from staydown.notices.routes.situation import Situation

_say = reasons("notices.routes")


def regime_free(record: Record | None, here: Situation) -> Ground:
    """Return the ground of a report under somebody's own rules: no law, the record's standing."""
    if record is not None:
        return Ground("", record.standing)
    return Ground("", nothing_known(here, _say("ground.no_record")))


def law_ground(
    here: Situation, codes: Iterable[str], *, criminal: bool = False
) -> tuple[Ground, str | None]:
    """Return the best law among ``codes``, nearest first, and whose law it is; none: says so.

    Only a law that is in force and forbids showing a private picture without consent counts. A
    confirmed one comes before one that isn't; where the picture was made by software, one that
    doesn't reach such pictures is left out.
    """
    nearest = list(dict.fromkeys(codes))
    laws = [
        law for law in here.directory.laws.values()
        if law.jurisdiction in nearest and _fits(here, law)
        and (not criminal or law.kind == "criminal")
    ]  # fmt: skip
    best = min(laws, key=lambda law: _after(here, nearest, law), default=None)
    if best is None:
        why = _say("ground.no_law")
        return Ground("", nothing_known(here, why)), None
    return Ground(best.citation, best.standing), best.jurisdiction


def names_home_law(here: Situation) -> bool:
    """Whether a letter with room for laws would name one of the person's own country."""
    return any(
        law.jurisdiction in here.person and law.confirmed and _fits(here, law)
        and (not here.facts.synthetic or law.covers_synthetic == "true")
        for law in here.directory.laws.values()
    )  # fmt: skip


def nothing_known(here: Situation, why: Reason) -> Standing:
    """Return the standing of something that nobody looked up."""
    return Standing(checked=here.today, confirmed=False, why=why)


def _fits(here: Situation, law: Law) -> bool:
    if not law.ground or law.status != "in_force":
        return False
    if law.only_synthetic and not here.facts.synthetic:
        return False
    return not (here.facts.synthetic and law.covers_synthetic == "false")


def _after(here: Situation, nearest: list[str], law: Law) -> tuple[bool, bool, int, int, str]:
    """Return what a law is sorted by: doubt first, then distance, then the directory's order."""
    unsure = bool(here.facts.synthetic) and law.covers_synthetic != "true"
    return (not law.confirmed, unsure, nearest.index(law.jurisdiction), law.order, law.id)
