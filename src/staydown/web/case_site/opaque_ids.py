"""Names of ways and records in addresses, which a browser remembers: they say nothing.

They are others in each run, so that a list of pages cannot be held against the directory.
"""

import hashlib
import hmac
import secrets
import threading

#: What is neutral already: next steps, and one of many.
_NEUTRAL = ("next-", "many-")

_LENGTH = 12


class NeutralNames:
    """Which neutral name stands for which id, as far as a page has shown one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key = secrets.token_bytes(32)
        self._meant: dict[str, str] = {}

    def name(self, meant: str) -> str:
        """Return the neutral name of an id."""
        if meant.startswith(_NEUTRAL):
            return meant
        made = hmac.new(self._key, meant.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
        with self._lock:
            self._meant[made] = meant
        return made

    def meant(self, name: str) -> str:
        """Return the id that a name stands for; what is no name of ours stands for itself."""
        with self._lock:
            return self._meant.get(name, name)
