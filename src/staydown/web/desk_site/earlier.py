"""What a desk that looks back tells the platform: uploads that it had let through."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from staydown.review import api
from staydown.review.records import ItemLine
from staydown.web.desk_site.gate import for_platform
from staydown.web.kit.http.numbers import whole
from staydown.web.kit.http.problem import problem

#: The last place in the list that can be asked for.
_LARGEST = 10**18 - 1


@for_platform("GET")
def earlier(request: HttpRequest, key_id: int) -> HttpResponse:
    """``GET /api/v1/earlier?after=``: this key's uploads that matched a later listing."""
    place = whole(request.GET.get("after", "0"), most=_LARGEST)
    if place is None:
        return problem(422, "after is the number that the last answer gave, or 0")
    lines = api.earlier_items(key_id, place)
    body = {
        "items": [_item(line) for line in lines],
        "after": lines[-1].number if lines else place,
        "more": len(lines) == api.PAGE_SIZE,
    }
    return JsonResponse(body)


def _item(line: ItemLine) -> dict[str, str | None]:
    return {
        "item": str(line.item),
        "reference": line.reference,
        "uploaded_at": None if line.uploaded_at is None else line.uploaded_at.isoformat(),
        "answer": line.answer.value,
        "state": "open" if line.waits else "decided",
        "decision": None if line.decision is None else line.decision.value,
        "outcome_url": reverse("outcome", args=[line.item]),
    }
