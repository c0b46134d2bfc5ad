"""The files of a back catalogue: opened on this machine, or fetched from hosts that were named."""

import hashlib
import io
import os
import stat
import time
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import quote

from staydown.base.errors import StaydownError
from staydown.matching.sweep_list import Source
from staydown.net import guard
from staydown.net.errors import AddressRefused, AnswerTooLarge, NetError
from staydown.net.message import Request, Transport

#: The longest reference of an item.
REFERENCE_CHARACTERS = 500

_LONGEST_URL = 2000

#: Pauses before an address is asked again, in seconds: a busy server is no reason to pass over it.
_PAUSES = (0.5, 2.0)
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(StaydownError):
    """A file of the catalogue that can't be had; ``code`` is the word it is counted under."""

    def __init__(self, code: str) -> None:
        super().__init__("this file cannot be read")
        self.code = code


class CatalogueGone(StaydownError):
    """The folder that a list was made of is empty or can't be read: nothing in it can be had."""


class Catalogue:
    """Opens what a list names. ``limit`` bounds what is fetched of one address, in bytes.

    Without a ``transport`` no address is fetched.
    """

    def __init__(
        self,
        source: Source,
        transport: Transport | None,
        limit: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source = source
        self._transport = transport
        self._limit = limit
        self._sleep = sleep

    def open(self, name: bytes) -> BinaryIO:
        """Return the file, to be read from its beginning. Raises Unreadable."""
        if is_address(self._source, name):
            return io.BytesIO(self._fetched(name))
        try:
            return self._opened(name)
        except FileNotFoundError:
            raise Unreadable("missing") from None
        except (OSError, ValueError):  # the message would hold the name
            raise Unreadable("unreadable") from None

    def check_there(self) -> None:
        """Tell files that can't be read from a mount that went away. Raises CatalogueGone."""
        if not self._source.folder:
            return
        try:
            with os.scandir(self._source.root) as names:
                if next(names, None) is not None:
                    return
        except OSError:
            pass
        raise CatalogueGone(
            "the folder is empty now, or cannot be read: mount it again, then go on with --resume"
        )

    def _opened(self, name: bytes) -> BinaryIO:
        handle = _beneath(self._source.root, name) if self._source.folder else self._named(name)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Unreadable("not_a_file")
        return os.fdopen(handle, "rb")

    def _named(self, name: bytes) -> int:
        return os.open(os.path.join(self._source.root, name), _READ)  # noqa: PTH118 - odd bytes

    def _fetched(self, name: bytes) -> bytes:
        transport = self._transport
        url = _address(name, self._source.hosts)
        if transport is None or url is None:
            raise Unreadable("host_not_allowed")
        for pause in (*_PAUSES, None):
            try:
                response = transport.send(Request("GET", url, limit=self._limit))
                if response.status == 200:
                    return response.body
                code, lasting = f"http_{response.status}", response.status not in _TRY_AGAIN
            except NetError as error:
                code, lasting = _net_code(error)
            if lasting or pause is None:
                raise Unreadable(code)
            self._sleep(pause)
        raise AssertionError  # the last pause is None


def is_address(source: Source, name: bytes) -> bool:
    """Say whether a name is a web address; in a folder a file may be called so, and is none."""
    return not source.folder and name[:8].lower().startswith((b"https://", b"http://"))


def identity(source: Source, name: bytes) -> bytes:
    """Return 32 bytes that are the same for one file or address in every sweep on this machine."""
    whole = name if is_address(source, name) else os.path.join(source.root, name)  # noqa: PTH118
    return hashlib.sha256(whole).digest()


def reference(name: bytes) -> str:
    """Return a name as an item's reference: text of one line that no two names share.

    What isn't printable UTF-8 is escaped, with a backslash doubled; of what is too long only the
    beginning is kept, and a hash of all of it.
    """
    text = "".join(_shown(letter) for letter in name.decode("utf-8", "surrogateescape"))
    if len(text) <= REFERENCE_CHARACTERS:
        return text
    mark = "…" + hashlib.sha256(name).hexdigest()[:32]
    return text[: REFERENCE_CHARACTERS - len(mark)] + mark


def preview(source: Source, name: bytes) -> str:
    """Return where the moderators' preview of a file may lie; "" where nobody said."""
    if is_address(source, name):
        return name.decode("ascii", "replace")[:_LONGEST_URL]
    if not source.preview or name.startswith(b"/"):
        return ""
    url = source.preview + quote(name)
    return url if len(url) <= _LONGEST_URL else ""


def _shown(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    if letter.isprintable():
        return letter
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{{{code:x}}}"


def _beneath(root: bytes, name: bytes) -> int:
    """Open a file below ``root`` by no link: whoever fills the folder must not lead us out of it.

    Folder by folder, so that a path may also be longer than one call to the system may say.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        *above, last = name.split(b"/")
        for step in above:
            inner = os.open(step, _READ | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(last, _READ | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)


def _address(name: bytes, hosts: tuple[str, ...]) -> str | None:
    """Return an address as text if it lies on one of the hosts, by the name they are given."""
    try:
        url = name.decode("ascii")
        place = guard.read(url)
    except (ValueError, AddressRefused):
        return None
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        return None
    return url if place.spellings & set(hosts) else None


def _net_code(error: NetError) -> tuple[str, bool]:
    """Return the word for what went wrong, and whether asking again is no use."""
    if isinstance(error, AddressRefused):
        return "address_refused", True
    if isinstance(error, AnswerTooLarge):
        return "too_large", True
    return "no_answer", False
