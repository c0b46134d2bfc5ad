"""Asking goes through the guarded transport alone, tells no more than it must, and is kept."""

import json
from urllib.parse import urlsplit

import pytest

from staydown.base.clock import HandClock
from staydown.net.errors import NoAnswer
from staydown.net.fake import FakeTransport
from staydown.net.guard import Address
from staydown.net.message import Request, Response
from staydown.notices.contacts.answers import SavedAnswers
from staydown.notices.contacts.asking import LISTS, ask, host_of
from staydown.notices.contacts.contacts import contacts_of
from staydown.notices.contacts.errors import NotAHost
from staydown.notices.contacts.reading import read_answers
from tests.notices.contacts.recorded import NOW, V4, V6, bytes_of, network, resolve


def asked(transport: FakeTransport, host: str = "www.example.org") -> SavedAnswers:
    return read_answers(ask(host, transport, clock=HandClock(NOW), resolve=resolve))


def test_all_four_answers_are_asked_kept_and_read_again_without_a_network() -> None:
    transport = network()
    answers = asked(transport)
    assert [(one.about, urlsplit(one.server).hostname) for one in answers.answers] == [
        ("example.org", "rdap.registry.example"),
        ("example.org", "rdap.registrar.example"),
        (V4, "rdap.network.example"),
        (V6, "rdap.other.example"),
    ]
    assert {one.asked for one in answers.answers} == {NOW}
    assert answers.addresses == (V4, V6), "private addresses are nobody's business"
    assert answers.unanswered == ()
    scopes = {one.scope.value for one in contacts_of(answers)}
    assert scopes == {"host", "network", "registrar", "operator"}


def test_the_lists_that_led_there_are_kept_with_their_day() -> None:
    answers = asked(network())
    assert [(one.list_at, one.entry, one.published[:10]) for one in answers.registries] == [
        (LISTS["dns"], "org", "2026-11-18"),
        (LISTS["ipv4"], "93.184.208.0/20", "2026-11-01"),
        (LISTS["ipv6"], "2606::/16", "2026-10-01"),
    ]


def test_registries_hear_the_registered_name_and_no_more() -> None:
    transport = network()
    asked(transport, "https://her-name.www.example.org/secret/page?x=1")
    assert not any("her-name" in request.url or "secret" in request.url
                   for request in transport.sent)  # fmt: skip


def test_a_name_under_two_labels_is_found_at_the_third() -> None:
    answer = {
        "https://rdap.uk.example/uk/domain/example.co.uk": Response(
            200, {}, bytes_of("domain-registry")
        )
    }
    transport = network(answer)
    answers = asked(transport, "www.example.co.uk")
    assert answers.answers[0].about == "example.co.uk"
    assert not any("www.example.co.uk" in request.url for request in transport.sent)


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_registry_that_will_not_answer_is_told_no_longer_name(status: int) -> None:
    broken = {"https://rdap.registry.example/domain/example.org": Response(status, {}, b"")}
    transport = network(broken)
    asked(transport, "her-name.example.org")
    assert not any("her-name" in request.url for request in transport.sent)


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ({LISTS["dns"]: Response(500, {}, b"")}, 2),
        ({LISTS["ipv6"]: Response(200, {}, b"{}")}, 3),
        ({"https://rdap.registry.example/domain/example.org": Response(429, {}, b"")}, 2),
        ({f"https://rdap.network.example/ip/{V4}": Response(200, {}, b"<html>")}, 3),
        ({f"https://rdap.network.example/ip/{V4}": Response(
            302, {"Location": "http://plain.example/"}, b"")}, 3),
        ({f"https://rdap.network.example/ip/{V4}": Response(
            302, {"Location": f"https://rdap.network.example/ip/{V4}"}, b"")}, 3),
        ({f"https://rdap.network.example/ip/{V4}": Response(200, {}, b" " * 2_000_000)}, 3),
        ({f"https://rdap.network.example/ip/{V4}": Response(200, {}, b'{"a":' * 90_000)}, 3),
    ],
)  # fmt: skip
def test_what_is_not_answered_is_noted_and_stops_nothing(
    broken: dict[str, Response], kept: int
) -> None:
    answers = asked(network(broken))
    assert len(answers.answers) == kept
    assert len(answers.unanswered) == 1
    assert answers.unanswered[0].why


