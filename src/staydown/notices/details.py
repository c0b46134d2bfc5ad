"""What a letter is filled with. Everything is optional; a regime says what it cannot do without."""

from dataclasses import dataclass, field
from datetime import date, datetime

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.languages import Language
from staydown.base.reasons import Reason
from staydown.notices.vocabulary import Letter, RecipientKind, Standing


@dataclass(frozen=True, slots=True)
class Location:
    """One item: where it is. ``url`` or ``info`` (channel, message id, account, time) or both."""

    id: str
    url: str = field(default="", repr=False)
    info: str = field(default="", repr=False)
    #: Neutral words of what it shows; never more than a notice needs.
    description: str = field(default="", repr=False)
    #: Label of the evidence kept for it ("E-03"), never the evidence itself.
    evidence: str = ""
    #: Its own ground, when it differs from the letter's: a citation.
    ground: str = ""
    #: Name search that finds it, for de-listing.
    search_query: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Details:
    """What the person or helper has filled in.

    There is no field for an identity paper, a birth date, a home address or a story: none of the
    letters needs them. ``contact`` is any way to be reached that is safe to use.
    """

    locations: tuple[Location, ...] = ()
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    #: Typed name, or "/s/ …".
    signature: str = field(default="", repr=False)
    standing: Standing | None = None
    #: How the depicted person is called in the letter; a role or initials will do.
    depicted: str = field(default="", repr=False)
    #: For a representative: said to have been given leave. Not papers.
    authorised: bool = False
    #: Each statement is made by the person ticking it, never by default.
    states_no_consent: bool = False
    states_good_faith: bool = False
    states_accurate: bool = False
    states_intimate: bool = False
    states_perjury: bool = False
    states_vulnerable: bool = False
    capture: ContentCapture | None = None
    consent: DistributionConsent | None = None
    synthetic: bool | None = None
    #: Anything that helps a service to see the lack of consent; short.
    consent_information: str = field(default="", repr=False)
    #: Why it is unlawful, when the directory's law is not enough.
    explanation: str = field(default="", repr=False)
    legal_ground: str = ""
    circumstances: str = field(default="", repr=False)
    copyrighted_work: str = field(default="", repr=False)
    prior_report: str = field(default="", repr=False)
    police_reference: str = field(default="", repr=False)
    #: For a reminder or a complaint: when the first notice went, and its Message-ID.
    first_sent: datetime | None = None
    first_message_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a letter cannot do without, or that is filled in wrongly.

    ``what`` is an Element's value, or "age" for the question whether anyone was under 18, or
    "not_under_18" when the answer forbids a letter.
    """

    what: str
    #: The field(s) of Details that supply it ("email", "locations[2].url").
    fields: tuple[str, ...]
    #: How to supply it.
    how: Reason


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the letter goes to."""

    kind: RecipientKind
    name: str
    email: str = field(default="", repr=False)
    form_url: str = ""
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A finished letter: complete, checked, not sent."""

    letter: Letter
    language: Language
    #: Whether a lawyer reviewed this letter in this language, and when.
    reviewed: date | None
    to: Addressee
    subject: str
    body: str
    #: The law it names, as cited; "" for a report under a service's own rules.
    law: str
    regime: str | None
    #: False where the letter itself says that the regime may not be in force, or isn't confirmed.
    law_certain: bool
    details: Details
    written: datetime
    #: The fields of Details that the letter carries ("locations.url"); nothing else is passed on.
    shown: tuple[str, ...] = ()
