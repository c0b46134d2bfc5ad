"""The decoder process: ``python -m staydown.media.child LIMITS WARM TASKS``, see ``worker``.

It reads requests from its standard input and writes answers to its standard output (``pipe``),
holds nothing else open, and ends when its input does. ``LIMITS`` is a JSON object of the fields of
``Limits``; ``WARM`` a JSON list of [function, arguments], the function as ``module:name``, to call
before the first file; ``TASKS`` a JSON list of further modules that tasks come from.

Everything that it will ever load is loaded first. Then it is closed in (``confine``), and only then
does it look at a file: from there on it opens, starts and reaches nothing.
"""

import codecs
import dataclasses
import importlib
import io
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from staydown.media.blame import our_fault
from staydown.media.confine import close_in
from staydown.media.decode import decode, prepare
from staydown.media.errors import DecoderFailed, MediaError, OurFault
from staydown.media.faces import Faces
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.opened import Opened
from staydown.media.outline import outline
from staydown.media.passing import Requests
from staydown.media.pipe import ANSWER, BEGUN, DAMAGE, READY, REQUEST, UNPREPARED, Request

#: Encodings of text in files, which Python loads when they are first named.
_ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "idna")


def main(arguments: list[str]) -> None:
    """Serve requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests, answers = _private_streams()
    _bound(limits)
    prepare(limits)
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    sys.modules["staydown.media.child"] = sys.modules[__name__]  # where ``forget`` is looked for
    for name, named in json.loads(arguments[1]):
        _function(name)(**named)
    for module in json.loads(arguments[2]):
        with suppress(ImportError):  # the task fails then, not the start
            importlib.import_module(module)
    walls = close_in(requests.fileno(), answers.fileno())
    _send(answers, {READY: dataclasses.asdict(walls)})
    kept: Any = None
    while (received := _receive(requests)) is not None:
        request, data = received
        del received
        if request.task.partition(":")[0] not in sys.modules:
            _send(answers, {UNPREPARED: True})
            continue
        _send(answers, {BEGUN: True})
        _allow_processor_time(limits)
        kept, answer = _answer(request, data, kept if request.again else None, limits)
        del data  # the next file must not find this one still in memory
        _write(answers, answer)


def _private_streams() -> tuple[Requests, BinaryIO]:
    """Take the two ends, and leave /dev/null where a library might read or print."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    return Requests(requests), os.fdopen(answers, "wb")


def _bound(limits: Limits) -> None:
    """Bound memory and open files, and leave no core dump (it would hold the picture)."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle


def _allow_processor_time(limits: Limits) -> None:
    """Let the kernel end this process if the next file takes too long and the parent is gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(usage.ru_utime + usage.ru_stime + limits.seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _receive(requests: Requests) -> tuple[Request, bytes | BinaryIO] | None:
    head = requests.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    head_length, body_length = REQUEST.unpack(head)
    fields = json.loads(requests.read(head_length))
    request = Request(**{**fields, "form": Form(fields["form"])})
    return request, requests.file() if request.passed else requests.read(body_length)


def _answer(
    request: Request, data: bytes | BinaryIO, kept: Any, limits: Limits
) -> tuple[Any, bytes]:
    """Run the task on the file. Return what is kept of it, and the answer.

    Every fault becomes one word, and of one of our own its type and place; a file that could not be
    read isn't kept.
    """
    try:
        function = _function(request.task)
        opened = kept if request.again else _opened(request, data, limits)
        shown = opened.shown(request.face, request.most) if isinstance(opened, Opened) else opened
        answer = {"ok": function(shown, **request.arguments)}
        if isinstance(opened, Opened) and not request.again:
            answer["about"] = {DAMAGE: opened.damage.plain()}
        return opened if request.keep else None, _text(answer)
    except MediaError as error:
        return None, _refusal(error)
    except (MemoryError, OSError):  # the machine has no more, or the disk gave out
        return None, _refusal(DecoderFailed())
    except Exception as error:  # what is wrong with the file was judged where it was decoded
        return None, _refusal(our_fault(error))


def _refusal(error: MediaError) -> bytes:
    more = {"kind": error.kind, "place": error.place} if isinstance(error, OurFault) else {}
    return _text({"error": error.code, **more})


def forget(_: Any) -> None:
    """The task that ends with a file: nothing is kept of it."""


def _opened(request: Request, data: bytes | BinaryIO, limits: Limits) -> Any:
    if not isinstance(data, bytes):  # the file itself, passed on
        return data
    if request.form is Form.FILE:  # the task reads it
        return io.BytesIO(data)
    opened = decode(data, limits, request.form, request.most)
    if not request.many:
        return opened
    # Of what is damaged nobody knows whether the rest could be seen through.
    clear = opened.clear or opened.damage.any
    faces = Faces(data, outline(data), request.form, opened.pixels, clear=clear)
    faces.damaged = opened.damage.any
    return dataclasses.replace(opened, faces=faces)


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _text(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, allow_nan=False).encode()


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    _write(answers, _text(answer))


def _write(answers: BinaryIO, text: bytes) -> None:
    answers.write(ANSWER.pack(len(text)) + text)
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
