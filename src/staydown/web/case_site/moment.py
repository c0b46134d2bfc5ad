"""A point in time as pages show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time and how it is shown: the local one, and its distance from UTC."""

    at: datetime

    def __str__(self) -> str:
        local = self.at.astimezone()
        offset = f"{local:%z}"
        return f"{local.day} {local:%B %Y, %H:%M} (UTC{offset[:3]}:{offset[3:5]})"
