"""A damaged or turned picture gets the same answer in a browser as from the command line."""

from typing import Any

import pytest
from playwright.sync_api import Page

from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.registry import LISTING_SHARE
from staydown.media.decode import decode, prepare
from staydown.media.limits import Limits
from tests.fingerprint import pictures
from tests.media.damaged import STORED, WHOLE
from tests.media.oriented import FOUR_COLOURS, WAYS, app1, jpeg, orientation_of, tiff_block
from tests.web.browser import Visits
from tests.web.static.site import StaticSite
from tests.web.static.worker import fingerprint_in

PHOTOGRAPH = pictures.photograph("coffee", 720, 480)

#: Bits that may differ: of pixels that aren't there, some are filled another way.
NEAR = 8

#: What Chromium opens by itself as the command line does, or once it is mended.
OPENED = [
    name for name, (stored, _, _) in WHOLE.items() if stored.startswith(("png", "jpeg", "gif"))
]


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare(Limits())


@pytest.fixture
def page(visits: Visits, site: StaticSite) -> Page:
    """A page on the site on which the worker can be started."""
    return visits(site.url).go("/blank.html")


def asked(page: Page, site: StaticSite, files: list[bytes]) -> list[dict[str, Any]]:
    """What the worker says of each."""
    offered = {f"/offered/damaged-{number}": data for number, data in enumerate(files)}
    site.offered.update(offered)
    try:
        return fingerprint_in(page, list(offered))
    finally:
        for path in offered:
            del site.offered[path]


def same(outcome: dict[str, Any], data: bytes) -> bool:
    """Whether the command line would list the file too, by the same fingerprint."""
    opened = decode(data, Limits())
    if opened.damage.share < LISTING_SHARE:
        return bool(outcome["state"] == "damaged")
    if outcome["state"] != "ready":
        return False
    found = pdq(opened.pixels)
    return (int(found.hex, 16) ^ int(outcome["hex"], 16)).bit_count() <= NEAR


def test_what_every_viewer_shows_is_listed_by_the_page_too(page: Page, site: StaticSite) -> None:
    """Wrong sums, a missing end, rubbish behind it."""
    files = {name: WHOLE[name][1](STORED[WHOLE[name][0]](PHOTOGRAPH)) for name in OPENED}
    outcomes = asked(page, site, list(files.values()))
    wrong = {
        name: outcome
        for (name, data), outcome in zip(files.items(), outcomes, strict=True)
        if not same(outcome, data)
    }
    assert wrong == {}


def test_a_file_that_breaks_off_is_listed_or_refused_as_by_the_command_line(
    page: Page, site: StaticSite
) -> None:
    """Two bytes, two hundred, the last fiftieth, the last third."""
    files = []
    for name in ("jpeg", "jpeg progressive", "jpeg restarts", "png", "png palette"):
        data = STORED[name](PHOTOGRAPH)
        files += [data[: len(data) - cut] for cut in (2, 200, len(data) // 50, len(data) // 3)]
    outcomes = asked(page, site, files)
    wrong = [
        (number, outcome)
        for number, (data, outcome) in enumerate(zip(files, outcomes, strict=True))
        if not same(outcome, data)
    ]
    assert wrong == []
    assert {outcome["state"] for outcome in outcomes} == {"ready", "damaged"}


def test_a_turned_picture_that_breaks_off_is_filled_on_its_own_side(
    page: Page, site: StaticSite
) -> None:
    """The end of what is stored may be any side of what is shown."""
    files = []
    for how in (3, 6, 8):
        data = jpeg(app1(tiff_block(how)))(PHOTOGRAPH)
        files.append(data[: len(data) - len(data) // 50])
    outcomes = asked(page, site, files)
    assert [same(outcome, data) for outcome, data in zip(outcomes, files, strict=True)] == [
        True
    ] * 3
    assert all(outcome["damaged"] for outcome in outcomes)


def test_what_a_browser_cannot_mend_is_called_damaged(page: Page, site: StaticSite) -> None:
    """Not «no picture»."""
    files = [STORED[name](PHOTOGRAPH)[:-300] for name in ("webp", "gif", "bmp", "avif")]
    assert [outcome["state"] for outcome in asked(page, site, files)] == ["damaged"] * 4


_PIXELS = """async (url) => {
  const file = await (await fetch(url)).blob();
  const options = {colorSpaceConversion: 'none', premultiplyAlpha: 'none'};
  const bitmap = await createImageBitmap(file, options);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const {data} = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return [bitmap.width, bitmap.height, Array.from(data)];
}"""


def test_this_browser_turns_each_picture_as_the_table_says(page: Page, site: StaticSite) -> None:
    """So what is held against the table is held against a browser."""
    import numpy as np

    wrong = {}
    for name, (store, right) in WAYS.items():
        if name.startswith("tiff"):
            continue
        with site.offering(store(FOUR_COLOURS)) as url:
            width, height, levels = page.evaluate(_PIXELS, url)
        pixels = np.array(levels, dtype=np.uint8).reshape(height, width, 4)[:, :, :3]
        if orientation_of(pixels) != right:
            wrong[name] = orientation_of(pixels)
    assert wrong == {}
