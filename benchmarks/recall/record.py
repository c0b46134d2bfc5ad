"""What the decoder process answered, kept, so that other rules can be tried without asking again.

A record is valid for one state of ``media``, ``fingerprint`` and the edits: its name holds their
digest. Rules and limits (``matching``) may change: they only read it.
"""

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import staydown
from staydown.base.canonical import JSONValue
from staydown.fingerprint.picture_tasks import copy_look
from staydown.media.form import Form
from staydown.media.opened import NO_DAMAGE
from staydown.media.pipe import FIRST_FACE
from staydown.media.worker import OpenFile, PictureWorker, Task

#: An answer and the milliseconds that it took.
Answer = tuple[Any, float]


class Asked:
    """A file that was, or will be, asked about: stands in for ``OpenFile``.

    Known answers come from ``answers``; for the others ``data`` is called, the file is opened in
    the worker and the answer kept. ``spent`` counts the milliseconds of all that was asked,
    also of what was known. Its first picture alone is looked at, and taken to be whole.
    """

    many_faced = False
    damage = NO_DAMAGE

    def __init__(
        self,
        answers: dict[str, Answer],
        data: Callable[[], bytes],
        worker: Callable[[], PictureWorker],
    ) -> None:
        self.answers = answers
        self.spent = 0.0
        self.misses = 0
        self._data = data
        self._worker = worker
        self._stack = ExitStack()
        self._open: dict[Form, OpenFile] = {}

    def run(self, function: Task, **arguments: JSONValue) -> JSONValue:
        """Answer as ``OpenFile.run`` does, in colour. Raises a MediaError."""
        if function is copy_look:
            return self._codes(**arguments)  # type: ignore[arg-type]
        return self._ask(function.__name__, function, Form.QUICK_COLOUR, arguments)

    def run_on(self, face: int, function: Task, **arguments: JSONValue) -> JSONValue:
        """The same of one picture of the file: there is only the first."""
        assert face == FIRST_FACE
        return self.run(function, **arguments)

    def exactly(self, function: Task) -> JSONValue:
        """Answer ``function`` on the picture in full."""
        return self._ask(f"{function.__name__} exactly", function, Form.FULL, {})

    def close(self) -> None:
        """Let go of the worker."""
        self._stack.close()

    def _ask(
        self, key: str, function: Task, form: Form, arguments: dict[str, JSONValue]
    ) -> JSONValue:
        if key not in self.answers:
            self.answers[key] = self._really(function, form, arguments)
        answer, spent = self.answers[key]
        self.spent += spent
        return answer  # type: ignore[no-any-return]

    def _codes(self, model: str, places: list[dict[str, JSONValue]]) -> JSONValue:
        """Copy codes are kept one by one, since which are asked for together may change."""
        keys = ["code " + json.dumps(place, sort_keys=True) for place in places]
        new = [at for at, key in enumerate(keys) if key not in self.answers]
        if new:
            arguments: dict[str, JSONValue] = {"model": model, "places": [places[at] for at in new]}
            codes, spent = self._really(copy_look, Form.QUICK_COLOUR, arguments)
            for at, code in zip(new, codes, strict=True):
                self.answers[keys[at]] = (code, spent / len(new))
        self.spent += sum(self.answers[key][1] for key in keys)
        return [self.answers[key][0] for key in keys]

    def _really(self, function: Task, form: Form, arguments: dict[str, JSONValue]) -> Answer:
        self.misses += 1
        if form not in self._open:
            self._stack.close()  # one process holds one file
            self._open = {form: self._stack.enter_context(self._worker().open(self._data(), form))}
        start = time.perf_counter()
        answer = self._open[form].run(function, **arguments)
        return answer, round(1000 * (time.perf_counter() - start), 3)


class Record:
    """A file of answers by upload, one JSON line each; the last line of a name counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, Answer]] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                name, answers = json.loads(line)
                self._known[name] = {key: (value[0], value[1]) for key, value in answers.items()}

    def __len__(self) -> int:
        return len(self._known)

    def answers(self, name: str) -> dict[str, Answer]:
        """Return what is known of an upload: nothing at first."""
        return self._known.setdefault(name, {})

    def keep(self, name: str, answers: dict[str, Answer]) -> None:
        """Write what is now known of an upload."""
        self._known[name] = answers
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps([name, answers], separators=(",", ":")) + "\n")


def digest_of_code() -> str:
    """Return a short digest of everything that an answer depends on in this checkout."""
    package = Path(staydown.__file__).parent
    here = Path(__file__).parent.parent
    folders = (package / "media", package / "fingerprint", here / "edits")
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    paths += [here / "corpus.toml", here / "recall" / "queries.py"]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
