"""What was decided before, over HTTP: at the gate, at the console, and for HMA's callers."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from PIL import Image

from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.media.worker import PictureWorker
from tests.web.desk_site.support import FROM_OUR_PAGE, SAMPLES, Console, Site, altered, fresh, jpeg


@pytest.fixture(scope="module")
def clara(site: Site) -> Console:
    """A moderator who is signed in."""
    return site.moderator("clara")


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process."""
    with picture_worker() as running:
        yield running


def _upload(site: Site, data: bytes, reference: str = "") -> httpx.Response:
    fields = {"reference": reference, "preview_url": f"{site.preview_origin}/p.svg"}
    files = {"picture": data}
    return site.http.post("/api/v1/uploads", files=files, data=fields, headers=site.desk.headers)


def _picture(site: Site, worker: PictureWorker, name: str, turn: int) -> bytes:
    """A photograph that only this test uses, listed in the bank."""
    picture = Image.open(SAMPLES / f"{name}.jpg").convert("RGB").rotate(turn)
    data = jpeg(picture)
    site.list(fingerprint_picture(data, worker))
    return data


def test_a_decided_file_is_let_through_and_its_entry_is_no_longer_named_for_it(
    site: Site, clara: Console, worker: PictureWorker
) -> None:
    data = _picture(site, worker, "rocket", 33)
    first = _upload(site, data)
    assert first.status_code == 451
    hma = {"photo": data}
    lookup = "/m/lookup?content_type=photo"
    assert site.http.post(lookup, files=hma, headers=site.desk.headers).json()["pdq"]
    clara.decide(UUID(first.json()["item"]), "not_ncii")
    again = _upload(site, data)
    assert (again.status_code, again.json()["item"], again.json()["outcome_url"]) == (
        200,
        None,
        None,
    )
    (candidate,) = again.json()["candidates"]
    assert candidate["action"] == "allowed"
    assert "this very file is not NCII" in candidate["reason"]
    assert _upload(site, altered(data)).status_code in (202, 451)
    assert site.http.post(lookup, files=hma, headers=site.desk.headers).json()["pdq"] == {}
    like = {"photo": altered(data)}
    assert site.http.post(lookup, files=like, headers=site.desk.headers).json()["pdq"]
    clara.decide(UUID(first.json()["item"]), "ncii")
    assert _upload(site, data).status_code == 451


def test_many_uploads_of_one_file_at_once_are_one_item_and_as_many_outcomes(
    site: Site, worker: PictureWorker
) -> None:
    data = _picture(site, worker, "moon", 70)
    before = site.rows("review_item"), site.rows("review_joinedupload")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _upload(site, data), range(6)))
    assert {answer.status_code for answer in answers} == {451}
    after = site.rows("review_item"), site.rows("review_joinedupload")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 5)
    urls = {answer.json()["outcome_url"] for answer in answers}
    assert len(urls) == 6
    for url in urls:
        outcome = site.http.get(url, headers=site.desk.headers)
        assert (outcome.status_code, outcome.json()["state"]) == (200, "open")


def test_a_moderator_decides_for_the_items_of_a_group_that_they_ticked(
    site: Site, clara: Console
) -> None:
    value = fresh()
    site.list(value)
    made = [
        site.offer(value, reference=f"group {place}", preview_url=f"{site.preview_origin}/p.svg")
        for place in range(3)
    ]
    first, second, third = (UUID(answer.json()["item"]) for answer in made)
    page = clara.get(f"/items/{first}/")
    assert "3 other uploads wait" in page.text  # the one that listing it made, too
    assert site.preview_origin in page.headers["content-security-policy"]
    assert " checked" not in page.text
    marks = re.findall(r'name="also" value="([^"]+)"', page.text)
    (mark,) = [mark for mark in marks if mark.startswith(str(second))]
    asked = clara.post(f"/items/{first}/", decision="not_ncii", also=mark)
    assert "This also decides 1 other item that you ticked" in asked.text
    done = clara.post(f"/items/{first}/")
    assert done.headers["location"] == f"/items/{first}/?done=1&also=1"
    assert "1 other item too" in clara.get(done.headers["location"]).text
    states = [
        site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()["decision"]
        for item in (first, second, third)
    ]
    assert states == ["not_ncii", "not_ncii", None]


@pytest.mark.parametrize("mark", ["", "x", "1:2:3", "00000000-0000-4000-8000-000000000000"])
def test_words_in_place_of_an_item_are_refused(site: Site, clara: Console, mark: str) -> None:
    item = site.held_item()
    clara.get(f"/items/{item}/")
    assert clara.post(f"/items/{item}/", decision="ncii", also=mark).status_code == 422


def test_an_item_of_another_group_is_not_decided_along(site: Site, clara: Console) -> None:
    item, other = site.held_item(), site.held_item()
    clara.get(f"/items/{item}/")
    token = clara.page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {
        "csrfmiddlewaretoken": token,
        "decision": "ncii",
        "version": "0",
        "confirmed": "yes",
        "also": f"{other}:0",
    }
    answer = clara.http.post(f"/items/{item}/", data=fields, headers=FROM_OUR_PAGE)
    assert answer.status_code == 409
    for one in (item, other):
        state = site.http.get(f"/api/v1/items/{one}", headers=site.desk.headers).json()["state"]
        assert state == "open"


def test_uploads_of_the_same_file_are_named_on_the_page(
    site: Site, clara: Console, worker: PictureWorker
) -> None:
    data = _picture(site, worker, "chelsea", 50)
    first = _upload(site, data, "post one")
    _upload(site, data, "post <two>")
    page = clara.get(f"/items/{first.json()['item']}/").text
    assert "1 more upload belongs to this item" in page
    assert "post &lt;two&gt;" in page
    assert "exactly the same file" in page
