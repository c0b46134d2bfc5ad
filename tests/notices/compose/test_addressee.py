"""A letter goes where the directory says, and a copyright address gets no other letter."""

from dataclasses import replace

import pytest

from staydown.notices.compose.addressee import addressees
from staydown.notices.directory.reading import load_directory
from staydown.notices.field_limits import is_email, is_web_address
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Letter, RecipientKind
from tests.notices.compose.samples import route_for

PLACES = sorted(load_directory().places)


def to_place(letter: Letter, place: str) -> Route:
    return replace(route_for(letter), place=place)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "letter", [Letter.US_TIDA, Letter.US_DMCA, Letter.EU_GDPR_17, Letter.TERMS]
)
def test_every_place_gives_an_address_that_is_one_or_none(letter: Letter, place: str) -> None:
    found = addressees(to_place(letter, place), load_directory())
    assert found
    for one in found:
        assert one.place == place
        assert not one.email or is_email(one.email)
        assert not one.form_url or is_web_address(one.form_url)


@pytest.mark.parametrize("place", PLACES)
def test_only_a_copyright_notice_goes_to_the_copyright_address(place: str) -> None:
    record = load_directory().places[place]
    (terms,) = addressees(to_place(Letter.TERMS, place), load_directory())
    (dmca,) = addressees(to_place(Letter.US_DMCA, place), load_directory())
    if record.dmca_contact and record.dmca_contact != record.contact_email:
        assert terms.email != record.dmca_contact
    assert dmca.form_url != record.removal_form_url or not dmca.form_url


def test_the_form_of_the_act_comes_first_for_its_letter() -> None:
    directory = load_directory()
    place = next(one for one in directory.places.values() if one.tida_url)
    (found,) = addressees(to_place(Letter.US_TIDA, place.id), directory)
    assert found.form_url == place.tida_url


def test_an_authority_is_written_to_where_it_says() -> None:
    directory = load_directory()
    authority = next(one for one in directory.authorities.values() if one.url)
    route = replace(route_for(Letter.REGULATOR), authority=authority.id)
    found = addressees(route, directory)
    assert "; ".join(one.name for one in found) == authority.name
    assert {one.form_url for one in found} == {authority.url}


def test_for_a_site_that_nobody_knows_the_address_stays_open() -> None:
    (found,) = addressees(route_for(Letter.HOST), load_directory())
    assert (found.kind, found.email, found.form_url) == (RecipientKind.HOST, "", "")
