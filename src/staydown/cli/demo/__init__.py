"""``staydown demo``: a bank and a desk of one's own, to try or to be walked by itself."""

import json
import shlex
import signal
import sys

import click

from staydown import __version__
from staydown.base.errors import StaydownError
from staydown.cli.demo.demo_script import walk
from staydown.cli.demo.samples import ALTERED_COPY, LISTED, SCREENSHOT, UNRELATED, sample_folder
from staydown.cli.demo.sites import Sites, running_sites

PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--bank-port", type=PORT, default=8100, show_default=True)
@click.option("--desk-port", type=PORT, default=8200, show_default=True)
@click.option("--once", is_flag=True, help="Walk the main job without a browser, then stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, for machines.")
def demo(bank_port: int, desk_port: int, once: bool, as_json: bool) -> None:
    """Start a bank and a desk on this machine, in a temporary folder, and connect them.

    Ctrl-C stops all of it and removes the folder.
    """
    try:
        with running_sites(bank_port, desk_port) as sites:
            if once:
                _walk(sites, as_json)
            else:
                _show(sites, as_json)
                _wait_for_ctrl_c()
    except KeyboardInterrupt:
        if once:
            sys.exit(130)
        click.echo("\nStopped. The folder with everything in it is removed.", err=True)


def _walk(sites: Sites, as_json: bool) -> None:
    total = 0.0
    try:
        for number, step in enumerate(walk(sites), start=1):
            total += step.seconds
            if as_json:
                line = {"step": number, "name": step.name, "seconds": round(step.seconds, 3)}
                click.echo(json.dumps(line))
            else:
                click.echo(f"{number:2}  {step.seconds:7.3f} s  {step.name}")
    except StaydownError as error:
        if as_json:
            click.echo(json.dumps({"ok": False, "error": str(error)}))
        raise
    if as_json:
        click.echo(json.dumps({"ok": True, "seconds": round(total, 3), "version": __version__}))
    else:
        click.echo(f"All steps happened, in {total:.1f} s.")


def _show(sites: Sites, as_json: bool) -> None:
    if as_json:
        secrets = {
            "moderator": sites.moderator,
            "one_time_password": sites.one_time_password,
            "platform_key": sites.platform_key,
        }
        click.echo(json.dumps({"bank": sites.bank_url, "desk": sites.desk_url, **secrets}))
        return
    folder = sample_folder()
    click.echo(
        f"""
Staydown {__version__}: a bank and a desk run on this machine. Nothing leaves it.

1. Be the person:     open {sites.bank_url}
                      and choose {folder}/{LISTED}
2. Be the platform:   offer the desk an altered copy of it, and a photograph that is not:

   curl -s -H 'Authorization: Bearer {sites.platform_key}' \\
     -H 'Content-Type: image/jpeg' -H 'X-Staydown-Reference: post-1' \\
     --data-binary {shlex.quote(f"@{folder}/{ALTERED_COPY}")} {sites.desk_url}/api/v1/uploads
   (451: held until a person decides.  So is {SCREENSHOT}, mirrored and
   in a screenshot.  With {UNRELATED}: 200, allowed.)

3. Be the moderator:  open {sites.desk_url}
                      name      {sites.moderator}
                      password  {sites.one_time_password}   (once; you choose your own)
4. Be the person:     open {sites.bank_url}/status/ and see what was decided; withdraw.

Is the picture out already?  In another window:  staydown case serve

Ctrl-C stops both and removes everything.
"""
    )


def _wait_for_ctrl_c() -> None:
    while True:
        signal.pause()
