"""What was there before it was listed: how it comes before the moderators.

Looking back and sweeps find it. They lie below the queue, so they are handed what puts an upload
into it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from staydown.base.clock import Clock
from staydown.base.vocabulary import Decision, GateAnswer
from staydown.matching import rules as matching_rules
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.rules import Finding
from staydown.matching.sweep import Matched, PartResult
from staydown.review import audit
from staydown.review.catalogue import sweeps
from staydown.review.catalogue.retained_uploads import Keeper
from staydown.review.catalogue.retrospective import LookingBack
from staydown.review.models import Candidate, Item, KeptMatch, KeptUpload, SweepItem
from staydown.review.queue import hidden, items
from staydown.review.records import SweepCounts, SweepRun
from staydown.review.settings import preview_allowed

#: Decisions about an upload after which no later listing puts it before the moderators again.
_SETTLED = (Decision.NCII.value, Decision.MAY_BE_UNDER_18.value)


def looking_back(keeper: Keeper, clock: Clock, limits: MatchLimits = DEFAULT) -> LookingBack:
    """Return what holds later listings against kept uploads, and opens items for them."""
    return LookingBack(keeper, clock, _put_kept, limits)


def _put_kept(
    row: KeptUpload, words: tuple[str, str], findings: Sequence[Finding], now: datetime
) -> bool:
    """Put a kept upload before the moderators, unless that was done. Within a transaction."""
    said = set(row.matches.values_list("entry__bank__name", "entry__entry_id"))
    found = items.current(
        [one for one in findings if (one.evidence.bank, one.evidence.entry_id) not in said]
    )
    if not found or row.matches.filter(item__decision__in=_SETTLED).exists():
        return False
    item = _offered_again(row, words, found) or _waiting(row)
    if item is None:
        upload_then = items.Upload(row.platform_key_id, (), *words)
        item = items.new_item(upload_then, found, now, uploaded_at=row.kept_at)
    else:
        _add(item, found, now)
    KeptMatch.objects.bulk_create(
        KeptMatch(kept=row, entry_id=entry_id, item=item) for _, entry_id in found
    )
    return True


def _waiting(row: KeptUpload) -> Item | None:
    """The item of this upload that waits for a decision: later listings are added to it."""
    waiting = Item.objects.filter(pk__in=row.matches.values("item"), decision="")
    return waiting.select_for_update().first()


def _offered_again(
    row: KeptUpload, words: tuple[str, str], found: Sequence[tuple[Finding, int]]
) -> Item | None:
    """The open item that the gate made, with one of these entries, of the same upload since.

    A platform that offers an upload once more gets its own item: one is enough. Another picture of
    the same post, say, is shown to the moderators by itself: its preview lies elsewhere.
    """
    reference, preview_url = words
    again = Item.objects.filter(
        platform_key=row.platform_key_id,
        reference=reference,
        preview_url=preview_url,
        created_at__gte=row.kept_at,
        decision="",
        candidates__entry__in=[entry_id for _, entry_id in found],
    )
    return Item.objects.filter(pk__in=again.values("pk")).select_for_update().first()


def _add(item: Item, found: Sequence[tuple[Finding, int]], now: datetime) -> None:
    """Add entries that were listed since to an item that waits, which the caller has locked."""
    named = dict(item.candidates.values_list("entry_id", "pk"))
    new = [(finding, row_id) for finding, row_id in found if row_id not in named]
    new = new[: max(0, items.MAX_MATCHES - len(named))]
    if not new:
        return
    Candidate.objects.bulk_create(items.candidate(item, finding, row_id) for finding, row_id in new)
    before = item.answer
    near_one = hidden.is_near_one([row_id for _, row_id in new], item.preview_url)
    if near_one or matching_rules.answer(finding for finding, _ in new) is GateAnswer.HELD:
        item.answer = GateAnswer.HELD.value
    item.quality_fine |= any(finding.query_quality_fine for finding, _ in new)
    item.save(update_fields=["answer", "quality_fine"])
    audit.record_item(item, at=now, why="entries added", change=(before, item.answer))


# --------------------------------------------------------------------------- sweeps


def save_part(
    run: SweepRun, result: PartResult, clock: Clock, preview_origin: str = ""
) -> SweepCounts | None:
    """Save what came of a part, and put what matched before the moderators.

    Returns what it adds to the counts; None, with nothing changed, where the part was saved before.
    """
    return sweeps.save_part(run, result, clock, partial(_put_swept, preview_origin))


def _put_swept(
    preview_origin: str, run: SweepRun, matched: Matched, now: datetime
) -> tuple[GateAnswer, bool]:
    """Put a file before the moderators, unless it waits there already for the same entries.

    Returns the answer, ALLOWED where everything was withdrawn meanwhile, and if an item is new.
    """
    found = items.current(matched.findings)
    given = matching_rules.answer(finding for finding, _ in found)
    if not found:
        return given, False
    same_file = Candidate.objects.filter(item__sweeps__identity=matched.identity)
    # Whatever was listed since: a file that may show somebody under 18 is not shown again.
    marked = same_file.filter(item__decision=Decision.MAY_BE_UNDER_18.value).first()
    waiting = same_file.filter(item__decision="").order_by("item_id")
    known = dict(waiting.values_list("entry_id", "item_id"))
    fresh = [(finding, row) for finding, row in found if row not in known and not marked]
    if marked:
        item_id, given = marked.item_id, GateAnswer.HELD
    elif fresh:
        preview = matched.preview if preview_allowed(matched.preview, preview_origin) else ""
        upload = items.Upload(run.platform_key_id, reference=matched.reference, preview_url=preview)
        item = items.new_item(upload, fresh, now)
        item_id, given = item.pk, GateAnswer(item.answer)
    else:
        item_id = known[found[0][1]]
    SweepItem.objects.create(
        sweep_id=run.id, place=matched.place, item_id=item_id, identity=matched.identity
    )
    return given, bool(fresh)
