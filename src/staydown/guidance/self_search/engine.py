"""The shape of a record about one engine, or one kind of them: how to use it safely."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from staydown.guidance.record import Advice, Line, Slug, read_records

FOLDER = Path(__file__).parent / "engines"


class Engine(Advice):
    """Something to search with. Its address, where one is needed, is that of ``support``."""

    order: Annotated[int, Field(ge=1, le=999)]
    name: Annotated[str, Field(min_length=3, max_length=80)]
    #: By words, by a picture, or by what a face looks like.
    searches: Literal["words", "picture", "face"]
    safe_way: tuple[Line, ...] = Field(strict=False, min_length=1, max_length=6)
    #: How it can tell by itself of something new, if it can.
    alerts: Line | Literal[""] = ""
    may_go_wrong: Line
    support: tuple[Slug, ...] = Field(default=(), strict=False)


@cache
def load_engines() -> Mapping[str, Engine]:
    """Return the records that ship with Staydown, by id, in their order. Raises BadRecord."""
    found = sorted(read_records(FOLDER, Engine).values(), key=lambda engine: engine.order)
    return MappingProxyType({engine.id: engine for engine in found})
