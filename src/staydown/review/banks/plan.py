"""What following a bank needs, and where it stands, as values."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from staydown.base.clock import Clock
from staydown.fingerprint.sealing import Sealer
from staydown.matching.asking import Asking, Suspect
from staydown.matching.chain import Chain
from staydown.net.message import Transport
from staydown.review.banks import meters, shares

FEED_PAGE = 500
V1_PAGE = 800


@dataclass(frozen=True, slots=True)
class Follower:
    """What following needs: how to reach banks, what seals, what time it is."""

    transport: Transport
    sealer: Sealer
    clock: Clock
    poll: timedelta
    #: Memory that the index may take for the entries of all banks, in bytes.
    most_index_bytes: int = meters.MOST_INDEX_BYTES
    #: What a bank may send in an hour.
    share: shares.Spent = shares.SHARE


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to fetch from. ``chain`` is there for v1 alone, and leads the way there."""

    bank_id: int
    url: str
    dialect: str
    subscription_key_file: Path
    function_key_file: Path
    cursor: int
    revision: int
    generation: int
    chain: Chain | None = field(default=None, repr=False)
    asking: Asking = field(default_factory=lambda: Asking.of(FEED_PAGE))
    suspect: Suspect | None = None
    #: The entry that the next page has to begin with, where its token was found in another page.
    expects: str | None = field(default=None, repr=False)
    #: Tries in a row that had failed when this look began.
    failures: int = 0
    #: As the operator calls it.
    name: str = ""
    #: Records that a v1 bank may serve again in this look without their being counted.
    overlap: int = 0
    #: Bytes received in this look, and whether it brought any news.
    received: int = 0
    any_news: bool = False

    @property
    def token(self) -> str | None:
        """The token that the next question bears."""
        return None if self.chain is None else self.chain.token

    @property
    def place(self) -> int:
        """The place from which a question without a token misses nothing."""
        return self.cursor if self.chain is None else self.chain.safe()


def full_page(dialect: str) -> int:
    """Return how many records to ask for at once."""
    return V1_PAGE if dialect == "v1" else FEED_PAGE
