"""The console where an upload may show somebody under 18, over real HTTP."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from staydown.base.vocabulary import Feedback
from staydown.web.desk_site.urls import urlpatterns
from tests.desk_server import eventually
from tests.web.desk_site.support import Console, Site, fresh

MARKED = "may_be_under_18"


@pytest.fixture(scope="module")
def una(site: Site) -> Console:
    """A moderator who is not named for such items."""
    return site.moderator("una")


@pytest.fixture(scope="module")
def nora(site: Site) -> Console:
    """A moderator who is."""
    console = site.moderator("nora")
    site.desk.command("user", "under-18", "add", "nora")
    return console


@pytest.fixture
def item(site: Site, una: Console, request: pytest.FixtureRequest) -> tuple[UUID, list[str]]:
    """An item that una decided so, and the words that lead to its upload or to what it matched."""
    fingerprint, name = fresh(), f"post {request.node.name[:60]}"
    preview = f"{site.preview_origin}/{fingerprint.hex[:8]}.svg"
    entry = site.list(fingerprint)
    offered = site.offer(fingerprint, reference=name, preview_url=preview).json()
    made = UUID(offered["item"])
    una.get(f"/items/{made}/")
    words = [name, preview, f">{entry}<"]
    assert all(word in una.page for word in words)
    una.decide(made, MARKED)
    return made, words


def pages(item: UUID) -> Iterator[str]:
    """Every page of the console that can be opened, in each of its forms."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if route.startswith("api/"):
            continue
        path = f"/{route.replace('<uuid:item>', str(item))}"
        if "<" in path:
            assert route == "alarms/<int:number>/seen/", f"say how {route} is opened, here"
            continue
        yield path
    for show in ("decided", MARKED):
        yield f"/items/?show={show}"
    yield f"/items/{item}/?done=1"


def test_no_page_of_the_console_leads_to_the_upload(
    site: Site, una: Console, nora: Console, item: tuple[UUID, list[str]]
) -> None:
    """Not for whoever decided it, and not for somebody named who didn't ask for it."""
    number, words = item
    opened = set()
    for console in (una, nora):
        for path in pages(number):
            answer = console.get(path)
            opened.add(answer.status_code)
            assert not any(word in answer.text for word in words), path
            if "img-src" in answer.headers.get("content-security-policy", ""):
                assert site.preview_origin not in answer.headers["content-security-policy"]
        assert "May be under 18" in console.get(f"/items/?show={MARKED}").text
    assert 200 in opened


def test_nothing_that_is_sent_to_a_hidden_item_shows_or_changes_it_for_who_is_not_named(
    site: Site, una: Console, item: tuple[UUID, list[str]]
) -> None:
    number, words = item
    for fields in (
        {"open": "yes"},
        {"decision": "not_ncii", "version": "1"},
        {"decision": "not_ncii", "version": "1", "confirmed": "yes"},
        {"decision": MARKED, "version": "1", "confirmed": "yes"},
        {"decision": "not_ncii", "version": "0", "confirmed": "yes"},
        {"decision": "nothing", "version": "1"},
        {"open": "yes", "decision": "ncii", "version": "1", "confirmed": "yes"},
    ):
        una.get("/password/")  # a page with a form, for its token
        answer = una.post(f"/items/{number}/", **fields)
        assert answer.status_code in (403, 409, 422), fields
        assert not any(word in answer.text for word in words), fields
    outcome = site.http.get(f"/api/v1/items/{number}", headers=site.desk.headers).json()
    assert outcome["decision"] == MARKED


def test_the_platform_goes_on_holding_it_and_the_bank_hears_that_somebody_looks(
    site: Site, item: tuple[UUID, list[str]]
) -> None:
    number, (_, _, entry) = item
    outcome = site.http.get(f"/api/v1/items/{number}", headers=site.desk.headers).json()
    assert (outcome["state"], outcome["answer"]) == ("open", "held")
    assert outcome["decision"] == MARKED
    assert outcome["decided_at"] is not None
    eventually(lambda: site.bank.feedback.get(entry.strip("><")) is Feedback.PENDING_REVIEW)


def test_somebody_named_opens_it_by_a_button_and_decides(
    site: Site, una: Console, nora: Console, item: tuple[UUID, list[str]]
) -> None:
    number, words = item
    assert "Open what is hidden" not in una.get(f"/items/{number}/").text
    assert "nora" in una.page
    assert "Open what is hidden" in nora.get(f"/items/{number}/").text
    answer = nora.post(f"/items/{number}/", open="yes")
    assert answer.status_code == 200
    assert all(word in answer.text for word in words)
    assert site.preview_origin in answer.headers["content-security-policy"]
    assert "nora opened what is hidden" in una.get(f"/items/{number}/").text
    asked = nora.post(f"/items/{number}/", decision="not_ncii", open="")
    assert "Confirm your decision" in asked.text
    assert nora.post(f"/items/{number}/").status_code == 302
    assert words[0] in una.get(f"/items/{number}/").text


def test_before_it_is_saved_the_page_says_what_follows_and_where_to_report(
    site: Site, una: Console, nora: Console
) -> None:
    made = site.held_item(reference="post asked first")
    una.get(f"/items/{made}/")
    asked = una.post(f"/items/{made}/", decision=MARKED)
    for words in ("PendingReview", "nora", "inhope.org", "Don’t copy", "which country"):
        assert words in asked.text
    assert "post asked first" in una.get(f"/items/{made}/").text


def test_whoever_had_the_page_open_is_told_and_changes_nothing(
    site: Site, una: Console, nora: Console
) -> None:
    made = site.held_item(reference="post open twice")
    nora.get(f"/items/{made}/")
    una.get(f"/items/{made}/")
    una.post(f"/items/{made}/", decision="not_ncii")
    nora.decide(made, MARKED)
    late = una.post(f"/items/{made}/")
    assert late.status_code == 409
    assert "post open twice" not in late.text
    outcome = site.http.get(f"/api/v1/items/{made}", headers=site.desk.headers).json()
    assert outcome["decision"] == MARKED
