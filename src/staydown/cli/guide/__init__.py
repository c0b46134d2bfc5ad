"""``staydown guide``: what helps, what may harm, and where to turn. Nothing is sent anywhere."""

import click

from staydown.cli.lazy import LazyGroup

_COMMANDS = {
    "plan": ("staydown.cli.guide.plan:plan", "A safety plan, in the order that suits you."),
    "questions": ("staydown.cli.guide.plan:questions", "The questions that order the plan."),
    "search-sheet": (
        "staydown.cli.guide.search_sheet:search_sheet",
        "What to search for, to see what others can find.",
    ),
    "support": ("staydown.cli.guide.support:support", "Who helps, and where."),
    "words": ("staydown.cli.guide.glossary:words", "Plain words for what happened."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def guide() -> None:
    """Safety plan, self-search sheet, and where to turn. All of it stays on this machine."""
