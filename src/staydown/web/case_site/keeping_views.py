"""Everything that was sent, as one file to keep, before it is gone."""

import io
import zipfile

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from staydown.base.canonical import JSONValue, canonical_json
from staydown.notices.compose.machine import as_json
from staydown.notices.deadlines.ical import to_ical
from staydown.web.case_site.clocks import entries
from staydown.web.case_site.memory import Case, Sent
from staydown.web.case_site.page import adults, case_now, download, takes
from staydown.web.case_site.process import current


@takes("GET")
@adults
def everything(request: HttpRequest) -> HttpResponseBase:
    """One file: each letter as it was noted, what happened since, the list, the dates."""
    del request
    return download(packed(case_now()), "notes.zip", "application/zip")


def packed(case: Case) -> bytes:
    """Return the file. Its names say nothing of what is in it."""
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("notes.json", canonical_json(_notes(case)))
        for number, one in enumerate(case.sent, start=1):
            file.writestr(f"letter-{number:03}.{one.kind}", one.raw)
            file.writestr(f"letter-{number:03}.json", as_json(one.notice))
        if case.sent:
            file.writestr("dates.ics", to_ical(entries(case.sent), current().clock.now()))
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
