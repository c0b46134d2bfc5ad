"""What can still be read of a page that can't: the token that leads past it."""

import json

_NAME = b'"nextPageToken"'
_RECORDS = b'"hashRecords"'
_LONGEST = 1024


def find_next_token(body: bytes) -> str | None:
    """Return the ``nextPageToken`` of a FetchHashes answer that isn't JSON as a whole.

    Only one beside the records counts, not one inside them. None where none can be read.
    """
    records = body.find(_RECORDS)
    place = body.find(_NAME, 0, len(body) if records < 0 else records)
    if place < 0 <= records:
        place = body.rfind(_NAME, records)
    if place < 0:
        return None
    rest = body[place + len(_NAME) : place + len(_NAME) + 8 * _LONGEST].lstrip()
    if not rest.startswith(b":"):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(rest[1:].decode("utf-8", "replace").lstrip())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None
