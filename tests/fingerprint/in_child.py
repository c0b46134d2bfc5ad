"""What tests of a closed-in decoder process ask it: it imports this module by its name."""

import sys

from staydown.base.canonical import JSONValue
from staydown.fingerprint.picture_tasks import first_look, views_look
from staydown.kernels.compiled import known_kernels
from staydown.media.picture import Pixels


def looks(pixels: Pixels) -> JSONValue:
    """Everything that is made of a picture's pixels."""
    return [first_look(pixels), views_look(pixels)]


def loaded(_: object) -> JSONValue:
    """The names of all modules."""
    return sorted(sys.modules)


def compiled(_: object) -> JSONValue:
    """How many kinds of arguments each kernel knows."""
    return {
        f"{one.py_func.__module__}.{one.__name__}": len(one.signatures) for one in known_kernels
    }
