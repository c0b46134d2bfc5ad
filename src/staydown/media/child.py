"""The decoder process: ``python -m staydown.media.child LIMITS WARM``, started by ``worker``.

It reads requests from its standard input and writes answers to its standard output (``pipe``),
holds nothing else open, and ends when its input does. ``LIMITS`` is a JSON object of the fields of
``Limits``; ``WARM`` a JSON list of functions, as ``module:name``, to call before the first file.
"""

import importlib
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
from staydown.media.limits import Limits
from staydown.media.pipe import ANSWER, REQUEST


def main(arguments: list[str]) -> None:
    """Serve requests until the input ends."""
    limits = Limits(**json.loads(arguments[0]))
    requests, answers = _private_streams()
    _confine(limits)
    prepare(limits)
    for name in json.loads(arguments[1]):
        _function(name)()
    _send(answers, {"ready": os.getpid()})
    while (request := _receive(requests)) is not None:
        _send(answers, {"begun": True})
        task, data = request
        _allow_processor_time(limits)
        answer = _answer(task, data, limits)
        del data, request  # the next file must not find this one still in memory
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


def _receive(requests: BinaryIO) -> tuple[str, bytes] | None:
    head = requests.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    head_length, body_length = REQUEST.unpack(head)
    task = json.loads(requests.read(head_length))["task"]
    return task, requests.read(body_length)


def _answer(task: str, data: bytes, limits: Limits) -> dict[str, Any]:
    """Run ``task`` on the pixels of ``data``; every fault becomes one word."""
    try:
        function = _function(task)
        return {"ok": function(decode(data, limits))}
    except MediaError as error:
        return {"error": error.code}
    except Exception:
        return {"error": DecoderFailed.code}


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
