"""Who helps, and what is known of laws, places and services: to read, never to change."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.base.vocabulary import Under18
from staydown.cases.events import LookedUp
from staydown.guidance.support.choosing import for_person, reading_for_person
from staydown.guidance.support.reading import load_support
from staydown.web.case_site.facts_form import country_choices
from staydown.web.case_site.law import directory
from staydown.web.case_site.page import after_age, case_now, page, takes
from staydown.web.case_site.process import current_site
from staydown.web.kit.forms import Choose, Form, Text

#: The most that one page of search results holds.
MOST = 200


@takes("GET")
@after_age
def who_helps(request: HttpRequest) -> HttpResponseBase:
    """Support services of a country, nearest first; for people under 18, theirs alone."""
    case, known = case_now(), directory()
    codes = country_choices()
    country = request.GET.get("country", "")
    if country not in dict(codes):
        country = ""
    if not country and case.facts and "country" not in request.GET:
        country = case.facts.person_country or ""
    young = case.under18 is not Under18.NO
    chain = known.chain(country or None)
    context = {
        "codes": codes,
        "country": country,
        "services": for_person(country or None, young, chain),
        "reading": reading_for_person(country or None, young, chain),
        "young": young,
    }
    return page(request, "help", context)


@takes("GET", "POST")
@after_age
def look_up(request: HttpRequest) -> HttpResponseBase:
    """The directory: by kind, or by words, which stay out of the list of pages of the browser."""
    if request.method == "POST":
        said = LookUpForm(request.POST).taken()
        current_site().keeper.add(LookedUp(said.get("words", "").lower(), said["kind"] or ""))
        return redirect("look-up")
    words, kind = case_now().looked_for
    if "kind" in request.GET:
        words, kind = "", request.GET["kind"]
    names = kinds()
    found: list[dict[str, Any]] = []
    if words or kind in names:
        for name, records in _records().items():
            if kind in names and name != kind:
                continue
            found += [_line(name, key, one) for key, one in records.items() if _fits(words, one)]
    context = {
        "names": names, "counts": {name: len(one) for name, one in _records().items()},
        "form": LookUpForm(initial={"words": words, "kind": kind}, anchors="%s"),
        "asked": bool(words or kind in names),
        "found": found[:MOST], "more": max(0, len(found) - MOST),
    }  # fmt: skip
    return page(request, "look_up", context)


class LookUpForm(Form):
    """Words to look for, and among which records."""

    words = Text(gettext_lazy("Words to look for"), kind="search", longest=100)
    kind = Choose(
        gettext_lazy("Among"), lambda: [("", _("Everything")), *kinds().items()], listed=True
    )


@takes("GET")
@after_age
def look_up_one(request: HttpRequest, kind: str, name: str) -> HttpResponseBase:
    """One record, with all that is in it."""
    record = _records().get(kind, {}).get(name)
    if record is None:
        raise Http404
    labels = _labels()
    values = [
        (labels.get(key, key.replace("_", " ")), shown)
        for key, value in (record.model_dump() | _days_of(record)).items()
        if key not in _NOT_SHOWN and (shown := _shown(_named(key, value)))
    ]
    context = {
        "kind": kind, "kind_name": kinds()[kind], "title": _title(record), "record": record,
        "values": values, "standing": record.standing,
    }  # fmt: skip
    return page(request, "look_up_one", context)


#: Said by the line about its standing, or of no use to a reader.
_NOT_SHOWN = frozenset(
    {"id", "name", "checked", "confirmed", "source", "why", "unconfirmed", "recheck_after",
     "source_type", "public_page"}
)  # fmt: skip


def _labels() -> dict[str, str]:
    """Plain words for what the files of records call shortly."""
    return {
        "asks_for": _("what its form asks for"),
        "covers_synthetic": _("also for pictures that a program made"),
        "dmca_contact": _("address for copyright notices"),
        "elements": _("what a letter needs"),
        "escalation": _("if nothing happens"),
        "jurisdiction": _("country or region"),
        "minors_note": _("where someone is under 18"),
        "ncmec_take_it_down": _("takes part in Take It Down, for pictures of people under 18"),
        "notice_elements": _("what a letter needs"),
        "obliges": _("what it makes them do"),
        "one_of": _("of these, one is enough"),
        "platform_clock": _("time limit for services"),
        "readings": _("time limits"),
        "stopncii_partner": _("takes part in StopNCII"),
        "tida_covered": _("bound by the TAKE IT DOWN Act (US)"),
        "tida_url": _("form for the TAKE IT DOWN Act (US)"),
    }


def _named(key: str, value: object) -> object:
    """The value with services by their names."""
    if key != "helplines" or not isinstance(value, tuple | list):
        return value
    known = load_support()
    return tuple(known[one].name if one in known else one for one in value)


def kinds() -> dict[str, str]:
    """The kinds of records, by the word of the address."""
    return {
        "jurisdictions": _("Countries"),
        "regimes": _("Laws that let you ask for removal"),
        "laws": _("Laws"),
        "authorities": _("Authorities and police"),
        "risks": _("Risks"),
        "places": _("Platforms, hosts and other places"),
        "calendars": _("Calendars: weekends, holidays, time zones"),
        "support": _("Services that help"),
        "retired": _("Names that are no longer used"),
    }


def _records() -> Mapping[str, Mapping[str, Any]]:
    known = directory()
    return {
        "jurisdictions": known.jurisdictions, "regimes": known.regimes, "laws": known.laws,
        "authorities": known.authorities, "risks": known.risks, "places": known.places,
        "calendars": known.calendars, "support": load_support(), "retired": known.retired,
    }  # fmt: skip


def _line(kind: str, key: str, record: Any) -> dict[str, Any]:
    return {
        "kind": kind, "key": key, "title": _title(record), "standing": record.standing,
        "country": getattr(record, "jurisdiction", None) or getattr(record, "country", None) or "",
    }  # fmt: skip


def _title(record: Any) -> str:
    for name in ("name", "citation", "text", "was"):
        found = getattr(record, name, "")
        if found:
            return str(found)
    return str(record.id)


def _fits(words: str, record: Any) -> bool:
    """Whether every word stands somewhere in the record's texts."""
    text = " ".join(
        str(value) for value in record.model_dump().values() if isinstance(value, str | tuple)
    ).lower()
    return all(word in text for word in words.split())


def _days_of(record: Any) -> dict[str, object]:
    """The weekend of a calendar by the names of its days; the record counts them."""
    names = Locale("en").days["format"]["wide"]
    return {"weekend": [names[day] for day in record.weekend]} if hasattr(record, "weekend") else {}


def _shown(value: object) -> list[str]:
    """A value as lines of text; empty for what says nothing."""
    if value in (None, "", ()):
        return []
    if isinstance(value, tuple | list):
        return [line for one in value for line in _shown(one)]
    if isinstance(value, dict):
        parts = (f"{key.replace('_', ' ')}: {', '.join(_shown(one))}" for key, one in value.items()
                 if _shown(one))  # fmt: skip
        return ["; ".join(parts)]
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    return [{"true": _("yes"), "false": _("no")}.get(str(value), str(value))]
