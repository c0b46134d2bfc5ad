"""The gate beside hostile uploads: honest ones are answered, and all others in time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import httpx
import pytest
from PIL import Image

from benchmarks.gate_files import many_scans, saved
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.media.errors import Busy
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.bodies import SMALL, Bodies
from tests.web.desk_site.support import SAMPLES, Site, is_problem


@pytest.fixture(scope="module")
def dear() -> bytes:
    """A JPEG that takes a decoder a second or more."""
    return many_scans(50)


def test_honest_uploads_and_pages_pass_by_a_crowd_of_dear_files(site: Site, dear: bytes) -> None:
    """Each of eleven dear ones is answered: examined, or told to come back; the honest one before
    they are done."""
    ended: list[str] = []
    lock = Lock()
    sent = site.desk.headers | {"Content-Type": "image/jpeg"}

    def offer(name: str, data: bytes) -> httpx.Response:
        headers = sent | {"X-Staydown-Reference": name}
        with httpx.Client(base_url=site.desk.url, timeout=120) as http:
            answer = http.post("/api/v1/uploads", content=data, headers=headers)
        with lock:
            ended.append(name)
        return answer

    with ThreadPoolExecutor(11) as threads:
        crowd = [threads.submit(offer, f"dear {number}", dear) for number in range(11)]
        honest = offer("honest", (SAMPLES / "moon.jpg").read_bytes())
        page = site.http.get("/about/")
        early = ended.index("honest")
        answers = [one.result() for one in crowd]
    assert (honest.status_code, page.status_code) == (200, 200)
    examined = [place for place, name in enumerate(ended) if name != "honest"]
    assert early < examined[-1]
    assert {answer.status_code for answer in answers} <= {200, 422, 503}
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy
    for answer in busy:
        assert is_problem(answer, 503)
        assert answer.json()["code"] == "busy_costly"
        assert int(answer.headers["Retry-After"]) >= 1


def test_a_small_file_for_a_huge_picture_is_refused_at_once(site: Site) -> None:
    """Two kilobytes for a hundred megapixels."""
    data = saved(Image.new("RGB", (9_990, 10_000), (40, 90, 160)), "WEBP", lossless=True, method=0)
    assert len(data) < 2_048
    headers = site.desk.headers | {"Content-Type": "image/webp"}
    answer = site.http.post("/api/v1/uploads", content=data, headers=headers)
    assert is_problem(answer, 413)
    assert answer.json()["code"] == "decompression_bomb"


def test_large_bodies_of_one_key_leave_room_for_anothers() -> None:
    """And small ones always find some."""
    bodies = Bodies(8 * SMALL)
    with bodies.room("loud", 3 * SMALL), bodies.room("loud", 3 * SMALL):
        with pytest.raises(Busy), bodies.room("loud", 2 * SMALL):
            pass
        with bodies.room("calm", 2 * SMALL), bodies.room("loud", SMALL):
            pass
        with bodies.room("calm", 2 * SMALL), pytest.raises(Busy), bodies.room("x", 2 * SMALL):
            pass
    with bodies.room("loud", 6 * SMALL):
        pass


@pytest.mark.parametrize(
    ("threads", "at_once", "places"), [(16, 12, 12), (8, 12, 6), (16, 4, 4), (4, 12, 3), (1, 12, 2)]
)
def test_pictures_never_hold_all_threads(threads: int, at_once: int, places: int) -> None:
    """A quarter stays free for pages, where there are enough."""
    site = SiteSettings(port=1, threads=threads)
    settings = DeskSettings(site, DatabaseSettings(), Path(), pictures_at_once=at_once)
    assert settings.picture_places() == places
