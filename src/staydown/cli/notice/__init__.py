"""``staydown notice``: from what happened to a letter, its clock, and what to do next."""

import click

from staydown.cli.lazy import LazyGroup

_COMMANDS = {
    "calendar": ("staydown.cli.notice.calendar:calendar", "Deadlines as a calendar file."),
    "contacts": ("staydown.cli.notice.contacts:contacts", "Whom to write to for an unknown site."),
    "deadline": ("staydown.cli.notice.deadline:deadline", "When a legal time limit runs out."),
    "ladder": ("staydown.cli.notice.ladder:ladder", "What to do next when nothing happened."),
    "many": ("staydown.cli.notice.many:many", "Write the notices for a list of addresses."),
    "routes": ("staydown.cli.notice.routes:routes", "The ways that are open, and their risks."),
    "send": ("staydown.cli.notice.send:send", "Send one notice by e-mail, after a confirmation."),
    "write": ("staydown.cli.notice.write:write_notice", "Write one notice."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def notice() -> None:
    """Find the legal ground, write the notice, keep time. Nothing is sent by itself."""
