"""The moderators' console over real HTTP."""

from uuid import uuid4

import pytest
from PIL import Image

from staydown.base.vocabulary import Feedback
from tests.desk_server import eventually
from tests.media.faced import animation
from tests.web.desk_site.support import PASSWORD, SAMPLES, Console, Site


@pytest.fixture(scope="session")
def anna(site: Site) -> Console:
    """A moderator who is signed in, with a password of her own."""
    console = site.visitor()
    name, password = site.desk.moderator
    console.sign_in(name, password)
    console.change_password(password, PASSWORD)
    return console


NOBODY = "00000000-0000-4000-8000-000000000000"
PAGES = ["/items/", "/items/?show=decided", f"/items/{NOBODY}/", "/banks/", "/password/", "/"]


@pytest.mark.parametrize("path", PAGES)
def test_without_signing_in_every_page_leads_to_the_sign_in(site: Site, path: str) -> None:
    console = site.visitor()
    answer = console.get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, "/signin/")
    assert "set-cookie" not in answer.headers


def test_a_cookie_is_set_only_where_one_is_needed(site: Site) -> None:
    console = site.visitor()
    console.get("/")
    assert not console.http.cookies
    answer = console.get("/signin/")
    assert list(console.http.cookies) == ["csrftoken"]
    for word in ("HttpOnly", "SameSite=Strict"):
        assert word in answer.headers["set-cookie"]


def test_the_one_time_password_must_be_changed_before_anything_else(site: Site) -> None:
    console = site.visitor()
    made = site.desk.command("user", "add", "bea")
    password = made.split("password: ")[1].split()[0]
    answer = console.sign_in("bea", password)
    assert answer.headers["location"] == "/password/"
    for path in ("/items/", "/banks/", f"/items/{uuid4()}/"):
        assert console.get(path).headers["location"] == "/password/"
    assert console.change_password(password, "too short").status_code == 422
    assert "12 characters" in console.page
    assert console.change_password(password, password).status_code == 422
    assert console.change_password("wrong", PASSWORD).status_code == 422
    assert console.change_password(password, PASSWORD).headers["location"] == "/items/"
    assert console.get("/items/").status_code == 200
    again = site.visitor()
    assert again.sign_in("bea", password).status_code == 403
    assert again.sign_in("bea", PASSWORD).headers["location"] == "/items/"


def test_a_wrong_password_is_said_plainly_then_slowed(site: Site) -> None:
    console = site.visitor()
    statuses = []
    while 429 not in statuses:
        statuses.append(console.sign_in("nobody here", "wrong").status_code)
    assert statuses[:5] == [403] * 5
    assert "Wait" in console.page
    assert "nobody here" in console.page


def test_a_browser_that_signed_in_keeps_a_word_for_the_sign_in_page_alone(site: Site) -> None:
    name = "gerda"
    cookies = site.moderator(name).sign_in(name, PASSWORD).headers.get_list("set-cookie")
    [kept] = [cookie for cookie in cookies if cookie.startswith("device=")]
    for part in ("HttpOnly", "Path=/signin/", "SameSite=Strict"):
        assert part in kept
    assert not any(
        cookie.startswith("device=")
        for cookie in site.visitor().sign_in(name, "wrong").headers.get_list("set-cookie")
    )


def test_a_browser_that_signed_in_comes_in_while_others_try_its_name(site: Site) -> None:
    name = "hedwig"
    console, stranger = site.moderator(name), site.visitor()
    console.get("/items/")
    console.post("/signout/")
    while stranger.sign_in(name, "wrong").status_code != 429:
        pass
    assert console.sign_in(name, PASSWORD).status_code == 302


def test_a_form_without_its_token_or_from_another_site_changes_nothing(
    site: Site, anna: Console
) -> None:
    item = site.held_item()
    anna.get(f"/items/{item}/")
    fields = {"decision": "ncii", "version": "0", "confirmed": "yes"}
    assert anna.http.post(f"/items/{item}/", data=fields).status_code == 403
    page = anna.page
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    forged = fields | {"csrfmiddlewaretoken": token}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ):
        answer = anna.http.post(f"/items/{item}/", data=forged, headers=headers)
        assert answer.status_code == 403
    state = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()["state"]
    assert state == "open"


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("ncii", Feedback.BLOCKED),
        ("not_ncii", Feedback.NOT_BLOCKED),
        ("cant_tell", Feedback.PENDING_REVIEW),
    ],
)
def test_a_decision_reaches_the_platform_and_the_bank(
    site: Site, anna: Console, decision: str, told: Feedback
) -> None:
    item = site.held_item(reference=f"post {decision}")
    entry = list(site.bank.entries())[-1].entry_id
    anna.get("/items/")
    assert f"post {decision}" in anna.page
    done = anna.decide(item, decision)
    assert done.headers["location"] == f"/items/{item}/?done=1"
    assert "saved" in anna.get(done.headers["location"]).text
    outcome = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()
    assert (outcome["state"], outcome["decision"]) == ("decided", decision)
    eventually(lambda: site.bank.feedback.get(entry) is told)
    eventually(lambda: "– told" in " ".join(anna.get(f"/items/{item}/").text.split()))


