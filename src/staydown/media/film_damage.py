"""How much of a film could be looked at, where that isn't all of it.

A player shows what it can of a film that breaks off. So do we, and say so: whoever decides must
know that a part wasn't there to be looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from staydown.base.canonical import JSONValue
from staydown.media.errors import DecoderFailed

#: Seconds that a film lasts at most, as this may say.
_MOST_SECONDS = 500_000

_MOST_PLACES = 1 << 31


@dataclass(frozen=True, slots=True)
class FilmDamage:
    """What of a film couldn't be looked at.

    ``seen`` of ``of`` seconds were; both are the same where nothing is known to be missing.
    ``passed_over``: places in between that no picture could be made of.
    """

    seen: float
    of: float
    passed_over: int = 0

    @property
    def any(self) -> bool:
        """Whether the film is damaged at all."""
        return self.passed_over > 0 or self.of > self.seen

    def plain(self) -> JSONValue:
        """Say it in JSON, in whole milliseconds."""
        seen, of = (round(1000 * min(one, _MOST_SECONDS)) for one in (self.seen, self.of))
        return {"seen": seen, "of": max(seen, of), "passed_over": self.passed_over}

    @classmethod
    def read(cls, said: JSONValue) -> "FilmDamage":
        """Read what a child said, as strictly as anything foreign. Raises DecoderFailed."""
        if not isinstance(said, Mapping):
            raise DecoderFailed
        seen, of, passed_over = (said.get(name) for name in ("seen", "of", "passed_over"))
        if type(seen) is not int or type(of) is not int or type(passed_over) is not int:
            raise DecoderFailed
        if not (0 <= seen <= of <= 1000 * _MOST_SECONDS and 0 <= passed_over <= _MOST_PLACES):
            raise DecoderFailed
        return cls(seen / 1000, of / 1000, passed_over)
