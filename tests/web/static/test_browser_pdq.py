"""The browser's fingerprints are the same as Python's."""

import json
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from playwright.sync_api import Page

from tests.peers import peer_package
from tests.web.browser import Visits
from tests.web.static.pictures import photograph, saved, waves
from tests.web.static.site import VECTORS, StaticSite
from tests.web.static.worker import fingerprint_in

LISTED: list[dict[str, Any]] = json.loads((VECTORS / "vectors.json").read_text())

#: A colour profile whose red is blue: whoever applies it gets another picture.
SWAPPED_PROFILE = (
    ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    .tobytes()
    .replace(b"rXYZ", b"?XYZ")
    .replace(b"bXYZ", b"rXYZ")
    .replace(b"?XYZ", b"bXYZ")
)

#: Bits that may differ between the two.
NEAR = 2


def distance(one: str, other: str) -> int:
    """Return the number of bits in which two hexadecimal texts differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.fixture
def page(visits: Visits, site: StaticSite) -> Page:
    """A page on the site on which the worker can be started."""
    return visits(site.url).go("/blank.html")


def test_every_vector(page: Page) -> None:
    """Every file of the shared vectors gives Python's fingerprint, at most 2 bits apart."""
    outcomes = fingerprint_in(page, [f"/vectors/{vector['file']}" for vector in LISTED])
    apart = Counter[int]()
    wrong = []
    for vector, outcome in zip(LISTED, outcomes, strict=True):
        if vector["quality"] < 50:
            right = outcome["state"] == "too-plain"
        elif outcome["state"] != "ready":
            right = False
        else:
            bits = distance(outcome["hex"], vector["pdq"])
            apart[bits] += 1
            right = bits <= NEAR and abs(outcome["quality"] - vector["quality"]) <= 1
            outcome["bits"] = bits
        if not right:
            wrong.append((vector["name"], vector["quality"], outcome))
    print("distances", sorted(apart.items()))
    assert wrong == []
    assert sum(apart.values()) > len(LISTED) / 2


def reference(data: bytes) -> tuple[str, int]:
    """Return Python's PDQ of a file's first frame, upright and over white."""
    with Image.open(BytesIO(data)) as opened:
        turned = ImageOps.exif_transpose(opened)
        white = Image.new("RGBA", turned.size, "white")
        picture = Image.alpha_composite(white, turned.convert("RGBA")).convert("RGB")
    bits, quality = peer_package("pdqhash").compute(np.asarray(picture))
    return np.packbits(bits.astype(np.uint8)).tobytes().hex(), quality


def turned() -> bytes:
    """A photograph held sideways: 12 megapixels, orientation in EXIF, with a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(photograph(4032, 3024), "JPEG", quality=88, exif=exif, icc_profile=SWAPPED_PROFILE)


def see_through() -> bytes:
    """Every combination of colour and transparency."""
    return saved(waves(611, 407, 4), "PNG")


def moving() -> bytes:
    """Two frames; only the first counts."""
    frames = [Image.fromarray(waves(300, 200)), Image.fromarray(waves(300, 200)[::-1])]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return file.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    "12 megapixels, turned, with a profile": turned,
    "24 megapixels": lambda: saved(photograph(6000, 4000), "JPEG", quality=80),
    "grey 12 megapixels, progressive": lambda: saved(
        photograph(4000, 3000)[:, :, 0], "JPEG", quality=70, progressive=True
    ),
    "every transparency": see_through,
    "transparent WebP": lambda: saved(waves(611, 407, 4), "WEBP", lossless=True),
    "moving GIF": moving,
    "wider than a canvas part": lambda: saved(waves(20000, 90), "PNG"),
    "odd JPEG with halved colours": lambda: saved(waves(333, 517), "JPEG", subsampling=2),
    "high JPEG": lambda: saved(waves(97, 3001), "JPEG", quality=95),
}


@pytest.mark.parametrize("name", MADE)
def test_made_pictures(visits: Visits, site: StaticSite, name: str) -> None:
    """Large, turned, transparent, moving and very wide pictures give Python's fingerprint too."""
    data = MADE[name]()
    with site.offering(data) as url:
        [outcome] = fingerprint_in(visits(site.url).go("/blank.html"), [url])
    expected, quality = reference(data)
    assert outcome["state"] == "ready", outcome
    bits = distance(outcome["hex"], expected)
    print(name, "distance", bits, round(outcome["milliseconds"]), "ms")
    assert bits <= NEAR
    assert abs(outcome["quality"] - quality) <= 1
