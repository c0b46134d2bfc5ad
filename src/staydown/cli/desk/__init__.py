"""``staydown desk``: run a platform's desk."""

import click

from staydown.cli.desk.alarms import alarms
from staydown.cli.desk.doctor import doctor
from staydown.cli.desk.manage import bank, key, user
from staydown.cli.desk.run import init, serve, tick
from staydown.cli.desk.sweep import sweep


@click.group()
def desk() -> None:
    """Run a platform's desk: match uploads, decide, tell banks."""


for _command in (init, serve, tick, sweep, doctor, user, bank, key, alarms):
    desk.add_command(_command)
