"""One letter: its form, how it reads in each language, handing it over, noting it as sent."""

import dataclasses
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.base.languages import Language
from staydown.base.wording import text
from staydown.cases import letters as files
from staydown.cases.case import Case, Draft, Sent, who_writes
from staydown.cases.clocks import terms_for
from staydown.cases.events import LettersDrafted, LetterSent
from staydown.cases.routes import followed, route_of, to_be_chosen
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.elements import fields_asked, needed_on
from staydown.notices.compose.filling import fields_offered
from staydown.notices.compose.letters.reading import written_in
from staydown.notices.compose.writing import Incomplete, lacking, write
from staydown.notices.deadlines.terms import Happened
from staydown.notices.delivery.errors import HandingOverError
from staydown.notices.delivery.mail_client import mailto
from staydown.notices.delivery.sheet import field_sheet
from staydown.notices.details import Addressee, Details, Notice
from staydown.notices.facts import Facts
from staydown.notices.fields import FIELDS
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import ClockEvent, Letter, Standing
from staydown.web.case_site.details_form import (
    DetailsForm,
    RecipientForm,
    form_names,
    recipient_error,
    recipients,
)
from staydown.web.case_site.law import directory
from staydown.web.case_site.page import case_now, page, refused, takes, with_facts
from staydown.web.case_site.process import current_site
from staydown.web.kit.forms import Form, Text, moment
from staydown.web.kit.pages import download


def _writable(case: Case, route_id: str) -> tuple[Route, Facts]:
    """Return a route with its facts, if it has a letter. Raises Http404."""
    found = route_of(case, route_id, directory(), current_site().clock.now())
    if found is None or found[0].letter is None:
        raise Http404
    return found


@takes("GET", "POST")
@with_facts
def letter(request: HttpRequest, route_id: str) -> HttpResponseBase:
    """The form of one letter. What is missing is named before anything is written."""
    case = case_now()
    route, facts = _writable(case, route_id)
    if to_be_chosen(case, route):
        return redirect("way", route_id)
    draft = case.drafts.get(route_id) or _new_draft(case, route, facts)
    offered = recipients(
        _known(case, route), case.contacts, route.recipient_kind, text(route.recipient)
    )
    data = request.POST if request.method == "POST" else None
    to = RecipientForm(offered, route.recipient_kind, draft.to, data)
    if data is not None:
        draft = dataclasses.replace(draft, details=_who(draft.details, data), to=to.named())
    fields = form_fields(route, draft)
    form = DetailsForm(
        fields, extra_fields(route, fields), details=draft.details, listed=case.locations, data=data
    )
    if data is not None:
        draft = dataclasses.replace(draft, details=form.filled())
        current_site().keeper.add(LettersDrafted(((route_id, draft),)))
        form.lacks(lacking(route, draft.details, facts, draft.to or offered[0]))
    errors = to.faults | form.faults
    if data is not None and not errors:
        return redirect("read", route_id)
    context = {"route": route, "to": to, "form": form, "has_locations": bool(case.locations)}
    return page(request, "letter", context, errors=errors)


def _who(details: Details, data: QueryDict) -> Details:
    """The details with who writes, as it was sent: what the form asks hangs on it."""
    said = data.get("standing", "")
    return dataclasses.replace(details, standing=Standing(said)) if said in _STANDINGS else details


_STANDINGS = frozenset(Standing)


def _new_draft(case: Case, route: Route, facts: Facts) -> Draft:
    """A letter that begins with who writes, and for a next step with what was sent before."""
    before = followed(case, route.id)
    listed = (
        before.notice.details.locations if before else files.listed_for(route, case, directory())
    )
    details = who_writes(case.details, facts.standing, listed)
    if before is not None:
        details = dataclasses.replace(
            details, first_sent=before.happened[0].at, first_message_id=before.message_id
        )
    return Draft(details, None, None, new_message_id())


def new_message_id() -> str:
    """Return a Message-ID that names neither this machine nor a person."""
    return f"<{secrets.token_hex(16)}@notice.example>"


def form_fields(route: Route, draft: Draft) -> tuple[str, ...]:
    """Return the fields that the form of a letter shows."""
    assert route.letter is not None  # noqa: S101 - _writable saw to it
    kind = draft.to.kind if draft.to else route.recipient_kind
    asked = fields_asked(
        route.letter,
        route.ground.regime,
        draft.details.standing,
        kind,
        needed=needed_on(route),
    )
    return form_names(asked)


def extra_fields(route: Route, asked: Sequence[str]) -> tuple[str, ...]:
    """Return what the letter has room for and does not need: left open, it is not in there."""
    assert route.letter is not None  # noqa: S101 - _writable saw to it
    names = form_names(fields_offered(route.letter))
    return tuple(one for one in names if one in _OFFERED and one not in asked)


_OFFERED = frozenset(one.name for one in FIELDS.values() if one.offered)


def _known(case: Case, route: Route) -> tuple[Addressee, ...]:
    """Whom the directory knows; for a reminder, whom the first letter went to."""
    before = followed(case, route.id)
    if before is not None and route.letter is Letter.REMINDER:
        return (before.notice.to,)
    return addressees(route, directory())


@dataclass(frozen=True, slots=True)
class _Written:
    """A letter as it reads now, and what it was made from."""

    route: Route
    facts: Facts
    draft: Draft
    notice: Notice


