"""One word per thing, the same in the database, the API, the pages and the guides."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of fingerprint that Staydown speaks of."""

    PDQ = "pdq"
    COPY1 = "copy1"
    MD5 = "md5"
    SHA256 = "sha256"


class Cut(StrEnum):
    """What of a picture is looked at, so that what somebody did to a copy is undone."""

    WHOLE = "whole"
    TRIMMED = "trimmed"
    CUT_OUT = "cut_out"
    LEVELLED = "levelled"
    SQUARED = "squared"


class Turn(StrEnum):
    """How a picture is turned, clockwise, and mirrored left to right before that."""

    NONE = "none"
    TURNED_90 = "turned_90"
    TURNED_180 = "turned_180"
    TURNED_270 = "turned_270"
    MIRRORED = "mirrored"
    MIRRORED_90 = "mirrored_90"
    MIRRORED_180 = "mirrored_180"
    MIRRORED_270 = "mirrored_270"


class EntryState(StrEnum):
    """Where a fingerprint stands in a bank."""

    LISTED = "listed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a moderator decided about an item.

    ``MAY_BE_UNDER_18`` says what the upload may show, whatever else it is.
    """

    NCII = "ncii"
    NOT_NCII = "not_ncii"
    CANT_TELL = "cant_tell"
    MAY_BE_UNDER_18 = "may_be_under_18"


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
