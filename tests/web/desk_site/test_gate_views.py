"""Copies that somebody changed, at the gate and on the moderator's page: found, and explained."""

import io
import re
import secrets
from uuid import UUID

import pytest
from PIL import Image, ImageOps

from staydown.base.vocabulary import Kind
from staydown.fingerprint.model import find_model
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.fingerprint.value import Fingerprint
from tests.desk_server import eventually
from tests.web.desk_site.support import SAMPLES, Site, fresh, jpeg


@pytest.fixture(scope="module")
def chelsea(site: Site) -> Image.Image:
    """A photograph that the bank has listed under both kinds."""
    data = (SAMPLES / "chelsea.jpg").read_bytes()
    with picture_worker(model=find_model()) as worker:
        kinds = (Kind.PDQ, Kind.COPY1)
        pdq, code = fingerprint_kinds(data, worker, kinds, model=find_model())
    site.list(pdq)
    site.bank.put(code, picture="chelsea")
    eventually(lambda: site.offer(fresh(), code).status_code == 451)
    return Image.open(io.BytesIO(data))


def framed(picture: Image.Image) -> Image.Image:
    """In the middle of a wide light frame."""
    border = (picture.width // 5, picture.height // 4)
    return ImageOps.expand(picture.convert("RGB"), border=border, fill=(238, 236, 230))


def test_a_changed_copy_is_held_and_the_reason_is_given(site: Site, chelsea: Image.Image) -> None:
    """Mirrored, framed, cropped: each with what was undone."""
    width, height = chelsea.size
    cropped = chelsea.crop((width // 7, height // 8, width * 8 // 9, height * 7 // 8))
    for picture, kind, view, words in (
        (ImageOps.mirror(chelsea), "pdq", r"whole\+mirrored", "after mirroring it; "),
        (framed(chelsea), "pdq", r"(trimmed|cut_out)", "after "),
        (cropped, "copy1", "whole", "copy code: "),
    ):
        answer = site.upload(jpeg(picture))
        assert answer.status_code == 451, answer.text
        found = answer.json()["candidates"][0]
        assert (found["kind"], found["action"]) == (kind, "held")
        assert re.fullmatch(view, found["view"])
        assert words in found["reason"]


def test_the_moderator_reads_why(site: Site, chelsea: Image.Image) -> None:
    """The page says it in the same words."""
    answer = site.upload(jpeg(ImageOps.flip(chelsea))).json()
    page = site.moderator("reader").get(f"/items/{UUID(answer['item'])}/").text
    assert "Matches after mirroring it and turning it upside down;" in page
    assert re.search(r"\d+ of 256 bits differ", page)


def test_a_copy_code_that_comes_alone_only_flags(site: Site) -> None:
    """Nothing says how much there is in the picture."""
    code = Fingerprint(Kind.COPY1, secrets.token_bytes(128))
    site.bank.put(code)
    eventually(lambda: site.offer(fresh(), code).status_code == 451)
    assert site.offer(code).status_code == 202
    assert site.offer(fresh(quality=20), code).status_code == 202
