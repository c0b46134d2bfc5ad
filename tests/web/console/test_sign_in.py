"""A site of another kind mounts the console: its own name, menu and staff, and no desk."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from staydown.base.settings import SiteSettings
from staydown.web.console import options
from staydown.web.console.sign_in import signed_in
from staydown.web.console.site import Console, Tab
from staydown.web.console.staff import PasswordRefused, SignInFailed, SignInSlowed, Staff
from staydown.web.console.urls import ADDRESSES
from staydown.web.kit.django_options import django_options
from staydown.web.kit.guards import FORM
from staydown.web.kit.pages import Pages

PAGES = Pages("console")
#: Passwords by name; what a browser keeps is the name.
STAFF = {"ann": "right"}


def sign_in(name: str, password: str, *, device: str) -> Any:
    if name == "hasty":
        raise SignInSlowed(7)
    if STAFF.get(name) != password:
        raise SignInFailed("no")
    return get_user_model().objects.get(username=name)


def change(staff: int, old: str, new: str) -> Any:
    if old != "right":
        raise SignInFailed("no")
    if new == "short":
        raise PasswordRefused(("It is short.",))
    user = get_user_model().objects.get(pk=staff)
    user.must_change_password = False
    user.save()
    return user


def remember(user: Any, device: str) -> str:
    return device or str(user.username)


def console() -> Console:
    staff = Staff(sign_in, remember, timedelta(days=1), change)
    tabs = (Tab("work", "Our work"), Tab("work", "Secret", "vault:open"))
    return Console("Aid line", PAGES, "work", tabs, staff)


@signed_in
def work(request: HttpRequest) -> HttpResponse:
    return PAGES.page(request, "not_found")


urls = ModuleType("urls")
vars(urls)["urlpatterns"] = [*ADDRESSES, path("work/", work, name="work")]


@pytest.fixture
def client(db: None) -> Iterator[Client]:
    """A browser at the site, where Ann works, whose password was made for one use."""
    made = django_options(
        site=SiteSettings(port=8200),
        database=None,
        secret_key_file=None,
        urlconf="",
        apps=(),
        middleware=options.MIDDLEWARE,
        templates=(options.TEMPLATES,),
        context_processors=options.CONTEXT_PROCESSORS,
    )
    get_user_model().objects.create(username="ann", password="x", created_at="2026-01-01T00:00Z")
    with override_settings(
        ROOT_URLCONF=urls,
        STAYDOWN_CONSOLE=f"{__name__}.console",
        MIDDLEWARE=made["MIDDLEWARE"],
        TEMPLATES=made["TEMPLATES"],
        CSRF_FAILURE_VIEW=options.OPTIONS["CSRF_FAILURE_VIEW"],
    ):
        yield Client(enforce_csrf_checks=True)


def send(client: Client, path: str, **fields: str) -> HttpResponse:
    """Send the form of a page."""
    page = client.get(path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
    answer = client.post(path, urlencode(fields), content_type=FORM)
    assert isinstance(answer, HttpResponse)
    return answer


def test_nobody_comes_to_a_page_without_signing_in_and_a_password_of_their_own(
    client: Client,
) -> None:
    assert client.get("/work/")["Location"] == "/signin/"
    assert send(client, "/signin/", name="ann", password="right")["Location"] == "/password/"
    assert client.get("/work/")["Location"] == "/password/"
    assert send(client, "/password/", old="right", new="a", again="b").status_code == 422
    assert send(client, "/password/", old="right", new="short", again="short").status_code == 422
    assert send(client, "/password/", old="wrong", new="new", again="new").status_code == 422
    assert send(client, "/password/", old="right", new="new", again="new")["Location"] == "/work/"
    assert client.get("/work/").status_code == 200


def test_the_frame_shows_the_sites_name_and_the_part_of_its_menu_that_is_allowed(
    client: Client,
) -> None:
    assert "Aid line" in client.get("/signin/").content.decode()
    send(client, "/signin/", name="ann", password="right")
    assert "Our work" not in client.get("/password/").content.decode()
    send(client, "/password/", old="right", new="new", again="new")
    page = client.get("/work/").content.decode()
    assert "Our work" in page
    assert "Secret" not in page
    assert "desk" not in page.lower()


@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("nobody", 403), ("hasty", 429)])
def test_who_is_not_let_in_is_told_why(client: Client, name: str, status: int) -> None:
    answer = send(client, "/signin/", name=name, password="wrong")
    assert answer.status_code == status
    assert name in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert client.get("/work/")["Location"] == "/signin/"


def test_a_form_without_its_token_or_with_a_file_is_refused(client: Client) -> None:
    answer = client.post("/signin/", "name=ann&password=right", content_type=FORM)
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()
    free = Client()
    assert free.post("/signin/", {"name": "ann", "password": "right"}).status_code == 415


def test_signing_out_ends_the_session(client: Client) -> None:
    send(client, "/signin/", name="ann", password="right")
    page = client.get("/password/").content.decode()
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post("/signout/", urlencode({"csrfmiddlewaretoken": token}), content_type=FORM)
    assert answer["Location"] == "/signin/"
    assert client.get("/password/")["Location"] == "/signin/"
