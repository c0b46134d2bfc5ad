"""All that the desk does, by name: pages and commands call these and nothing else of ``review``.

Each function that changes something is one transaction, except ``follow`` and ``deliver``,
which speak to banks in between and save page by page, job by job.

What looks at pictures or holds an index loads compiled loops, which takes a second: that is loaded
when somebody asks for it by name, so that a command about a key or a moderator doesn't wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from staydown.review.banks.agreements import allow_bank, lift_alarm
from staydown.review.banks.alarms import (
    alarm_lines,
    count_open_alarms,
    find_alarm,
    mark_alarm_seen,
    raise_alarm,
)
from staydown.review.banks.feedback import banks_to_tell, deliver
from staydown.review.banks.follow import due_banks, follow
from staydown.review.banks.followed import (
    add_bank,
    bank_lines,
    bank_shares,
    change_bank_keys,
)
from staydown.review.banks.plan import Follower
from staydown.review.catalogue.retained_uploads import Keeper, keeper
from staydown.review.entries.recall import file_digest
from staydown.review.housekeeping import tidy
from staydown.review.platform_keys import (
    CheckedKey,
    add_platform_key,
    check_platform_key,
    revoke_platform_key,
)
from staydown.review.queue.decisions import decide, decide_together
from staydown.review.queue.groups import MOST_SHOWN
from staydown.review.queue.shown import PAGE_SIZE, count_open_items, earlier_items, outcome
from staydown.review.queue.sight import (
    count_under_18_items,
    decided_items,
    group_of,
    item_page,
    open_groups,
    open_item,
    open_items,
    under_18_items,
)
from staydown.review.staff import (
    WORKPLACE,
    add_moderator,
    name_for_under_18,
    named_for_under_18,
    reset_moderator,
)

if TYPE_CHECKING:
    from staydown.review.catalogue.retrospective import LookingBack
    from staydown.review.catalogue.sweeps import (
        find_sweep,
        finish_sweep,
        parts_done,
        start_sweep,
        sweep_counts,
        sweep_faults,
        swept_items,
    )
    from staydown.review.entries.index_folder import IndexFolder
    from staydown.review.entries.live import LiveMatcher
    from staydown.review.entries.lookup import Hit, Lookups
    from staydown.review.entries.saving import Saving
    from staydown.review.queue.earlier import looking_back, save_part
    from staydown.review.queue.items import Retry, Upload, earlier_answer, receive_upload
    from staydown.review.tick import TickReport, keep_ticking, tick

__all__ = [
    "MOST_SHOWN",
    "PAGE_SIZE",
    "WORKPLACE",
    "CheckedKey",
    "Follower",
    "Hit",
    "IndexFolder",
    "Keeper",
    "LiveMatcher",
    "LookingBack",
    "Lookups",
    "Retry",
    "Saving",
    "TickReport",
    "Upload",
    "add_bank",
    "add_moderator",
    "add_platform_key",
    "alarm_lines",
    "allow_bank",
    "bank_lines",
    "bank_shares",
    "banks_to_tell",
    "change_bank_keys",
    "check_platform_key",
    "count_open_alarms",
    "count_open_items",
    "count_under_18_items",
    "decide",
    "decide_together",
    "decided_items",
    "deliver",
    "due_banks",
    "earlier_answer",
    "earlier_items",
    "file_digest",
    "find_alarm",
    "find_sweep",
    "finish_sweep",
    "follow",
    "group_of",
    "item_page",
    "keep_ticking",
    "keeper",
    "lift_alarm",
    "looking_back",
    "mark_alarm_seen",
    "name_for_under_18",
    "named_for_under_18",
    "open_groups",
    "open_item",
    "open_items",
    "outcome",
    "parts_done",
    "raise_alarm",
    "receive_upload",
    "reset_moderator",
    "revoke_platform_key",
    "save_part",
    "start_sweep",
    "sweep_counts",
    "sweep_faults",
    "swept_items",
    "tick",
    "tidy",
    "under_18_items",
]

#: Where those lie that are loaded when they are asked for.
_LATER = {
    name: f"staydown.review.{module}"
    for module, names in (
        ("catalogue.retrospective", "LookingBack"),
        ("catalogue.sweeps", "find_sweep finish_sweep parts_done start_sweep"),
        ("catalogue.sweeps", "sweep_counts sweep_faults swept_items"),
        ("entries.index_folder", "IndexFolder"),
        ("entries.live", "LiveMatcher"),
        ("entries.lookup", "Hit Lookups"),
        ("entries.saving", "Saving"),
        ("queue.earlier", "looking_back save_part"),
        ("queue.items", "Retry Upload earlier_answer receive_upload"),
        ("tick", "TickReport keep_ticking tick"),
    )
    for name in names.split()
}


if not TYPE_CHECKING:  # a name that is wrong stays an error of types

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(_LATER[name]), name)
        globals()[name] = found
        return found
