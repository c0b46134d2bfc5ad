"""A site of another kind mounts the console: its own name, menu and staff, and no desk."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from staydown.accounts import staff
from staydown.accounts.roles import Permission, Role
from staydown.accounts.staff import Workplace
from staydown.base.clock import HandClock
from staydown.base.settings import SiteSettings
from staydown.fingerprint.sealing import Sealer
from staydown.review.models import Audit
from staydown.web.console import options
from staydown.web.console.sign_in import signed_in
from staydown.web.console.site import Console, Tab
from staydown.web.console.urls import ADDRESSES
from staydown.web.kit.django_options import django_options
from staydown.web.kit.guards import FORM
from staydown.web.kit.pages import Pages

PAGES = Pages("console")
SEALER, CLOCK = Sealer(b"k" * 32), HandClock(datetime(2026, 1, 1, tzinfo=UTC))
WORKPLACE = Workplace(Audit, "helper")
OWN = "kettle orbit lantern mud"


def console() -> Console:
    tabs = (Tab("work", "Our work"), Tab("work", "Children", Permission.ITEMS_SEE_UNDER_18))
    return Console("Aid line", PAGES, "work", tabs, WORKPLACE, SEALER, CLOCK)


@signed_in
def work(request: HttpRequest) -> HttpResponse:
    return PAGES.page(request, "not_found")


#: Of the console's settings: what this test's Django may be given while it runs.
_OURS = ("AUTH_PASSWORD_VALIDATORS", "CSRF_FAILURE_VIEW", "PASSWORD_HASHERS")

urls = ModuleType("urls")
vars(urls)["urlpatterns"] = [*ADDRESSES, path("work/", work, name="work")]


@pytest.fixture
def once(db: None) -> str:
    """The password that Ann was given for one use."""
    return staff.add(WORKPLACE, Role.MODERATOR, "ann", CLOCK)


@pytest.fixture
def client(db: None) -> Iterator[Client]:
    """A browser at the site."""
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
    with override_settings(
        ROOT_URLCONF=urls,
        STAYDOWN_CONSOLE=f"{__name__}.console",
        MIDDLEWARE=made["MIDDLEWARE"],
        TEMPLATES=made["TEMPLATES"],
        **{name: options.OPTIONS[name] for name in _OURS},
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
    client: Client, once: str
) -> None:
    assert client.get("/work/")["Location"] == "/signin/"
    assert send(client, "/signin/", name="ann", password=once)["Location"] == "/password/"
    assert client.get("/work/")["Location"] == "/password/"
    assert send(client, "/password/", old=once, new=OWN, again=OWN + "!").status_code == 422
    assert send(client, "/password/", old=once, new="short", again="short").status_code == 422
    assert send(client, "/password/", old="wrong", new=OWN, again=OWN).status_code == 422
    assert send(client, "/password/", old=once, new=OWN, again=OWN)["Location"] == "/work/"
    assert client.get("/work/").status_code == 200


def test_the_frame_shows_the_sites_name_and_the_part_of_its_menu_that_is_allowed(
    client: Client, once: str
) -> None:
    assert "Aid line" in client.get("/signin/").content.decode()
    send(client, "/signin/", name="ann", password=once)
    assert "Our work" not in client.get("/password/").content.decode()
    send(client, "/password/", old=once, new=OWN, again=OWN)
    page = client.get("/work/").content.decode()
    assert "Our work" in page
    assert "Children" not in page
    assert "desk" not in page.lower()
    staff.give_role(WORKPLACE, Role.MODERATOR_UNDER_18, "ann", CLOCK)
    assert "Children" in client.get("/work/").content.decode()


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_who_is_not_let_in_is_told_and_then_slowed(client: Client, once: str, name: str) -> None:
    answers = [send(client, "/signin/", name=name, password="wrong")]
    while answers[-1].status_code == 403:
        answers.append(send(client, "/signin/", name=name, password="wrong"))
    assert len(answers) > 3
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert all(name in answer.content.decode() for answer in answers)
    assert client.get("/work/")["Location"] == "/signin/"


def test_a_form_without_its_token_or_with_a_file_is_refused(client: Client) -> None:
    answer = client.post("/signin/", "name=ann&password=right", content_type=FORM)
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()
    free = Client()
    assert free.post("/signin/", {"name": "ann", "password": "right"}).status_code == 415


def test_signing_out_ends_the_session(client: Client, once: str) -> None:
    send(client, "/signin/", name="ann", password=once)
    page = client.get("/password/").content.decode()
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post("/signout/", urlencode({"csrfmiddlewaretoken": token}), content_type=FORM)
    assert answer["Location"] == "/signin/"
    assert client.get("/password/")["Location"] == "/signin/"