def test_a_registrars_link_that_leads_back_to_the_registry_is_not_asked_again() -> None:
    registry = "https://rdap.registry.example/domain/example.org"
    body = bytes_of("domain-registry").replace(
        b"https://rdap.registrar.example/domain/EXAMPLE.ORG", registry.encode()
    )
    transport = network({registry: Response(200, {}, body)})
    answers = asked(transport)
    assert [request.url for request in transport.sent].count(registry) == 1
    assert [one.about for one in answers.answers] == ["example.org", V4, V6]


@pytest.mark.parametrize(
    ("kind", "is_asked"),
    [("application/rdap+json", True), ("application/rdap+json; charset=utf-8", True),
     ("Application/RDAP+JSON", True), ("text/html", False), ("", False)],
)  # fmt: skip
def test_a_registrar_is_asked_where_a_link_says_that_it_answers(
    kind: str, *, is_asked: bool
) -> None:
    answer = json.loads(bytes_of("domain-registry"))
    answer["links"][1]["type"] = kind
    transport = network(
        {"https://rdap.registry.example/domain/example.org":
            Response(200, {}, json.dumps(answer).encode())}
    )  # fmt: skip
    asked(transport)
    hosts = {urlsplit(request.url).hostname for request in transport.sent}
    assert ("rdap.registrar.example" in hosts) is is_asked


@pytest.mark.parametrize(
    "broken", [None, 7, "org", [], [["org"]], [["org"], ["https://x.example/"], []],
               [["org", None], ["https://x.example/"]], [["org"], "https://x.example/"]]
)  # fmt: skip
def test_one_broken_line_in_the_list_of_registries_costs_the_others_nothing(broken: object) -> None:
    lists = json.loads(bytes_of("list-dns"))
    lists["services"].insert(0, broken)
    answers = asked(network({LISTS["dns"]: Response(200, {}, json.dumps(lists).encode())}))
    assert answers.unanswered == ()
    assert len(answers.answers) == 4


def test_an_ending_without_a_secure_registry_is_said() -> None:
    answers = asked(network(), "example.xy")
    assert answers.unanswered[0].why == "no registry of this ending is known to answer"


def test_without_any_network_a_file_comes_back_that_says_so() -> None:
    def no_address(_host: str, _port: int) -> list[Address]:
        raise NoAnswer("the host name has no address: check it, and the network")

    def broken(_request: Request) -> Response:
        raise NoAnswer("no connection")

    transport = FakeTransport({"https://data.iana.org": broken})
    saved = ask("example.org", transport, clock=HandClock(NOW), resolve=no_address)
    answers = read_answers(saved)
    assert answers.answers == ()
    assert len(answers.unanswered) == 2
    assert json.loads(saved)["host"] == "example.org"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Example.org", "example.org"),
        (" https://www.example.org:8443/a?b#c ", "www.example.org"),
        ("https://user:pass@example.org/", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        # two names that may belong to two people
        ("straße.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("i❤.example", "xn--i-7iq.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("example.org.", "example.org"),
    ],
)
def test_a_host_is_found_in_what_people_paste(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "10.0.0.1", "[::1]", "https://", "a b.org", "x" * 300 + ".org",
     "router.local", "example..org", "-x.org", "hidden.onion",
     "a\r\nb.org", "xn--" + "ü" * 80 + ".org"],
)  # fmt: skip
def test_what_names_no_site_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(NotAHost) as caught:
        host_of(text)
    assert not text.strip() or text not in str(caught.value)
