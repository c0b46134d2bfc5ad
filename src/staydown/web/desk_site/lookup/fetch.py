"""Getting a file from an address: only from hosts that the operator named, never through them."""

from staydown.net import guard
from staydown.net.errors import AddressRefused, AnswerTooLarge, NetError
from staydown.net.http import HttpTransport
from staydown.net.message import Request
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.lookup.form import Content
from staydown.web.desk_site.lookup.request import Refused, too_large

#: A thread of the desk waits meanwhile, and there are few.
_READ_SECONDS = 5.0
_TOTAL_SECONDS = 20.0


class Fetcher:
    """Fetches files for look-ups by address; thread-safe."""

    def __init__(self, settings: DeskSettings) -> None:
        self._hosts = frozenset(settings.lookup_hosts)
        self._transport = HttpTransport(
            allow_private=settings.allow_private_lookups,
            read_seconds=_READ_SECONDS,
            total_seconds=_TOTAL_SECONDS,
        )

    def get(self, url: str, content_type: str, limit: int) -> Content:
        """Return the file at ``url``, of at most ``limit`` bytes. Raises Refused.

        ``content_type`` is what the caller calls it; "" leaves that to who sends the file.
        """
        if not self._hosts & _authorities(url):
            raise Refused(
                403,
                "addresses are fetched only from hosts that lookup_hosts names "
                "in the desk's settings: send the file itself, or have the host added there",
            )
        try:
            answer = self._transport.send(Request("GET", url, limit=limit))
        except AnswerTooLarge:
            raise too_large(limit) from None
        except NetError as error:
            raise Refused(400, f"the file could not be fetched: {error}") from None
        if answer.status != 200:
            raise Refused(
                400,
                f"the file could not be fetched: its host answered {answer.status} "
                "(redirects are not followed)",
            )
        if not answer.body:
            raise Refused(400, "the file is empty")
        named = content_type or _content_type(answer.headers.get("content-type", ""))
        return Content(named, answer.body)


def _authorities(url: str) -> frozenset[str]:
    """Return how the host of an address may be written: with its port, and without the usual one.

    Raises Refused.
    """
    try:
        return guard.read(url).spellings
    except AddressRefused:
        raise Refused(400, "url is not a web address") from None


def _content_type(media: str) -> str:
    for begins, name in (("image/", "photo"), ("video/", "video")):
        if media.lower().startswith(begins):
            return name
    raise Refused(400, "the host doesn't say that it is a picture or a video: send content_type")
