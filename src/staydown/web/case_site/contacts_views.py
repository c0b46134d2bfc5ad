"""Whom to write to for a site that nobody knows: read out of a saved answer, never asked here.

Asking a registry tells it that somebody asked. The command line does that, after a question; these
pages work from what it saved, or from an answer that was copied.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.cases.events import ContactsFound
from staydown.notices.contacts.contacts import Beside, Contact, beside_of, contacts_of
from staydown.notices.contacts.errors import BadAnswer
from staydown.notices.contacts.reading import read_answers
from staydown.web.case_site.page import adults, case_now, page, takes
from staydown.web.case_site.process import current

#: Contacts that are kept. One site has some ten.
MOST = 200


@takes("GET", "POST")
@adults
def contacts(request: HttpRequest) -> HttpResponseBase:
    """Paste an answer; each contact is shown with what it answers for."""
    case = case_now()
    context: dict[str, object] = {"contacts": case.contacts, "beside": case.beside_contacts}
    if request.method != "POST":
        return page(request, "contacts", context)
    if "forget" in request.POST:
        _keep((), Beside())
        return redirect("contacts")
    typed = request.POST.get("answer", "")
    context["typed"] = typed
    try:
        answers = read_answers(typed.encode())
    except BadAnswer as error:
        return page(request, "contacts", context, errors={"answer": str(error)})
    found, beside = contacts_of(answers), beside_of(answers)
    if not found and not beside:
        errors = {
            "answer": _(
                "This answer doesn’t name anyone to write to. Nothing is lost. Check that you "
                "copied all of it."
            )
        }
        return page(request, "contacts", context, errors=errors)
    _keep(found[:MOST], beside)
    return redirect("contacts")


def _keep(contacts: tuple[Contact, ...], beside: Beside) -> None:
    current().keeper.add(ContactsFound(contacts, beside))
