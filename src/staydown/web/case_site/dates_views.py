"""Dates: what is waited for, until when, what is overdue, and what to do next."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.base.reasons import Reason
from staydown.base.wording import texts
from staydown.cases import letters as files
from staydown.cases.case import Draft, Sent
from staydown.cases.clocks import entries
from staydown.cases.events import AnswerNoted, AnswerTakenBack, LetterTakenBack
from staydown.cases.routes import steps_of
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.ical import to_ical
from staydown.notices.deadlines.overdue import overdue
from staydown.notices.deadlines.terms import Happened, Shown
from staydown.notices.vocabulary import ClockEvent
from staydown.web.case_site.law import directory
from staydown.web.case_site.letter_views import new_message_id, sent_at
from staydown.web.case_site.page import adults, case_now, page, takes
from staydown.web.case_site.process import current_site
from staydown.web.kit.forms import Choose, Form, Text
from staydown.web.kit.pages import download


def event_words() -> dict[ClockEvent, str]:
    """What may have happened since a letter went out, in the order it may happen in."""
    return {
        ClockEvent.RECEIVED: _("They said that they received it"),
        ClockEvent.VALID: _("They said that it is complete"),
        ClockEvent.DEFECT_NOTIFIED: _("They said that something is missing"),
        ClockEvent.DEFECT_MENDED: _("I sent what was missing"),
        ClockEvent.ORDER: _("The authority gave an order"),
        ClockEvent.REMOVED: _("It was taken down"),
        ClockEvent.REFUSED: _("They refused"),
        ClockEvent.WITHDRAWN: _("I withdrew my request"),
    }


@takes("GET")
@adults
def dates(request: HttpRequest) -> HttpResponseBase:
    """All letters with their dates; what is overdue stands first."""
    case, now = case_now(), current_site().clock.now()
    late = {one.id for one in overdue(entries(case.sent), now)}
    lines = [(one, show(one.terms, one.happened, now), one.id in late) for one in case.sent]
    lines.sort(key=lambda line: not line[2])
    return page(request, "dates", {"lines": lines, "late": len(late)})


@takes("GET", "POST")
@adults
def date(request: HttpRequest, sent_id: str) -> HttpResponseBase:
    """One letter: its clock, both readings of a law in doubt, what happened, what to do next."""
    if "undo" in request.POST and case_now().letter(sent_id) is None:
        return redirect("dates")  # the second click: it was taken back by the first
    found = _found(sent_id)
    site, words = current_site(), event_words()
    now = site.clock.now()
    if "undo" in request.POST:
        return _taken_back(found, request.POST["undo"])
    form = NotedForm(found, now, request.POST if request.method == "POST" else None)
    if form.is_valid():
        site.keeper.add(AnswerNoted(sent_id, Happened(form.cleaned_data["event"], form.moment)))
        return redirect("date", sent_id)
    shown = show(found.terms, found.happened, now)
    context = {
        "one": found,
        "shown": shown,
        "now_open": _now_open(shown),
        "why": [_unsourced(shown.to_sender), _unsourced(shown.to_platform)],
        "readings": [(_unsourced(one.says), one.reading.source) for one in shown.readings],
        "last": len(found.happened) - 1,
        "said": [(words.get(one.event, _("You sent it")), one.at) for one in found.happened],
        "form": form,
        "steps": steps_of(found, directory(), now),
    }
    return page(request, "date", context, errors=form.faults)


class NotedForm(Form):
    """What happened to a letter since it was sent, and when."""

    event = Choose(
        gettext_lazy("Has something happened?"), lambda: [("", "–"), *event_words().items()],
        read=ClockEvent, listed=True, missing=gettext_lazy("Choose what happened."),
    )  # fmt: skip
    at = Text(
        gettext_lazy("When?"),
        gettext_lazy("By the clock of this machine. Leave it empty for now."),
        kind="datetime-local", short=True,
    )  # fmt: skip

    def __init__(self, sent: Sent, now: datetime, data: QueryDict | None = None) -> None:
        super().__init__(data, anchors="%s")
        self._first, self._now = sent.happened[0].at, now
        #: When it happened, of a form that is valid.
        self.moment = now

    def clean_at(self) -> None:
        """Read the time. Raises ValidationError for what can't be so."""
        at = sent_at(self.cleaned_data["at"], self._now)
        if at is not None:
            # The form knows minutes: within the one in which the letter went, it is not before it.
            minute = self._first.replace(second=0, microsecond=0)
            at = self._first if at == minute else at
        if at is None or at < self._first:
            raise ValidationError(
                _("This time lies before the letter or ahead, or cannot be read.")
            )
        self.moment = at


def _now_open(shown: Shown) -> str:
    """What may be done now, in one short sentence."""
    if shown.state == "ended":
        return _("The deadline no longer applies.")
    if shown.state == "paused":
        return _("They said that something is missing. Add it, or tell them why it is not.")
    if shown.state == "over":
        return _("The time is over. You can take a next step today.")
    if shown.state == "not_started":
        return _("The time has not begun. You can still get help, or use another option.")
    if shown.wait_until is None:
        return _("You can ask again whenever you like, or use another option.")
    return _("You don't have to wait to get help, or to use another option.")


def _unsourced(said: Sequence[Reason]) -> str:
    """What is said, without its law and sources: they are shown beside it as links."""
    return texts(each for each in said if each.line != "source.known")


def _taken_back(found: Sent, number: str) -> HttpResponseBase:
    """Take the last line of what happened back; of the first, the letter is one to be sent."""
    keeper = current_site().keeper
    if number != "0":
        if number.isascii() and number.isdigit() and len(number) < 4:
            keeper.add(AnswerTakenBack(found.id, int(number)))
        return redirect("date", found.id)
    own = found.route, found.facts
    draft = Draft(found.notice.details, found.notice.to, own, found.message_id or new_message_id())
    keeper.add(LetterTakenBack(found.id, draft))
    return redirect("read", found.route.id)


@takes("GET")
@adults
def message(request: HttpRequest, sent_id: str) -> HttpResponseBase:
    """The message as it was noted, to keep."""
    del request
    found = _found(sent_id)
    return download(found.raw, f"letter-{sent_id}.{found.kind}", files.KINDS[found.kind].media)


@takes("GET")
@adults
def calendar(request: HttpRequest) -> HttpResponseBase:
    """The dates for a calendar program, under words that say nothing."""
    del request
    body = to_ical(entries(case_now().sent), current_site().clock.now())
    return download(body, "dates.ics", "text/calendar; charset=utf-8")


def _found(sent_id: str) -> Sent:
    found = case_now().letter(sent_id)
    if found is None:
        raise Http404
    return found
