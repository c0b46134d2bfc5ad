"""Items of a group that a moderator chose, to be decided together with the one on the page."""

from uuid import UUID

from django.http import HttpRequest

from staydown.review import api
from staydown.review.records import Group

#: The form's field, once for each item: its number and the version that was seen.
FIELD = "also"


def chosen(request: HttpRequest) -> list[tuple[UUID, int]]:
    """Return the items that were ticked, each with its version. Raises ValueError for other words.

    None is taken that wasn't ticked: a person decides about each.
    """
    marks = list(dict.fromkeys(request.POST.getlist(FIELD)))
    if len(marks) > api.MOST_SHOWN:
        raise ValueError("more than a page shows")
    pairs = [mark.partition(":") for mark in marks]
    return [(UUID(number), int(version)) for number, _, version in pairs]


def has_previews(group: Group) -> bool:
    """Say whether a page about a group shows a preview of the platform's."""
    waiting = any(other.preview_url for other in group.others)
    return waiting or any(one.preview_url for one in group.joined)
