"""One word per thing, the same in the database, the API, the pages and the guides."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of fingerprint that Staydown speaks of."""

    PDQ = "pdq"
    MD5 = "md5"
    SHA256 = "sha256"


class EntryState(StrEnum):
    """Where a fingerprint stands in a bank."""

    LISTED = "listed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a moderator decided about an item."""

    NCII = "ncii"
    NOT_NCII = "not_ncii"
    CANT_TELL = "cant_tell"


class Feedback(StrEnum):
    """What a partner tells the bank of an entry, in the words of the StopNCII v1 wire."""

    UNKNOWN = "Unknown"
    NONE = "None"
    QUALITY_UNKNOWN = "QualityUnknown"
    PENDING_REVIEW = "PendingReview"
    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"


class GateAnswer(StrEnum):
    """What the upload gate answers. ``HELD`` waits for a person; it is never a verdict."""

    ALLOWED = "allowed"
    FLAGGED = "flagged"
    HELD = "held"


class ActingFor(StrEnum):
    """Whether the person at the keyboard is the person in the picture."""

    SELF = "self"
    OTHER = "other"


class Under18(StrEnum):
    """Whether anyone in the picture was under 18 when it was taken. Only ``NO`` goes on."""

    NO = "no"
    YES = "yes"
    NOT_SURE = "not_sure"
