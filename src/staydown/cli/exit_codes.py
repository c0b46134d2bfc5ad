"""How a command ends whose exit code is an answer, when it could not give that answer."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from staydown.base.errors import StaydownError
from staydown.cli.output import complain

_FAULT, _INTERRUPTED = 2, 130


@contextmanager
def answered() -> Iterator[None]:
    """End with code 2 after a foreseen fault and 130 after Ctrl-C: 1 would say "no match"."""
    try:
        yield
    except KeyboardInterrupt:
        complain("stopped")
        raise SystemExit(_INTERRUPTED) from None
    except StaydownError as error:
        complain(str(error))
        raise SystemExit(_FAULT) from None
    except OSError as error:
        let_go_of_output()
        if error.errno != errno.EPIPE:
            complain(f"cannot write: {error.strerror}")
        raise SystemExit(_FAULT) from None


def let_go_of_output() -> None:
    """After a failed write: what is still in the buffer must not fail again at the end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
