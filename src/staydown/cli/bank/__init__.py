"""``staydown bank``: run a fingerprint bank, or hand fingerprints to one."""

import click

from staydown.cli.bank.harmless import negative, review
from staydown.cli.bank.partner import partner
from staydown.cli.bank.quarantine import quarantine
from staydown.cli.bank.run import init, serve, tick
from staydown.cli.bank.submit import submit
from staydown.cli.bank.words import dispute, organisation


@click.group()
def bank() -> None:
    """Run a fingerprint bank, or hand fingerprints to one."""


_COMMANDS = (
    *(init, serve, tick, submit),
    *(partner, organisation, dispute, negative, review, quarantine),
)

for _command in _COMMANDS:
    bank.add_command(_command)
