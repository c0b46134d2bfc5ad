"""The files that somebody chose for a bank: what is listed of them, what is left out, and why."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from staydown.base.face import FIRST, Face
from staydown.base.vocabulary import Kind
from staydown.cli.damage import damage_record
from staydown.cli.media_file import fault_of, look_at
from staydown.cli.output import complain, named, one_line
from staydown.cli.plain import TOO_PLAIN
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import Picture
from staydown.fingerprint.degenerate import DegenerateFingerprint, refuse_degenerate
from staydown.fingerprint.moments import Moment, other_moments
from staydown.fingerprint.registry import fingerprint_to_list, kinds_made, picture_worker
from staydown.fingerprint.value import PDQ_LISTING_QUALITY
from staydown.matching.reasons import face_words
from staydown.media.errors import DecoderUnavailable, MediaError, UnsupportedPicture
from staydown.media.opened import NO_DAMAGE, Damage
from staydown.media.worker import PictureWorker

_PLAIN = (
    "this picture is too plain to be told from others: it would match pictures that have nothing "
    "to do with it"
)
_VIDEO = "this is a video, and a bank takes pictures: save a still of it, and choose that"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that isn't handed in: a word for machines, and a sentence for people."""

    file: Path
    code: str
    reason: str


@dataclass(slots=True)
class Chosen:
    """What came of the files. The number of a picture is its place in ``files``, from 1."""

    pictures: list[Picture] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    #: By its number, what is missing of a picture that is listed all the same.
    damage: dict[int, Damage] = field(default_factory=dict)
    #: Files that are the same picture as one before, and its number.
    again: list[tuple[Path, int]] = field(default_factory=list)
    #: By its number, which picture of its file it is, where it isn't the first.
    faces: dict[int, Face] = field(default_factory=dict)

    def records(self) -> dict[str, object]:
        """Return all of it for JSON."""
        return {
            "pictures": [
                {
                    "number": number,
                    **_named(file),
                    **damage_record(self.damage.get(number, NO_DAMAGE)),
                    **({"face": self.faces[number].label} if number in self.faces else {}),
                }
                for number, file in enumerate(self.files, 1)
            ],
            "left_out": [
                {**_named(one.file), "error": one.code, "message": one.reason}
                for one in self.left_out
            ],
            "repeated": [{**_named(file), "number": number} for file, number in self.again],
        }

    def lines(self) -> Iterator[str]:
        """Yield which number stands for which file, as the status page counts them."""
        for number, file in enumerate(self.files, 1):
            yield f"{f'picture {number}:':<18}{self._name(number, file)}"
        for one in self.left_out:
            yield f"{'not listed:':<18}{one_line(str(one.file))}"

    def _name(self, number: int, file: Path) -> str:
        words = face_words(self.faces[number]) if number in self.faces else ""
        return f"{one_line(str(file))} ({words})" if words else one_line(str(file))

    def _add(self, file: Path, picture: Picture, damage: Damage, face: Face = FIRST) -> None:
        bits = [one.pdq.bits for one in self.pictures]
        if face != FIRST and picture.pdq.bits in bits:
            return
        if picture.pdq.bits in bits:
            number = bits.index(picture.pdq.bits) + 1
            self.again.append((file, number))
            click.echo(f"{one_line(str(file))}: the same as picture {number}", err=True)
            return
        self.pictures.append(picture)
        self.files.append(file)
        if face != FIRST:
            self.faces[len(self.files)] = face
        told = f"picture {len(self.files)}: {self._name(len(self.files), file)}"
        click.echo(f"{told} (quality {picture.pdq.quality})", err=True)
        if damage.any:
            complain(f"{damage.words}. It will be handed in as it is", os.fsencode(file))
            self.damage[len(self.files)] = damage

    def _add_others(self, file: Path, others: Iterable[Moment]) -> None:
        """Add the further pictures of a file."""
        for one in others:
            self._add(file, Picture(*one.fingerprints), NO_DAMAGE, one.face)

    def _leave_out(self, file: Path, code: str, reason: str) -> None:
        self.left_out.append(LeftOut(file, code, reason))
        complain(f"{reason}. This file is left out", os.fsencode(file))


def choose(files: Iterable[Path], model: Path | None, *, first_frame: bool = False) -> Chosen:
    """Make the fingerprints of each file that can be listed, and say what comes of each.

    Of a file that holds several pictures, an animation say, each that differs is listed, but for
    ``first_frame``.
    Raises click.UsageError for more pictures than one case holds, DecoderUnavailable where no file
    can be opened on this machine.
    """
    kinds = kinds_made(model)
    chosen = Chosen()
    with picture_worker(model=model) as worker:
        for file in files:
            try:
                picture, damage, others = _picture(file, worker, kinds, model, not first_frame)
                if (picture.pdq.quality or 0) < PDQ_LISTING_QUALITY:
                    if not others:
                        chosen._leave_out(file, TOO_PLAIN, _PLAIN)
                    chosen._add_others(file, others)
                    continue
                for one in picture.fingerprints:
                    refuse_degenerate(one)
            except DecoderUnavailable:
                raise
            except DegenerateFingerprint as error:
                chosen._leave_out(file, "degenerate", str(error))
            except (MediaError, OSError) as error:
                chosen._leave_out(file, *fault_of(error))
            else:
                chosen._add(file, picture, damage)
                chosen._add_others(file, others)
            if len(chosen.pictures) > MAX_PICTURES:
                raise click.UsageError(
                    f"these are more than {MAX_PICTURES} pictures, and a case holds no more. "
                    "Nothing was sent. Hand in the others as a case of their own"
                )
    return chosen


def _picture(
    file: Path, worker: PictureWorker, kinds: list[Kind], model: Path | None, every: bool
) -> tuple[Picture, Damage, tuple[Moment, ...]]:
    # Its whole path, since "-" alone would be standard input.
    looked = look_at(os.fsencode(file.absolute()), worker.limits)
    if looked.video and not looked.picture:
        raise UnsupportedPicture(_VIDEO)
    data = looked.read(worker.limits)
    made = fingerprint_to_list(data, worker, kinds, model=model)
    others = other_moments(data, worker, kinds, model=model) if every else ()
    return Picture(*made.fingerprints), made.damage, others


def _named(file: Path) -> dict[str, object]:
    return named("file", os.fsencode(file))
