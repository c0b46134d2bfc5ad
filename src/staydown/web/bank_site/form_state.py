"""A person's answers on the way to a case: carried in the form itself, signed, never in a cookie.

Nothing is stored before the last step. The signature keeps a page from being fed answers that were
not given in order; it does not hide them from the person whose browser holds them.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

from django.core import signing

from staydown.base.errors import StaydownError
from staydown.base.vocabulary import ActingFor
from staydown.exchange.codec import parse_pictures, render_pictures
from staydown.exchange.errors import WireError
from staydown.exchange.idempotency import KEPT_HOURS
from staydown.exchange.records import Picture

_SALT = "staydown.bank.walk"
#: As long as a bank gives the same answer again: who pressed the last button and got none can
#: press it for as long.
MAX_AGE_SECONDS = KEPT_HOURS * 3600


class WalkLost(StaydownError):
    """The form is too old, or not one of ours."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The answers so far. That the answer about age was "no" is what having a walk means.

    ``once`` is made up at the first step; it lets a second press of the last button be recognised.
    """

    once: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    acting_for: ActingFor | None = None
    pictures: tuple[Picture, ...] = ()

    def with_answer(self, acting_for: ActingFor) -> "Walk":
        """Return the walk with the answer to who it is for."""
        return replace(self, acting_for=acting_for)

    def with_pictures(self, text: str) -> "Walk":
        """Return the walk with the list that the pictures page made. Raises WireError."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise WireError("the list of fingerprints is not valid JSON") from None
        return replace(self, pictures=parse_pictures(value))

    @property
    def key(self) -> bytes:
        """The idempotency key of what these answers ask for: 32 bytes, of which 128 bits are
        random. Whoever goes back and chooses other pictures asks for something else."""
        said = json.dumps([self.once, self.acting_for, render_pictures(self.pictures)])
        return hashlib.sha256(said.encode()).digest()

    def sign(self) -> str:
        """Return the text for the hidden field ``state``."""
        value = {
            "once": self.once,
            "for": self.acting_for.value if self.acting_for else None,
            "fp": render_pictures(self.pictures),
        }
        return signing.dumps(value, salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str, *, with_pictures: bool = False) -> "Walk":
        """Read the hidden field. Raises WalkLost, also when pictures are asked for and missing."""
        try:
            value = signing.loads(text, salt=_SALT, max_age=MAX_AGE_SECONDS)
        except signing.BadSignature:
            raise WalkLost("this page is out of date, or was opened in the middle") from None
        acting_for = ActingFor(value["for"]) if value["for"] else None
        pictures = parse_pictures(value["fp"]) if value["fp"] else ()
        if with_pictures and (acting_for is None or not pictures):
            raise WalkLost("this page was opened in the middle")
        return cls(value["once"], acting_for, pictures)
