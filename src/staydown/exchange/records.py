"""What is said between a bank and its partners: plain frozen values, no parsing, no I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Under18
from staydown.fingerprint.kinds import BY_CONTENT, MAIN
from staydown.fingerprint.value import BadFingerprint, Fingerprint

# --------------------------------------------------------------------------- native feed (v2)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """The latest snapshot of one bank entry. A later one with the same ``entry_id`` replaces it.

    ``seq`` is the entry's place in the bank's feed; ``entry_id`` is opaque and lasting. Quality
    travels inside ``fingerprint``. A withdrawn entry still carries its fingerprint, so that a
    partner can find what to drop.

    ``picture`` is a random id that the entries of one picture share: its PDQ and its copy codes.
    None where the bank has one fingerprint alone. It says nothing of whose picture it is.
    """

    seq: int
    entry_id: str
    fingerprint: Fingerprint
    state: EntryState
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Entries after a cursor, in ascending ``seq``; ``next_after`` is the cursor to go on from."""

    entries: tuple[FeedEntry, ...]
    next_after: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that was refused on its own: where it stood and why, never what it held."""

    position: int
    reason: str


# --------------------------------------------------------------------------- StopNCII v1


class V1SignalType(StrEnum):
    """``signalType`` on the v1 wire."""

    UNKNOWN = "Unknown"
    IMAGE_PDQ = "ImagePDQ"
    VIDEO_MD5 = "VideoMD5"
    VIDEO_TMK = "VideoTMK"
    TEXT = "Text"
    URL = "URL"


class V1Status(StrEnum):
    """``hashStatus`` and the values of ``caseNumbers`` on the v1 wire."""

    UNKNOWN = "Unknown"
    RECEIVED = "Received"
    ACTIVE = "Active"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class V1Feedback:
    """One platform's word on a record."""

    value: Feedback
    source: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class V1Record:
    """A snapshot of one hash; a later one with the same type and value replaces it."""

    modified: int
    signal_type: V1SignalType
    value: str = field(repr=False)
    status: V1Status
    cases: tuple[tuple[str, V1Status], ...] = ()
    feedback: tuple[V1Feedback, ...] = ()


@dataclass(frozen=True, slots=True)
class V1Page:
    """An answer of FetchHashes."""

    records: tuple[V1Record, ...]
    next_page_token: str | None
    next_set_timestamp: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class V1Submission:
    """One hash in SubmitHashes, with the sender's own feedback."""

    signal_type: V1SignalType
    value: str = field(repr=False)
    feedback: tuple[V1Feedback, ...] = ()


@dataclass(frozen=True, slots=True)
class V1FeedbackReport:
    """One hash in SubmitFeedback. The wire names no type: the value is looked up over all."""

    value: str = field(repr=False)
    feedback: V1Feedback


# --------------------------------------------------------------------------- the person's side


@dataclass(frozen=True, slots=True, init=False)
class Picture:
    """The fingerprints of one picture: its PDQ and, beside it, one of each kind by content at most.

    Raises BadFingerprint for others, and where they are in another order than the kinds.
    """

    fingerprints: tuple[Fingerprint, ...]

    def __init__(self, pdq: Fingerprint, *beside: Fingerprint | None) -> None:
        made = (pdq, *(one for one in beside if one is not None))
        kinds = {one.kind: None for one in made}
        known = [kind for kind in BY_CONTENT if kind in kinds]
        if pdq.kind is not MAIN or [one.kind for one in made] != known:
            raise BadFingerprint("a picture is listed by its PDQ and, beside it, its copy code")
        object.__setattr__(self, "fingerprints", made)

    @property
    def pdq(self) -> Fingerprint:
        """The one that it can't do without."""
        return self.fingerprints[0]

    @property
    def beside(self) -> tuple[Fingerprint, ...]:
        """The others."""
        return self.fingerprints[1:]


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """What a person, or their advocate, hands in: answers, fingerprints and a PIN. Nothing else."""

    under18: Under18
    acting_for: ActingFor
    pictures: tuple[Picture, ...]
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a bank asks for: so many parts of the puzzle ``ticket`` (see ``exchange.puzzle``)."""

    ticket: str
    parts: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A bank's ticket and what was solved of it; both empty where nothing is paid."""

    ticket: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """What the person keeps. Shown once. ``held_until``: when it is given to partners at the
    latest, where that is later than usual because far more came in.

    ``like_harmless``: the numbers of pictures that look like a well-known harmless one. They are
    listed as the others are; see ``Likeness``.
    """

    case_number: str = field(repr=False)
    recovery_phrase: str = field(repr=False)
    held_until: datetime | None = None
    like_harmless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """A picture looks like a well-known harmless one: a logo, a meme, a stock photograph.

    Nothing follows from that by itself. The owner may ask for a review (``asked``: it is still to
    be done); the bank's operator may decide (``decided``) to keep the picture or to take it off the
    list (``taken_off``), with a ``reason``, and may decide again.
    """

    asked: bool = False
    decided: bool = False
    taken_off: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListingStatus:
    """What became of one picture of a case, as the case's owner is shown it.

    ``number`` counts the case's pictures from 1, in the order they were handed in. ``state`` is the
    listing's own: *disputed* by words said since it was made, *withdrawn* by its owner, whoever
    else lists the picture. ``fetched_by`` are the partners that were given it from then until it
    was withdrawn, by name. ``checked_since_withdrawal`` are those of them that were given the
    bank's news of it after that: that it is withdrawn or, where somebody else lists it, that it is
    still listed. ``feedback`` pairs a partner's name with what it said since; none once withdrawn.
    ``extended_until``: the day (ISO 8601) until which the bank's operator extended a dispute to it
    by hand, if that was done since it was listed. ``likeness``: it looks like a known harmless one.
    ``goes_out_by`` is when the listing, or its withdrawal, is given to partners at the latest; None
    once it was, and for what was withdrawn before. ``is_held``: that is later than usual, because
    so much came in. ``dropped_at``: when two operators decided that it isn't given to partners.
    """

    number: int
    state: EntryState
    fetched_by: tuple[str, ...] = ()
    checked_since_withdrawal: tuple[str, ...] = ()
    feedback: tuple[tuple[str, Feedback], ...] = ()
    extended_until: str | None = None
    likeness: Likeness | None = None
    goes_out_by: datetime | None = None
    is_held: bool = False
    dropped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What the status page shows."""

    acting_for: ActingFor
    opened_on: str
    listings: tuple[ListingStatus, ...]

    @property
    def held_until(self) -> datetime | None:
        """When the last of what a flood holds back goes out; None where nothing is held."""
        moments = [one.goes_out_by for one in self.listings if one.is_held and one.goes_out_by]
        return max(moments, default=None)

    @property
    def dropped_at(self) -> datetime | None:
        """When something of the case was dropped last; None where nothing was."""
        return max((one.dropped_at for one in self.listings if one.dropped_at), default=None)
