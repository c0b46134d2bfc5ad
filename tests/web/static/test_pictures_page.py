"""The step at which pictures are chosen, in a real browser."""

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FileChooser, Page, expect

from staydown.base.vocabulary import Kind
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.value import Fingerprint
from tests.media.faced import falling
from tests.web.browser import Visitor, Visits, axe, sideways
from tests.web.static.pictures import saved, waves
from tests.web.static.site import StaticSite

GOOD = saved(waves(400, 300), "JPEG")
OTHER = saved(waves(300, 401), "PNG")
PLAIN = saved(waves(200, 200) * 0 + 70, "PNG")
VIDEO = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1" + bytes(200)


def file(name: str, data: bytes) -> Any:
    """Return a file as it is put into a file field."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture
def visitor(visits: Visits, site: StaticSite) -> Visitor:
    """Somebody on the pictures page."""
    visitor = visits(site.url)
    visitor.go("/pictures.html")
    return visitor


def choose(page: Page, *files: Any) -> None:
    """Put files into the field and wait until all is done."""
    page.set_input_files("#picture-files", list(files))
    expect(page.locator("#pictures-progress")).to_be_hidden()


def lines(page: Page) -> list[str]:
    """Return what the page says of each picture."""
    return page.locator(".picture-line").all_inner_texts()


def to_send(page: Page) -> list[dict[str, Any]]:
    """Return what the form holds of the pictures."""
    value = page.input_value("#fingerprints")
    sent: list[dict[str, Any]] = json.loads(value) if value else []
    return sent


def test_nothing_chosen(visitor: Visitor) -> None:
    """Without a picture there is no going on."""
    expect(visitor.page.locator("#pictures-status")).to_have_text("No pictures chosen yet.")
    expect(visitor.page.locator("#pictures-continue")).to_be_disabled()


def test_one_line_a_picture(visitor: Visitor) -> None:
    """Each picture gets its line, in order, and only good ones are sent."""
    page = visitor.page
    choose(page, file("a.jpg", GOOD), file("b.png", PLAIN), file("c.mp4", VIDEO))
    assert lines(page) == ["Ready: clear.", "Too plain.", "This is a video."]
    expect(page.locator("#pictures-status")).to_have_text("1 of 3 ready.")
    [sent] = to_send(page)
    assert sent.keys() == {"kind", "value", "quality"}
    assert page.locator(".picture code").all_text_contents() == [sent["value"]]
    expect(page.locator("#pictures-continue")).to_be_enabled()


def test_same_picture_twice(visitor: Visitor) -> None:
    """The same picture is sent once, and still once when the first of the two is removed."""
    page = visitor.page
    choose(page, file("a.jpg", GOOD))
    choose(page, file("copy.jpg", GOOD))
    assert lines(page) == ["Ready: clear.", "Already added."]
    assert len(to_send(page)) == 1
    page.get_by_role("button", name="Remove a.jpg").click()
    assert lines(page) == ["Ready: clear."]
    assert len(to_send(page)) == 1


def test_removing_everything(visitor: Visitor) -> None:
    """When the last picture is removed the page is as at the beginning, focus on choosing."""
    page = visitor.page
    choose(page, file("a.jpg", GOOD), file("b.png", OTHER))
    page.get_by_role("button", name="Remove a.jpg").press("Enter")
    expect(page.get_by_role("button", name="Remove b.png")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#picture-files")).to_be_focused()
    expect(page.locator("#pictures-continue")).to_be_disabled()
    expect(page.locator("#pictures-status")).to_have_text("No pictures chosen yet.")
    assert to_send(page) == []


def test_too_many(visitor: Visitor) -> None:
    """Above the limit the first ones are taken, and the page says so."""
    choose(visitor.page, *(file(f"{k}.png", PLAIN) for k in range(9)))
    assert visitor.page.locator(".picture").count() == 6
    expect(visitor.page.locator("#pictures-status")).to_have_text("Only 6 at once.")


def test_only_fingerprints_leave(visitor: Visitor, site: StaticSite) -> None:
    """What is posted holds the state and the fingerprints: no file, no name, and nothing before."""
    page = visitor.page
    before = len(site.requests)
    choose(page, file("private-name.jpg", GOOD), file("b.png", OTHER))
    assert [path for method, path, _ in site.requests[before:] if method == "POST"] == []
    expected = to_send(page)
    with page.expect_request(lambda request: request.method == "POST") as caught:
        page.locator("#pictures-continue").press("Enter")
    body = caught.value.post_data or ""
    assert "private" not in body
    assert len(body) < 600
    fields = parse_qs(body, strict_parsing=True)
    assert fields.keys() == {"state", "fingerprints"}
    assert json.loads(fields["fingerprints"][0]) == expected
    assert len(expected) == 2


def test_back_shows_nothing(visitor: Visitor) -> None:
    """Whoever goes back to the page finds neither names nor fingerprints."""
    page = visitor.page
    choose(page, file("private-name.jpg", GOOD))
    page.locator("#pictures-continue").click()
    page.wait_for_url("**/check")
    page.go_back()
    expect(page.locator("#pictures-status")).to_have_text("No pictures chosen yet.")
    assert "private-name" not in page.content()
    assert to_send(page) == []
    choose(page, file("again.jpg", GOOD))
    assert lines(page) == ["Ready: clear."]


def test_leaving_forgets_at_once(visitor: Visitor) -> None:
    """A page that the browser keeps for Back holds nothing either."""
    page = visitor.page
    choose(page, file("a.jpg", GOOD))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.locator(".picture").count() == 0
    assert to_send(page) == []
    expect(page.locator("#pictures-continue")).to_be_disabled()


@pytest.mark.parametrize(
    ("browser", "words"),
    [
        ("noisy", "Your browser guards pictures."),
        ("slightly-noisy", "Your browser guards pictures."),
        ("no-canvas", "Your browser is too old."),
    ],
)
def test_browser_that_cannot(visits: Visits, site: StaticSite, browser: str, words: str) -> None:
    """In a browser that can't read pictures truly, the flow stops and says what to do."""
    visitor = visits(site.url)
    visitor.context.route(
        "**/js/pdq-worker.js",
        lambda route: route.fulfill(
            response=route.fetch(url=f"{site.url}/{browser}/js/pdq-worker.js")
        ),
    )
    page = visitor.go("/pictures.html")
    choose(page, file("a.jpg", GOOD), file("b.png", OTHER))
    expect(page.get_by_role("alert")).to_have_text(words)
    expect(page.locator("#picture-files")).to_be_disabled()
    expect(page.locator("#pictures-continue")).to_be_disabled()
    assert to_send(page) == []
    assert page.locator(".picture").count() == 0


