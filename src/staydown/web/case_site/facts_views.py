"""What happened, and where it is: the facts and the list of addresses."""

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from staydown.base.vocabulary import Under18
from staydown.cases.events import (
    MAX_LOCATIONS,
    FactsSaid,
    LocationDescribed,
    LocationRemoved,
    LocationsListed,
)
from staydown.notices.details import Location
from staydown.notices.field_limits import MAX_URL
from staydown.web.case_site.facts_form import FactsForm
from staydown.web.case_site.page import adults, case_now, page, takes
from staydown.web.case_site.process import current_site
from staydown.web.kit.forms import MAX_TEXT, Form, Text


@takes("GET", "POST")
@adults
def facts(request: HttpRequest) -> HttpResponseBase:
    """The form of what happened."""
    if request.method != "POST":
        return page(request, "facts", {"form": FactsForm(known=case_now().facts)})
    form = FactsForm(request.POST)
    if not form.is_valid():
        return page(request, "facts", {"form": form}, errors=form.faults)
    current_site().keeper.add(FactsSaid(form.facts(Under18.NO)))
    return redirect("ways")


@takes("GET", "POST")
@adults
def locations(request: HttpRequest) -> HttpResponseBase:
    """The list of addresses: paste many, say more of each, take one off."""
    if request.method != "POST":
        return _list(request)
    if "remove" in request.POST:
        current_site().keeper.add(LocationRemoved(request.POST["remove"]))
        return redirect("list")
    if "change" in request.POST:
        return _change(request, request.POST["change"])
    form = AddressesForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    current_site().keeper.add(LocationsListed(tuple(form.lines())))
    return redirect("list")


def _list(
    request: HttpRequest, form: "AddressesForm | None" = None, changed: "LocationForm | None" = None
) -> HttpResponseBase:
    """The list; with a form that was sent, what is wrong with it."""
    forms = [
        (one, changed if changed is not None and changed.one.id == one.id else LocationForm(one))
        for one in case_now().locations
    ]
    context = {"form": form or AddressesForm(), "forms": forms}
    wrong = [one.faults for one in (form, changed) if one is not None]
    return page(request, "list", context, errors=wrong[0] if wrong else None)


def _change(request: HttpRequest, name: str) -> HttpResponseBase:
    one = next((one for one in case_now().locations if one.id == name), None)
    if one is None:
        return redirect("list")
    form = LocationForm(one, request.POST)
    if not form.is_valid():
        return _list(request, changed=form)
    current_site().keeper.add(LocationDescribed(name, **form.cleaned_data))
    return redirect("list")


class AddressesForm(Form):
    """Addresses to list, one a line."""

    addresses = Text(
        _("Addresses, one a line"),
        _("Paste as many as you have. Where there is no web address, say in words how to find it: "
          "the name of the group, the account, the day and time."),
        rows=6, longest=MAX_LOCATIONS * MAX_TEXT,
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, anchors="%s")

    def lines(self) -> list[str]:
        """Return what is on the lines."""
        lines = (line.strip() for line in self.taken().get("addresses", "").splitlines())
        return [line for line in lines if line]

    def clean(self) -> None:
        """Say where there is nothing, no room, or too long a line."""
        lines = self.lines()
        long = [number for number, line in enumerate(lines, start=1) if len(line) > MAX_URL]
        if self.errors:
            return
        if not lines:
            wrong = _("Paste at least one address, or say in words where it is.")
            self.add_error("addresses", wrong)
        elif len(lines) + len(case_now().locations) > MAX_LOCATIONS:
            most = {"most": MAX_LOCATIONS}
            self.add_error("addresses", _("There is room for %(most)d in all.") % most)
        elif long:
            self.add_error("addresses", _("Line %(line)d is too long.") % {"line": long[0]})


class LocationForm(Form):
    """More of one of the list."""

    info = Text(_("How to find it there, in words"))
    description = Text(
        _("What it shows, in a few neutral words"),
        _("Such as “a film of 2 minutes”. Not more than needed."),
    )
    evidence = Text(
        _("Label of what you kept as evidence"),
        _("Such as E-03. Only the label goes into a letter."),
    )
    search_query = Text(_("The search that finds it"), _("Only for letters to search engines."))

    def __init__(self, one: Location, data: QueryDict | None = None) -> None:
        self.one = one
        known = {name: getattr(one, name) for name in self.base_fields}
        super().__init__(data, initial=known, anchors=f"%s-{one.id}")
