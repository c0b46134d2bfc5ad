"""Questions to whoever sits at the terminal. Where nobody does, the answer has to come by option.

Answers may also be piped in. When what is piped in is over and a question is left, the command ends
and says which option to give in place of an answer.
"""

import sys
from collections.abc import Sequence
from typing import Any

import click


def at_a_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(question: str, *, instead: str, hidden: bool = False, err: bool = True, **how: Any) -> Any:
    """Ask, by ``click.prompt``. ``instead`` says what to do where nobody can be asked.

    Raises click.UsageError there, click.Abort when the person ends it.
    """
    _somebody(instead)
    try:
        # Where nothing is typed nothing is echoed, and there would be words about it.
        return click.prompt(question, hide_input=hidden and at_a_terminal(), err=err, **how)
    except click.Abort as ended:
        raise _meant(ended, instead, err=err) from None


def confirm(question: str, *, instead: str, err: bool = True, abort: bool = False) -> bool:
    """Ask for yes or no, by ``click.confirm``; as ``ask``."""
    _somebody(instead)
    try:
        return click.confirm(question, err=err, abort=abort)
    except click.Abort as ended:
        raise _meant(ended, instead, err=err) from None


def give(options: Sequence[str]) -> str:
    """Say which options to give where nobody can be asked."""
    return f"give {' and '.join(options)}"


def _somebody(instead: str) -> None:
    if sys.stdin is None:  # closed by whoever started us
        raise _nobody(instead)


def _meant(ended: click.Abort, instead: str, *, err: bool) -> click.ClickException | click.Abort:
    """Tell the end of what was piped in from a person who ends it, or says no."""
    if at_a_terminal() or not isinstance(ended.__context__, EOFError):
        return ended
    click.echo(err=err)  # after the question
    return _nobody(instead)


def _nobody(instead: str) -> click.UsageError:
    return click.UsageError(
        f"nobody can answer questions here, because this isn't a terminal: {instead}"
    )
