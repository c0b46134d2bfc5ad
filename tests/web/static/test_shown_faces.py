"""What Chromium shows of each kind of file, on a light page and a dark one, is among its faces."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from staydown.base.vocabulary import Turn
from staydown.fingerprint.face_tasks import see_faces
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.picture_tasks import see_whole
from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from tests.media.faced import BASE, FACED
from tests.media.odd_faced import ODD
from tests.web.browser import Visits
from tests.web.static.site import StaticSite

#: What no browser opens.
NOT_SHOWN = {"second.tiff", "negative.tiff", "broken_page.tiff", "profile_of_second_page.tiff"}

SEVERAL = {**FACED, **ODD}

_SHOW = """async ([path, ground]) => {
    document.body.replaceChildren();
    document.body.style.background = ground;
    const image = new Image();
    image.style.display = 'block';
    document.body.append(image);
    await new Promise((done) => { image.onload = image.onerror = done; image.src = path; });
    await new Promise((done) => setTimeout(done, 200));
    return image.naturalWidth;
}"""


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process."""
    with picture_worker() as running:
        yield running


@pytest.fixture
def page(visits: Visits, site: StaticSite) -> Page:
    """An empty page."""
    return visits(site.url, viewport={"width": 900, "height": 700}).go("/blank.html")


def faces(worker: PictureWorker, data: bytes) -> list[Fingerprint]:
    """The PDQ of every picture that we say programs show of a file."""
    with worker.open(data, Form.QUICK_COLOUR) as file:
        parts = [see_whole(file), *see_faces(file).wholes]
        return [part.turns[Turn.NONE] for part in parts]


def shown(page: Page, site: StaticSite, data: bytes, ground: str) -> Fingerprint:
    """The PDQ of what stands on the screen."""
    with site.offering(data) as path:
        assert page.evaluate(_SHOW, [path, ground]) > 0
        seen = page.locator("img").screenshot()
    return pdq(np.asarray(Image.open(io.BytesIO(seen)).convert("RGB")))


@pytest.mark.parametrize("name", [name for name in SEVERAL if name not in NOT_SHOWN])
def test_what_chromium_shows_is_a_face(
    page: Page, site: StaticSite, worker: PictureWorker, name: str
) -> None:
    """Light and dark; and the table says rightly where it shows what the decoy hides."""
    make, _, light, dark = SEVERAL[name]
    data = make()
    known = faces(worker, data)
    listed = pdq(np.asarray(BASE))
    for ground, bared in (("white", light), ("black", dark)):
        seen = shown(page, site, data, ground)
        if (seen.quality or 0) >= 50:
            assert min(one.distance(seen) for one in known) <= 24
        assert (seen.distance(listed) <= 31) == bared
