"""The places: what an address leads to, and where people are sent."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Place
from staydown.notices.vocabulary import Element, PlaceKind

PLACES = load_directory().places
APPROVED = tomllib.loads(
    (Path(__file__).parents[2] / "vectors" / "places" / "addresses.toml").read_text("utf-8")
)

#: Ids that other files and people's cases may hold: none may ever be missing.
FIRST_34 = [
    "facebook",
    "instagram",
    "threads",
    "whatsapp",
    "google-search",
    "youtube",
    "bing",
    "tumblr",
    "x",
    "yahoo",
    "aol",
    "tiktok",
    "reddit",
    "pornhub",
    "onlyfans",
    "imgur",
    "photobucket",
    "wikipedia",
    "flickr",
    "snapchat",
    "4chan",
    "8kun",
    "aboutme",
    "ask",
    "lycos",
    "myspace",
    "bumble",
    "discord",
    "telegram",
    "dropbox",
    "easyshare",
    "linkedin",
    "chaturbate",
    "airbnb",
]

#: What a form may ask for beyond the elements of a notice.
_FORM_KEYS = {
    "account_link", "legal_name", "country_of_residence", "screenshots", "search_results_url",
    "relationship_to_depicted",
}  # fmt: skip


def _sent_to(place: Place) -> set[str]:
    """Return the host names and mailboxes that a record sends people to."""
    urls = [
        place.removal_form_url, place.tida_url, place.synthetic_form_url, place.policy_url,
        place.help_url, place.guide_url, *(form.split()[0] for form in place.other_forms),
    ]  # fmt: skip
    boxes = {place.contact_email, place.dmca_contact, place.privacy_contact} - {""}
    return {urlsplit(url).hostname or "" for url in urls if url} | boxes


def test_the_first_places_are_all_there_and_every_kind_has_some() -> None:
    assert len(FIRST_34) == 34
    assert set(FIRST_34) <= set(PLACES)
    assert {place.kind for place in PLACES.values()} == set(PlaceKind)
    assert len(PLACES) == 70


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_people_are_sent_only_where_a_person_approved_it(place: Place) -> None:
    assert _sent_to(place) == set(APPROVED[place.id])


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_forms_ask_for_things_that_have_a_name(place: Place) -> None:
    assert set(place.asks_for) <= {element.value for element in Element} | _FORM_KEYS


def test_every_approved_address_belongs_to_a_place() -> None:
    assert set(APPROVED) == set(PLACES)


def test_hosts_are_plain_names_and_belong_to_one_place_each() -> None:
    hosts = [host for place in PLACES.values() for host in place.hosts]
    assert len(hosts) == len(set(hosts))
    for host in hosts:
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host), host
        assert not host.startswith("www.")


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("facebook.com", "facebook"),
        ("m.facebook.com", "facebook"),
        ("WWW.Facebook.COM.", "facebook"),
        ("fb.watch", "facebook"),
        ("old.reddit.com", "reddit"),
        ("i.redd.it", "reddit"),
        ("t.me", "telegram"),
        ("youtu.be", "youtube"),
        ("mobile.twitter.com", "x"),
        ("rt.pornhub.com", "pornhub"),
        ("www.google.co.uk", "google-search"),
        ("drive.google.com", "google-services"),
        ("someone.blogspot.com", "google-services"),
        ("play.google.com", "google-play"),
        ("search.yahoo.com", "yahoo-search"),
        ("de.search.yahoo.com", "yahoo-search"),
        ("groups.yahoo.com", "yahoo"),
        ("www.flickr.com", "flickr"),
        ("onedrive.live.com", "microsoft-services"),
        ("web.archive.org", "internet-archive"),
        ("bucket.s3.amazonaws.com", "amazon-web-services"),
        ("somebody.wordpress.com", "wordpress-com"),
    ],
)
def test_an_address_is_known_by_its_host(host: str, place: str) -> None:
    found = load_directory().place_of_host(host)
    assert found is not None
    assert found.id == place


@pytest.mark.parametrize(
    "host",
    [
        "notfacebook.com",
        "facebook.com.example.org",
        "facebook.example",
        "porn-hub.website",
        "pornhub.org",
        "com",
        "",
        ".",
        "..",
        "x" * 5000,
        "ｆacebook.com",
        "example.org",
    ],
)
def test_a_look_alike_is_no_place_of_ours(host: str) -> None:
    assert load_directory().place_of_host(host) is None


@given(st.text(max_size=80), st.sampled_from([h for p in PLACES.values() for h in p.hosts]))
def test_a_host_is_known_only_whole_or_after_a_dot(before: str, known: str) -> None:
    host = before + known
    found = load_directory().place_of_host(host)
    if found is not None:
        name = host.lower().rstrip(".")
        assert any(name == own or name.endswith(f".{own}") for own in found.hosts)


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
def test_no_form_is_offered_where_pictures_can_no_longer_be(place: Place) -> None:
    if place.status == "hosting_closed":
        assert "archive" in place.notes, "says where copies may remain"


def test_owners_who_got_the_letter_of_the_ftc_are_covered_by_the_us_act() -> None:
    covered = ("facebook", "x", "reddit", "tiktok", "snapchat", "discord", "pinterest", "tumblr")
    assert {PLACES[one].tida_covered for one in covered} == {"true"}


def test_search_engines_hosts_and_registrars_are_found_by_kind() -> None:
    def of(kind: PlaceKind) -> set[str]:
        return {place.id for place in PLACES.values() if place.kind is kind}

    assert of(PlaceKind.SEARCH_ENGINE) >= {
        "google-search", "bing", "duckduckgo", "yandex-search", "yahoo-search", "brave-search",
    }  # fmt: skip
    assert of(PlaceKind.HOST) >= {"amazon-web-services", "ovhcloud", "hetzner", "digitalocean"}
    assert of(PlaceKind.REGISTRAR) >= {"namecheap", "godaddy", "tucows"}
    assert of(PlaceKind.APP_STORE) == {"apple-app-store", "google-play"}


def test_who_hears_of_a_report_is_said_where_it_is_known() -> None:
    passing_on = {place.id for place in PLACES.values() if place.passes_on}
    assert passing_on >= {"cloudflare", "ovhcloud", "hetzner", "linode", "vimeo", "tucows"}
