"""Ways to go on from a plan: from another place, in a new chain, or past what can't be read."""

from dataclasses import dataclass, replace

from staydown.matching.asking import Asking
from staydown.matching.chain import Chain
from staydown.matching.sync import PageChanges
from staydown.review.banks.pages import full_asking
from staydown.review.banks.passed_over import BEYOND
from staydown.review.banks.plan import Plan


@dataclass(frozen=True, slots=True)
class Way:
    """A way past a record: from ``high`` on, or by a ``token`` that leads to entry ``first``."""

    high: int
    token: str | None = None
    first: str | None = None


def anew(plan: Plan, chain: Chain) -> Plan:
    """Begin a new chain; what it serves again by its rules costs nothing once more."""
    again = chain.again if chain.safe() > chain.start else chain.read
    return replace(
        plan,
        chain=chain.anew(),
        cursor=chain.safe(),
        asking=plan.asking.again(again),
        overlap=plan.overlap + again,
        expects=None,
    )


def by(plan: Plan, way: Way) -> Plan:
    """Return how to go on by a way past something."""
    asks = full_asking(plan)
    if plan.chain is None:
        return replace(plan, cursor=way.high, asking=asks)
    if way.token is not None:
        chain = replace(plan.chain, token=way.token)
        return replace(plan, chain=chain, asking=asks, expects=way.first)
    return replace(plan, chain=Chain(way.high), cursor=way.high, asking=asks, overlap=0)


def ran_out(plan: Plan, changes: PageChanges) -> bool:
    """Whether a token leads to an empty end though a record is there that couldn't be read.

    Some banks answer so where less is asked for than when they gave the token.
    """
    is_empty = not (changes.more or changes.snapshots or changes.set_aside)
    return plan.token is not None and is_empty and plan.asking.doubtful > 0


def one_by_one(plan: Plan) -> Plan:
    """Return how to go on where a token isn't good for more than the one record it came with."""
    return replace(plan, asking=Asking(plan.asking.full, 1), expects=None)


def by_token(chain: Chain, token: str, found: PageChanges, now: int) -> Way:
    """Return the way that a token leads which could still be read in the unreadable page.

    A stamp that lies after ``now`` would make everything until then a part of the place.
    """
    if not chain.in_order:
        return Way(BEYOND, token, first(found))
    high = min(found.stamps[0], now) + 1 if found.stamps else chain.safe() + 1
    return Way(max(high, chain.safe() + 1), token, first(found))


def first(changes: PageChanges) -> str | None:
    return changes.snapshots[0].entry_id if changes.snapshots else None


def at(plan: Plan, place: int) -> Plan:
    """Return how to read from another place of the same bank."""
    asks = full_asking(plan)
    if plan.chain is None:
        return replace(plan, cursor=place, asking=asks)
    return replace(plan, chain=Chain(place), cursor=place, asking=asks)


def further(plan: Plan, page: PageChanges, now: int) -> Plan:
    asks = plan.asking.read(len(page.snapshots) + len(page.set_aside))
    if plan.chain is None:
        return replace(plan, cursor=page.cursor, asking=asks)
    smaller = replace(asks, size=min(asks.size, plan.asking.size))
    return replace(plan, chain=plan.chain.after(page, now), asking=smaller)
