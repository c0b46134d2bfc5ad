"""The decoder process: ``python -m staydown.media.child LIMITS WARM``, started by ``worker``.

It reads requests from its standard input and writes answers to its standard output (``pipe``),
holds nothing else open, and ends when its input does. ``LIMITS`` is a JSON object of the fields of
``Limits``; ``WARM`` a JSON list of [function, arguments], the function as ``module:name``, to call
before the first file.
"""

import importlib
import io
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from staydown.media.decode import decode, prepare
from staydown.media.errors import DecoderFailed, MediaError
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.pipe import ANSWER, REQUEST, Request


def main(arguments: list[str]) -> None:
    """Serve requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests, answers = _private_streams()
    _confine(limits)
    prepare(limits)
    for name, named in json.loads(arguments[1]):
        _function(name)(**named)
    _send(answers, {"ready": os.getpid()})
    kept: Any = None
    while (received := _receive(requests)) is not None:
        _send(answers, {"begun": True})
        request, data = received
        del received
        _allow_processor_time(limits)
        kept, answer = _answer(request, data, kept if request.again else None, limits)
        del data  # the next file must not find this one still in memory
        _send(answers, answer)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take the two pipes, and leave /dev/null where a library might read or print."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _confine(limits: Limits) -> None:
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


def _receive(requests: BinaryIO) -> tuple[Request, bytes] | None:
    head = requests.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    head_length, body_length = REQUEST.unpack(head)
    fields = json.loads(requests.read(head_length))
    request = Request(**{**fields, "form": Form(fields["form"])})
    return request, requests.read(body_length)


def _answer(request: Request, data: bytes, kept: Any, limits: Limits) -> tuple[Any, dict[str, Any]]:
    """Run the task on the file. Return what is kept of it, and the answer.

    Every fault becomes one word; a file that could not be read isn't kept.
    """
    try:
        function = _function(request.task)
        opened = kept if request.again else _opened(request, data, limits)
        answer = {"ok": function(opened, **request.arguments)}
        return opened if request.keep else None, answer
    except MediaError as error:
        return None, {"error": error.code}
    except Exception:
        return None, {"error": DecoderFailed.code}


def forget(_: Any) -> None:
    """The task that ends with a file: nothing is kept of it."""


def _opened(request: Request, data: bytes, limits: Limits) -> Any:
    if request.form is Form.FILE:  # the task reads it
        return open(request.path, "rb") if request.path else io.BytesIO(data)  # noqa: PTH123
    return decode(data, limits, request.form, request.most)


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    text = json.dumps(answer, allow_nan=False).encode()
    answers.write(ANSWER.pack(len(text)) + text)
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
