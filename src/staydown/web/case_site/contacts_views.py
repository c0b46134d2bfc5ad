"""Whom to write to for a site that nobody knows: read out of a saved answer, never asked here.

Asking a registry tells it that somebody asked. The command line does that, after a question; these
pages work from what it saved, or from an answer that was copied.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from staydown.cases.events import ContactsFound
from staydown.notices.contacts.contacts import Beside, Contact, beside_of, contacts_of
from staydown.notices.contacts.errors import BadAnswer
from staydown.notices.contacts.reading import read_answers
from staydown.web.case_site.page import adults, case_now, page, takes
from staydown.web.case_site.process import MAX_BODY, current_site
from staydown.web.kit.forms import Form, Text

#: Contacts that are kept. One site has some ten.
MOST = 200


@takes("GET", "POST")
@adults
def contacts(request: HttpRequest) -> HttpResponseBase:
    """Paste an answer; each contact is shown with what it answers for."""
    case = case_now()
    context: dict[str, object] = {"contacts": case.contacts, "beside": case.beside_contacts}
    if request.method != "POST":
        return page(request, "contacts", {**context, "form": AnswerForm()})
    if "forget" in request.POST:
        _keep((), Beside())
        return redirect("contacts")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return page(request, "contacts", {**context, "form": form}, errors=form.faults)
    _keep(form.found[:MOST], form.beside)
    return redirect("contacts")


class AnswerForm(Form):
    """The saved answer of a registry; ``found`` and ``beside`` are what it says."""

    answer = Text(
        _("The saved answer"),
        _("Open the file in a text program, choose all, copy, and paste it here."),
        rows=6, longest=MAX_BODY,
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, anchors="%s")
        self.found: tuple[Contact, ...] = ()
        self.beside = Beside()

    def clean_answer(self) -> None:
        """Read it. Raises ValidationError where it says nothing that can be used."""
        try:
            answers = read_answers(self.cleaned_data["answer"].encode())
        except BadAnswer as error:
            raise ValidationError(str(error)) from error
        self.found, self.beside = contacts_of(answers), beside_of(answers)
        if not self.found and not self.beside:
            raise ValidationError(
                _(
                    "This answer doesn’t name anyone to write to. Nothing is lost. Check that you "
                    "copied all of it."
                )
            )


def _keep(contacts: tuple[Contact, ...], beside: Beside) -> None:
    current_site().keeper.add(ContactsFound(contacts, beside))
