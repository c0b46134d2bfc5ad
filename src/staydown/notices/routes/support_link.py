"""What a route needs to know of a support service: guidance's records have it all."""

from typing import Protocol

from staydown.base.records import Standing


class SupportLink(Protocol):
    """A service that helps. Routes take any record of this shape, since they know no guidance."""

    @property
    def id(self) -> str:
        """The record's id."""
        ...

    @property
    def name(self) -> str:
        """What it calls itself."""
        ...

    @property
    def country(self) -> str:
        """An ISO code, or "INT" for anywhere."""
        ...

    @property
    def for_whom(self) -> str:
        """One of "adults", "under18", "all" and "professionals"."""
        ...

    @property
    def kind(self) -> str:
        """A word of guidance.support: "helpline", "hash_bank", "hotline_minors", "police" …"""
        ...

    @property
    def takes_under18(self) -> bool:
        """Whether somebody under 18 may be sent there: decided by hand, never worked out."""
        ...

    @property
    def standing(self) -> Standing:
        """How far the record can be relied on."""
        ...

    @property
    def address_confirmed(self) -> bool:
        """Whether somebody saw its address or number at the source."""
        ...

    @property
    def passes_on(self) -> str:
        """Who else gets what one types or says there, where that is known."""
        ...

    @property
    def also_for(self) -> tuple[str, ...]:
        """More countries that it is made for, though it sits elsewhere."""
        ...
