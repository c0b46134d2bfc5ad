"""The desk's settings file."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from staydown.base.country import is_country_code
from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.fingerprint.model import CopyUnavailable, find_model
from staydown.matching.limits import DEFAULT, LimitChange, MatchLimits

#: The longest that fingerprints of allowed uploads may be kept, in days.
MOST_KEEP_DAYS = 30

#: The longest that a caller may be kept waiting for an answer about a picture, in seconds.
MOST_ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LookBackSettings:
    """Whether, and how long, the fingerprints of allowed uploads are kept: ``[look_back]``.

    They are held against what banks list later. 0 days, the default, keeps nothing.
    """

    keep_days: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.keep_days <= MOST_KEEP_DAYS:
            raise SettingsError(f"keep_days is from 0 (keep nothing) to {MOST_KEEP_DAYS}")

    @property
    def keep(self) -> timedelta:
        """How long they are kept; nothing is when it is zero."""
        return timedelta(days=self.keep_days)


#: A host as it stands in an address: with a port where that isn't the usual one.
_HOST = re.compile(r"([a-z0-9_]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """One desk. ``secrets`` is a folder with ``django.key``, ``seal.key`` and the banks' keys."""

    site: SiteSettings
    database: DatabaseSettings
    secrets: Path
    #: What the platform's moderators see as the desk's name.
    name: str = "Desk"
    #: Where the platform is based ("NL", "US-CA"): moderators who see a picture that may show
    #: somebody under 18 are shown where it is reported there.
    country: str = ""
    #: Seconds between two looks at a bank's feed.
    poll_seconds: float = 30.0
    #: The one origin (``https://previews.example``) that preview pictures may come from.
    preview_origin: str = ""
    #: Follow banks in private networks too, and over plain http there.
    allow_private_banks: bool = False
    #: Pictures that are examined or wait for it, at most; a quarter of ``site.threads`` stays free
    #: for pages and other calls.
    pictures_at_once: int = 18
    #: Processes that open pictures; one at least is kept free for those that are quick to open.
    picture_processes: int = 2
    #: Open no picture where the processes that do can't be closed in (``staydown desk doctor``).
    require_sandbox: bool = False
    #: How long an answer about a picture may take, waiting included; then 503.
    answer_seconds: float = 10.0
    #: How long an idempotency key is remembered.
    idempotency_hours: int = 24
    #: The network for copy codes (``docs/models.md``); without it the installed package's is used.
    copy_model: Path | None = None
    #: A folder of this account alone (0700) that keeps the index from one start to the next. It
    #: holds fingerprints unsealed; without it every start reads all rows.
    index: Path | None = None
    #: Memory in MB (1,048,576 bytes) that the index may take for the entries of all banks together.
    most_index_mb: int = 4096
    #: How close counts as a match, where this desk wants it otherwise: ``[[limits]]``.
    limits: tuple[LimitChange, ...] = ()
    #: Hosts (``media.example``, ``media.example:8443``) whose files HMA's calls may name.
    lookup_hosts: tuple[str, ...] = ()
    #: Those hosts may lie in private networks, and be asked over plain http there.
    allow_private_lookups: bool = False
    #: Answer HMA's calls without a key, to callers on this machine itself.
    lookup_without_key: bool = False
    #: Keep the fingerprints of allowed uploads for a while, and hold later listings against them.
    look_back: LookBackSettings = LookBackSettings()

    def __post_init__(self) -> None:
        if self.poll_seconds < 0.1:
            raise SettingsError("poll_seconds must be at least 0.1")
        if self.idempotency_hours < 1:
            raise SettingsError("idempotency_hours must be at least 1")
        if min(self.pictures_at_once, self.picture_processes) < 2:
            raise SettingsError(
                "pictures_at_once and picture_processes must be at least 2: one is for pictures "
                "that are quick to open, one for those that aren't"
            )
        if self.most_index_mb < 1:
            raise SettingsError("most_index_mb must be at least 1")
        if not 1 <= self.answer_seconds <= MOST_ANSWER_SECONDS:
            raise SettingsError(f"answer_seconds is from 1 to {MOST_ANSWER_SECONDS}")
        if self.country and not is_country_code(self.country):
            raise SettingsError("country is a code such as NL, GB or US-CA")
        if self.preview_origin and not is_origin(self.preview_origin):
            raise SettingsError(
                "preview_origin must be like https://previews.example, without a path"
            )
        self.match_limits()  # says now what is wrong with them
        self._check_lookups()

    def _check_lookups(self) -> None:
        for host in self.lookup_hosts:
            if not _HOST.fullmatch(host):
                raise SettingsError("lookup_hosts are names like media.example, in lower case")
        if self.lookup_without_key and (self.site.public_url or not is_loopback(self.site.host)):
            raise SettingsError(
                "lookup_without_key is only for a desk that listens on loopback and has no "
                "public_url: anybody who reaches it could ask"
            )

    def picture_places(self) -> int:
        """Return how many pictures may hold a thread, at least one for each lane."""
        threads = self.site.threads
        return max(2, min(self.pictures_at_once, threads - max(1, threads // 4)))

    def match_limits(self) -> MatchLimits:
        """Return how close counts as a match at this desk. Raises SettingsError."""
        return DEFAULT.changed(self.limits)

    def copy_network(self) -> Path | None:
        """Return the file of the network for copy codes; None where none is installed.

        Raises SettingsError when ``copy_model`` names one that can't be used.
        """
        try:
            return find_model(self.copy_model)
        except CopyUnavailable as error:
            if self.copy_model is not None:
                raise SettingsError(f"copy_model: {error}") from error
            return None


def is_loopback(host: str) -> bool:
    """Say whether ``host``, a name or an address, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_origin(text: str) -> bool:
    """Say whether ``text`` is an https origin, or an http one on loopback."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        exact = f"{parts.scheme}://{parts.netloc}" == text and parts.port != 0
    except ValueError:
        return False
    if not text.isascii() or not text.isprintable():  # a header can't hold it: the policy were lost
        return False
    if not exact or not host or "@" in parts.netloc or set(text) & set(" ;,*'\"\\"):
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    )


def preview_allowed(url: str, origin: str) -> bool:
    """Say whether ``url`` lies at the one origin that previews may come from ("" allows none)."""
    if not origin or len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == origin and "\\" not in url


_SWEEP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


def check_sweep_name(name: str) -> None:
    """Raise SettingsError for a name that can't be a folder's."""
    if not _SWEEP_NAME.fullmatch(name):
        raise SettingsError("a sweep's name is letters, digits, '.', '_' and '-', at most 50")
