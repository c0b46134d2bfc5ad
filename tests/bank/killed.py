"""A process that opens a case or recovers one and is killed before it can answer.

``python -m tests.bank.killed SETTINGS before|after open|recover KEY [PHRASE]``: before the
transaction commits, or after it did.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.web.bank_site.process import configure


def main() -> None:
    """Do it and die."""
    settings, when, call, key, *phrase = sys.argv[1:]
    bank = configure(load(Path(settings), BankSettings)).bank
    from django.db import transaction

    from staydown.bank.api import cases
    from tests.bank.making import PIN, pdq, request

    def do() -> None:
        if call == "open":
            cases.open_case(bank, request(pdq(1)), once=key.encode())
        else:
            cases.recover(bank, phrase[0], PIN, once=key.encode())

    if when == "before":
        with transaction.atomic():
            _and_die(do)
    _and_die(do)


def _and_die(do: Callable[[], None]) -> None:
    do()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
