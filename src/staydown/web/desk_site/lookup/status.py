"""How the desk is, in HMA's words: for load balancers and for whoever watches its index."""

import logging
from collections.abc import Mapping

from staydown.base.canonical import JSONValue
from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Kind
from staydown.review.api import Lookups
from staydown.web.desk_site.lookup.request import Asked, Refused, Text, listed
from staydown.web.kit.trouble import passing

log = logging.getLogger(__name__)

ALIVE = Text("I-AM-ALIVE")

#: HMA's word for an index that could not be compared with the records for a while.
STALE = "INDEX-STALE"

#: HMA's for a time before everything.
_NEVER = -1


class Status:
    """What HMA's status paths answer; thread-safe."""

    def __init__(self, lookups: Lookups, types: Mapping[str, Kind]) -> None:
        self._lookups = lookups
        self._types = types

    def live(self, asked: Asked) -> Text:
        """``GET /status/live``: the process answers. Nothing is looked at for it."""
        del asked
        return ALIVE

    def ready(self, asked: Asked) -> Text:
        """``GET /status``: look-ups are answered, by an index that holds every record.

        It is brought up to date by asking. Where that can't be done, look-ups are refused too.
        Raises Refused.
        """
        try:
            self._lookups.listed(asked.head)
        except StaydownError:
            log.exception("the index cannot be brought up to date: look-ups are refused")
            raise stale(5) from None
        return ALIVE

    def index(self, asked: Asked) -> JSONValue:
        """``GET /m/index/status``: how many entries of each type can be found, and up to when
        every bank was read; -1 where one was never read to its end. Raises Refused."""
        wanted = asked.parameters.get("signal_type")
        if wanted is not None and wanted not in self._types:
            raise Refused(400, f"no such signal type: it is {listed(self._types)}")
        counts, read = self._lookups.listed(asked.head), self._lookups.read_until()
        built = _NEVER if read is None else int(read.timestamp())
        return {
            name: {"present": True, "built_to": built, "size": counts[kind]}
            for name, kind in self._types.items()
            if wanted in (None, name)
        }


def stale(seconds: int) -> Refused:
    """Return the refusal of a desk whose index can't be compared with the records."""
    return Refused(503, STALE, headers={"Retry-After": str(seconds)}, plain=True)


def stale_if_passing(error: Exception) -> Refused | None:
    """Return that refusal where ``error`` is a database in trouble."""
    seconds = passing(error)
    return None if seconds is None else stale(seconds)
