"""The shapes of the directory's records. Unknown keys are errors; see README.md beside this."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from staydown.base.records import Standing
from staydown.notices.vocabulary import (
    AuthorityKind,
    Element,
    Obliges,
    PlaceKind,
    Severity,
    StartsAt,
    Unit,
)

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
#: ISO 3166-1, optionally with a subdivision; EU for the Union; ZZ for anywhere else.
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Answer = Literal["true", "false", "likely", "unknown"]


def _web(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise ValueError("an address starts with https:// (or http:// where there is no other)")
    return url


Web = Annotated[str, AfterValidator(_web)]


class Record(BaseModel):
    """What every record has. ``confirmed``: somebody saw it at ``source`` on the day ``checked``.

    ``source`` is an address, or a reference like "overview: APC 2024". A record that isn't
    confirmed says ``why``. ``unconfirmed`` lists single points of a confirmed record that nobody
    saw.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Slug
    checked: date
    confirmed: bool
    source: str = ""
    #: More addresses, where several were needed.
    more_sources: tuple[str, ...] = Field(default=(), strict=False)
    source_type: Literal["primary", "official", "project", "secondary", "press", ""] = ""
    why: str = ""
    unconfirmed: tuple[str, ...] = Field(default=(), strict=False)
    recheck_after: date | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.confirmed and not self.why:
            raise ValueError("a record that is not confirmed says why")
        if self.confirmed and not self.source:
            raise ValueError("a confirmed record names its source")
        return self

    @property
    def standing(self) -> Standing:
        """How far the record can be relied on, and until when."""
        return Standing(
            self.checked, self.confirmed, self.source, self.why, self.unconfirmed,
            self.recheck_after,
        )  # fmt: skip


class Jurisdiction(Record):
    """A country, a part of one, or a union of them. Its id is its code in small letters.

    ``confirmed`` and ``source`` are those of ``platform_clock``.
    """

    code: Code
    name: Text
    parent: Code | None = None
    #: Codes that belong to it (the Union's members), with a record of their own or without.
    members: tuple[Code, ...] = Field(default=(), strict=False)
    minors_note: str = ""
    minors_source: str = ""
    #: Ids of guidance.support records.
    helplines: tuple[Slug, ...] = Field(default=(), strict=False)
    #: What is known of a legal time limit on platforms, in words, for the page.
    platform_clock: str = ""
    #: What a notice needs here, in words, and as far as it can be listed.
    notice_note: str = ""
    notice_elements: tuple[Element, ...] = Field(default=(), strict=False)


