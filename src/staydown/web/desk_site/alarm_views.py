"""Alarms: what somebody should look at."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from staydown.accounts.roles import Permission
from staydown.review import api
from staydown.review.errors import NotHere
from staydown.web.console.sign_in import permitted, staff_id
from staydown.web.console.site import takes
from staydown.web.desk_site.page import ERRORS, page
from staydown.web.desk_site.process import current_site


@takes("GET")
@permitted(Permission.ALARMS_SEE)
def alarms(request: HttpRequest) -> HttpResponse:
    """What somebody should look at, or (``?show=lifted``) what is over."""
    lifted = request.GET.get("show") == "lifted"
    context = {"alarms": api.alarm_lines(lifted=lifted), "lifted": lifted}
    return page(request, "alarms", context)


@takes("POST")
@permitted(Permission.ALARMS_MARK)
def alarm_seen(request: HttpRequest, number: int) -> HttpResponse:
    """Note that this moderator knows of an alarm. Lifting it is the operator's."""
    moderator_id = staff_id(request)
    try:
        api.mark_alarm_seen(
            number, request.user.get_username(), current_site().clock, moderator_id=moderator_id
        )
    except NotHere:
        return ERRORS.not_found(request)
    return redirect("alarms")
