"""The public notice, at a desk that keeps nothing and at one that looks back; and looking back."""

import io
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageOps

from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.review.settings import DeskSettings, LookBackSettings
from staydown.web.desk_site.about import facts
from tests.desk_server import eventually
from tests.web.browser import Visits, axe, sideways
from tests.web.desk_site.support import SAMPLES, Site, fresh, jpeg


def test_the_notice_is_for_everybody_and_sets_no_cookie(site: Site) -> None:
    answer = site.http.get("/about/")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "Nothing is kept of these" in answer.text
    assert site.http.head("/about/").status_code == 200
    assert 'href="/about/"' in site.visitor().get("/signin/").text


def test_the_notice_says_what_the_settings_say(tmp_path: Path) -> None:
    """Each fact comes out of the settings of this very process."""
    settings = DeskSettings(
        SiteSettings(port=1),
        DatabaseSettings(),
        tmp_path,
        idempotency_hours=3,
        look_back=LookBackSettings(keep_days=1),
    )
    assert facts(settings) == {"keep_days": 1, "retry_hours": 3, "previews": False}


def test_everybody_can_read_it(site: Site, keeping: Site, visits: Visits) -> None:
    """In a real browser, narrow too, at both desks."""
    for desk, words in ((site, "Nothing is kept of these"), (keeping, "for at most 7 days")):
        page = visits(desk.desk.url, viewport={"width": 320, "height": 600}).go("/about/")
        assert words in page.content()
        assert axe(page) == []
        assert sideways(page) == 0


def test_a_later_listing_finds_an_upload_and_the_platform_hears_of_it(keeping: Site) -> None:
    """The whole way, over HTTP, with a tick of its own."""
    value, other = fresh(), fresh()
    assert keeping.offer(value, reference="post seven").status_code == 200
    assert keeping.offer(other).status_code == 200
    assert keeping.rows("review_keptupload") == 1
    written = keeping.written()
    assert b"post seven" not in written
    assert value.hex.encode() not in written
    assert value.bits not in written

    def told() -> list[dict[str, str]]:
        answer = keeping.http.get("/api/v1/earlier", headers=keeping.desk.headers)
        assert answer.status_code == 200
        return list(answer.json()["items"])

    assert told() == []
    keeping.bank.put(value)
    keeping.bank.put(other)
    eventually(told)
    (item,) = told()
    assert (item["reference"], item["answer"], item["state"]) == ("post seven", "held", "open")
    console = keeping.moderator("earlier")
    page = console.get(f"/items/{UUID(item['item'])}/").text
    assert "This upload was let through" in page
    assert "Uploaded earlier" in console.get("/items/").text
    console.decide(UUID(item["item"]), "ncii")
    outcome = keeping.http.get(item["outcome_url"], headers=keeping.desk.headers).json()
    assert outcome["decision"] == "ncii"


def test_a_picture_that_was_uploaded_is_found_by_what_is_listed_of_its_mirror_image(
    keeping: Site,
) -> None:
    """What the gate made of a real picture is what is kept of it."""
    data = (SAMPLES / "rocket.jpg").read_bytes()
    mirrored = jpeg(ImageOps.mirror(Image.open(io.BytesIO(data))))
    with picture_worker() as worker:
        listed = fingerprint_picture(mirrored, worker)
    headers = keeping.desk.headers | {
        "Content-Type": "image/jpeg",
        "X-Staydown-Reference": "a rocket",
    }
    answer = keeping.http.post("/api/v1/uploads", content=data, headers=headers)
    assert answer.status_code == 200, answer.text
    keeping.bank.put(listed)

    def found() -> list[dict[str, str]]:
        told = keeping.http.get("/api/v1/earlier", headers=keeping.desk.headers).json()["items"]
        return [item for item in told if item["reference"] == "a rocket"]

    eventually(found)
    (item,) = found()
    console = keeping.moderator("rocketeer")
    assert "after mirroring it" in console.get(f"/items/{UUID(item['item'])}/").text


def test_earlier_uploads_are_for_the_key_that_offered_them(keeping: Site) -> None:
    made = keeping.desk.command("key", "add", "other").split("key: ")[1].split()[0]
    other = {"Authorization": f"Bearer {made}"}
    answer = keeping.http.get("/api/v1/earlier", headers=other)
    assert answer.json() == {"items": [], "after": 0, "more": False}
    assert keeping.http.get("/api/v1/earlier").status_code == 401
    for wrong in ("-1", "x", "1" * 19, "٣"):
        asked = {"after": wrong}
        answer = keeping.http.get("/api/v1/earlier", params=asked, headers=keeping.desk.headers)
        assert answer.status_code == 422
