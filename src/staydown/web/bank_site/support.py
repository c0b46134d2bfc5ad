"""Where people under 18 find help: one record a file, read once and checked strictly."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

FOLDER = Path(__file__).parent / "data" / "under18"


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("an address starts with https://")
    return url


class Service(BaseModel):
    """A service for young people. ``country`` is an ISO 3166 code, or INT for worldwide.

    ``status`` is ``confirmed`` when somebody saw the address and the service at ``source`` on the
    day ``checked``; the page says so where that has not happened yet.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    order: int
    name: Annotated[str, Field(min_length=3)]
    url: Annotated[str, AfterValidator(_https)]
    phone: str | None = None
    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|INT)$")]
    country_name: str
    for_whom: Annotated[str, Field(min_length=10)]
    what: Annotated[str, Field(min_length=10)]
    source: Annotated[str, AfterValidator(_https)] | None = None
    checked: date
    status: Literal["confirmed", "unconfirmed"]

    @property
    def confirmed(self) -> bool:
        """Whether the record was seen confirmed."""
        return self.status == "confirmed"


_ADAPTER = TypeAdapter(Service)


def read_service(path: Path) -> Service:
    """Read one record. Raises pydantic's ValidationError for an unknown key or a bad value."""
    return _ADAPTER.validate_python(tomllib.loads(path.read_text("utf-8")))


@cache
def services() -> tuple[Service, ...]:
    """Return every record, worldwide ones first."""
    found = [read_service(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda item: (item.order, item.name)))
