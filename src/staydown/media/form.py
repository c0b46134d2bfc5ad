"""In which form a task gets the file that it is to look at."""

from enum import StrEnum


class Form(StrEnum):
    """What the decoder process makes of a file before it calls a task.

    The two quick forms may be smaller than the picture, never below ``QUICK_SIDE`` on the shorter
    side (unless the picture itself is smaller): a JPEG is then decoded at a fraction of its size,
    which costs a fraction of the time. Fingerprints of a quick form differ by a few bits from those
    of the full one.
    """

    #: (height, width, 3), upright, every pixel of the picture, as peers decode it.
    FULL = "full"
    #: (height, width) or (height, width, 3), upright; grey where the format gives that faster.
    QUICK_GREY = "quick_grey"
    #: (height, width, 3), upright.
    QUICK_COLOUR = "quick_colour"
    #: The file itself, unread, as an open binary file: for videos, which are read piece by piece.
    FILE = "file"


#: Pixels on the shorter side that a quick form keeps.
QUICK_SIDE = 1024
