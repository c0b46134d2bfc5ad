"""What goes into each gap of a letter. What a letter does not need never gets into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from babel import Locale
from babel.dates import format_date

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.languages import Language
from staydown.notices.compose.elements import fields_asked
from staydown.notices.compose.gaps import GAPS
from staydown.notices.compose.isolates import runs_from_right, set_apart
from staydown.notices.compose.law_lines import (
    DEADLINE,
    grounds,
    length_in_words,
    stands,
    time_limit,
)
from staydown.notices.compose.letters.reading import NoSuchLetter, Phrases, letter_text, phrases
from staydown.notices.compose.plain_address import plain_address
from staydown.notices.compose.template import fill, gaps_in
from staydown.notices.details import Addressee, Details, Location
from staydown.notices.directory.directory import Directory
from staydown.notices.facts import Facts
from staydown.notices.field_limits import tidy
from staydown.notices.fields import FIELDS, FieldSpec, Gap
from staydown.notices.routes.route import Ground
from staydown.notices.vocabulary import Letter, RecipientKind, Stage, Standing

_BRITISH = "en_GB"

#: Letters that need the search which finds an item; in all others it would only give a name away.
_ABOUT_A_SEARCH = frozenset({Letter.EU_GDPR_17, Letter.SEARCH_ENGINE})

#: The fields of Details that a gap shows.
_SHOWN_BY = {
    gap: tuple(
        field.name
        for field in FIELDS.values()
        if gap in field.shown_in or gap in {one.name for one in field.gaps}
    )
    for gap in GAPS
}
#: What the list of locations says of each, besides its address, and what the letter says of us.
_LABELLED = tuple(field for field in FIELDS.values() if field.each and field.label)
_OF_SENDER = tuple(field for field in FIELDS.values() if "sender" in field.shown_in)


def _spoken() -> None:
    """Raise NoSuchLetter where a language lacks a sentence of a field: a mistake of ours."""
    gaps = [gap for field in FIELDS.values() for gap in field.gaps]
    named = {name for gap in gaps for name in (gap.says, gap.instead)}
    named |= {field.label for field in FIELDS.values()}
    named |= {name for field in FIELDS.values() if field.sheet for name in field.sheet.instead}
    for language in Language:
        lacking = named - {""} - phrases(language).sentences.keys()
        if lacking:
            raise NoSuchLetter(f"{language} has no sentence for {', '.join(sorted(lacking))}")


_spoken()


def fields_offered(letter: Letter) -> tuple[str, ...]:
    """Return the fields of Details that a letter has room for, besides the sender's own.

    A form may offer those that are not in ``fields_asked``, as something that may be left out.
    """
    gaps = gaps_in(letter_text(letter, Language.EN).body)
    carried = dict.fromkeys(name for gap in gaps if gap != "sender" for name in _SHOWN_BY[gap])
    if letter not in _ABOUT_A_SEARCH:
        carried.pop("locations.search_query", None)
    return tuple(carried)


@dataclass(frozen=True, slots=True)
class Filling:
    """All that the gaps of one letter are filled from."""

    letter: Letter
    ground: Ground
    details: Details
    facts: Facts
    to: Addressee
    language: Language
    directory: Directory
    now: datetime
    #: ``to.name`` is no name, but English words for somebody who has yet to be found.
    unnamed: bool = False

    def values(self) -> Mapping[str, str]:
        """Return the text of every gap of gaps.py; "" for one that stays empty."""
        return {
            "recipient": self._recipient(),
            "date": self._day(self.now),
            **self._of_law(),
            **self._of_standing(),
            **self._of_fields(),
            "consent_information": self._consent_information(),
            "synthetic_line": self._synthetic(),
            "first_notice_line": self._first_notice(),
            "locations": self._listed(whole=True),
            "addresses": self._listed(whole=False),
            "sender": self._sender(),
        }

    def laws(self) -> tuple[str, ...]:
        """Return the citations that the letter names, the regime's first."""
        gaps = gaps_in(letter_text(self.letter, self.language).body)
        regime = self.ground.regime
        named: list[str] = []
        if "law_line" in gaps and self._law_line():
            named.append(regime.citation if regime is not None else self.ground.citation)
        if "ground_line" in gaps:
            named += self._grounds()
        return tuple(dict.fromkeys(named))

    @property
    def _phrases(self) -> Phrases:
        return phrases(self.language)

    def _say(self, name: str, **values: str) -> str:
        """Return a sentence, its values set apart from it."""
        values = {key: self._set_apart(value) for key, value in values.items()}
        return fill(self._phrases.sentences[name], values)

    def _set_apart(self, value: str) -> str:
        return set_apart(value, self.language)

    def _recipient(self) -> str:
        return self._say("recipient_unnamed") if self.unnamed else self._set_apart(self.to.name)

    def _of_law(self) -> dict[str, str]:
        cited = self._grounds()
        return {
            "law_line": self._law_line(),
            "deadline_line": self._deadline_line(),
            "ground_line": self._say("law_ground", law="; ".join(cited)) if cited else "",
        }

    def _grounds(self) -> tuple[str, ...]:
        """Return the laws that make it unlawful; the police are told of none but their own."""
        facts = self.facts
        if self.letter is Letter.POLICE:
            facts = replace(facts, place_country=None)
        return grounds(self.ground, facts, self.directory)

    def _law_line(self) -> str:
        regime = self.ground.regime
        if regime is None:
            sure = bool(self.ground.citation) and self.ground.standing.confirmed
            name = "law_complaint" if self.letter is Letter.REGULATOR else "law_regime"
            return self._say(name, law=self.ground.citation) if sure else ""
        sure = stands(regime, self.now.astimezone(UTC).date())
        if self.letter is Letter.REGULATOR:
            return self._say("law_complaint", law=regime.citation) if sure else ""
        return self._say("law_regime" if sure else "law_regime_unsure", law=regime.citation)

    def _deadline_line(self) -> str:
        regime = self.ground.regime
        limit = time_limit(regime, self.now.astimezone(UTC).date()) if regime else None
        if regime is None or limit is None or regime.recipient == "regulator":
            return ""
        form = Locale.parse(self.language).plural_form(limit[0])
        length = length_in_words(*limit, self._phrases, form)
        return self._say(DEADLINE[regime.obliges], length=length)

    def _of_standing(self) -> dict[str, str]:
        role = self.details.standing
        if role is None:
            names = ("standing_line", "owner_line", "concern_line", "listing_line")
            return dict.fromkeys(names, "")
        standing = f"standing_{role}"
        if role is Standing.REPRESENTATIVE and not self.details.depicted.strip():
            standing += "_unnamed"
        return {
            "standing_line": self._say(standing, depicted=self.details.depicted.strip()),
            "owner_line": self._say(f"owner_{role}"),
            "concern_line": self._say(f"concern_{role}"),
            "listing_line": self._say(f"listing_{role}"),
        }

    def _of_fields(self) -> dict[str, str]:
        """Return the text of every gap that one field fills."""
        return {
            gap.name: self._of_field(field, gap) for field in FIELDS.values() for gap in field.gaps
        }

    def _of_field(self, field: FieldSpec, gap: Gap) -> str:
        said = getattr(self.details, field.name)
        if not field.typed:
            threat = gap.says == "no_consent" and self.facts.stage is Stage.THREAT_ONLY
            return self._say("no_consent_threat" if threat else gap.says) if said else ""
        typed = tidy(said)
        if typed and gap.says:
            (name,) = gaps_in(self._phrases.sentences[gap.says])
            return self._say(gap.says, **{name: typed})
        instead = gap.instead and self.details.states_no_consent and not typed
        return self._say(gap.instead) if instead else self._set_apart(typed)

    def _synthetic(self) -> str:
        """It says that nobody agreed, too: so only where that was stated."""
        made = self.details
        return self._say("synthetic") if made.synthetic and made.states_no_consent else ""

    def _typed(self, text: str) -> str:
        return self._set_apart(tidy(text))

    def _consent_information(self) -> str:
        typed, sentences = self.details, self._phrases.sentences
        names = (_sentence_of("capture", typed.capture), _sentence_of("consent", typed.consent))
        said = [sentences[name] for name in names if name in sentences]
        return "\n".join([*said, *filter(None, [self._typed(typed.consent_information)])])

    def _day(self, at: datetime) -> str:
        """Write a day in UTC, its month as a word, so that it is the same day everywhere."""
        locale = _BRITISH if self.language is Language.EN else self.language
        return format_date(at.astimezone(UTC).date(), "long", locale=locale)

    def _first_notice(self) -> str:
        sent, message_id = self.details.first_sent, self.details.first_message_id.strip()
        if sent is None:
            return ""
        # With a Latin comma, year and time would be one run from left to right.
        comma = "\u060c" if self.language.right_to_left else ","
        when = f"{self._day(sent)}{comma} {sent.astimezone(UTC):%H:%M} UTC"
        if message_id:
            return self._say("first_notice_with_id", sent=when, message_id=message_id)
        return self._say("first_notice", sent=when)

    def _listed(self, *, whole: bool) -> str:
        return "\n".join(
            line
            for number, location in enumerate(self.details.locations, 1)
            for line in self._lines_of(number, location, whole=whole)
        )

    def _lines_of(self, number: int, location: Location, *, whole: bool) -> list[str]:
        url = location.url.strip()
        labelled = [("label_to_copy", plain_address(url))] if runs_from_right(url) else []
        labelled += [
            (field.label, getattr(location, field.bare))
            for field in _LABELLED
            if (whole or "addresses" in field.shown_in)
            and (field.bare != "search_query" or self._about_a_search)
        ]
        said = [self._say(name, text=text.strip()) for name, text in labelled if text.strip()]
        lines = [self._set_apart(url), *said] if url else said
        # Of an item without an address, a letter that needs none may have nothing to say.
        marks = (f"{number}. ", *["   "] * len(lines))
        return [mark + line for mark, line in zip(marks, lines, strict=False)]

    @property
    def _about_a_search(self) -> bool:
        return self.letter in _ABOUT_A_SEARCH and self.to.kind is RecipientKind.SEARCH_ENGINE

    def _sender(self) -> str:
        """List only what this letter needs. An e-mail address stands in where no other way is."""
        given = self._given()
        return "\n".join(
            self._say(field.label, text=getattr(self.details, field.name).strip())
            for field in _OF_SENDER
            if field.name in given and getattr(self.details, field.name).strip()
        )

    def _given(self) -> set[str]:
        typed = self.details
        asked = fields_asked(self.letter, self.ground.regime, typed.standing, self.to.kind)
        given = {field.name for field in _OF_SENDER if field.name in asked}
        return given | {"email"} if "contact" in given and not typed.contact.strip() else given

    def shown(self) -> tuple[str, ...]:
        """Return the fields of Details that the letter carries, so that no record holds more."""
        gaps = gaps_in(letter_text(self.letter, self.language).body)
        unsaid = self._unsaid()
        carried = (name for gap in gaps for name in _SHOWN_BY[gap] if name not in unsaid)
        return tuple(dict.fromkeys(carried))

    def _unsaid(self) -> set[str]:
        """Return the fields for which there is a gap, but of which nothing is said this time."""
        typed, sentences = self.details, self._phrases.sentences
        given = self._given()
        said = {
            **{field.name: field.name in given for field in _OF_SENDER},
            "locations.search_query": self._about_a_search,
            "authorised": typed.standing is Standing.REPRESENTATIVE,
            "depicted": typed.standing is Standing.REPRESENTATIVE,
            "capture": _sentence_of("capture", typed.capture) in sentences,
            "consent": _sentence_of("consent", typed.consent) in sentences,
            "synthetic": bool(self._synthetic()),
            "first_message_id": typed.first_sent is not None,
        }
        return {name for name, is_said in said.items() if not is_said}


def _sentence_of(field: str, said: ContentCapture | DistributionConsent | None) -> str:
    """Return the name of the sentence for a choice; not every choice has one."""
    return f"{field}_{said}".replace("capture_capture", "capture")
