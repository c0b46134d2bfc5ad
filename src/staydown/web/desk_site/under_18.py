"""Pages about items that may show somebody under 18: what to do, where to report, who goes on."""

from typing import Any

from staydown.base.vocabulary import Decision
from staydown.review import api
from staydown.web.desk_site.process import current_site
from staydown.web.desk_site.reporting import reporting

#: What a form of an item, or an address of the list, says of them.
WORD = Decision.MAY_BE_UNDER_18.value


def going_on() -> dict[str, Any]:
    """Return what such pages say beside the item: who is named, and where to report."""
    here = current_site()
    return {
        "named": api.named_for_under_18(),
        "reporting": reporting(here.settings.country),
        "today": here.clock.now().date(),
    }


def in_list() -> dict[str, Any]:
    """Return what the list of items says of them: how many there are, and if nobody is named."""
    count = api.count_under_18_items()
    return {"under_18": count, "nobody_named": bool(count) and not api.named_for_under_18()}
