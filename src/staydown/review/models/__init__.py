"""The desk's tables. Private to ``review``: everything else goes through ``api``.

No picture and no address of a person is kept here. Fingerprints of an upload are, sealed, while its
item waits or isn't NCII (``ItemMark``), and where the desk looks back (``KeptUpload``). Those that
banks hand out are sealed too; keys of banks lie in files; keys of the platform are hashed.
"""

from staydown.review.models.audit import Audit
from staydown.review.models.banks import (
    Alarm,
    Bank,
    BankMeter,
    BankReading,
    FeedbackJob,
    PassedOver,
    SetAsideReason,
)
from staydown.review.models.catalogue import (
    KeptMatch,
    KeptUpload,
    LookBack,
    Sweep,
    SweepItem,
    SweepPart,
)
from staydown.review.models.entries import (
    BankEntry,
    Head,
    IndexMark,
)
from staydown.review.models.queue import (
    Candidate,
    EntryGroup,
    IdempotentAnswer,
    Item,
    ItemMark,
    JoinedUpload,
    PlatformKey,
    Remembered,
)

__all__ = [
    "Alarm",
    "Audit",
    "Bank",
    "BankEntry",
    "BankMeter",
    "BankReading",
    "Candidate",
    "EntryGroup",
    "FeedbackJob",
    "Head",
    "IdempotentAnswer",
    "IndexMark",
    "Item",
    "ItemMark",
    "JoinedUpload",
    "KeptMatch",
    "KeptUpload",
    "LookBack",
    "PassedOver",
    "PlatformKey",
    "Remembered",
    "SetAsideReason",
    "Sweep",
    "SweepItem",
    "SweepPart",
]
