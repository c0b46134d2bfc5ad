"""The ``staydown`` command: a group whose subcommands load only when they are used."""

import importlib
import sys

import click

from staydown import __version__
from staydown.base.errors import StaydownError

_COMMANDS = {
    "bank": ("staydown.cli.bank:bank", "Run a fingerprint bank, or hand fingerprints to one."),
    "compare": ("staydown.cli.compare:compare_files", "Explain why two files match, or don't."),
    "demo": ("staydown.cli.demo:demo", "Start a bank and a desk on this machine and try them."),
    "desk": ("staydown.cli.desk:desk", "Run a platform's desk: match uploads, decide, tell banks."),
    "hash": ("staydown.cli.hash:hash_files", "Print the fingerprints of files."),
    "match": ("staydown.cli.match:match_files", "Say which files are copies of which."),
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is called, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(_COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="staydown")
def cli() -> None:
    """Open software against non-consensual intimate imagery (NCII)."""


def main() -> None:
    """Run the command line. A foreseen fault is one line on stderr and exit code 1."""
    try:
        cli(standalone_mode=True)
    except StaydownError as error:
        click.echo(f"staydown: {error}", err=True)
        sys.exit(1)
