"""The shape of one record: a service that helps, a tool, or something to read.

Unknown keys are errors; README.md beside this says what each key means and who may change it.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from staydown.guidance.record import Checked

#: ISO 3166-1, optionally with a subdivision; INT for worldwide.
Country = Annotated[str, Field(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|INT)$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
#: Digits as people there write them.
Number = Annotated[str, Field(pattern=r"^[+0-9][0-9 -]{1,24}$")]

Kind = Literal[
    "escalation", "government_guidance", "hash_bank", "helpline", "hotline_minors", "in_person",
    "legal_aid", "paid_service", "police", "reading", "regulator", "removal_service", "tool",
]  # fmt: skip
Channel = Literal["app", "chat", "email", "form", "phone", "police", "website", "whatsapp"]


def _web(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise ValueError("an address starts with https:// (or http:// where there is no other)")
    return url


Web = Annotated[str, AfterValidator(_web)]


class PublicPage(BaseModel):
    """What the bank's public page for people under 18 says of a service, and in which order."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    order: Annotated[int, Field(ge=1, le=999)]
    #: The name there, where it differs from the record's.
    name: str = ""
    country_name: Text
    for_whom: Annotated[str, Field(min_length=10, max_length=300)]
    what: Annotated[str, Field(min_length=10, max_length=300)]


class Support(Checked):
    """A service, a tool or something to read.

    ``confirmed``: somebody saw the service described at ``source`` on the day ``checked``.
    ``address_confirmed``: that page also showed the address or number given here.
    """

    name: Annotated[str, Field(min_length=3, max_length=200)]
    kind: Kind
    country: Country
    #: More countries that it is made for, though it sits elsewhere.
    also_for: tuple[Country, ...] = Field(default=(), strict=False)
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = Field(
        strict=False, min_length=1
    )
    for_whom: Literal["adults", "under18", "all", "professionals"]
    #: Whether somebody under 18 may be sent there. Decided by a person, never from ``for_whom``.
    takes_under18: bool
    url: Web = ""
    more_urls: tuple[Web, ...] = Field(default=(), strict=False)
    archive_url: Web = ""
    phone: Number | Literal[""] = ""
    whatsapp: Number | Literal[""] = ""
    email: Annotated[str, Field(pattern=r"^([^@\s<>]+@[a-z0-9-]+(\.[a-z0-9-]+)+)?$")] = ""
    channel: tuple[Channel, ...] = Field(strict=False, min_length=1)
    notes: Text
    #: Who else gets what one types or says there, where that is known.
    passes_on: Annotated[str, Field(max_length=300)] = ""
    #: Whether APC's 2024 overview of the field names it.
    named_by_apc: bool
    public_page: PublicPage | None = None

    address_confirmed: bool
    unconfirmed: tuple[Text, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.address_confirmed and not self.confirmed:
            raise ValueError("an address cannot be confirmed where the record is not")
        if self.for_whom == "under18" and not self.takes_under18:
            raise ValueError("a service for people under 18 takes people under 18")
        if self.public_page is not None and not (self.takes_under18 and self.url):
            raise ValueError("the page for people under 18 shows only what takes them, by address")
        return self
