"""What a person types at a prompt."""

import click

from staydown.base.vocabulary import Under18
from staydown.cli.asking import ask
from staydown.cli.notice.input_files import BadGiven

#: What stands for no answer.
SKIP = "skip"


def under18_of(table: dict[str, object]) -> Under18 | None:
    """Take ``under18`` out of a file's table. Raises BadGiven for another word."""
    given = table.pop("under18", None)
    if given is None or given == "":
        return None
    if not isinstance(given, str) or given not in set(Under18):
        raise BadGiven(f"under18: give {', '.join(Under18)}, or leave it out")
    return Under18(given)


def ask_under18(instead: str) -> Under18 | None:
    """Ask on standard error, before anything else; the return key alone skips it.

    ``instead``: what to do where nobody can be asked.
    """
    click.echo(
        "\nWas anyone in the picture under 18 when it was made?\n"
        "Then steps and searches that lead to copies of it are left out.",
        err=True,
    )
    choice = click.Choice([*(one.value for one in Under18), SKIP])
    typed = ask("Answer", instead=instead, type=choice, default=SKIP, show_default=False)
    return None if typed == SKIP else Under18(typed)
