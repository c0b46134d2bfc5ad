"""The folder of one sweep: its list, its lock, and what is written of it for the operator."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from staydown.base.errors import SettingsError
from staydown.cli.output import named
from staydown.matching.sweep_list import COMPARED, ListUnusable, SweepList, read_list
from staydown.review.records import SweepRun, SweptItem
from staydown.review.settings import check_sweep_name

_Record = dict[str, object]


class SweepFolder:
    """``sweeps/NAME`` beside the settings: of the owner alone, since it names the platform's files.

    ``list`` is what is looked at; ``matches.jsonl``, ``unreadable.jsonl`` and ``in_part.jsonl`` are
    what came of it.
    """

    def __init__(self, settings_file: Path, name: str) -> None:
        check_sweep_name(name)
        self.path = settings_file.resolve().parent / "sweeps" / name
        self.list = self.path / "list"
        self.matches = self.path / "matches.jsonl"
        self.unreadable = self.path / "unreadable.jsonl"
        self.in_part = self.path / "in_part.jsonl"

    @contextmanager
    def held(self, *, new: bool) -> Iterator[None]:
        """Keep everybody else out of the folder, which is made where it is ``new``.

        Raises SettingsError.
        """
        try:
            if new:
                self.path.parent.mkdir(mode=0o700, exist_ok=True)
                self.path.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise SettingsError(f"cannot use {self.path}: {error.strerror}") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SettingsError("this sweep is running already") from None
            yield
        finally:
            os.close(handle)

    def written(self, run: SweepRun) -> SweepList:
        """Return the list that a sweep was begun with. Raises ListUnusable."""
        try:
            found = read_list(self.list)
        except OSError as error:
            raise ListUnusable(f"cannot read {self.list}: {error.strerror}") from error
        if found.digest != run.list_digest:
            raise ListUnusable("the list of this sweep was changed: start a new sweep")
        return found

    def report(self, run: SweepRun, files: SweepList) -> None:
        """Write what matched and what couldn't be read, as things stand. Raises OSError."""
        from staydown.review import api

        matched = ((one.place, _match(one)) for one in api.swept_items(run))
        _write(self.matches, _with_names(files, matched))
        for path, partly in ((self.unreadable, False), (self.in_part, True)):
            faults = (
                (place, _fault(code))
                for place, code in api.sweep_faults(run)
                if (code in COMPARED) is partly
            )
            _write(path, _with_names(files, faults))


def _match(one: SweptItem) -> _Record:
    return {
        "item": str(one.item),
        "answer": one.answer.value,
        "decision": None if one.decision is None else one.decision.value,
        "earlier": one.earlier,
    }


def _fault(code: str) -> _Record:
    return {"error": code}


def _with_names(files: SweepList, records: Iterable[tuple[int, _Record]]) -> Iterator[_Record]:
    """Put the file's name before each record; both come in the order of the list."""
    waiting = iter(records)
    first = next(waiting, None)
    if first is None:  # nearly every list is long, and nearly every report short
        return
    names = enumerate(files.names())
    for place, record in chain([first], waiting):
        name = next(name for number, name in names if number == place)
        yield {**named("file", name), **record}


def _write(path: Path, records: Iterable[_Record]) -> None:
    """Write JSON lines for the owner alone; the file is there whole, or as it was."""
    aside = path.with_suffix(".new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")
    aside.replace(path)
