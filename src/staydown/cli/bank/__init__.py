"""``staydown bank``: run a fingerprint bank, or hand fingerprints to one."""

import click

from staydown.cli.lazy import LazyGroup

_COMMANDS = {
    "dispute": ("staydown.cli.bank.words:dispute", "Entries that partners dispute."),
    "init": ("staydown.cli.bank.run:init", "Make a bank: settings, keys, database."),
    "negative": ("staydown.cli.bank.harmless:negative", "Well-known harmless pictures."),
    "organisation": ("staydown.cli.bank.words:organisation", "Who stands behind the partners."),
    "partner": ("staydown.cli.bank.partner:partner", "Who may fetch the fingerprints."),
    "quarantine": (
        "staydown.cli.bank.quarantine:quarantine",
        "Hand-ins that are held back because so many came at once.",
    ),
    "review": (
        "staydown.cli.bank.harmless:review",
        "Listed pictures that look like well-known harmless ones.",
    ),
    "serve": ("staydown.cli.bank.run:serve", "Serve the public pages and the partner API."),
    "submit": ("staydown.cli.bank.submit:submit", "Hand fingerprints of pictures to a bank."),
    "tick": ("staydown.cli.bank.run:tick", "Give out what has waited, and tidy up."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def bank() -> None:
    """Run a fingerprint bank, or hand fingerprints to one."""
