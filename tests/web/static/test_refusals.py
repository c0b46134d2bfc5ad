"""What gets no fingerprint gets a plain answer instead."""

import struct
import zlib
from typing import Any

import pytest

from tests.web.browser import Visits
from tests.web.static.pictures import saved, waves
from tests.web.static.site import StaticSite
from tests.web.static.worker import fingerprint_in

JPEG = saved(waves(400, 300), "JPEG")
PNG = saved(waves(400, 300), "PNG")


def claiming(width: int, height: int) -> bytes:
    """Return a small PNG file that says that it is this large."""
    header = b"IHDR" + struct.pack(">II", width, height) + PNG[24:29]
    return PNG[:12] + header + struct.pack(">I", zlib.crc32(header)) + PNG[33:]


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1" + bytes(200)

CASES: dict[str, tuple[bytes, str]] = {
    "HEIC": (HEIC, "heic"),
    "MP4": (MP4, "video"),
    "WebM": (b"\x1a\x45\xdf\xa3" + bytes(200), "video"),
    "text": (b"hello" * 100, "not-a-picture"),
    "nothing": (b"", "not-a-picture"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>", "not-a-picture"),
    "beginning of a JPEG": (JPEG[:200], "damaged"),
    "one colour": (saved(waves(400, 300) * 0 + 90, "PNG"), "too-plain"),
    "four rows": (saved(waves(400, 4), "PNG"), "too-plain"),
    "claims 101 megapixels": (claiming(10_100, 10_000), "too-many-pixels"),
    "claims more than there is memory": (claiming(2**31 - 1, 2**31 - 1), "too-many-pixels"),
    "65 MiB": (JPEG + bytes(65 * 1024 * 1024), "too-large"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused(visits: Visits, site: StaticSite, name: str) -> None:
    """Each kind of file that can't be used is named for what it is."""
    data, state = CASES[name]
    assert outcome_of(visits, site, data)["state"] == state


@pytest.mark.parametrize("picture", [JPEG, PNG], ids=["JPEG", "PNG"])
def test_cut_short(visits: Visits, site: StaticSite, picture: bytes) -> None:
    """Half a picture isn't listed: its fingerprint would find too few copies of the whole."""
    assert outcome_of(visits, site, picture[: len(picture) // 2])["state"] == "damaged"


@pytest.mark.parametrize("browser", ["noisy", "slightly-noisy", "white"])
def test_guarded_browser(visits: Visits, site: StaticSite, browser: str) -> None:
    """Where a browser alters pixels in any way, no fingerprint comes out."""
    assert outcome_of(visits, site, JPEG, browser)["state"] == "guarded-browser"


def test_old_browser(visits: Visits, site: StaticSite) -> None:
    """A browser without canvases in workers is told apart from a broken picture."""
    assert outcome_of(visits, site, JPEG, "no-canvas")["state"] == "unsupported"


def outcome_of(
    visits: Visits, site: StaticSite, data: bytes, browser: str = "static"
) -> dict[str, Any]:
    page = visits(site.url).go("/blank.html")
    with site.offering(data) as url:
        [outcome] = fingerprint_in(page, [url], browser=browser)
    return outcome