class Reading(BaseModel):
    """One way to read a legal time limit. Where a law is in doubt, a regime has several."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    label: Text
    #: Both None: this reading says there is no fixed time.
    length: Annotated[int, Field(ge=1, le=10_000)] | None = None
    unit: Unit | None = Field(default=None, strict=False)
    starts: StartsAt = Field(strict=False)
    in_force_from: date | None = None
    in_force_until: date | None = None
    #: A law that is passed but not (known to be) in force.
    commenced: bool = True
    confirmed: bool
    source: str = ""
    #: Why it is not confirmed, or what is in doubt about it.
    why: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.length is None) != (self.unit is None):
            raise ValueError("a length has a unit, and no fixed time has neither")
        if not self.confirmed and not self.why:
            raise ValueError("a reading that is not confirmed says why")
        if self.confirmed and not self.source:
            raise ValueError("a confirmed reading names its source")
        return self


class Regime(Record):
    """A way to ask for removal that a law lays down: who may, with what, and how soon."""

    jurisdiction: Code
    name: Text
    citation: Text
    addressed_to: Text
    #: Whom the notice goes to: a platform, or a regulator who then orders.
    recipient: Literal["platform", "regulator", "search_engine"]
    #: What must have happened when the clock runs out.
    obliges: Obliges = Field(strict=False)
    #: Empty: no time is fixed.
    readings: tuple[Reading, ...] = Field(default=(), strict=False)
    elements: tuple[Element, ...] = Field(strict=False)
    #: Groups of elements of which one is enough, where the law says so. The first of each is the
    #: usual one and stands in ``elements``; the others do instead of it.
    one_of: tuple[tuple[Element, ...], ...] = Field(default=(), strict=False)
    may_be_sent_by: tuple[Text, ...] = Field(strict=False)
    #: Whether only the depicted person or a legal representative may send it.
    depicted_only: bool = False
    also_requires_platform_to: tuple[Text, ...] = Field(default=(), strict=False)
    exceptions: tuple[Text, ...] = Field(default=(), strict=False)
    legal_effect: str = ""
    escalation: str = ""
    #: Whether it works for pictures that software made: "true", "false", "unknown".
    covers_synthetic: Answer
    #: Only for somebody who took the picture or owns its copyright.
    copyright_only: bool = False
    #: Whether the sender's contact goes to the uploader.
    reveals_sender: bool = False
    in_force_from: date | None = None


class Law(Record):
    """A law, for the explanation in a notice and for the page."""

    jurisdiction: Code
    citation: Text
    year: int
    kind: Literal[
        "criminal", "civil", "platform-duty", "data-protection", "copyright", "ai-regulation"
    ]
    covers: Text
    covers_synthetic: Answer
    #: Whether it is law now; a bill or an annulled act is shown and never cited.
    status: Literal["in_force", "not_yet", "bill", "annulled", "unknown"]
    #: Whether it is a ground on which a private picture shown without consent is unlawful.
    ground: bool
    #: Whether it speaks of pictures that software made or changed, and of no others.
    only_synthetic: bool = False
    #: Which to name first, where several laws of a country fit: the lowest.
    order: Annotated[int, Field(ge=1, le=99)] = 50


class Authority(Record):
    """A regulator, a court or police."""

    jurisdiction: Code
    kind: AuthorityKind = Field(strict=False)
    name: Text
    role: Text
    url: Web = ""
    email: str = ""
    phone: str = ""
    #: Whether a person can turn there with a case of their own.
    takes_complaints: bool = True


class Risk(Record):
    """What may hurt the person here."""

    jurisdiction: Code
    key: Literal[
        "anti_pornography_law", "same_sex_criminalisation", "extramarital_sex_criminalisation",
        "mandatory_reporting_minor", "csam_possession_or_sharing", "evidence_sharing_liability",
        "sender_liability", "counter_complaint", "identity_disclosed_to_uploader",
        "identity_disclosed_publicly", "institutional_retaliation", "complaint_time_limit",
        "police_step_required_first", "evidence_lost_if_removed_first",
        "false_statement_liability", "law_gap", "law_in_flux", "not_in_force_yet",
        "coverage_gap", "notice_must_be_complete", "standing_limited",
    ]  # fmt: skip
    severity: Severity = Field(strict=False)
    #: For the person, in plain words.
    text: Text
    #: The same for a lawyer or advocate, where it says more.
    detail: str = ""
    #: What it concerns; empty: everything one does in this country.
    applies_to: tuple[
        Literal["copyright", "police", "court", "regulator", "platform", "search", "evidence"], ...
    ] = Field(default=(), strict=False)


#: Keys of the risks that are there only when somebody in the picture was under 18.
ABOUT_MINORS = frozenset({"csam_possession_or_sharing", "mandatory_reporting_minor"})


class Place(Record):
    """A platform, host, search engine, registrar, app store … that can be written to."""

    kind: PlaceKind = Field(strict=False)
    name: Text
    owner: str = ""
    status: Literal["active", "uncertain", "hosting_closed"] = "active"
    #: Host names by which an address is known to be there, without "www.".
    hosts: tuple[str, ...] = Field(default=(), strict=False)
    #: Where the company sits, when that is confirmed.
    country: Code | None = None
    blocked_in: tuple[Code, ...] = Field(default=(), strict=False)
    #: Whose people it is about, where that is not everybody: a people-search site of one country.
    serves: tuple[Code, ...] = Field(default=(), strict=False)
    removal_form_url: Web = ""
    tida_url: Web = ""
    synthetic_form_url: Web = ""
    policy_url: Web = ""
    help_url: Web = ""
    guide_url: Web = ""
    other_forms: tuple[str, ...] = Field(default=(), strict=False)
    contact_email: str = ""
    dmca_contact: str = ""
    privacy_contact: str = ""
    account_needed: Answer = "unknown"
    asks_for: tuple[str, ...] = Field(default=(), strict=False)
    stopncii_partner: Answer = "unknown"
    ncmec_take_it_down: Answer = "unknown"
    tida_covered: Answer = "unknown"
    appeal: str = ""
    #: What it says, or is known, to tell the uploader or the site's owner about a report.
    passes_on: str = ""
    #: What its form asks for beyond what is needed: identity papers, a picture of the face.
    asks_too_much: str = ""
    notes: str = ""


class Calendar(Record):
    """Which days count in a place. Public holidays themselves come from the holidays package."""

    jurisdiction: Code
    #: Country code of the holidays package; None where it has no such country.
    holidays_of: str | None = None
    subdivision: str | None = None
    #: Monday is 0.
    weekend: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(strict=False)
    #: IANA names. Several where the place has several zones.
    time_zones: tuple[Text, ...] = Field(strict=False, min_length=1)


class Tombstone(Record):
    """An identifier that is no longer used, and never will be for anything else."""

    retired: date
    was: Text
    instead: Slug | None = None
    reason: Text
