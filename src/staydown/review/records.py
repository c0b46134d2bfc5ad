"""What the desk tells its pages and its callers: plain frozen values, free of the tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind
from staydown.fingerprint.kinds import KINDS, Alike
from staydown.fingerprint.value import View
from staydown.matching.reasons import is_of_a_face
from staydown.review import under_18


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

    @property
    def alike(self) -> Alike:
        """How people are told of it."""
        return KINDS[self.kind].alike(self.distance)

    @property
    def is_of_a_face(self) -> bool:
        """Whether it is another picture of the file that came close, such as a later frame."""
        return is_of_a_face(self.reason)


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
    #: What of a picture was examined (``matching.looked_at``); None where fingerprints came.
    looked_at: Mapping[str, JSONValue] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item. ``decision`` is None as long as it waits for a person."""

    item: UUID
    answer: GateAnswer
    decision: Decision | None
    created_at: datetime
    decided_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether the platform has to ask again, and to keep back what was held."""
        return under_18.waits(self.decision)


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
    #: It may show somebody under 18: what could lead to the upload was left out.
    hidden: bool = False

    @property
    def waits(self) -> bool:
        """Whether the platform has to ask again, and to keep back what was held."""
        return under_18.waits(self.decision)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done about an item: when, by whom (a moderator's name), what.

    ``after`` is an answer, a decision, or "opened" where a hidden item was looked into.
    """

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

    @property
    def is_of_a_face(self) -> bool:
        """Whether what is seen first of the file may not be what came close."""
        return any(match.is_of_a_face for match in self.matches)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why records were set aside, how often, and where the last one stood in its page."""

    text: str
    count: int
    last_position: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class BankShare:
    """What a bank may send and keep here, and how much of that is used.

    ``entries`` and ``bytes`` are those of the last hour. ``paused_until`` is there while the bank
    isn't asked because its share is used up; ``left_out`` are entries that found no room.
    """

    entries: int
    bytes: int
    index_bytes: int
    most_entries: int
    backfill_left: int
    left_out: int
    paused_until: datetime | None


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
    #: Records that couldn't be read and are tried again, and when the next of them is.
    passed_over: int = 0
    passed_over_next_at: datetime | None = None


class AlarmKind(StrEnum):
    """What an alarm says. Its sentences are in ``alarm_words``."""

    BANK_OVER_SHARE = "bank_over_share"
    BANK_FULL = "bank_full"
    DESK_FULL = "desk_full"
    BANK_MANY_ITEMS = "bank_many_items"
    BANK_UNREADABLE = "bank_unreadable"


class AlarmState(StrEnum):
    """Whether anybody knows of an alarm, and whether it is over."""

    OPEN = "open"
    SEEN = "seen"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An alarm. ``subject`` is a name of our own, ``values`` are numbers and reason codes.

    ``count`` says how often it happened since ``raised_at``. ``title`` and ``text`` say the same
    in words, ``advice`` what can be done, and ``command`` is the command that does it.
    """

    number: int
    kind: AlarmKind
    subject: str
    state: AlarmState
    values: Mapping[str, int | str]
    count: int
    raised_at: datetime
    last_at: datetime
    seen_by: str
    seen_at: datetime | None
    lifted_by: str
    lifted_at: datetime | None
    reason: str
    title: str
    text: str
    advice: str
    command: str


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


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the list of what waits: its longest-waiting item, the next ones, and how many.

    ``others`` counts further items of the group that wait, ``joined`` uploads that joined its
    items.
    """

    first: ItemLine
    following: tuple[ItemLine, ...] = ()
    others: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Another item of a group that waits. ``same_file``: byte for byte the file of the item that is
    being looked at."""

    line: ItemLine
    preview_url: str = field(repr=False)
    version: int
    same_file: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """An upload that joined an item: of the same file, or like what was decided before."""

    reference: str = field(repr=False)
    platform: str
    preview_url: str = field(repr=False)
    created_at: datetime
    same_file: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs to an item. ``waiting`` and ``uploads`` count all, the tuples are bounded.

    ``decided`` counts the decisions about other items of the group. ``recalled`` says why memory
    let this one through, flagged: a word of ``matching.rules.Recalled``, or "".
    """

    recalled: str = ""
    others: tuple[GroupMember, ...] = ()
    waiting: int = 0
    joined: tuple[Joined, ...] = ()
    uploads: int = 0
    decided: Mapping[Decision, int] = field(default_factory=dict)
