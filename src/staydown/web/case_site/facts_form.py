"""The form of what happened: questions of ``Facts``, all optional but where it is."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

from babel import Locale
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.labels import label
from staydown.base.vocabulary import Under18
from staydown.notices.directory.host import host_of
from staydown.notices.facts import Facts
from staydown.notices.vocabulary import PlaceKind, Stage, Standing, TakenBy
from staydown.web.case_site.law import directory
from staydown.web.kit.forms import Choose, ChooseMany, Form, Question, Text, YesNo


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """Every country by its English name, and the parts of countries that have a record."""
    names = {code: name for code, name in Locale("en").territories.items() if _is_country(code)}
    for one in directory().jurisdictions.values():
        if one.code not in ("EU", "ZZ"):
            names[one.code] = one.name
    return (("", "–"), *sorted(names.items(), key=lambda item: item[1]))


def _is_country(code: str) -> bool:
    """Babel also lists continents (digits), groups and codes for what isn't known."""
    return (
        len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")
    )


def _places() -> Iterator[tuple[str, object]]:
    shown = (PlaceKind.PLATFORM, PlaceKind.SEARCH_ENGINE, PlaceKind.ARCHIVE, PlaceKind.DATA_BROKER)
    found = [one for one in directory().places.values() if one.kind in shown]
    yield "", _("Another one, or not known")
    for one in sorted(found, key=lambda one: one.name.lower()):
        yield one.id, one.name


def _labelled(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, label(word)) for word in words]


#: Questions that start folded away.
_MORE = ("taken_by", "synthetic", "found_by_name", "beside", "police_reference",
         "reported_before", "place_country", "uploader_country")  # fmt: skip


class FactsForm(Form):
    """A field for each fact that somebody is asked for, by its name in ``Facts``."""

    where = Choose(
        _("Where is the picture, or where may it be shown?"), lambda: _labelled(DistributionMode),
        _("Choose what fits best. There may be several: do one after the other. For a threat, "
          "choose where it may be shown, or where the threat reached you."),
        read=DistributionMode,
        missing=_("Choose where it is. Everything else may stay open."),
    )  # fmt: skip
    place = Choose(_("Is it one of these?"), _places, listed=True)
    site = Text(
        _("If not: the name or address of the site"),
        _("Such as example.org. You can paste the whole address of the page."),
    )
    stage = Choose(
        _("How far has it come?"),
        (
            (Stage.POSTED, _("It can be seen by others")),
            (Stage.POSTED_AGAIN, _("It was taken down and is there again")),
            (Stage.THREAT_ONLY, _("Someone threatens to show it")),
        ),
        read=Stage,
    )
    standing = Choose(
        _("Is it you in the picture?"),
        (
            (Standing.DEPICTED, _("Yes, it is me")),
            (Standing.REPRESENTATIVE, _("No, I act for the person, who has agreed")),
        ),
        read=Standing,
    )
    person_country = Choose(
        _("In which country does the person in the picture live?"), country_choices,
        _("It decides which laws and which helplines there are, and which risks."), listed=True,
    )  # fmt: skip
    taken_by = Choose(
        _("Who made the picture?"),
        (
            (TakenBy.DEPICTED_PERSON, _("The person in the picture")),
            (TakenBy.SOMEBODY_ELSE, _("Someone else")),
            (TakenBy.NOBODY, _("It was made with software (AI)")),
        ),
        _("It decides who has the copyright."),
        read=TakenBy,
    )
    synthetic = YesNo(_("Did a program make or change it?"))
    found_by_name = YesNo(_("Does a search for the person’s name find it?"))
    beside = ChooseMany(
        _("Does something beside it say who is in it?"),
        lambda: _labelled(one for one in IdentifyingDetail if one is not IdentifyingDetail.NONE),
    )
    police_reference = YesNo(_("Have the police given a reference number?"))
    reported_before = YesNo(_("Was it reported to the service before, and nothing happened?"))
    place_country = Choose(
        _("Which country is the service based in, if you know?"), country_choices, listed=True
    )
    uploader_country = Choose(
        _("In which country is whoever showed it, if you know?"), country_choices, listed=True
    )

    def __init__(self, data: QueryDict | None = None, known: Facts | None = None) -> None:
        """Make the form, filled with the facts known so far where nothing was sent."""
        names = self.base_fields if known else ()
        super().__init__(data, initial={name: getattr(known, name) for name in names})

    @property
    def first(self) -> list[Question]:
        """What everybody sees."""
        return self.questions(self.fields.keys() - set(_MORE))

    @property
    def more(self) -> list[Question]:
        """What starts folded away."""
        return self.questions(_MORE)

    def facts(self, under18: Under18) -> Facts:
        """Return the facts of a form that is valid."""
        given = dict(self.cleaned_data)
        host, beside = host_of(given.pop("site")), given.pop("beside")
        if given["place"] is None and host is not None:
            known = directory().place_of_host(host)
            given["place"] = known.id if known else None
        return Facts(
            site=None if given["place"] else host,
            beside=frozenset(map(IdentifyingDetail, beside)),
            under18=under18,
            **given,
        )
