"""The shape of one step. Unknown keys are errors.

``confirmed`` means: somebody saw this advice at ``source`` on the day ``checked``. It doesn't mean
that the step is right for everybody; ``may_go_wrong`` is shown with every step.
"""

from typing import Annotated, Literal

from pydantic import Field

from staydown.guidance.record import Advice, Line, Slug
from staydown.guidance.safety_plan.situation import Situation

#: By its word, as a file gives it.
When = Annotated[Situation, Field(strict=False)]


class Step(Advice):
    """One thing to do, or (a caution) one thing to read before the others."""

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
