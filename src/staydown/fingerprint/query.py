"""One fingerprint of a picture that is looked up, and how it was made of it."""

from dataclasses import dataclass

from staydown.base.face import FIRST, Face
from staydown.fingerprint.value import Fingerprint, View


@dataclass(frozen=True, slots=True)
class Query:
    """A fingerprint of an upload, or of a part of it.

    ``part`` tells the parts of one upload apart: 0 is the whole, 1 and up are the regions that the
    view search gave. ``quality`` is the PDQ quality (0 to 100) of the very pixels that were
    fingerprinted, whatever the kind; None where nobody measured it.
    """

    fingerprint: Fingerprint
    view: View = View()  # noqa: RUF009 - frozen
    part: int = 0
    quality: int | None = None
    #: Which picture of the upload's file: the first, unless programs show others of it too.
    face: Face = FIRST
