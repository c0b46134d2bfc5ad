from staydown.notices.directory.reading import load_directory
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.reveals import reveals_of
from staydown.notices.words import Element, Letter, RecipientKind

REGIMES = load_directory().regimes
PLACES = load_directory().places


def test_every_letter_that_is_not_a_reminder_says_what_it_reveals() -> None:
    later = {Letter.REMINDER, Letter.PAYMENT_OR_ADS, Letter.INTERNET_PROVIDER}
    for letter in set(Letter) - later:
        regime = REGIMES.get(letter.value)
        assert reveals_of(RecipientKind.PLATFORM, letter, regime, "it", None)


def test_a_letter_that_needs_a_way_to_be_reached_says_so() -> None:
    for letter in Letter:
        regime = REGIMES.get(letter.value)
        told = reveals_of(RecipientKind.PLATFORM, letter, regime, "it", None)
        asked = {Element.CONTACT, Element.CLAIMANT_EMAIL} & set(needs_of(letter, regime))
        if told and asked:
            assert any("reach you" in one.what for one in told)


def test_only_a_copyright_notice_gives_the_sender_to_the_uploader() -> None:
    for letter in Letter:
        told = reveals_of(RecipientKind.PLATFORM, letter, REGIMES.get(letter.value), "it", None)
        to_uploader = [one for one in told if "put the picture there" in one.whom]
        assert bool(to_uploader) is (letter is Letter.US_DMCA)


def test_what_a_place_is_known_to_pass_on_is_said() -> None:
    for place in PLACES.values():
        if place.passes_on:
            told = reveals_of(RecipientKind.HOST, Letter.HOST, None, place.name, place)
            assert any(one.what == place.passes_on for one in told)
