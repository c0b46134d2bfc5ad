"""A process that takes a number in the feed and commits late: when a line comes in.

``python -m tests.bank.late_writer SETTINGS NUMBER`` lists the PDQ fingerprint with that number.
"""

import sys
from pathlib import Path

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.web.bank_site.process import configure


def main() -> None:
    """List, say so, and commit only when told."""
    site = configure(load(Path(sys.argv[1]), BankSettings))
    from staydown.bank.entries import feed_writer
    from staydown.bank.models import Listing, Partner
    from tests.bank.making import pdq

    with feed_writer(site.bank, who="late writer") as writer:
        owner = Partner.objects.get(name="Late writer")
        entry = writer.entry_for(pdq(int(sys.argv[2])))
        writer.add(entry, Listing(partner=owner), why="a test")
        print(entry.seq, flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
