"""What passes between a process and its decoder child: a length, then so many bytes.

A request is a head (JSON, see ``Request``) and a body: the file, or one byte that an open file
comes with (``passing``). Two frames of JSON come back: that the child has begun, then the answer.
Nothing is ever unpickled: whoever takes over the child can lie about the pictures that it is given,
and nothing that it sends is run.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from staydown.base.canonical import JSONValue
from staydown.media.form import Form

#: Lengths of the head and of the body of a request.
REQUEST = struct.Struct(">IQ")

#: Length of an answer.
ANSWER = struct.Struct(">I")

#: What an answer says besides of a file that was read for it: see ``Answer.about``.
DAMAGE = "damage"

#: Which face of a picture a task gets: the pixels of the first, or ``Faces`` themselves.
FIRST_FACE, ALL_FACES = 0, -1

#: Words of the child: what stands round it now; the file is there; it hasn't loaded that task.
READY, BEGUN, UNPREPARED = "ready", "begun", "unprepared"


@dataclass(frozen=True, slots=True)
class Request:
    """What the child is asked: ``task`` (``module:name``) on a file, with named arguments.

    ``keep``: the child keeps the file, in the form it was read in, for a request that says
    ``again`` and has no body. ``passed``: an open file takes the place of the body. ``most``:
    seconds that opening it may cost by the decoder's own reading of its header (``cost``), or going
    through all of its faces, where that is bounded. ``many``: programs may show several pictures of
    the file, and it may be asked about each; ``face`` says which one this task gets: the first, the
    one of a number, or ``ALL_FACES``.
    """

    task: str
    arguments: dict[str, JSONValue] = field(default_factory=dict)
    form: Form = Form.FULL
    keep: bool = False
    again: bool = False
    passed: bool = False
    most: float | None = None
    many: bool = False
    face: int = FIRST_FACE


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child answers: what the task returned and, the first time, what is said of the file.

    ``about`` is empty where nothing was decoded for this answer.
    """

    value: JSONValue
    about: Mapping[str, JSONValue] = field(default_factory=dict)
