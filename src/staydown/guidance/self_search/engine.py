"""The shape of a record about one engine, or one kind of them: how to use it safely."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from staydown.base.records import BadRecord, Standing, read_table

FOLDER = Path(__file__).parent / "engines"

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Field(min_length=5, max_length=400)]
Web = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=400)]


class Engine(BaseModel):
    """Something to search with. Its address, where one is needed, is that of ``support``."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Slug
    order: Annotated[int, Field(ge=1, le=999)]
    name: Annotated[str, Field(min_length=3, max_length=80)]
    #: By words, by a picture, or by what a face looks like.
    searches: Literal["words", "picture", "face"]
    safe_way: tuple[Line, ...] = Field(strict=False, min_length=1, max_length=6)
    #: How it can tell by itself of something new, if it can.
    alerts: Line | Literal[""] = ""
    may_go_wrong: Line
    support: tuple[Slug, ...] = Field(default=(), strict=False)

    checked: date
    confirmed: bool
    source: Web | Literal[""] = ""
    more_sources: tuple[Web, ...] = Field(default=(), strict=False)
    why: str = ""
    unconfirmed: tuple[Line, ...] = Field(default=(), strict=False)
    recheck_after: date | None = None

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if self.confirmed and not self.source:
            raise ValueError("a confirmed record names its source")
        if not self.confirmed and not self.why:
            raise ValueError("a record that is not confirmed says why")
        return self

    @property
    def standing(self) -> Standing:
        """How far the record can be relied on, and until when."""
        return Standing(
            self.checked, self.confirmed, self.source, self.why, self.unconfirmed,
            self.recheck_after,
        )  # fmt: skip


@cache
def load_engines() -> Mapping[str, Engine]:
    """Return the records that ship with Staydown, by id, in their order. Raises BadRecord."""
    return read_engines(FOLDER)


def read_engines(folder: Path) -> Mapping[str, Engine]:
    """Read every record of a folder. Raises BadRecord, which names the file and the key."""
    found = [read_engine(path) for path in sorted(folder.glob("*.toml"))]
    found.sort(key=lambda engine: engine.order)
    return MappingProxyType({engine.id: engine for engine in found})


def read_engine(path: Path) -> Engine:
    """Read one file. Raises BadRecord, which names the file and the key."""
    try:
        engine = Engine.model_validate(read_table(path))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in fault["loc"]) or "the record"
        raise BadRecord(f"{path.name}: {key}: {fault['msg']}") from error
    if engine.id != path.stem:
        raise BadRecord(f"{path.name}: id: the file is named after the id")
    return engine
