"""``staydown case``: the private pages of one person or advocate, on their own machine."""

import sys
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from staydown.web.case_site.process import CaseSite


@click.group()
def case() -> None:
    """Open the private pages for a person affected."""


@case.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Any free one unless you say so.")
def serve(port: int | None) -> None:
    """Serve the pages on this machine, until Ctrl-C.

    Prints an address that works once: open it in your browser. Nothing is written to disk, and
    everything is gone when the pages are closed. Download what you want to keep first.
    """
    from staydown.web.case_site.serving import serve as serve_pages

    serve_pages(port, _tell)


def _tell(site: "CaseSite") -> None:
    click.echo("Open this address in your browser, best in a private window. It works once:\n")
    click.echo(f"  {site.new_address()}\n")
    click.echo("Nothing is kept on disk. Ctrl-C ends it, and what is not downloaded is gone.")
    if sys.stdin.isatty():
        click.echo("Press Enter for a new address, if your browser was closed.")
        threading.Thread(target=_more_addresses, args=(site,), daemon=True).start()


def _more_addresses(site: "CaseSite") -> None:
    for _ in sys.stdin:
        click.echo(f"  {site.new_address()}\n")
