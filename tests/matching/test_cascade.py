"""One upload against everything listed, in the real decoder process."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from staydown.base.vocabulary import Cut, GateAnswer, Kind, Turn
from staydown.fingerprint.model import find_model
from staydown.fingerprint.picture_tasks import Part, copy_look, first_look, views_look
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.fingerprint.value import View
from staydown.matching.cascade import MOST_CODES, _batches, _SoFar, compare, examine
from staydown.matching.in_memory import MemoryMatcher
from staydown.matching.limits import DEFAULT
from staydown.matching.rules import Finding, answer
from staydown.media.errors import NotAPicture
from staydown.media.form import Form
from staydown.media.opened import NO_DAMAGE, Damage
from staydown.media.worker import OpenFile, PictureWorker, Task
from tests.matching.evidence import code, known, near, pdq

SAMPLES = Path(__file__).parents[2] / "src/staydown/cli/samples"
NAMES = ("coffee", "rocket")


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process, warm for all of it."""
    with picture_worker(model=find_model()) as running:
        yield running


@pytest.fixture(scope="module")
def listed(worker: PictureWorker) -> MemoryMatcher:
    """Two photographs, each with a PDQ and a copy code."""
    return _listed(worker, (Kind.PDQ, Kind.COPY1))


@pytest.fixture(scope="module")
def listed_plainly(worker: PictureWorker) -> MemoryMatcher:
    """The same photographs by a bank that lists PDQ alone."""
    return _listed(worker, (Kind.PDQ,))


def _listed(worker: PictureWorker, kinds: tuple[Kind, ...]) -> MemoryMatcher:
    matcher = MemoryMatcher()
    for name in NAMES:
        data = (SAMPLES / f"{name}.jpg").read_bytes()
        for made in fingerprint_kinds(data, worker, kinds, model=find_model()):
            matcher.update([known(f"{name} {made.kind.value}", made, picture=name)])
    return matcher


