"""What is wrong is told by one table to programs, and by pages to people."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from staydown.base.errors import StaydownError
from staydown.web.kit.errors import Answers, ErrorPages, problem_of, told
from staydown.web.kit.http.body import BodyRefused
from staydown.web.kit.http.problem import problem
from staydown.web.kit.pages import Pages


class Unfit(StaydownError):
    pass


class VeryUnfit(Unfit):
    pass


class Slow(StaydownError):
    seconds = 9


def slow(error: Slow) -> HttpResponse:
    return problem(429, str(error), retry_after=error.seconds)


ANSWERS: Answers = {Unfit: 422, Slow: slow}


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unfit("no"), 422), (VeryUnfit("no"), 422), (Slow("no"), 429), (BodyRefused(413, "no"), 413)],
)
def test_an_error_is_told_as_the_nearest_class_in_the_table(
    error: StaydownError, status: int
) -> None:
    answer = problem_of(error, ANSWERS)
    assert answer.status_code == status
    assert json.loads(answer.content)["detail"] == "no"
    assert ("Retry-After" in answer) is isinstance(error, Slow)


def test_an_error_that_is_not_foreseen_stays_an_error() -> None:
    @told(ANSWERS)
    def view(request: HttpRequest) -> HttpResponse:
        raise StaydownError("ours")

    with pytest.raises(StaydownError, match="ours"):
        view(RequestFactory().get("/"))


class NobodyMayAsk:
    """Stands for who is signed in, whom only the database knows."""

    def __bool__(self) -> bool:
        raise AssertionError("the database was asked")


@pytest.fixture
def handlers(tmp_path: Path) -> Iterator[ErrorPages]:
    """The handlers of a site whose templates are a word and who is signed in."""
    (tmp_path / "own").mkdir()
    (tmp_path / "shared").mkdir()
    for name in ("refused", "not_found", "server_error", "unavailable"):
        text = f"{name}: {{{{ reason }}}}{{% if request.user %}}{{% endif %}}"
        (tmp_path / "shared" / f"{name}.html").write_text(text)
    (tmp_path / "own" / "not_found.html").write_text("our own")
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [tmp_path],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
    with override_settings(TEMPLATES=[templates]):
        yield ErrorPages(Pages("own", "shared"), ("/api",), busy=(Slow,))


def answer_to(handlers: ErrorPages, path: str, error: Exception) -> HttpResponse:
    request = RequestFactory().get(path)
    vars(request)["user"] = NobodyMayAsk()
    try:
        raise error
    except type(error):
        return handlers.server_error(request)


def locked() -> OperationalError:
    """What Django raises where somebody else holds SQLite's lock."""
    error, cause = OperationalError("locked"), sqlite3.OperationalError("locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "page"),
    [
        (ValueError("ours"), 500, "server_error: "),
        (Slow("others first"), 503, "unavailable: "),
        (locked(), 503, "unavailable: "),
    ],
)
def test_whatever_a_view_raised_is_a_page_that_asks_no_database(
    handlers: ErrorPages, error: Exception, status: int, page: str
) -> None:
    answer = answer_to(handlers, "/page/", error)
    assert (answer.status_code, answer.content.decode()) == (status, page)
    assert ("Retry-After" in answer) is (status == 503)
    program = answer_to(handlers, "/api/x", error)
    assert (program.status_code, json.loads(program.content)["status"]) == (status, status)
    assert program.headers.get("Retry-After") == answer.headers.get("Retry-After")


def test_a_wrong_address_and_a_wrong_form_are_told_to_whoever_asks(handlers: ErrorPages) -> None:
    page, program = RequestFactory().get("/page/"), RequestFactory().get("/api/x")
    assert handlers.not_found(page, None).content == b"our own"
    assert json.loads(handlers.not_found(program, None).content)["status"] == 404
    refused = handlers.bad_request(page, ValueError())
    assert (refused.status_code, refused.content) == (400, b"refused: The form could not be read.")
    assert json.loads(handlers.bad_request(program, ValueError()).content)["status"] == 400
