"""The shape of one step. Unknown keys are errors.

``confirmed`` means: somebody saw this advice at ``source`` on the day ``checked``. It doesn't mean
that the step is right for everybody; ``may_go_wrong`` is shown with every step.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from staydown.base.records import Standing
from staydown.guidance.safety_plan.situation import Situation

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Field(min_length=5, max_length=400)]
#: By its word, as a file gives it.
When = Annotated[Situation, Field(strict=False)]
Web = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=400)]


class Step(BaseModel):
    """One thing to do, or (a caution) one thing to read before the others."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Slug
    #: Where it stands among steps that are equal otherwise. No two steps have the same.
    order: Annotated[int, Field(ge=1, le=9999)]
    title: Annotated[str, Field(min_length=5, max_length=100)]
    #: A caution is read before everything else.
    kind: Literal["caution", "digital", "physical", "people"]
    urgency: Literal["now", "soon", "later"]
    #: For whom: when one of these may hold. Empty: for everybody.
    for_when: tuple[When, ...] = Field(default=(), strict=False)
    #: Left out when one of these holds, or may hold.
    not_when: tuple[When, ...] = Field(default=(), strict=False)
    do: tuple[Line, ...] = Field(strict=False, min_length=1, max_length=6)
    because: Line
    may_go_wrong: Line
    #: Whether somebody who watches the person may notice it.
    alerts: bool = False
    #: Steps that come before this one wherever both are shown.
    first: tuple[Slug, ...] = Field(default=(), strict=False)
    #: Ids of guidance.support records that help with it.
    support: tuple[Slug, ...] = Field(default=(), strict=False)

    checked: date
    confirmed: bool
    source: Web | Literal[""] = ""
    more_sources: tuple[Web, ...] = Field(default=(), strict=False)
    #: Why it isn't confirmed.
    why: str = ""
    #: Single points that nobody saw in a source.
    unconfirmed: tuple[Line, ...] = Field(default=(), strict=False)
    recheck_after: date | None = None

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if self.confirmed and not self.source:
            raise ValueError("a confirmed step names its source")
        if not self.confirmed and not self.why:
            raise ValueError("a step that is not confirmed says why")
        return self

    @property
    def standing(self) -> Standing:
        """How far the step can be relied on, and until when."""
        return Standing(
            self.checked, self.confirmed, self.source, self.why, self.unconfirmed,
            self.recheck_after,
        )  # fmt: skip
