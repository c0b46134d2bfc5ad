"""The gaps of the letters, each with its meaning: the one list that translators and tests go by.

A letter file is TOML between two lines ``+++`` (``subject``; ``reviewed``: false, or the day on
which a lawyer of that language reviewed it; ``reviewed_by``: in what capacity, never a name), then
plain text with ``{gaps}`` and no logic. Paragraphs are set apart by an empty line. A line that
holds nothing but gaps, all of them empty, vanishes; so does a paragraph without lines. A paragraph
of one line that ends in a colon is a heading of the one paragraph that follows, and vanishes with
it. Lists are lines that begin with "- " or "1. ".
"""

from types import MappingProxyType

#: What each gap stands for. The sentences come from ``phrases.toml`` of the letter's language.
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
        "no_consent_line": "Statement that there was no consent.",
        "consent_information": "What helps to see that there was none; empty if nothing was given.",
        "synthetic_line": "Statement that software made or changed it; empty if it didn't.",
        "intimate_line": "Declaration that it is an intimate image.",
        "good_faith_line": "Statement of good faith.",
        "good_faith_copyright_line": "Statement of good faith, in the words of the DMCA.",
        "accuracy_line": "Statement that what is said is accurate and complete.",
        "accuracy_copyright_line": "The same, in the words of the DMCA.",
        "perjury_line": "Statement under penalty of perjury: the DMCA notice alone.",
        "vulnerable_line": "Statement of a vulnerable position; empty unless the law asks for it.",
        "explanation": "Why it is unlawful: the sender's words, or a sentence of ours.",
        "legal_ground": "Which ground of the GDPR: the sender's words, or a sentence of ours.",
        "circumstances": "What happened, in the sender's words.",
        "copyrighted_work": "The work whose copyright is infringed, in the sender's words.",
        "prior_report": "An earlier report, in the sender's words.",
        "police_line": "The reference of the police; empty without one.",
        "first_notice_line": "When the first notice went, and its Message-ID.",
        "sender": "Name, e-mail, way to be reached and signature: only those this letter needs.",
    }
)
