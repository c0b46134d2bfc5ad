"""A contact card is read in every build that registries send, one odd property beside others."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoisit.parser import parse_vcard

from tests.notices.contacts.cards import alone

A = "abuse@host.example"
FN = ["fn", {}, "text", "Host Ltd"]
EMAIL = ["email", {}, "text", A]

#: Builds of a card that all say: Host Ltd, abuse@host.example.
BUILDS: dict[str, Any] = {
    "as RFC 7095 has it": ["vcard", [["version", {}, "text", "4.0"], FN, EMAIL]],
    "parameters as a list": ["vcard", [["version", [], "text", "4.0"], FN,
                                       ["email", [], "text", A]]],
    "parameters as null": ["vcard", [["fn", None, "text", "Host Ltd"], ["email", None, "text", A]]],
    "a property without a type": ["vcard", [["lang", {"type": "language-tag"}, "en"], FN,
                                            ["email", {"type": "work"}, A]]],
    "properties without parameters": ["vcard", [["fn", "text", "Host Ltd"], ["email", "text", A]]],
    "names and values alone": ["vcard", [["fn", "Host Ltd"], ["email", A]]],
    "a property without a value": ["vcard", [FN, ["adr", {"label": "1 Street"}, "text", None],
                                             EMAIL]],
    "one address twice": ["vcard", [FN, ["email", {"type": "email"}, "text", A],
                                    ["email", {"type": "abuse"}, "text", A]]],
    "capital letters": ["VCARD", [["FN", {}, "text", "Host Ltd"], ["EMAIL", {}, "TEXT", A]]],
    "properties in groups": ["vcard", [["item1.fn", {}, "text", "Host Ltd"],
                                       ["item1.email", {"group": "item1"}, "text", A]]],
    "properties beside the word": ["vcard", ["version", {}, "text", "4.0"], FN, EMAIL],
    "properties without the word": [FN, EMAIL],
    "a card in a card": ["vcard", [["vcard", [FN, EMAIL]]]],
    "two cards": [["vcard", [FN]], ["vcard", [EMAIL]]],
    "cards in one list": ["vcard", [FN], "vcard", [EMAIL]],
    "an object": {"fn": "Host Ltd", "email": A},
    "an object around a card": {"vcard": [FN, EMAIL]},
    "objects as properties": ["vcard", [{"name": "fn", "value": "Host Ltd"},
                                        {"name": "email", "type": "text", "values": [A]}]],
    "a list of values": ["vcard", [FN, ["email", {}, "text", [A]]]],
    "an object as value": ["vcard", [FN, ["email", {}, "text", {"value": A}]]],
    "mailto": ["vcard", [FN, ["email", {}, "uri", f"mailto:{A}"]]],
    "contact-uri": ["vcard", [FN, ["contact-uri", {}, "uri", f"mailto:{A}"]]],
    "url": ["vcard", [FN, ["url", {}, "uri", f"mailto:{A}"]]],
    "an address for a phone": ["vcard", [FN, ["tel", {}, "text", A]]],
    "odd properties between": ["vcard", [7, None, [], [[]], {}, True, FN, "x", ["email"],
                                         ["tel", {}, "text", {"a": 1}], EMAIL]],
}  # fmt: skip


@pytest.mark.parametrize("build", BUILDS)
def test_every_build_of_a_card_says_the_same(build: str) -> None:
    found = alone(BUILDS[build])
    assert (found.name, found.emails) == ("Host Ltd", (A,))


@pytest.mark.parametrize(
    ("properties", "phones", "faxes"),
    [
        ([["tel", {"type": "voice"}, "uri", "tel:+1.555"]], ("+1.555",), ()),
        ([["tel", {"type": ["work", "voice"]}, "text", "+1-555"]], ("+1-555",), ()),
        ([["tel", {"type": "voice,work"}, "text", "+1-555"]], ("+1-555",), ()),
        ([["tel", {"TYPE": ["FAX"]}, "text", "+1-555"]], (), ("+1-555",)),
        ([["tel", {"type": "work,fax"}, "uri", "tel:+1-555"]], (), ("+1-555",)),
        ([["tel", {"type": ["voice", "fax"]}, "text", "+1-555"]], ("+1-555",), ()),
        ([["tel", {"type": {"fax": True}}, "text", "+1-555"]], ("+1-555",), ()),
        ([["fax", {}, "text", "+1-555"]], (), ("+1-555",)),
        ([["tel", {}, "uri", ["tel:+1-555", "tel:+1-556"]]], ("+1-555", "+1-556"), ()),
        ([["tel", {}, "uri", "tel:+1-555", "tel:+1-556"]], ("+1-555", "+1-556"), ()),
        ([["tel", {}, "text", 15555551234]], ("15555551234",), ()),
        ([["url", {}, "uri", "tel:+1-555"]], ("+1-555",), ()),
    ],
)
def test_numbers_are_read_whatever_their_type_and_fax_is_told_apart(
    properties: list[Any], phones: tuple[str, ...], faxes: tuple[str, ...]
) -> None:
    found = alone(["vcard", properties])
    assert (found.phones, found.faxes) == (phones, faxes)


@pytest.mark.parametrize(
    ("properties", "name", "also"),
    [
        ([FN, ["org", {}, "text", "Group"]], "Group", ("Host Ltd",)),
        ([["org", {}, "text", ["Group", "Abuse Team"]]], "Group, Abuse Team", ()),
        ([["org", {}, "text", {"name": "Group"}]], "Group", ()),
        ([["fn", {}, "text", ""], ["org", {}, "text", "Group"]], "Group", ()),
        ([["fn", {}, "text", ["Host", ""]]], "Host", ()),
        ([["n", {}, "text", ["Doe", "Ann", "B.", "Dr", ""]]], "Dr Ann B. Doe", ()),
        ([["n", {}, "text", ["Doe", ["Ann", "Eva"], "", "", ""]]], "Ann Eva Doe", ()),
        ([["n", {}, "text", "Ann Doe"]], "Ann Doe", ()),
        ([FN, ["n", {}, "text", ["Doe", "Ann", "", "", ""]]], "Host Ltd", ()),
        ([["fn", {"altid": "1", "language": "en"}, "text", "Host"],
          ["fn", {"altid": "1", "language": "ja"}, "text", "ホスト"]], "Host", ("ホスト",)),
        ([["fn", {}, "text", "می\u200cخواهم"]], "می\u200cخواهم", ()),
    ],
)  # fmt: skip
def test_names_are_read_whole_in_parts_and_in_other_languages(
    properties: list[Any], name: str, also: tuple[str, ...]
) -> None:
    found = alone(["vcard", properties])
    assert (found.name, found.also_named) == (name, also)


@pytest.mark.parametrize(
    ("card", "what", "text"),
    [
        (["vcard", [["email", {}, "text", "abuse at host dot example"]]], "email",
         "abuse at host dot example"),
        (["vcard", [["fn", {}, "text", "\u202e\u2066"]]], "name", r"\u202e\u2066"),
        (["vcard", [["tel", {}, "text", "ask the desk"]]], "phone", "ask the desk"),
        (["vcard", [["contact-uri", {}, "uri", "xmpp:abuse@host.example"]]], "contact-uri",
         "xmpp:abuse@host.example"),
        (["vcard", [["email", {}, "text", {"a": 1}]]], "email", '{"a": 1}'),
        (["vcard", [["x-abuse-to", {}, "text", "abuse@host.example"]]], "x-abuse-to",
         "abuse@host.example"),
        ("BEGIN:VCARD\nEMAIL:abuse@host.example\nEND:VCARD", "card",
         r"BEGIN:VCARD\u000aEMAIL:abuse@host.example\u000aEND:VCARD"),
        (["vcard", [["email", {}, "text", "\x1b[2J\u202e"]]], "email", r"\u001b[2J\u202e"),
        (["vcard", [["email", {}, "text", "x" * 1000]]], "email", "x" * 300 + "…"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_shown_as_it_stands(card: object, what: str, text: str) -> None:
    found = alone(card)
    assert [(one.what, one.text) for one in found.unread] == [(what, text)]
    assert not found.emails


@pytest.mark.parametrize(
    "card",
    [
        ["vcard", [["adr", {"label": "1 Street\nMail: abuse@host.example"}, "text", [""] * 7]]],
        ["vcard", [["note", {}, "text", "Complaints to abuse@host.example only"]]],
        ["vcard", [["email", {}, "text", "E-mail: abuse@host.example"]]],
        ["vcard", [["email", {}, "text", "Abuse Desk abuse@host.example"]]],
        "BEGIN:VCARD\nEMAIL:abuse@host.example\nEND:VCARD",
    ],
)
def test_an_address_in_a_note_is_mentioned_and_offered_for_nothing(card: object) -> None:
    found = alone(card)
    assert (found.mentioned, found.emails) == ((A,), ())


@pytest.mark.parametrize(
    "text",
    ["REDACTED FOR PRIVACY", "Not Disclosed", "Data Protected", "Statutory Masking Enabled",
     "redacted@redacted.invalid",
     "Please query the RDDS service of the Registrar of Record identified in this output"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["fn", "email", "tel"])
def test_words_in_place_of_a_contact_mark_it_as_hidden(name: str, text: str) -> None:
    assert alone(["vcard", [[name, {}, "text", text]]]).hidden


def test_a_card_of_ten_thousand_properties_is_read_in_part_and_says_so() -> None:
    many = [["email", {}, "text", f"a{number}@host.example"] for number in range(10_000)]
    found = alone(["vcard", many])
    assert len(found.emails) == 20
    assert "more than 200 properties" in found.unread[0].text
    assert found.unread[-1].text == "180 more values"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["vcard", "email", "tel", "fn", "org", "n", "text", "uri", "url", A]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=25,
)  # fmt: skip


@given(_json)
@settings(max_examples=300)
def test_any_card_at_all_gives_a_contact(card: object) -> None:
    found = alone(card)
    assert len(found.unread) <= 21
    assert all(len(one.text) <= 301 * 12 for one in found.unread)


_properties = st.lists(
    st.tuples(
        st.sampled_from(["email", "tel", "url", "contact-uri", "fn", "org"]),
        st.just({}) | st.just({"type": "voice"}) | st.just({"type": ["work", "fax"]}),
        st.sampled_from(["text", "uri"]),
        st.sampled_from([A, f"mailto:{A}", "tel:+1.5551234", "+1 555 1234",
                         "https://host.example/abuse", "Host Ltd", "REDACTED", "no@host"])
        | st.text(alphabet="ab@.:/ ", max_size=20),
    ).map(list),
    max_size=8,
)  # fmt: skip


@given(_properties)
def test_nothing_that_the_known_library_reads_is_lost_here(properties: list[list[Any]]) -> None:
    card = ["vcard", properties]
    theirs: dict[str, Any] = dict(parse_vcard(card) or {})
    whole = json.dumps(
        [getattr(alone(card), name) for name in ("name", "also_named", "emails", "phones", "faxes",
                                                 "pages")]
        + [one.text for one in alone(card).unread]
    )  # fmt: skip
    for key in ("emails", "phones", "fax", "websites", "contact_uris"):
        for value in theirs.get(key, ()):
            bare = value.removeprefix("mailto:").removeprefix("tel:").strip()
            assert " ".join(bare.split()) in whole or bare in whole
