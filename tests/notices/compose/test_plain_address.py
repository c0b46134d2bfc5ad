"""An address in ASCII is the same address."""

import pytest

from staydown.base.languages import Language
from staydown.notices.compose.plain_address import plain_address
from staydown.notices.details import Location
from staydown.notices.vocabulary import Letter
from tests.notices.compose.samples import written


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://vk.example/фото/2", "https://vk.example/%D1%84%D0%BE%D1%82%D0%BE/2"),
        ("https://مثال.example/", "https://xn--mgbh0fb.example/"),
        ("https://xn--mgbh0fb.example/", "https://xn--mgbh0fb.example/"),
        ("https://example.org:8080/ص?س=ع&b=1", "https://example.org:8080/%D8%B5?%D8%B3=%D8%B9&b=1"),
        ("https://example.org/%D8%A7/(x)~'1", "https://example.org/%D8%A7/(x)~'1"),
        ("https://نامه\u200cای.example/1", "https://xn--mgba3gch31f060k.example/1"),
        ("https://straße.example/ב", "https://xn--strae-oqa.example/%D7%91"),
        ("https://☺.example/ב", "https://xn--74h.example/%D7%91"),
        ("http://[2001:db8::1]:81/ב", "http://[2001:db8::1]:81/%D7%91"),
        ("https://example.org/#ב", "https://example.org/#%D7%91"),
        (f"https://{'ص' * 70}.example/", ""),
        (f"https://example.org/{'ص' * 400}", ""),  # of 2,420 characters
    ],
)
def test_it_has_its_host_in_punycode_and_the_rest_percent_encoded(url: str, plain: str) -> None:
    assert plain_address(url) == plain
    assert plain.isascii()


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_gives_an_address_that_runs_from_right_to_left_in_ascii_too(
    language: Language,
) -> None:
    """Programs that take text out of a PDF turn such addresses round, each in its own way."""
    url = "https://موقع.example/صور/2"
    body = written(Letter.US_TIDA, language, locations=(Location("1", url=url),)).body
    assert url in body
    assert plain_address(url) in body
    other = written(Letter.US_TIDA, language, locations=(Location("1", "https://a.example/é"),))
    assert "%C3%A9" not in other.body
