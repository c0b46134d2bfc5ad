"""What registries answered, as it is kept in a file: RDAP (RFC 9083), bounded and checked.

An answer is kept whole, as it came. What is read of it is what contacts are made of; the rest is
passed over, so that a registry's additions do no harm.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from staydown.notices.contacts.registrations import Registration

FORMAT: Literal["staydown-contacts-1"] = "staydown-contacts-1"

Line = Annotated[str, Field(max_length=2000)]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class KeptAnswer(_Shape):
    """One answer in the file: of what, by whom, and when; the answer itself is still unread."""

    about: Line
    server: Line = ""
    asked: AwareDatetime | None = None
    answer: dict[str, JsonValue]


class Unanswered(_Shape):
    """A question without an answer, and why."""

    about: Line
    why: Line


class Registry(_Shape):
    """Which list of registries (RFC 9224) led to a server, as it was then."""

    list_at: Line
    published: Line
    entry: Line
    server: Line


class KeptFile(_Shape):
    """The file that ``ask`` makes."""

    format: Literal["staydown-contacts-1"]
    host: Line
    asked: AwareDatetime | None = None
    addresses: tuple[Line, ...] = Field(default=(), max_length=32, strict=False)
    registries: tuple[Registry, ...] = Field(default=(), max_length=32, strict=False)
    answers: tuple[KeptAnswer, ...] = Field(max_length=32, strict=False)
    unanswered: tuple[Unanswered, ...] = Field(default=(), max_length=32, strict=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: of what, by whom, and when. ``asked`` is None where nobody noted it."""

    about: str = field(repr=False)
    server: str = field(repr=False)
    asked: datetime | None
    answer: Registration


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """Everything that was asked about one host, read."""

    host: str = field(repr=False)
    asked: datetime | None = None
    addresses: tuple[str, ...] = field(default=(), repr=False)
    registries: tuple[Registry, ...] = ()
    answers: tuple[Answer, ...] = ()
    #: Also what was answered by something that is no answer, such as an error message.
    unanswered: tuple[Unanswered, ...] = ()
