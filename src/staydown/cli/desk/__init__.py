"""``staydown desk``: run a platform's desk."""

import click

from staydown.cli.lazy import LazyGroup

_COMMANDS = {
    "alarms": ("staydown.cli.desk.alarms:alarms", "What somebody should look at."),
    "bank": ("staydown.cli.desk.manage:bank", "Banks that the desk follows."),
    "doctor": (
        "staydown.cli.desk.doctor:doctor",
        "Check this machine and the settings, and say what to do.",
    ),
    "init": ("staydown.cli.desk.run:init", "Make a desk: settings, keys, database."),
    "key": ("staydown.cli.desk.manage:key", "Keys of the platform's systems."),
    "serve": ("staydown.cli.desk.run:serve", "Serve the upload gate and the console."),
    "sweep": ("staydown.cli.desk.sweep:sweep", "Hold a catalogue against what the banks list."),
    "tick": ("staydown.cli.desk.run:tick", "Read feeds, look back, tell banks, tidy up."),
    "user": ("staydown.cli.desk.manage:user", "Moderators, who decide."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def desk() -> None:
    """Run a platform's desk: match uploads, decide, tell banks."""
