"""Finished letters to hand over, in roles and example addresses."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from staydown.base.languages import Language
from staydown.notices.compose.letters.reading import phrases
from staydown.notices.details import Addressee, Details, Location, Notice
from staydown.notices.vocabulary import Letter, RecipientKind, Standing

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)

DETAILS = Details(
    locations=(
        Location("1", "https://example.org/page/1", "posted 2026-11-20", "a photograph"),
        Location("2", "https://example.org/page/2", description="a photograph"),
    ),
    name="A. B.",
    email="a.b@example.net",
    contact="+00 000 000",
    signature="/s/ A. B.",
    standing=Standing.DEPICTED,
    depicted="A. B.",
    states_no_consent=True,
    states_good_faith=True,
)


def letter(language: Language = Language.EN, body: str | None = None, **changes: Any) -> Notice:
    """Return a letter; its body states no consent and good faith unless another is given."""
    if body is None:
        said = phrases(language).sentences
        names = ("standing_depicted", "no_consent", "good_faith")
        body = "\n\n".join(said[name] for name in names)
    notice = Notice(
        letter=Letter.NEUTRAL,
        language=language,
        reviewed=None,
        to=Addressee(RecipientKind.PLATFORM, "Example", "abuse@example.org"),
        subject="A request",
        body=body,
        law="",
        regime=None,
        law_certain=True,
        details=DETAILS,
        written=NOW,
    )
    return replace(notice, **changes)
