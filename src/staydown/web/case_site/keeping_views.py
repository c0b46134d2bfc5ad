"""Everything that was sent, as one file to keep, before it is gone."""

import io
import zipfile

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from staydown.base.canonical import JSONValue, canonical_json
from staydown.base.vocabulary import Under18
from staydown.cases.case import Case, Sent
from staydown.cases.clocks import entries
from staydown.notices.deadlines.ical import to_ical
from staydown.notices.wire.codec import as_json
from staydown.web.case_site.page import after_age, case_now, takes
from staydown.web.case_site.process import current_site
from staydown.web.kit.pages import download


@takes("GET")
@after_age
def everything(request: HttpRequest) -> HttpResponseBase:
    """One file: each letter as it was noted, what happened since, the list, the dates.

    Where somebody may be under 18 there are only the letters that were sent before that was said.
    """
    del request
    case = case_now()
    if case.under18 is not Under18.NO and not case.sent:
        return redirect("under-18")
    return download(packed(case), "notes.zip", "application/zip")


def packed(case: Case) -> bytes:
    """Return the file. Its names say nothing of what is in it."""
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("notes.json", canonical_json(_notes(case)))
        for number, one in enumerate(case.sent, start=1):
            file.writestr(f"letter-{number:03}.{one.kind}", one.raw)
            file.writestr(f"letter-{number:03}.json", as_json(one.notice))
        if case.sent and case.under18 is Under18.NO:
            file.writestr("dates.ics", to_ical(entries(case.sent), current_site().clock.now()))
    return packing.getvalue()


def _notes(case: Case) -> dict[str, JSONValue]:
    return {
        "list": [
            {
                "id": one.id, "url": one.url, "info": one.info, "description": one.description,
                "evidence": one.evidence, "search_query": one.search_query,
            }
            for one in case.locations
        ],
        "letters": [_sent(number, one) for number, one in enumerate(case.sent, start=1)],
    }  # fmt: skip


def _sent(number: int, one: Sent) -> dict[str, JSONValue]:
    return {
        "file": f"letter-{number:03}.{one.kind}",
        "to": one.notice.to.name,
        "law": one.terms.law,
        "message_id": one.message_id,
        "happened": [
            {"event": item.event.value, "at": item.at.isoformat()} for item in one.happened
        ],
    }