def sample(name: str = "coffee") -> Image.Image:
    """A photograph that the package ships."""
    return Image.open(SAMPLES / f"{name}.jpg").convert("RGB")


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The picture as somebody might save it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def framed(picture: Image.Image) -> Image.Image:
    """In the middle of a wide light frame."""
    width, height = picture.size
    return ImageOps.expand(picture, border=(width // 5, height // 4), fill=(238, 236, 230))


def cropped(picture: Image.Image) -> Image.Image:
    """About half of its area."""
    width, height = picture.size
    return picture.crop((width // 6, height // 7, width * 8 // 9, height * 7 // 8))


class Counting(OpenFile):
    """An open file that counts what it is asked."""

    asked: list[Task]

    @classmethod
    def of(cls, file: OpenFile) -> "Counting":
        """Count the questions to ``file``."""
        counting = cls.__new__(cls)
        counting.asked, counting.file = [], file
        counting.many_faced = file.many_faced
        return counting

    file: OpenFile
    places: int = 0
    many_faced: bool = False
    damage: Damage = NO_DAMAGE

    def run(self, function: Task, **arguments: object) -> object:  # type: ignore[override]
        """Pass the question on."""
        self.asked.append(function)
        self.places += len(arguments.get("places", ()))  # type: ignore[arg-type]
        return self.file.run(function, **arguments)  # type: ignore[arg-type]

    def run_on(self, face: int, function: Task, **arguments: object) -> object:  # type: ignore[override]
        """Pass the question about one of the file's pictures on."""
        self.asked.append(function)
        self.places += len(arguments.get("places", ()))  # type: ignore[arg-type]
        return self.file.run_on(face, function, **arguments)  # type: ignore[arg-type]


def examined(
    data: bytes, worker: PictureWorker, matcher: MemoryMatcher, *, with_model: bool = True
) -> tuple[tuple[Finding, ...], Counting]:
    """The findings, and what they cost."""
    with worker.open(data, Form.QUICK_COLOUR) as file:
        counting = Counting.of(file)
        found = examine(counting, matcher, model=find_model() if with_model else None)
    return found, counting


def test_a_copy_is_held_by_the_cheapest_evidence(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """A re-encoded, a mirrored, a turned copy: one look."""
    whole = sample()
    for picture, turn in (
        (whole, Turn.NONE),
        (ImageOps.mirror(whole), Turn.MIRRORED),
        (whole.rotate(90, expand=True), Turn.TURNED_90),
    ):
        found, counting = examined(jpeg(picture), worker, listed)
        assert answer(found) is GateAnswer.HELD
        assert found[0].evidence.view == View(Cut.WHOLE, turn)
        assert found[0].evidence.entry_id == "coffee pdq"
        assert counting.asked == [first_look]


def test_a_framed_copy_is_held_by_a_view(worker: PictureWorker, listed: MemoryMatcher) -> None:
    """Before any network runs; a mirrored one too."""
    for picture in (framed(sample()), framed(ImageOps.mirror(sample()))):
        found, counting = examined(jpeg(picture), worker, listed)
        assert answer(found) is GateAnswer.HELD
        assert found[0].evidence.view.cut is not Cut.WHOLE
        assert counting.asked == [first_look, views_look]


def test_a_cropped_copy_is_held_by_its_copy_code(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """The whole comes first: the parts' codes are not made."""
    found, counting = examined(jpeg(cropped(sample())), worker, listed)
    assert answer(found) is GateAnswer.HELD
    assert found[0].evidence.kind is Kind.COPY1
    assert counting.asked.count(copy_look) == 1


def test_a_cropped_copy_that_was_turned_is_held(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """A code that nearly matches is worth those of the other turns."""
    for degrees in (0, 90, 180, 270):
        data = jpeg(cropped(sample()).rotate(degrees, expand=True))
        found, counting = examined(data, worker, listed)
        assert answer(found) is GateAnswer.HELD
        assert counting.places <= MOST_CODES + 9 + 3


def test_another_picture_is_let_through_at_a_bounded_cost(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """Whatever the view search finds, so many runs of the network and no more."""
    for name in ("chelsea", "moon"):
        for picture in (sample(name), framed(sample(name))):
            found, counting = examined(jpeg(picture), worker, listed)
            assert answer(found) is GateAnswer.ALLOWED
            assert 1 <= counting.places <= MOST_CODES


def test_many_entries_that_wait_at_one_place_do_not_hide_another() -> None:
    """As when a bank lists look-alikes: each place gets its code first, and gets it once."""
    turns = dict.fromkeys(Turn, pdq())
    parts = [Part(0, None, turns), Part(1, None, turns), Part(2, None, turns)]
    so_far = _SoFar(MemoryMatcher(), DEFAULT)
    so_far.evidence = [
        *(near(40, part=1, copy_listed=True, entry=str(number)) for number in range(5)),
        near(44, part=2, turn=Turn.TURNED_90, copy_listed=True),
    ]
    first = next(_batches(so_far, parts, [], {part.number: part for part in parts}))
    assert [(part.number, turn) for part, turn in first] == [
        (1, Turn.NONE), (2, Turn.TURNED_90), (0, Turn.NONE),
    ]  # fmt: skip


def test_no_code_is_made_where_none_is_listed_or_none_can_be(
    worker: PictureWorker, listed: MemoryMatcher, listed_plainly: MemoryMatcher
) -> None:
    """There is nothing to compare it with, or no network to make it."""
    data = jpeg(cropped(sample()))
    for matcher, with_model in ((listed_plainly, True), (listed, False)):
        _, counting = examined(data, worker, matcher, with_model=with_model)
        assert counting.asked == [first_look, views_look]


def test_where_nothing_is_listed_the_file_is_still_checked(worker: PictureWorker) -> None:
    """A caller is told about a broken file, whatever the banks hold."""
    found, counting = examined(jpeg(sample()), worker, MemoryMatcher())
    assert (found, counting.asked) == ((), [first_look])
    with pytest.raises(NotAPicture):
        examined(b"hello", worker, MemoryMatcher())


def test_ready_fingerprints_pair_up_in_their_order() -> None:
    """The second copy code goes by the quality of the second PDQ."""
    matcher = MemoryMatcher()
    matcher.update([known("p", pdq(0), picture="x"), known("c", code(0), picture="x")])
    plain, rich = pdq(120, quality=10), pdq(140, quality=90)
    assert answer(compare([plain, rich, code(0)], matcher).findings) is GateAnswer.FLAGGED
    assert answer(compare([plain, rich, code(500), code(0)], matcher).findings) is GateAnswer.HELD
    assert answer(compare([code(0)], matcher).findings) is GateAnswer.FLAGGED
    assert compare([], matcher).findings == ()