def test_keyboard_alone(visitor: Visitor, tmp_path: Path) -> None:
    """Tab reaches the exit, the field, each fingerprint and button, in the order of the page."""
    page = visitor.page
    picture = tmp_path / "a.jpg"
    picture.write_bytes(GOOD)
    # The browser is told to hand its dialogue over while there is still time, not at the key.
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda opened: choosers.append(opened))  # noqa: PLW0108 - Playwright takes no builtin
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.className")
        )
    assert reached == ["skip-link", "", "exit-page", "picture-files"]
    for _ in range(10):  # a machine under load may swallow a key
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if choosers:
            break
    choosers[0].set_files(picture)
    expect(page.locator("#pictures-continue")).to_be_enabled()
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert names == ["Show exactly what will be sent", "Remove a.jpg", "Continue"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_accessible_and_narrow(
    visits: Visits, site: StaticSite, scheme: str, direction: str
) -> None:
    """At 320 px, in both schemes and directions, axe finds nothing and nothing scrolls sideways."""
    visitor = visits(site.url, viewport={"width": 320, "height": 256}, color_scheme=scheme)
    page = visitor.go("/pictures.html")
    page.evaluate("(way) => { document.documentElement.dir = way; }", direction)
    choose(page, file("a-rather-long-name-" * 5 + ".jpg", GOOD), file("b.png", PLAIN))
    page.locator("summary").click()
    assert axe(page) == []
    assert sideways(page) == 0


def moving(form: str, *pictures: Any) -> bytes:
    """Return an animation of these pictures."""
    first, *rest = (Image.fromarray(one) for one in pictures)
    out = io.BytesIO()
    first.save(out, form, save_all=True, append_images=rest, duration=[20] + [60_000] * len(rest))
    return out.getvalue()


#: Two pictures of one size that nobody would take for each other.
FRAMES = (waves(240, 160), np.ascontiguousarray(waves(160, 240).swapaxes(0, 1)[::-1, :, ::-1]))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_the_frames_of_an_animation_are_listed_as_chosen(visitor: Visitor, form: str) -> None:
    """All that differ at first; then those that the person leaves, by keyboard, each once."""
    page = visitor.page
    choose(page, file("moving", moving(form, *FRAMES, FRAMES[0])))
    assert lines(page) == ["Ready: it moves."]
    both = to_send(page)
    assert len(both) == 2
    page.get_by_text("Choose the moments (2)").click()
    page.get_by_label("Moment 2").press("Space")
    assert to_send(page) == both[:1]
    page.get_by_label("Moment 1").press("Space")
    assert lines(page) == ["No moment chosen."]
    assert to_send(page) == []
    expect(page.locator("#pictures-continue")).to_be_disabled()
    page.get_by_label("Moment 2").press("Space")
    assert to_send(page) == both[1:]
    shown = page.locator(".picture-outcome > details:last-child code").all_text_contents()
    assert shown == [both[1]["value"]]


def test_the_moments_of_an_animation_that_was_added_already_can_still_be_chosen(
    visitor: Visitor,
) -> None:
    page = visitor.page
    again = moving("PNG", *FRAMES, FRAMES[0])
    choose(page, file("one.png", moving("PNG", *FRAMES)), file("two.png", again))
    assert lines(page) == ["Ready: it moves.", "Already added."]
    assert page.get_by_text("Choose the moments (2)").count() == 2


@pytest.mark.parametrize("form", ["GIF", "PNG"])
def test_an_animation_that_breaks_off_behind_its_first_moment_says_so(
    visitor: Visitor, form: str
) -> None:
    page = visitor.page
    whole = moving(form, *FRAMES)
    choose(page, file("cut", whole[: len(whole) * 6 // 10]))
    assert lines(page) == ["Ready: first moment."]
    assert len(to_send(page)) == 1


def test_more_fingerprints_than_fit_are_told_with_what_to_do(visitor: Visitor) -> None:
    """An animation alone may have too many: leaving some out is enough, and leaving all is said."""
    page = visitor.page
    rng = np.random.default_rng(14)
    small = [Image.fromarray(rng.integers(0, 255, (9, 9, 3), dtype=np.uint8)) for _ in range(8)]
    frames = [np.asarray(one.resize((240, 240), Image.Resampling.BICUBIC)) for one in small]
    choose(page, file("moving.png", moving("PNG", *frames)))
    status = page.locator("#pictures-status")
    expect(status).to_have_text("8 fingerprints, up to 6.")
    expect(page.locator("#pictures-continue")).to_be_disabled()
    page.get_by_text("Choose the moments (8)").click()
    expect(page.get_by_text("Add a missing moment.")).to_be_visible()
    for number in (1, 2):
        page.get_by_label(f"Moment {number}").press("Space")
    expect(status).to_have_text("1 of 1 ready.")
    expect(page.locator("#pictures-continue")).to_be_enabled()
    for number in range(3, 9):
        page.get_by_label(f"Moment {number}").press("Space")
    expect(status).to_have_text("0 of 1 ready.")
    expect(page.locator("#pictures-continue")).to_be_disabled()


def test_a_browser_without_frames_takes_the_first_and_says_so(
    visits: Visits, site: StaticSite
) -> None:
    """Nothing is lost: the person is told to choose a still of another moment."""
    visitor = visits(site.url)
    visitor.context.route(
        "**/js/worker/frames.js",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace("typeof ImageDecoder !== 'undefined'", "false"),
        ),
    )
    page = visitor.go("/pictures.html")
    choose(page, file("moving.gif", moving("GIF", *FRAMES)))
    assert lines(page) == ["Ready: first moment."]
    assert len(to_send(page)) == 1


def test_a_picture_that_its_profile_turns_over_gets_both_fingerprints(visitor: Visitor) -> None:
    """As stored, as peers fingerprint it, and as browsers and phones show it."""
    page = visitor.page
    negative = Image.fromarray(255 - waves(300, 200))
    out = io.BytesIO()
    negative.save(out, "PNG", icc_profile=falling())
    choose(page, file("a.png", out.getvalue()))
    stored, shown = (Fingerprint.parse(Kind.PDQ, one["value"], 100) for one in to_send(page))
    assert stored.distance(pdq(255 - waves(300, 200))) <= 2
    assert shown.distance(pdq(waves(300, 200))) <= 4


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_choosing_frames_is_accessible_and_narrow(
    visits: Visits, site: StaticSite, direction: str
) -> None:
    """At 320 px, in both directions, axe finds nothing and nothing scrolls sideways."""
    visitor = visits(site.url, viewport={"width": 320, "height": 600})
    page = visitor.go("/pictures.html")
    page.evaluate("(way) => { document.documentElement.dir = way; }", direction)
    choose(page, file("moving.gif", moving("GIF", *FRAMES)))
    page.get_by_text("Choose the moments (2)").click()
    assert axe(page) == []
    assert sideways(page) == 0
