"""Pictures that are made to be near a listed one, or to hide it, through the real decoder."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from staydown.base.vocabulary import Decision, GateAnswer, Kind
from staydown.fingerprint.model import find_model
from staydown.fingerprint.pdq import pdq as hash_of
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.matching.cascade import Examined, look_over
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import Recall
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from staydown.review import api
from staydown.review.models import Candidate, Item
from staydown.review.records import UploadAnswer
from tests.matching.decoys import nearest_decoy, png
from tests.media.faced import animation
from tests.review.platform import Platform

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ALLOWED, FLAGGED, HELD = GateAnswer.ALLOWED, GateAnswer.FLAGGED, GateAnswer.HELD
NCII, NOT, CANT = Decision.NCII, Decision.NOT_NCII, Decision.CANT_TELL
SAMPLES = Path(__file__).parents[3] / "src/staydown/cli/samples"


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process, warm for all of it."""
    with picture_worker(model=find_model()) as running:
        yield running


@pytest.fixture(scope="module")
def real() -> Image.Image:
    """The picture that somebody has listed."""
    return Image.open(SAMPLES / "coffee.jpg").convert("RGB")


@pytest.fixture(scope="module")
def decoys(real: Image.Image) -> list[bytes]:
    """Four harmless pictures, as near to it by PDQ as the search gets."""
    harmless: list[Image.Image] = [
        Image.open(SAMPLES / f"{name}.jpg").convert("RGB") for name in ("chelsea", "rocket", "moon")
    ]
    harmless.append(harmless[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    made = [nearest_decoy(one, real) for one in harmless]
    listed = hash_of(np.asarray(real))
    for one in made:
        assert hash_of(np.asarray(one)).distance(listed) <= 28
    return [png(one) for one in made]


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


class Gate:
    """The upload gate's way through a picture, with copy codes or without."""

    def __init__(
        self, platform: Platform, worker: PictureWorker, *, network: bool, codes_listed: bool
    ) -> None:
        self.platform, self.worker = platform, worker
        self.model = find_model() if network else None
        self.kinds = (Kind.PDQ, Kind.COPY1) if codes_listed else (Kind.PDQ,)

    def list(self, data: bytes, picture: str) -> None:
        """Have the bank list a picture."""
        made = fingerprint_kinds(data, self.worker, self.kinds, model=find_model())
        self.platform.list(*made, picture=picture)

    def upload(self, data: bytes) -> UploadAnswer:
        """Offer a picture."""
        desk = self.platform.desk

        def look(data: bytes, known: KnownEntries, recall: Recall) -> Examined:
            with self.worker.open(data, Form.QUICK_COLOUR) as file:
                return look_over(file, known, desk.live.limits, self.model, recall)

        digest = api.file_digest(data, desk.sealer)
        upload = api.Upload(self.platform.key, file_digest=digest)
        return api.receive_upload(upload, desk.live, desk.clock, look=partial(look, data))


WAYS = [(True, True), (True, False), (False, False)]


@pytest.mark.parametrize("way", WAYS)
def test_the_real_picture_is_held_after_four_moderators_let_decoys_of_it_go(
    platform: Platform,
    worker: PictureWorker,
    real: Image.Image,
    decoys: list[bytes],
    way: tuple[bool, bool],
) -> None:
    """Whoever threatens her has the picture, and can make harmless ones that are near it."""
    network, codes_listed = way
    gate = Gate(platform, worker, network=network, codes_listed=codes_listed)
    gate.list(jpeg(real), "hers")
    for data, who in zip(decoys, ("anna", "ben", "cleo", "dora"), strict=True):
        answer = gate.upload(data)
        assert answer.answer is HELD
        platform.decide(answer.item, NOT, who)
        assert gate.upload(data).answer is ALLOWED
    smaller = real.resize((real.width // 2, real.height // 2))
    for data in (jpeg(real), jpeg(real, 30), png(real), jpeg(smaller)):
        held = gate.upload(data)
        assert held.answer is HELD
        assert held.item is not None
        assert api.group_of(held.item).decided == {NOT: 4}


@pytest.mark.parametrize("way", WAYS)
def test_a_popular_picture_saved_again_is_flagged_in_one_item_where_there_are_copy_codes(
    platform: Platform, worker: PictureWorker, real: Image.Image, way: tuple[bool, bool]
) -> None:
    """A stranger has listed it; without copy codes nothing tells it from a decoy."""
    network, codes_listed = way
    wanted = FLAGGED if network else HELD
    gate = Gate(platform, worker, network=network, codes_listed=codes_listed)
    gate.list(jpeg(real), "popular")
    platform.decide(gate.upload(jpeg(real)).item, NOT)
    again = [gate.upload(jpeg(real, quality)).answer for quality in (75, 85, 90, 60)]
    assert again == [wanted] * 4
    assert Item.objects.filter(decision="").count() == (1 if network else 4)


def _with_inset(real: Image.Image, blur: int = 0) -> bytes:
    """A picture that many people share, with another in its corner, made unclear or not."""
    made = Image.open(SAMPLES / "chelsea.jpg").convert("RGB").resize((1280, 860))
    inset = real.resize((384, 256)).filter(ImageFilter.GaussianBlur(blur))
    made.paste(inset, (60, 580))
    return jpeg(made)


def _held_by(answer: UploadAnswer) -> set[tuple[str, str]]:
    """The pictures that an upload came close to, with what each came to."""
    rows = Candidate.objects.filter(item__public_id=str(answer.item)).select_related("entry")
    return {(row.entry.picture, row.answer) for row in rows}


def test_the_real_picture_set_into_one_that_people_know_is_held(
    platform: Platform, worker: PictureWorker, real: Image.Image
) -> None:
    """The gate goes on looking where memory would let the whole go."""
    gate = Gate(platform, worker, network=True, codes_listed=False)
    known = _with_inset(real, blur=16)
    gate.list(known, "popular")
    platform.decide(gate.upload(known).item, NOT)
    with_hers = _with_inset(real)
    assert gate.upload(with_hers).answer is FLAGGED
    gate.list(jpeg(real), "hers")
    after = gate.upload(with_hers)
    assert after.answer is HELD
    assert ("hers", "held") in _held_by(after)


def test_what_was_listed_since_is_found_in_a_part_of_a_decided_file(
    platform: Platform, worker: PictureWorker, real: Image.Image
) -> None:
    """The very file was let go while nobody had listed what it shows in a corner."""
    gate = Gate(platform, worker, network=True, codes_listed=True)
    with_hers = _with_inset(real)
    gate.list(with_hers, "popular")
    platform.decide(gate.upload(with_hers).item, NOT)
    assert gate.upload(with_hers).answer is ALLOWED
    gate.list(jpeg(real), "hers")
    after = gate.upload(with_hers)
    assert after.answer is FLAGGED
    assert ("hers", "flagged") in _held_by(after)


def test_a_picture_that_people_know_hides_none_behind_it_in_the_same_file(
    platform: Platform, worker: PictureWorker, real: Image.Image
) -> None:
    """What was decided about a first frame says nothing of the second."""
    gate = Gate(platform, worker, network=True, codes_listed=False)
    popular = Image.open(SAMPLES / "chelsea.jpg").convert("RGB").resize((384, 256))
    gate.list(png(popular), "popular")
    platform.decide(gate.upload(png(popular)).item, NOT)
    gate.list(jpeg(real), "hers")
    after = gate.upload(animation("PNG", popular, real.resize(popular.size)))
    assert after.answer is HELD
    assert ("hers", "held") in _held_by(after)


def test_a_decision_on_one_picture_of_a_file_lets_no_other_file_go(
    platform: Platform, worker: PictureWorker, real: Image.Image
) -> None:
    """The file itself, byte for byte, is known again; its first frame with another isn't it."""
    gate = Gate(platform, worker, network=False, codes_listed=False)
    gate.list(jpeg(real), "hers")
    small = real.resize((384, 256))
    first, second = (
        Image.open(SAMPLES / f"{name}.jpg").convert("RGB").resize(small.size)
        for name in ("chelsea", "moon")
    )
    decided = animation("PNG", first, small)
    platform.decide(gate.upload(decided).item, NOT)
    assert gate.upload(decided).answer is ALLOWED
    turned = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for data in (animation("PNG", second, small), animation("PNG", first, turned), jpeg(real)):
        assert gate.upload(data).answer is HELD
