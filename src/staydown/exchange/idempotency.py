"""Sending a request again when its answer was lost: the key that makes it safe, and how often.

The header is that of draft-ietf-httpapi-idempotency-key-header; it may come with or without the
quotation marks that the draft asks for.
"""

import re
import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from staydown.exchange.errors import BankUnreachable, WireError

HEADER = "Idempotency-Key"

#: How long a bank gives the same answer under a key, in hours.
KEPT_HOURS = 24

#: Seconds before each further try. A bank may ask for more, up to the longest.
PAUSES = (1.0, 3.0, 9.0, 27.0)
LONGEST_PAUSE = 60.0

#: 128 bits need 22 signs of base 64, or 32 hexadecimal digits.
_KEY = re.compile(r"[A-Za-z0-9_-]{22,128}")
_HEX = re.compile(r"[0-9A-Fa-f-]*")
_HEX_DIGITS = 32
#: A random key has fewer different signs once in 10¹³ times.
_FEWEST_DIFFERENT = 6

_UNFIT = (
    f"the header {HEADER} holds no key: make up 32 random hexadecimal digits for each request, "
    "and repeat the request with the same ones"
)

T = TypeVar("T")


def new_key() -> str:
    """Return a key of 128 random bits."""
    return secrets.token_hex(16)


def read_key(text: str) -> str:
    """Return the key in a header. Raises WireError for what can't have 128 random bits."""
    key = text.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key) or len(set(key)) < _FEWEST_DIFFERENT:
        raise WireError(_UNFIT)
    if _HEX.fullmatch(key) and len(key.replace("-", "")) < _HEX_DIGITS:
        raise WireError(_UNFIT)
    return key


def until_answered(
    send: Callable[[], T],
    *,
    told: Callable[[float], None],
    wait: Callable[[float], None] = time.sleep,
) -> T:
    """Return what ``send`` returns, trying again where no usable answer came.

    For requests that change nothing when they are repeated. ``told`` hears, before each further
    try, how many seconds it is put off. Raises what the last try raised; BankRefused, an address
    that can't be called, and a bank that asks for a longer pause end it at once.
    """
    for pause in PAUSES:
        try:
            return send()
        except BankUnreachable as error:
            seconds = max(pause, error.retry_after or 0.0)
            if not error.sent or seconds > LONGEST_PAUSE:
                raise
        except WireError:
            seconds = pause
        told(seconds)
        wait(seconds)
    return send()