@pytest.mark.usefixtures("coffee")
def test_who_decides_is_told_that_a_file_shows_more_than_one_picture(
    site: Site, anna: Console
) -> None:
    """Else they look at a harmless first frame, and let the listed picture go."""
    listed = Image.open(SAMPLES / "coffee.jpg").convert("RGB")
    decoy = Image.open(SAMPLES / "rocket.jpg").convert("RGB").resize(listed.size)
    answer = site.upload(animation("PNG", decoy, listed)).json()
    page = anna.get(f"/items/{answer['item']}/").text
    assert "Matches in frame 2" in page
    assert "This file can show more than one picture" in page
    assert "This file can show" not in anna.get(f"/items/{site.held_item()}/").text


def test_nothing_is_saved_before_it_is_confirmed(site: Site, anna: Console) -> None:
    item = site.held_item()
    anna.get(f"/items/{item}/")
    asked = anna.post(f"/items/{item}/", decision="ncii")
    assert "Confirm your decision" in asked.text
    assert "Blocked" in asked.text
    state = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()["state"]
    assert state == "open"


def test_of_two_moderators_at_once_the_second_is_told(site: Site, anna: Console) -> None:
    item = site.held_item()
    ben = site.moderator("ben")
    for console in (anna, ben):
        console.get(f"/items/{item}/")
        console.post(f"/items/{item}/", decision="ncii" if console is anna else "not_ncii")
    assert anna.post(f"/items/{item}/").status_code == 302
    late = ben.post(f"/items/{item}/")
    assert late.status_code == 409
    assert "Someone else decided" in late.text
    outcome = site.http.get(f"/api/v1/items/{item}", headers=site.desk.headers).json()
    assert outcome["decision"] == "ncii"


@pytest.mark.parametrize("decision", ["", "delete", "NCII"])
def test_a_decision_that_there_is_not_is_refused(site: Site, anna: Console, decision: str) -> None:
    item = site.held_item()
    anna.get(f"/items/{item}/")
    assert anna.post(f"/items/{item}/", decision=decision).status_code == 422


def test_an_item_page_says_why_in_words_and_shows_no_fingerprint(site: Site, anna: Console) -> None:
    item = site.held_item(reference="post <script>alert(1)</script>")
    page = anna.get(f"/items/{item}/").text
    assert "Nearly the same picture" in page
    assert "Looking alike is not proof" in page
    assert "<script>alert" not in page
    value = list(site.bank.entries())[-1].fingerprint.hex
    assert value not in page


def test_the_preview_is_not_fetched_and_its_origin_is_allowed_on_that_page_alone(
    site: Site, anna: Console
) -> None:
    url = f"{site.preview_origin}/p.svg"
    item = site.held_item(preview_url=url)
    answer = anna.get(f"/items/{item}/")
    assert f'data-src="{url}"' in answer.text
    assert f' src="{url}"' not in answer.text
    policy = answer.headers["content-security-policy"]
    assert f"img-src 'self' {site.preview_origin};" in policy
    assert policy.count(site.preview_origin) == 1
    assert policy.startswith("default-src 'self';")
    for path in ("/items/", "/banks/", "/password/", f"/items/{site.held_item()}/"):
        assert site.preview_origin not in anna.get(path).headers["content-security-policy"]


def test_pages_carry_the_strict_headers(site: Site, anna: Console) -> None:
    for path in ("/items/", "/banks/", "/signin/"):
        headers = anna.get(path).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_banks_page_tells_how_following_goes(site: Site, anna: Console) -> None:
    page = anna.get("/banks/").text
    assert "Reading this bank works." in page


def test_pages_that_are_not_there_say_so(anna: Console) -> None:
    for path in (f"/items/{uuid4()}/", "/nowhere/", "/items/?at=x", "/items/?at=99999999999999"):
        answer = anna.get(path)
        assert answer.status_code == (404 if "?" not in path else 200)


def test_signing_out_ends_the_session_and_takes_the_cookies_back(site: Site) -> None:
    console = site.moderator("cleo")
    session = console.http.cookies["sessionid"]
    console.get("/items/")
    assert console.post("/signout/").headers["location"] == "/signin/"
    assert set(console.http.cookies) == {"device"}, "what the sign-in page alone is sent stays"
    again = site.visitor()
    again.http.cookies.set("sessionid", session)
    assert again.get("/items/").headers["location"] == "/signin/"


def test_a_reset_ends_every_session_of_that_moderator(site: Site) -> None:
    console = site.moderator("dora")
    assert console.get("/items/").status_code == 200
    site.desk.command("user", "reset", "dora")
    assert console.get("/items/").headers["location"] == "/signin/"


def test_passwords_are_kept_as_argon2(site: Site, anna: Console) -> None:
    written = site.written()
    assert b"argon2$argon2id$" in written
    assert b"pbkdf2" not in written
    assert PASSWORD.encode() not in written
