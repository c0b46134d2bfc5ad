"""What registries answered, as it is kept in a file: RDAP (RFC 9083), bounded and checked.

An answer is kept whole, as it came. What is read of it is what contacts are made of; the rest is
passed over, so that a registry's additions do no harm.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

FORMAT: Literal["staydown-contacts-1"] = "staydown-contacts-1"
#: How deep entities may stand in entities, and how many in all. Registries use two, and tens.
MAX_DEPTH = 4
MAX_ENTITIES = 300

Line = Annotated[str, Field(max_length=2000)]


def _without_nothing(given: Any) -> Any:
    """Some registries write null for what they leave out."""
    if isinstance(given, dict):
        return {key: value for key, value in given.items() if value is not None}
    return given


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _Answered(_Shape):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out(cls, given: Any) -> Any:
        return _without_nothing(given)


#: Properties of a jCard (RFC 7095) that name somebody or say how to reach them.
_CARD = frozenset({"fn", "org", "kind", "email", "tel", "url", "contact-uri"})
_MAX_PROPERTIES = 100


def _plain_card(given: Any) -> Any:
    """Keep of a jCard only properties that are read, in the one shape they are read in."""
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[1], list):
        return []
    kept = [entry for entry in given[1][:_MAX_PROPERTIES] if _is_plain(entry)]
    return ["vcard", kept]


def _is_plain(entry: Any) -> bool:
    if not isinstance(entry, list) or len(entry) != 4 or not isinstance(entry[0], str):
        return False
    if entry[0] not in _CARD:
        return False
    value = entry[3]
    if isinstance(value, list):  # an organisation and its parts
        return len(value) <= 5 and all(isinstance(part, str) and len(part) < 500 for part in value)
    return isinstance(entry[2], str) and isinstance(value, str) and len(value) < 500


class Link(_Answered):
    """A link of an answer (RFC 9083 section 4.2)."""

    rel: Line = ""
    href: Line = ""
    type: Line = ""


class Entity(_Answered):
    """Somebody named in an answer (section 5.1); ``card`` is a jCard (RFC 7095)."""

    kind: Line = Field(default="entity", alias="objectClassName")
    handle: Line = ""
    roles: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=20)
    card: Annotated[list[JsonValue], BeforeValidator(_plain_card)] = Field(
        default=[], alias="vcardArray"
    )
    entities: "list[Entity]" = Field(default=[], max_length=50)


class Nameserver(_Answered):
    """A name server of a domain (section 5.2)."""

    kind: Line = Field(default="nameserver", alias="objectClassName")
    name: Line = Field(default="", alias="ldhName")


class Registration(_Answered):
    """What a registry says of a domain (section 5.3) or of an IP network (section 5.4)."""

    kind: Literal["domain", "ip network"] = Field(alias="objectClassName")
    handle: Line = ""
    domain: Line = Field(default="", alias="ldhName")
    network: Line = Field(default="", alias="name")
    first: Line = Field(default="", alias="startAddress")
    last: Line = Field(default="", alias="endAddress")
    entities: list[Entity] = Field(default=[], max_length=100)
    nameservers: list[Nameserver] = Field(default=[], max_length=50)
    links: list[Link] = Field(default=[], max_length=100)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        level, count, depth = self.entities, 0, 0
        while level:
            count, depth = count + len(level), depth + 1
            if count > MAX_ENTITIES or depth > MAX_DEPTH:
                raise ValueError("too many contacts")
            level = [inner for entity in level for inner in entity.entities]
        return self


class Answer(_Shape):
    """One answer: of what, by whom, and when. ``asked`` is None where nobody noted it."""

    about: Line
    server: Line = ""
    asked: AwareDatetime | None = None
    answer: Registration


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


class SavedAnswers(_Shape):
    """Everything that was asked about one host."""

    format: Literal["staydown-contacts-1"]
    host: Line
    asked: AwareDatetime | None = None
    addresses: tuple[Line, ...] = Field(default=(), max_length=32, strict=False)
    registries: tuple[Registry, ...] = Field(default=(), max_length=32, strict=False)
    answers: tuple[Answer, ...] = Field(max_length=32, strict=False)
    unanswered: tuple[Unanswered, ...] = Field(default=(), max_length=32, strict=False)