def _written(request: HttpRequest, route_id: str) -> _Written:
    """Write the letter of a draft. Raises Http404 without one, Incomplete where it lacks."""
    case = case_now()
    route, facts = _writable(case, route_id)
    draft = case.drafts.get(route_id)
    if draft is None or draft.to is None or to_be_chosen(case, route):
        raise Http404
    if recipient_error(draft.to):
        raise Incomplete(())
    notice = write(
        route, draft.details, facts=facts, to=draft.to, language=_language(request),
        directory=directory(), now=current_site().clock.now(),
    )  # fmt: skip
    return _Written(route, facts, draft, notice)


def _language(request: HttpRequest) -> Language:
    given = (request.GET if request.method != "POST" else request.POST).get("language", "")
    return next((one for one in written_in() if one.value == given), Language.EN)


@takes("GET")
@with_facts
def read(request: HttpRequest, route_id: str) -> HttpResponseBase:
    """How the letter reads, and every way to hand it over."""
    noted = case_now().latest(route_id)
    if noted is not None and route_id not in case_now().drafts:
        return redirect("date", noted.id)  # the Back button, after it was noted as sent
    try:
        made = _written(request, route_id)
    except Incomplete:
        return redirect("letter", route_id)
    return _read(request, made, SentForm())


def _read(request: HttpRequest, made: _Written, form: "SentForm") -> HttpResponseBase:
    notice = made.notice
    place = directory().places.get(notice.to.place or "")
    sheet = field_sheet(notice, place, made.draft.details)
    context = {
        "route": made.route,
        "notice": notice,
        "languages": written_in(),
        "sheet": sheet if sheet.form_url else None,
        "place": place,
        "known": notice.to in addressees(made.route, directory()),
        "mail": _mail_link(lambda: mailto(notice)),
        "mail_bare": _mail_link(lambda: mailto(notice, with_text=False)),
        "kinds": files.possible(notice, made.draft.message_id),
        "form": form,
    }
    return page(request, "read", context, errors=form.faults)


def _mail_link(make: Callable[[], str]) -> str:
    try:
        return make()
    except HandingOverError:
        return ""


@takes("GET")
@with_facts
def file(request: HttpRequest, route_id: str, kind: str) -> HttpResponseBase:
    """The letter as a file: text, e-mail, PDF or for machines."""
    if kind not in files.KINDS:
        raise Http404
    try:
        made = _written(request, route_id)
        body = files.KINDS[kind].make(made.notice, made.draft.message_id)
    except Incomplete:
        return redirect("letter", route_id)
    except files.NotHere as error:
        text = f"{reverse('file', args=(route_id, 'txt'))}?language={made.notice.language}"
        return refused(request, str(error), instead=text)
    return download(body, f"letter.{kind}", files.KINDS[kind].media)


@takes("GET", "POST")
@with_facts
def sent(request: HttpRequest, route_id: str) -> HttpResponseBase:
    """The person says that they sent it, and when: the clock starts. Once a draft: a second click
    leads to what the first one noted. Opened without a form, it is the letter."""
    if request.method != "POST":
        return redirect("read", route_id)
    before = case_now().latest(route_id)
    if before is not None and route_id not in case_now().drafts:
        return redirect("date", before.id)
    try:
        made = _written(request, route_id)
    except Incomplete:
        return redirect("letter", route_id)
    now = current_site().clock.now()
    form = SentForm(request.POST)
    at = form.moment(now)
    if at is None:
        return _read(request, made, form)
    raw, kind, message_id = files.as_noted(made.notice, made.draft.message_id)
    one = Sent(
        id=secrets.token_hex(6), route=made.route, facts=made.facts, notice=made.notice,
        terms=terms_for(made.route, made.facts, directory()),
        happened=(Happened(ClockEvent.SENT, at),), raw=raw, kind=kind, message_id=message_id,
    )  # fmt: skip
    case = current_site().keeper.add(LetterSent(route_id, made.draft, one))
    noted_as = None if route_id in case.drafts else case.latest(route_id)
    return redirect("read", route_id) if noted_as is None else redirect("date", noted_as.id)


class SentForm(Form):
    """When a letter was sent."""

    at = Text(
        gettext_lazy("When did you send it?"),
        gettext_lazy("By the clock of this machine. Leave it empty for now."),
        kind="datetime-local", short=True,
    )  # fmt: skip
    _wrong = gettext_lazy(
        "This time lies ahead or far back, or cannot be read. Look at the date again."
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, anchors="%s")

    def moment(self, now: datetime) -> datetime | None:
        """Return when it was; None, with an error, for what can't be so."""
        text = self.taken().get("at")
        at = None if text is None else sent_at(text, now)
        if at is None and not self.errors:
            wrong = _(
                "This time lies ahead or far back, or cannot be read. Look at the date again."
            )
            self.add_error("at", wrong)
        return at


def sent_at(text: str, now: datetime) -> datetime | None:
    """Return when it happened: now, where nothing was typed; None for what can't be so."""
    if not text:
        return now
    at = moment(text)
    return at if at is not None and now - _LONG_AGO < at <= now else None


#: Before that, a year was mistyped: no clock of ours runs so long.
_LONG_AGO = timedelta(days=20 * 365)
