"""The page for people under 18 shows the services that the guidance marks for it."""

from staydown.guidance.support.reading import load_support
from staydown.web.bank_site.support import services


def test_the_page_shows_every_service_that_is_marked_for_it() -> None:
    marked = {record.url for record in load_support().values() if record.public_page}
    assert {service.url for service in services()} == marked
    assert len(services()) == 8


def test_worldwide_services_come_first() -> None:
    assert [service.country for service in services()][:2] == ["INT", "INT"]


def test_an_address_that_nobody_saw_is_shown_as_unchecked() -> None:
    seen = {service.name: service.confirmed for service in services()}
    assert seen["Take It Down (NCMEC)"]
    assert not seen["Meri Trustline (RATI Foundation)"]


def test_a_service_says_until_when_it_counts_as_fresh() -> None:
    records = {record.url: record for record in load_support().values()}
    assert all(service.due == records[service.url].standing.due for service in services())
