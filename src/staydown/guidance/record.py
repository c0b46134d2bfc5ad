"""What all records of guidance share: who saw it where and when, and how a file of it is read.

``confirmed`` means that somebody saw it at ``source`` on the day ``checked``.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from staydown.base.records import BadRecord, Standing, read_table

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Field(min_length=5, max_length=400)]
Web = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=400)]


class Checked(BaseModel):
    """A record that somebody looked up. Unknown keys are errors."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Slug
    checked: date
    confirmed: bool
    #: An address, or a reference like "overview: APC 2024".
    source: str = ""
    #: More addresses, where several were needed.
    more_sources: tuple[str, ...] = Field(default=(), strict=False)
    #: Why it isn't confirmed.
    why: str = ""
    #: Single points that nobody saw in a source.
    unconfirmed: tuple[str, ...] = Field(default=(), strict=False)
    recheck_after: date | None = None

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if self.confirmed and not self.source:
            raise ValueError("a confirmed record names its source")
        if not self.confirmed and not self.why:
            raise ValueError("a record that is not confirmed says why")
        return self

    @model_serializer(mode="wrap")
    def _content_first(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Whoever reads a record wants what it says before where that is from."""
        values: dict[str, Any] = whole(self)
        return {key: value for key, value in values.items() if key not in _LAST} | values

    @property
    def standing(self) -> Standing:
        """How far the record can be relied on, and until when."""
        return Standing(
            self.checked, self.confirmed, self.source, self.why, self.unconfirmed,
            self.recheck_after,
        )  # fmt: skip


_LAST = frozenset(Checked.model_fields) - {"id"}


class Advice(Checked):
    """A record that tells people what to do: its sources are pages that anybody can look at."""

    source: Web | Literal[""] = ""
    more_sources: tuple[Web, ...] = Field(default=(), strict=False)
    unconfirmed: tuple[Line, ...] = Field(default=(), strict=False)


_Shape = TypeVar("_Shape", bound=Checked)


def read_records(folder: Path, shape: type[_Shape]) -> Mapping[str, _Shape]:
    """Read every record of a folder: by id, in the order of the ids. Raises BadRecord, as below."""
    found = (read_record(path, shape) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType({record.id: record for record in found})


def read_record(path: Path, shape: type[_Shape]) -> _Shape:
    """Read one file. Raises BadRecord, which names the file and the key, never what it says."""
    try:
        record = shape.model_validate(read_table(path))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in fault["loc"]) or "the record"
        raise BadRecord(f"{path.name}: {key}: {fault['msg']}") from error
    if record.id != path.stem:
        raise BadRecord(f"{path.name}: id: the file is named after the id")
    return record
