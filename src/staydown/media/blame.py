"""Whose fault an error is that comes up while a file is looked at: the file's, or our own.

Decoders that face damaged bytes raise almost anything, and that is told of the file. But a slip in
our code raises too, and so does a library of another version than the one we wrote for; nobody's
file is damaged by that, and nobody must be told so.
"""

from collections.abc import Callable
from contextlib import suppress

from staydown.base.blame import place_of, raised_here
from staydown.media.errors import MediaError, OurFault

#: What wrong code raises, though a decoder may too: of 24,199 damaged pictures, Pillow 13 answered
#: 14 with a TypeError.
_SELDOM_OF_A_FILE = (TypeError, AttributeError, NotImplementedError, AssertionError)


def blamed(
    error: Exception, fault: MediaError, sound: Callable[[], object] | None = None
) -> MediaError:
    """Return ``fault`` where ``error`` is the file's, and else what says that it is ours.

    An error is ours that our own code raised, and one that looks like wrong code in a library,
    unless ``sound`` shows that the library is well: it reads a sound file of the same kind in the
    same way, and raises where that fails.
    """
    if _ours(error, sound):
        return our_fault(error)
    return fault


def our_fault(error: Exception) -> OurFault:
    """Return what says that ``error`` is ours, with its type and place."""
    return OurFault(type(error).__name__, place_of(error))


def _ours(error: Exception, sound: Callable[[], object] | None) -> bool:
    if raised_here(error):
        return True
    if not isinstance(error, _SELDOM_OF_A_FILE):
        return False
    if sound is not None:
        with suppress(Exception):
            sound()
            return False
    return True
