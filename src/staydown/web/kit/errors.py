"""What a site answers when something is wrong: problem documents for programs, pages for people."""

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from staydown.base.errors import StaydownError
from staydown.web.kit.guards import View
from staydown.web.kit.http.body import BodyRefused
from staydown.web.kit.http.problem import problem
from staydown.web.kit.http.roots import below
from staydown.web.kit.pages import Pages
from staydown.web.kit.trouble import DETAIL, passing

#: What programs are told of each error: a status, with the error's own words, or a whole answer.
#: An error that isn't here is told as the nearest class above it that is.
Answers = Mapping[type[StaydownError], int | Callable[[Any], HttpResponse]]

#: When to come back where others come first, in seconds.
BUSY_SECONDS = 5


def problem_of(error: StaydownError, answers: Answers) -> HttpResponse:
    """Return the problem document of an error; one that is not foreseen is raised: it is ours."""
    if isinstance(error, BodyRefused):
        return problem(error.status, str(error))
    answer = next((answers[kind] for kind in type(error).__mro__ if kind in answers), None)
    if answer is None:
        raise error
    return problem(answer, str(error)) if isinstance(answer, int) else answer(error)


def told(answers: Answers) -> Callable[[View], View]:
    """Turn the errors of a view for programs into problem documents."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **more)
            except StaydownError as error:
                return problem_of(error, answers)

        return answered

    return wrap


class ErrorPages:
    """Django's handlers for whatever a view didn't take care of: a method each.

    Below ``programs`` they answer with problem documents, elsewhere with the site's ``pages``.
    ``busy``: errors that say that other requests come first.
    """

    def __init__(
        self,
        pages: Pages,
        programs: tuple[str, ...] = (),
        busy: tuple[type[StaydownError], ...] = (),
    ) -> None:
        self._pages, self._programs, self._busy = pages, programs, busy

    def bad_request(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        """400: a host name or a form that Django itself refuses."""
        del exception
        if below(request.path, self._programs):
            return problem(400, "the request could not be read")
        return self._pages.refused(request, _("The form could not be read."), status=400)

    def not_found(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        """404: nothing here, or nothing for this person."""
        del exception
        if below(request.path, self._programs):
            return problem(404, "there is nothing at this address")
        return self._pages.page(request, "not_found", status=404)

    def server_error(self, request: HttpRequest) -> HttpResponse:
        """500: a fault of ours. 503: the database is in trouble, or others come first.

        Django asks this for whatever raised, so no view has to think of it.
        """
        error = sys.exc_info()[1]
        seconds, detail = passing(error), DETAIL
        if seconds is None and isinstance(error, self._busy):
            seconds, detail = BUSY_SECONDS, "other requests come first: send it again"
        if below(request.path, self._programs):
            if seconds is not None:
                return problem(503, detail, retry_after=seconds)
            return problem(500, "something went wrong here: try again later")
        # Else a page that says who is signed in would ask the database.
        vars(request).pop("user", None)
        if seconds is not None:
            return self._pages.page(request, "unavailable", status=503, retry_after=seconds)
        return self._pages.page(request, "server_error", status=500)
