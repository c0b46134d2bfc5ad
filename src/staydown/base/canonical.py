"""One byte sequence for one JSON value, so that hashes and comparisons are stable."""

import json
from collections.abc import Mapping, Sequence

_TYPE_ERROR = "canonical JSON holds only text, whole numbers, true, false, null, lists and objects"

JSONValue = str | int | bool | None | Sequence["JSONValue"] | Mapping[str, "JSONValue"]


def canonical_json(value: JSONValue) -> bytes:
    """Return ``value`` as UTF-8 JSON: keys sorted, no spaces, no floating-point numbers.

    Raises TypeError for a float (two machines may print it differently) and for foreign types.
    """
    _refuse_floats(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(_TYPE_ERROR)
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
    elif not isinstance(value, str | int | bool | None):
        raise TypeError(_TYPE_ERROR)
