"""How banks in use have been seen to behave, for the simulator to play.

Three kinds of page token are in use, and a follower must get on with each: those that name the last
record that was given (keyset), those that count records from the ``startTimestamp`` of the query
(offset), and those that are good only together with the query that they came with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Tokens(StrEnum):
    """What a v1 page token is."""

    KEYSET = "keyset"  # the last record that was given
    OFFSET = "offset"  # how many records of the query were given
    PAGE = "page"  # how many pages of the size that is asked for now
    QUERY = "query"  # how many records; refused with another startTimestamp
    WHOLE_QUERY = "whole query"  # how many records; refused with another start or pageSize
    IGNORED = "ignored"  # nothing: every page is the query's first


class Unreadable(StrEnum):
    """What becomes of every page that holds a certain record."""

    CUT = "cut"  # the JSON breaks off within the record
    NOT_JSON = "not JSON"  # a page of HTML with status 200
    FORM = "form"  # JSON of another form, without records
    DIGITS = "digits"  # a number that is too long to be read
    TOO_LARGE = "too large"  # longer than a follower will read
    STATUS = "status"  # the bank's own fault: 500
    BROKEN_OFF = "broken off"  # the line breaks


class Stamped(StrEnum):
    """When ``nextSetTimestamp`` moves."""

    EACH_PAGE = "each page"
    AT_THE_END = "at the end"
    AHEAD = "ahead"  # the end of the whole query, on its first page already


#: The answer to a token that is no longer known, where it isn't a status: an empty last page.
EMPTY_PAGE = 200


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a bank behaves; as it stands, like ours.

    ``token_lasts`` is in seconds of the bank's clock (None: for good), ``expired`` is the status of
    the answer to a token that is no longer known, or ``EMPTY_PAGE``. ``caps`` are the most records
    of one page after the other, over and over. With ``backwards`` the newest record comes first.
    With ``ends_empty`` a last page that is full is followed by an empty one.
    """

    tokens: Tokens = Tokens.KEYSET
    token_lasts: int | None = None
    expired: int = 400
    caps: tuple[int, ...] = ()
    stamped: Stamped = Stamped.EACH_PAGE
    backwards: bool = False
    ends_empty: bool = False
    #: By entry id.
    unreadable: Mapping[str, Unreadable] = field(default_factory=lambda: MappingProxyType({}))
