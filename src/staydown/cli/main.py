"""The ``staydown`` command: a group whose subcommands load only when they are used."""

import sys

import click

from staydown import __version__
from staydown.base.errors import StaydownError
from staydown.cli.exit_codes import let_go_of_output
from staydown.cli.lazy import LazyGroup
from staydown.cli.output import complain, stand_at_the_door
from staydown.cli.trouble import words_for

_COMMANDS = {
    "bank": ("staydown.cli.bank:bank", "Run a fingerprint bank, or hand fingerprints to one."),
    "case": ("staydown.cli.case:case", "Open the private pages for a person affected."),
    "compare": ("staydown.cli.compare:compare_files", "Explain why two files match, or don't."),
    "demo": ("staydown.cli.demo:demo", "Start a bank and a desk on this machine and try them."),
    "desk": ("staydown.cli.desk:desk", "Run a platform's desk: match uploads, decide, tell banks."),
    "directory": (
        "staydown.cli.directory:directory",
        "Read and check what is known of laws, places and services.",
    ),
    "guide": ("staydown.cli.guide:guide", "Safety plan, self-search sheet, where to turn."),
    "hash": ("staydown.cli.hash:hash_files", "Print the fingerprints of files."),
    "match": ("staydown.cli.match:match_files", "Say which files are copies of which."),
    "notice": ("staydown.cli.notice:notice", "Find the legal ground, write the notice, keep time."),
}


@click.group(
    cls=LazyGroup, table=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="staydown")
def cli() -> None:
    """Open software against non-consensual intimate imagery (NCII)."""


def main() -> None:
    """Run the command line. A foreseen fault is one line on stderr and exit code 1."""
    stand_at_the_door()
    try:
        cli(standalone_mode=True)
    except StaydownError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:  # a full disk behind standard output, say
        complain(f"cannot read or write: {error.strerror}")
        let_go_of_output()
        sys.exit(1)
    except Exception as error:
        words = words_for(error)
        if words is None:  # a fault of ours: whoever reports it needs to see where
            raise
        complain(words)
        sys.exit(1)
