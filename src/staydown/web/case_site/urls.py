"""Every address of the case site."""

from django.urls import path, register_converter

from staydown.web.case_site import (
    contacts_views,
    dates_views,
    facts_views,
    help_views,
    keeping_views,
    letter_views,
    many_views,
    plan_views,
    start_views,
    ways_views,
)
from staydown.web.case_site.page import ERRORS
from staydown.web.case_site.process import current_site


class Neutral:
    """A way or a record in an address."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the id that is meant."""
        return current_site().names.meant(value)

    def to_url(self, value: str) -> str:
        """Return a name that says nothing."""
        return current_site().names.name(value)


register_converter(Neutral, "neutral")

urlpatterns = [
    path("open/<str:token>/", start_views.come_in, name="open"),
    path("", start_views.home, name="home"),
    path("age/", start_views.age, name="age"),
    path("who/", start_views.under_18, name="under-18"),
    path("close/", start_views.close, name="close"),
    path("facts/", facts_views.facts, name="facts"),
    path("list/", facts_views.locations, name="list"),
    path("ways/", ways_views.ways, name="ways"),
    path("ways/<neutral:route_id>/", ways_views.way, name="way"),
    path("letter/<neutral:route_id>/", letter_views.letter, name="letter"),
    path("letter/<neutral:route_id>/read/", letter_views.read, name="read"),
    path("letter/<neutral:route_id>/file/<str:kind>/", letter_views.file, name="file"),
    path("letter/<neutral:route_id>/sent/", letter_views.sent, name="sent"),
    path("many/", many_views.many, name="many"),
    path("dates/", dates_views.dates, name="dates"),
    path("dates/calendar/", dates_views.calendar, name="calendar"),
    path("dates/<str:sent_id>/", dates_views.date, name="date"),
    path("dates/<str:sent_id>/message/", dates_views.message, name="message"),
    path("contacts/", contacts_views.contacts, name="contacts"),
    path("look-up/", help_views.look_up, name="look-up"),
    path("look-up/<str:kind>/<neutral:name>/", help_views.look_up_one, name="look-up-one"),
    path("help/", help_views.who_helps, name="help"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/steps/", plan_views.plan_steps, name="plan-steps"),
    path("search-sheet/", plan_views.search_sheet, name="search-sheet"),
    path("everything/", keeping_views.everything, name="everything"),
]

handler400 = ERRORS.bad_request
handler404 = ERRORS.not_found
handler500 = ERRORS.server_error
