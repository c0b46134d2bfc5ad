"""The form of what happened: questions of ``Facts``, all optional but where it is."""

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from babel import Locale
from django.http import QueryDict
from django.utils.translation import gettext as _

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.labels import label
from staydown.base.vocabulary import Under18
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.host import host_of
from staydown.notices.directory.records import Place
from staydown.notices.facts import Facts
from staydown.notices.words import PlaceKind, Stage, Standing, TakenBy
from staydown.web.case_site.questions import Choice, Question, answer, chosen, said, yes_no

#: A part of the form that starts folded away.
MORE = "more"


@cache
def countries(directory_codes: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    """Every country by its English name, and the parts of countries that have a record."""
    names = {code: name for code, name in Locale("en").territories.items() if _is_country(code)} | {
        code: name for code, name in directory_codes if code not in ("EU", "ZZ")
    }
    ordered = sorted(names.items(), key=lambda item: item[1])
    return (Choice("", "–"), *(Choice(code, name) for code, name in ordered))


def _is_country(code: str) -> bool:
    """Babel also lists continents (digits), groups and codes for what isn't known."""
    return (
        len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")
    )


def country_choices(directory: Directory) -> tuple[Choice, ...]:
    """The countries to choose from."""
    return countries(tuple((one.code, one.name) for one in directory.jurisdictions.values()))


def questions(facts: Facts | None, directory: Directory) -> tuple[Question, ...]:
    """Return the form, filled with the facts known so far."""
    return (
        Question(
            "where", _("Where is the picture, or where may it be shown?"), "radio",
            _("Choose what fits best. There may be several: do one after the other. For a threat, "
              "choose where it may be shown, or where the threat reached you."),
            _labelled(DistributionMode), _of(facts.where if facts else None),
        ),
        Question(
            "place", _("Is it one of these?"), "select", "",
            (Choice("", _("Another one, or not known")), *_places(directory)),
            _of(facts.place if facts else None),
        ),
        Question(
            "site", _("If not: the name or address of the site"), "text",
            _("Such as example.org. You can paste the whole address of the page."),
            given=_of(facts.site if facts else None),
        ),
        Question(
            "stage", _("How far has it come?"), "radio",
            choices=(
                Choice(Stage.POSTED, _("It can be seen by others")),
                Choice(Stage.POSTED_AGAIN, _("It was taken down and is there again")),
                Choice(Stage.THREAT_ONLY, _("Somebody threatens to show it")),
            ),
            given=_of(facts.stage if facts else None),
        ),
        Question(
            "standing", _("Is it you in the picture?"), "radio",
            choices=(
                Choice(Standing.DEPICTED, _("Yes, it is me")),
                Choice(Standing.REPRESENTATIVE, _("No, I act for the person, who has agreed")),
            ),
            given=_of(facts.standing if facts else None),
        ),
        Question(
            "person_country", _("In which country does the person in the picture live?"), "select",
            _("It decides which laws and which helplines there are, and which risks."),
            country_choices(directory), _of(facts.person_country if facts else None),
        ),
        *_more(facts, directory),
    )  # fmt: skip


def _more(facts: Facts | None, directory: Directory) -> tuple[Question, ...]:
    return (
        Question(
            "taken_by", _("Who made the picture?"), "radio",
            _("It decides who has the copyright."),
            (
                Choice(TakenBy.DEPICTED_PERSON, _("The person in the picture")),
                Choice(TakenBy.SOMEBODY_ELSE, _("Somebody else")),
                Choice(TakenBy.NOBODY, _("A program made it")),
            ),
            _of(facts.taken_by if facts else None), part=MORE,
        ),
        _asked(
            "synthetic", _("Did a program make or change it?"), facts.synthetic if facts else None
        ),
        _asked(
            "found_by_name", _("Does a search for the person’s name find it?"),
            facts.found_by_name if facts else None,
        ),
        Question(
            "beside", _("Does something beside it say who is in it?"), "checkbox",
            choices=tuple(
                Choice(one.value, label(one))
                for one in IdentifyingDetail if one is not IdentifyingDetail.NONE
            ),
            given=tuple(sorted(facts.beside)) if facts else (), part=MORE,
        ),
        _asked(
            "police_reference", _("Have the police given a reference number?"),
            facts.police_reference if facts else None,
        ),
        _asked(
            "reported_before", _("Was it reported to the service before, and nothing happened?"),
            facts.reported_before if facts else None,
        ),
        Question(
            "place_country", _("In which country does the service sit, if you know?"), "select",
            "", country_choices(directory), _of(facts.place_country if facts else None), part=MORE,
        ),
        Question(
            "uploader_country", _("In which country is whoever showed it, if you know?"), "select",
            "", country_choices(directory), _of(facts.uploader_country if facts else None),
            part=MORE,
        ),
    )  # fmt: skip


def read(form: QueryDict, directory: Directory, under18: Under18) -> tuple[Facts | None, str]:
    """Return the facts of a form, or None and what is wrong with ``where``."""
    where = chosen(form, "where", [mode.value for mode in DistributionMode])
    if where is None:
        return None, _("Choose where it is. Everything else may stay open.")
    host = host_of(answer(form, "site"))
    place = chosen(form, "place", list(directory.places))
    if place is None and host is not None:
        known = directory.place_of_host(host)
        place = known.id if known else None
    codes = [choice.value for choice in country_choices(directory) if choice.value]
    stage = chosen(form, "stage", [one.value for one in Stage])
    standing = chosen(form, "standing", [one.value for one in Standing])
    taken_by = chosen(form, "taken_by", [one.value for one in TakenBy])
    beside = frozenset(one for one in IdentifyingDetail if one.value in form.getlist("beside"))
    made = Facts(
        where=DistributionMode(where),
        place=place,
        site=None if place else host,
        person_country=chosen(form, "person_country", codes),
        place_country=chosen(form, "place_country", codes),
        uploader_country=chosen(form, "uploader_country", codes),
        standing=Standing(standing) if standing else None,
        taken_by=TakenBy(taken_by) if taken_by else None,
        synthetic=yes_no(form, "synthetic"),
        stage=Stage(stage) if stage else None,
        under18=under18,
        found_by_name=yes_no(form, "found_by_name"),
        beside=beside,
        police_reference=yes_no(form, "police_reference"),
        reported_before=yes_no(form, "reported_before"),
    )
    return made, ""


def typed(form: QueryDict, directory: Directory, under18: Under18) -> tuple[Question, ...]:
    """Return the form as it was filled in, where only the first answer is missing."""
    filled = form.copy()
    filled["where"] = next(iter(DistributionMode)).value
    asked = questions(read(filled, directory, under18)[0], directory)
    return (dataclasses.replace(asked[0], given=()), *asked[1:])


def _asked(name: str, legend: str, value: bool | None) -> Question:
    choices = (Choice("yes", _("Yes")), Choice("no", _("No")), Choice("", _("Not said")))
    return Question(name, legend, "radio", choices=choices, given=said(value) or ("",), part=MORE)


def _labelled(words: Iterable[StrEnum]) -> tuple[Choice, ...]:
    return tuple(Choice(word.value, label(word)) for word in words)


def _places(directory: Directory) -> list[Choice]:
    shown = (PlaceKind.PLATFORM, PlaceKind.SEARCH_ENGINE, PlaceKind.ARCHIVE, PlaceKind.DATA_BROKER)
    found: list[Place] = [one for one in directory.places.values() if one.kind in shown]
    return [Choice(one.id, one.name) for one in sorted(found, key=lambda one: one.name.lower())]


def _of(value: str | None) -> tuple[str, ...]:
    return (str(value),) if value else ()
