"""What a site answers while its database is in trouble: come back soon, and nothing is half saved.

Both sites call this from their handler for faults, which Django asks whatever raised: a view, a
template or a middleware. So no view has to think of it, and a fault of ours stays one.
"""

import logging
import sys
from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse

from staydown.base.trouble import Trouble, trouble_of
from staydown.web.kit.http.problem import problem
from staydown.web.kit.http.roots import below

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


def unavailable(
    request: HttpRequest, programs: tuple[str, ...], page: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse | None:
    """Return the answer 503 to what is being handled, if that is a database in trouble.

    ``page`` is for people, and must not ask the database; addresses below one of
    ``programs`` get a problem document.
    """
    seconds = passing(sys.exc_info()[1])
    if seconds is None:
        return None
    if below(request.path, programs):
        return problem(503, DETAIL, retry_after=seconds)
    response = page(request)
    response["Retry-After"] = str(seconds)
    return response
