"""What the desk tells its pages and its callers: plain frozen values, free of the tables."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.fingerprint.value import View


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that an upload came close to, as it stood then; ``state_now`` as it stands.

    ``view`` is what was undone to the upload before it came close, ``answer`` what this entry alone
    came to, and ``reason`` says both in words.
    """

    bank: str
    entry_id: str
    kind: Kind
    distance: int
    state: EntryState
    quality_fine: bool
    state_now: EntryState
    view: View
    answer: GateAnswer
    reason: str


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What the gate answers. ``item`` is None exactly when the upload is allowed.

    ``banks_ready`` is False as long as some bank was never read to its end: an "allowed" then says
    less than usual.
    """

    answer: GateAnswer
    item: UUID | None
    matches: tuple[Match, ...]
    banks_ready: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item. ``decision`` is None as long as it waits for a person."""

    item: UUID
    answer: GateAnswer
    decision: Decision | None
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in a list. ``number`` is its place for paging.

    ``uploaded_at`` is there where the upload was allowed, and a later listing came close to it.
    """

    number: int
    item: UUID
    reference: str = field(repr=False)
    platform: str
    answer: GateAnswer
    decision: Decision | None
    created_at: datetime
    decided_at: datetime | None
    uploaded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done about an item: when, by whom (a moderator's name), what."""

    at: datetime
    who: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a bank is told of an entry, and whether it was."""

    bank: str
    value: Feedback
    state: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything that a moderator sees of an item."""

    line: ItemLine
    preview_url: str = field(repr=False)
    quality_fine: bool
    version: int
    decided_by: str
    matches: tuple[Match, ...]
    steps: tuple[Step, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why records were set aside, how often, and where the last one stood in its page."""

    text: str
    count: int
    last_position: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class BankLine:
    """How following a bank goes. ``outcome`` is of the last try."""

    name: str
    dialect: str
    outcome: str
    failures: int
    last_try_at: datetime | None
    last_success_at: datetime | None
    caught_up_at: datetime | None
    next_try_at: datetime
    listed: int
    disputed: int
    withdrawn: int
    set_aside: int
    pages_refused: int
    reasons: tuple[Reason, ...]
    feedback_waiting: int


@dataclass(frozen=True, slots=True)
class SweepRun:
    """A sweep as it was begun: its number, and how much there is to do."""

    id: int
    name: str
    platform_key_id: int
    list_digest: bytes
    files: int
    parts: int
    finished: bool


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """What came of a sweep so far. ``items`` were opened by it; ``faults`` go by reason."""

    files: int = 0
    parts: int = 0
    held: int = 0
    flagged: int = 0
    items: int = 0
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class SweptItem:
    """A file that matched, by its place in the list. ``decision`` is None while it waits.

    ``earlier``: its item waited already when the sweep came by.
    """

    place: int
    item: UUID
    answer: GateAnswer
    decision: Decision | None
    earlier: bool
