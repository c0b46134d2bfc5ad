"""A picture that only some programs show of a file is held like any other, and only it costs."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageOps

from staydown.base.face import Colour, Face, Ground
from staydown.base.vocabulary import Cut, GateAnswer, Turn
from staydown.fingerprint.face_tasks import LEFT_OUT, faces_look
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.picture_tasks import Part, first_look, views_look
from staydown.fingerprint.registry import picture_worker
from staydown.matching.cascade import MOST_SEARCHED, Examined, _spread, look_over
from staydown.matching.in_memory import MemoryMatcher
from staydown.matching.looked_at import LookedAt
from staydown.matching.reasons import LEFT_OUT_WORDS, face_words, reason
from staydown.matching.rules import answer
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from tests.matching.evidence import held, known
from tests.matching.test_cascade import Counting
from tests.media.faced import BASE, DECOY, FACED, PLAIN, animation, falling, negative, saved

#: One of each way to hold another picture.
SOME = ["second.gif", "second.tiff", "second.jpg", "negative.jpg", "gamma.png", "clear.png"]
SOME += ["under.png", "clear_frame.png", "clear_negative.png"]


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process."""
    with picture_worker() as running:
        yield running


@pytest.fixture(scope="module")
def listed() -> MemoryMatcher:
    """A bank that lists the picture."""
    return held(known("base", pdq(np.asarray(BASE))))


def looked_over(
    data: bytes, worker: PictureWorker, matcher: MemoryMatcher
) -> tuple[Examined, Counting]:
    """What is said of a file, and what it cost."""
    with worker.open(data, Form.QUICK_COLOUR) as file:
        counting = Counting.of(file)
        return look_over(counting, matcher), counting


@pytest.mark.parametrize("name", SOME)
def test_what_some_program_shows_is_held_and_said_where(
    worker: PictureWorker, listed: MemoryMatcher, name: str
) -> None:
    """In the reason, and in what was looked at."""
    make, label, _, _ = FACED[name]
    examined, _ = looked_over(make(), worker, listed)
    assert answer(examined.findings) is GateAnswer.HELD
    face = examined.findings[0].evidence.face
    assert face.label == label
    assert face_words(face) in reason(examined.findings[0])
    assert examined.looked_at is not None
    assert label in examined.looked_at.faces


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_file_costs_no_question_more(worker: PictureWorker, name: str) -> None:
    """The same two questions as ever where nothing matches: faces are never asked for."""
    matcher = held(known("other", pdq(np.asarray(DECOY))))
    examined, counting = looked_over(PLAIN[name](), worker, matcher)
    assert counting.asked == [first_look, views_look]
    assert examined.looked_at == LookedAt()


def test_a_file_that_is_held_by_its_first_picture_is_not_looked_at_further(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """And says so."""
    examined, counting = looked_over(animation("GIF", BASE, DECOY), worker, listed)
    assert counting.asked == [first_look]
    assert examined.looked_at == LookedAt(left_out=("ended_early",))


def test_where_nothing_is_listed_nothing_is_looked_at(worker: PictureWorker) -> None:
    """And it says that, too."""
    examined, _ = looked_over(animation("GIF", DECOY, BASE), worker, MemoryMatcher())
    assert examined.looked_at == LookedAt(left_out=("nothing_listed",))


def test_parts_of_the_other_pictures_are_looked_at(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """A border round it, in the second frame."""
    width, height = BASE.size
    framed = ImageOps.expand(BASE, border=(width // 5, height // 4), fill=(238, 236, 230))
    data = animation("PNG", DECOY.resize(framed.size), framed)
    examined, counting = looked_over(data, worker, listed)
    assert answer(examined.findings) is GateAnswer.HELD
    one = examined.findings[0].evidence
    assert (one.face, one.view.cut) == (Face(2), Cut.TRIMMED)
    assert counting.asked == [first_look, views_look, faces_look, views_look]


def test_the_other_pictures_that_are_searched_are_few_and_spread(worker: PictureWorker) -> None:
    """From the first to the last, whatever their number."""
    rng = np.random.default_rng(4)
    frames = [Image.fromarray(rng.integers(0, 255, (80, 80, 3), dtype=np.uint8)) for _ in range(20)]
    examined, counting = looked_over(
        animation("WEBP", *frames, lossless=True), worker, held(known("x", pdq(np.asarray(BASE))))
    )
    assert counting.asked.count(views_look) == 1 + MOST_SEARCHED
    assert examined.looked_at is not None
    assert examined.looked_at.frames == 20
    turns = dict.fromkeys(Turn, pdq(np.asarray(BASE)))
    chosen = [part.number for part in _spread([Part(one, None, turns) for one in range(19)])]
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 18, MOST_SEARCHED)


def test_a_profile_of_the_picture_as_stored_does_not_hide_it(
    worker: PictureWorker, listed: MemoryMatcher
) -> None:
    """Peers see the stored pixels, so these are looked up first, whatever the profile says."""
    examined, _ = looked_over(saved(BASE, "PNG", icc_profile=falling()), worker, listed)
    assert examined.findings[0].evidence.face == Face()
    negatives = held(known("negative", pdq(np.asarray(negative(BASE)))))
    examined, _ = looked_over(saved(BASE, "PNG", icc_profile=falling()), worker, negatives)
    assert examined.findings[0].evidence.face == Face(colour=Colour.PROFILE)


@pytest.mark.parametrize("frame", [1, 7])
@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("colour", Colour)
def test_each_face_has_words_and_a_label_that_is_read_back(
    frame: int, ground: Ground, colour: Colour
) -> None:
    """The first has no words: it is the picture."""
    face = Face(frame, ground, colour)
    assert Face.parse(face.label) == face
    assert bool(face_words(face)) == (face != Face())


@pytest.mark.parametrize("label", ["", "frame_1", "frame_0", "over_white", "x", "by_gamma+frame_2"])
def test_a_label_that_is_none_is_refused(label: str) -> None:
    """Each face has one label."""
    with pytest.raises(ValueError, match=r"."):
        Face.parse(label)


def test_every_word_for_what_was_left_out_has_a_sentence() -> None:
    """As commands print them."""
    assert LEFT_OUT_WORDS.keys() == LEFT_OUT
