"""A page comes from the first folder that has it, with the status that fits what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.test import RequestFactory, override_settings

from staydown.web.kit.pages import Pages, download

REQUEST = RequestFactory().get("/")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    """Two folders of templates, of which the second is shared."""
    for folder, name, text in (
        ("own", "home", "own {{ word }}"),
        ("shared", "home", "shared"),
        ("shared", "form", "{% for at, what in errors.items %}{{ at }}: {{ what }}{% endfor %}"),
        ("shared", "refused", "{{ reason }} {{ instead }}"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.html").write_text(text)
    backend = "django.template.backends.django.DjangoTemplates"
    with override_settings(TEMPLATES=[{"BACKEND": backend, "DIRS": [tmp_path]}]):
        yield


def test_a_sites_own_template_comes_before_the_shared_one() -> None:
    pages = Pages("own", "shared")
    assert pages.page(REQUEST, "home", {"word": "word"}).content == b"own word"
    assert pages.page(REQUEST, "form").content == b""
    assert Pages("shared").page(REQUEST, "home").content == b"shared"
    with pytest.raises(TemplateDoesNotExist):
        Pages("own").page(REQUEST, "form")


def test_a_form_with_errors_is_422_unless_it_says_another_status() -> None:
    pages, wrong = Pages("shared"), {"pin": "too short"}
    answer = pages.page(REQUEST, "form", errors=wrong)
    assert (answer.status_code, answer.content) == (422, b"pin: too short")
    busy = pages.page(REQUEST, "form", errors=wrong, status=503, retry_after=3)
    assert (busy.status_code, busy["Retry-After"]) == (503, "3")
    assert pages.page(REQUEST, "form").status_code == 200


def test_a_refusal_says_its_reason_and_what_a_site_adds() -> None:
    answer = Pages("shared").refused(REQUEST, "No files.", status=415, instead="/text/")
    assert (answer.status_code, answer.content) == (415, b"No files. /text/")


def test_a_download_is_saved_under_the_name_it_is_given() -> None:
    answer = download(b"%PDF", "letter.pdf", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF")
