"""Options that several commands share."""

from pathlib import Path

import click

from staydown.cli.output import complain
from staydown.fingerprint.model import CopyUnavailable, find_model

copy_model_option = click.option(
    "--copy-model",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The network for copy codes; without it, that of the installed package.",
)


class _NoCopyCodes(click.ClickException):
    """Copy codes were asked for and can't be made: a wrong use of the command."""

    exit_code = 2


def chosen_model(path: Path | None, *, needed: bool) -> Path | None:
    """Return the network for copy codes, or None where there is none and it isn't ``needed``.

    Where it was asked for, the command ends with code 2. Where it would only have helped, one line
    on standard error says what is missing.
    """
    try:
        return find_model(path)
    except CopyUnavailable as error:
        if needed or path is not None:
            raise _NoCopyCodes(str(error)) from error
        complain(f"note: without copy codes, crops and captions may go unseen: {error}")
        return None
