"""What a site answers while its database is in trouble: come back soon, and nothing is half saved.

Sites ask this in their handler for faults, which Django calls whatever raised: a view, a template
or a middleware. So no view has to think of it, and a fault of ours stays one.
"""

import logging

from django.db import connections

from staydown.base.trouble import Trouble, trouble_of

log = logging.getLogger(__name__)

#: When to come back, in seconds.
_RETRY_AFTER = {Trouble.BUSY: 5}
_RETRY_LATER = 30

#: For programs; people get a page.
DETAIL = (
    "the records cannot be reached right now: nothing of this request is half saved, "
    "send it again a little later"
)


def passing(error: BaseException | None) -> int | None:
    """Return the seconds after which it is worth trying again, if ``error`` is a database in
    trouble. What it was is logged, and the next request of this thread begins with a fresh
    connection."""
    trouble = None if error is None else trouble_of(error)
    if trouble is None:
        return None
    log.warning("the database cannot be used", extra={"fact": {"trouble": trouble}})
    connections.close_all()
    return _RETRY_AFTER.get(trouble, _RETRY_LATER)
