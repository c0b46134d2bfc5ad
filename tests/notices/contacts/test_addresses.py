"""An address is wholly one, or it is none; several in one value are all found."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.visible import visible
from staydown.notices.contacts.addresses import (
    email_of,
    emails_in,
    page_of,
    read_email,
    read_phone,
    read_uri,
)
from staydown.notices.field_limits import is_email


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("abuse@host.example", "abuse@host.example"),
        ("Abuse.Desk+ncii@sub.host.example", "Abuse.Desk+ncii@sub.host.example"),
        ("abuse@host.example.", "abuse@host.example"),
        ("abuse@a2hosting.example", "abuse@a2hosting.example"),
        ("abuse@i❤.example", "abuse@xn--i-7iq.example"),
        ("abuse@bücher.example", "abuse@xn--bcher-kva.example"),
        ("abuse@straße.example", "abuse@xn--strae-oqa.example"),
        ("abuse@例え.テスト", "abuse@xn--r8jz45g.xn--zckzah"),
        ("злоупотребление@почта.example", "злоупотребление@xn--80a1acny.example"),
        ("o'hara@host.example", "o'hara@host.example"),
        ("abuse@xn--bcher-kva.example", "abuse@xn--bcher-kva.example"),
        ("abuse@host", None),
        ("abuse@192.0.2.1", None),
        ("abuse@[192.0.2.1]", None),
        ("redacted@redacted.invalid", None),
        ("abuse@-host.example", None),
        ("abuse@host..example", None),
        ("@host.example", None),
        ("abuse@", None),
        ("a b@host.example", None),
        ("abuse@host.example\n", None),
        ("abuse\u200b@host.example", None),
        ("abuse\u202e@host.example", None),
        ("x" * 65 + "@host.example", None),
        ("a@" + ".".join(["x" * 60] * 5), None),
        ("a@" + "ü" * 5000, None),
        ("", None),
    ],
)
def test_a_bare_address_is_read_in_the_letters_that_mail_servers_use(
    text: str, address: str | None
) -> None:
    assert email_of(text) == address


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("abuse@host.example", ("abuse@host.example",)),
        ("mailto:abuse@host.example", ("abuse@host.example",)),
        ("MAILTO:abuse@host.example", ("abuse@host.example",)),
        ("mailto:abuse%40host.example", ("abuse@host.example",)),
        ("mailto:abuse@host.example?subject=Abuse%20of%20x", ("abuse@host.example",)),
        ("mailto:a@host.example,b@host.example?cc=c@host.example",
         ("a@host.example", "b@host.example")),
        ("mailto:?to=a@host.example%2Cb@host.example", ("a@host.example", "b@host.example")),
        ("mailto:?subject=x&TO=a@host.example", ("a@host.example",)),
        ("mailto:a@host.example;b@host.example", ("a@host.example", "b@host.example")),
        ("mailto:?to=%D0%90%D0%BD%D0%B0%20%3C1%40host.example%3E", ("1@host.example",)),
        ("mailto:a%2525b@host.example", ("a%25b@host.example",)),
        ("mailto:Abuse<a@host.example>", ("a@host.example",)),
        ("mailto:gorby%25kremvax@example.com", ("gorby%kremvax@example.com",)),
        ("mailto:%D1%8F@b%C3%BCcher.example", ("я@xn--bcher-kva.example",)),
        ("<abuse@host.example>", ("abuse@host.example",)),
        ("Abuse Desk <abuse@host.example>", ("abuse@host.example",)),
        ("abuse@host.example (Abuse Desk)", ("abuse@host.example",)),
        ("mailto://abuse@host.example", ("abuse@host.example",)),
        ("mailto: abuse@host.example", ("abuse@host.example",)),
        ('"abuse@host.example"', ("abuse@host.example",)),
        ("a@host.example; b@host.example", ("a@host.example", "b@host.example")),
        ("a@host.example, b@host.example,", ("a@host.example", "b@host.example")),
        ("a@host.example b@host.example", ("a@host.example", "b@host.example")),
        ("a@host.example\nb@host.example", ("a@host.example", "b@host.example")),
        ("a@host.example, a@host.example", ("a@host.example",)),
        ("Abuse <mailto:a@host.example>", ("a@host.example",)),
    ],
)  # fmt: skip
def test_every_address_in_a_value_is_found(text: str, emails: tuple[str, ...]) -> None:
    found = read_email(text)
    assert (found.emails, found.whole) == (emails, True)


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("abuse at host dot example", ()),
        ("abuse[at]host.example", ()),
        ("REDACTED FOR PRIVACY", ()),
        ("https://host.example/abuse", ()),
        ("a@host.example\r\nBcc: b@host.example", ()),
        ("mailto:a@host.example%0D%0ABcc:b@host.example", ()),
        ("mailto:", ()),
        ("mailto:?subject=x", ()),
        ("a@host.example; call us", ("a@host.example",)),
        (",".join(f"a{number}@host.example" for number in range(25)),
         tuple(f"a{number}@host.example" for number in range(20))),
        ("a@host.example" + " " * 3000 + "x", ()),
    ],
)  # fmt: skip
def test_what_is_not_wholly_read_says_so(text: str, emails: tuple[str, ...]) -> None:
    found = read_email(text)
    assert (found.emails, found.whole) == (emails, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+1.5555551234", "+1.5555551234"),
        ("TEL:+1-555-555-0100;ext=102", "+1-555-555-0100;ext=102"),
        ("+1 (555) 555-0100 ext. 7", "+1 (555) 555-0100 ext. 7"),
        ("voice tel:+31.858885692", "+31.858885692"),
        ("tel:%2B44%20555", "+44 555"),
        ("tel://+44.555", "+44.555"),
        ("0555/123456", "0555/123456"),
        ("＋４９ ５５５", "+49 555"),
        ("+49 555\u2011123", "+49 555-123"),
        ("n/a", None),
        (".", None),
        ("12", None),
        ("+1;<script>", None),
        ("ext", None),
        ("1" * 100, None),
        ("1" * 3000, None),
    ],
)
def test_a_number_is_read_in_the_ways_that_it_is_written(text: str, number: str | None) -> None:
    assert read_phone(text).phones == (() if number is None else (number,))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("https://host.example/abuse", "https://host.example/abuse"),
        ("HTTP://host.example", "HTTP://host.example"),
        ("https://host.example:8443/a?b=c#d", "https://host.example:8443/a?b=c#d"),
        ("https://bücher.example/ü", "https://bücher.example/ü"),
        ("www.host.example/abuse", "www.host.example/abuse"),
        ("https://a@host.example/", None),
        ("https://host.example:99999/", None),
        ("https://[::1", None),
        ("https://host/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//host.example/", None),
        ("host.example", None),
        ("https://host.example/\u202egpj", None),
        ("https://host.example/a b", None),
        ('https://host.example/"><script>', None),
        ("https://host.example/" + "x" * 1000, None),
    ],
)
def test_a_page_is_read_where_its_address_hides_nothing(text: str, page: str | None) -> None:
    assert page_of(text) == page


@pytest.mark.parametrize(
    ("text", "emails", "phones", "pages"),
    [
        ("mailto:abuse@host.example", ("abuse@host.example",), (), ()),
        ("abuse@host.example", ("abuse@host.example",), (), ()),
        ("tel:+1.555", (), ("+1.555",), ()),
        ("https://host.example/", (), (), ("https://host.example/",)),
        ("xmpp:abuse@host.example", (), (), ()),
        ("sip:abuse@host.example", (), (), ()),
        ("acct:abuse@host.example", (), (), ()),
    ],
)
def test_an_address_of_any_kind_goes_where_it_belongs(
    text: str, emails: tuple[str, ...], phones: tuple[str, ...], pages: tuple[str, ...]
) -> None:
    found = read_uri(text)
    assert (found.emails, found.phones, found.pages) == (emails, phones, pages)
    assert found.whole is bool(emails or phones or pages)


def test_addresses_are_found_in_a_text_and_nothing_else() -> None:
    text = (
        "Send complaints to abuse@host.example (see <mailto:noc@host.example>). "
        "Not to @host, nor a@b, nor https://host.example/@user, "
        "nor ftp://user@host.example. Last: last@host.example!"
    )
    assert list(emails_in(text)) == ["abuse@host.example", "noc@host.example", "last@host.example"]


_texts = st.text(max_size=80) | st.text(
    alphabet=string.ascii_letters + "@.,;<>%:?&=\r\n\u202e\u200büß ", max_size=80
)


@given(_texts)
def test_whatever_is_read_as_an_address_can_be_written_to_as_it_stands(text: str) -> None:
    for email in (*read_email(text).emails, *read_uri(text).emails, *emails_in(text)):
        assert is_email(email)
        assert visible(email) == email
        assert email.rpartition("@")[2].isascii()


@given(st.from_regex(r"[a-z][a-z0-9.+-]{0,20}@[a-z]{1,20}\.example", fullmatch=True), _texts)
def test_a_sound_address_is_never_lost_from_a_mailto(email: str, words: str) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in email.encode())
    assert email in read_email(f"mailto:{quoted}?subject={words.replace('&', '')}").emails
