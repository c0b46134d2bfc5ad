"""What the desk tells programs of each error: one table for the gate and for look-ups."""

from django.http import HttpResponse

from staydown.media import errors as media
from staydown.review.errors import KeyNotTaken, NotHere, OtherRequest
from staydown.web.kit.errors import Answers
from staydown.web.kit.http.problem import problem

#: The status that says what is wrong with a file: that of the nearest class.
MEDIA_STATUS: dict[type[media.MediaError], int] = {
    media.DecoderUnavailable: 503,
    media.OurFault: 500,
    media.NotAPicture: 415,
    media.TooLarge: 413,
    media.MediaError: 422,
}


def media_status(error: media.MediaError) -> int:
    """Return the status that says what is wrong with a file."""
    return next(MEDIA_STATUS[kind] for kind in type(error).__mro__ if kind in MEDIA_STATUS)


def _unfit(error: media.MediaError) -> HttpResponse:
    return problem(media_status(error), str(error), code=error.code)


def _busy(error: media.Busy) -> HttpResponse:
    return problem(503, str(error), retry_after=error.retry_after, code=error.code)


def _key_wanted(error: KeyNotTaken) -> HttpResponse:
    response = problem(401, str(error))
    response["WWW-Authenticate"] = 'Bearer realm="staydown"'
    return response


ANSWERS: Answers = {
    media.Busy: _busy,
    media.MediaError: _unfit,
    KeyNotTaken: _key_wanted,
    NotHere: 404,
    OtherRequest: 409,
}
