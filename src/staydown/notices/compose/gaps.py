"""The gaps of the letters, each with its meaning: the one list that translators and tests go by.

A letter file is TOML between two lines ``+++`` (``subject``; ``reviewed``: false, or the day on
which a lawyer of that language reviewed it; ``reviewed_by``: in what capacity, never a name), then
plain text with ``{gaps}`` and no logic. Paragraphs are set apart by an empty line. A line that
holds nothing but gaps, all of them empty, vanishes; so does a paragraph without lines. A paragraph
of one line that ends in a colon is a heading of the one paragraph that follows, and vanishes with
it. Lists are lines that begin with "- " or "1. ".
"""

from types import MappingProxyType

from staydown.notices.fields import FIELDS

#: What each gap stands for. Those of one field stand in its row of fields.py.
#: The sentences come from ``phrases.toml`` of the letter's language.
GAPS = MappingProxyType(
    {
        "recipient": "Name of whom the letter goes to.",
        "date": "Day of writing, in the letter's language.",
        "law_line": "Which law the letter is sent under; hedged where that is not certain.",
        "ground_line": "Confirmed laws in force that make it unlawful; empty without one.",
        "deadline_line": "The time limit, where it is confirmed and in force; else empty.",
        "standing_line": "In what right the sender writes: depicted, or with that person's leave.",
        "owner_line": "The same for copyright: owner, or with the owner's leave.",
        "concern_line": "The same for an employer or school, without a word of pictures.",
        "listing_line": "The same for a data broker.",
        "locations": "The numbered list of items with everything that finds them.",
        "addresses": "The same list, with nothing but where the items are and evidence labels.",
        "consent_information": "What helps to see that there was none; empty if nothing was given.",
        "synthetic_line": "Statement that software made or changed it; empty if it didn't.",
        "first_notice_line": "When the first notice went, and its Message-ID.",
        "sender": "Name, e-mail, way to be reached and signature: only those this letter needs.",
        **{gap.name: gap.meaning for field in FIELDS.values() for gap in field.gaps},
    }
)
