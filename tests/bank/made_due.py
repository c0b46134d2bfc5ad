"""Puts all that waits where its window has ended: ``python -m tests.bank.made_due SETTINGS``.

Instead of moving the machine's clock, which real processes read.
"""

import sys
from datetime import timedelta
from pathlib import Path

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.web.bank_site.process import configure


def main() -> None:
    """Move every row's moment into the past."""
    bank = configure(load(Path(sys.argv[1]), BankSettings)).bank
    from staydown.bank.models import Waiting

    waits = Waiting.objects.filter(due_at__isnull=False)
    waits.update(due_at=bank.clock.now() - timedelta(seconds=1))


if __name__ == "__main__":
    main()
