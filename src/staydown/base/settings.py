"""One TOML file per process, read once into frozen dataclasses; secrets come from files."""

import dataclasses
import ipaddress
import os
import re
import secrets
import types
import typing
from pathlib import Path
from urllib.parse import urlsplit

from staydown.base.errors import SettingsError
from staydown.base.plain_text import NotText, text_of
from staydown.base.toml_text import NotToml, read_tables

MAX_SETTINGS_BYTES = 256 * 1024
MAX_SECRET_BYTES = 4096

T = typing.TypeVar("T")

_ORIGIN = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:]+\](:[0-9]{1,5})?"
)

_NAME = re.compile(r"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}|\A\[?[0-9a-fA-F:.]{2,45}\]?")


@dataclasses.dataclass(frozen=True, slots=True)
class SiteSettings:
    """Where a site listens and how the world reaches it."""

    port: int
    host: str = "127.0.0.1"
    #: The address people type, without a trailing slash. ``https`` makes cookies Secure.
    public_url: str = ""
    #: Other names and addresses it is reached by, without ports: an .onion name, one inside.
    names: tuple[str, ...] = ()
    #: Threads that run views. Each holds one database connection.
    threads: int = 8
    #: Connections at once. One address may have an eighth of them.
    connections: int = 512
    #: Bodies and answers held in memory at once, in MiB. One address may hold half.
    buffer_mib: int = 256
    #: Addresses or networks of reverse proxies, whose ``X-Forwarded-For`` is believed.
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535 or self.threads < 1:
            raise SettingsError("port is a number from 1 to 65535, and threads at least 1")
        if self.connections < 16 or self.buffer_mib < 8:
            raise SettingsError("connections must be at least 16, and buffer_mib at least 8")
        for proxy in self.proxies:
            _check_network(proxy)
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise SettingsError("names are like bank.example or 192.0.2.7, without a port")
        if self.public_url and not _ORIGIN.fullmatch(self.public_url):
            raise SettingsError("public_url must be like https://bank.example, without a path")
        if self.url.startswith("http://") and not _private_road(self.url):
            raise SettingsError(
                "public_url must begin with https: plain http is only for this machine itself "
                "and for .onion addresses"
            )

    @property
    def url(self) -> str:
        """The public address, or the loopback one where none is set."""
        return self.public_url or f"http://{self.host}:{self.port}"


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise SettingsError(
            "proxies are addresses or networks like 127.0.0.1 or 10.0.0.0/8"
        ) from None


def _private_road(url: str) -> bool:
    """Whether nobody on the way can read along, though the address is plain http."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".onion"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclasses.dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """SQLite in a file, or PostgreSQL. The password lies in a file of its own."""

    engine: typing.Literal["sqlite", "postgresql"] = "sqlite"
    path: Path | None = None
    name: str = "staydown"
    host: str = ""
    port: int = 5432
    user: str = "staydown"
    password_file: Path | None = None


def load(path: Path, shape: type[T]) -> T:
    """Read ``path`` into the frozen dataclass ``shape``; relative paths count from the file.

    Raises SettingsError, which names the file and the key, for a missing file, bad TOML, an unknown
    or missing key, or a value of the wrong type.
    """
    try:
        table = read_tables(path, most=MAX_SETTINGS_BYTES)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except NotToml as error:
        raise SettingsError(f"{path} {error}") from error
    return _build(shape, table, where=str(path), base=path.resolve().parent)


def read_secret(path: Path, *, minimum: int = 16) -> bytes:
    """Return the secret in ``path`` (one line, hex or text) in UTF-8, stripped of the line's end.

    Raises SettingsError when it is missing, shorter than ``minimum`` bytes, oversized, or readable
    by other accounts of the machine.
    """
    try:
        info = path.stat()
        if os.name == "posix" and info.st_mode & 0o077:
            raise SettingsError(f"{path} can be read by others: run chmod 600 {path}")
        if info.st_size > MAX_SECRET_BYTES:
            raise SettingsError(f"{path} is larger than {MAX_SECRET_BYTES} bytes")
        value = text_of(path.read_bytes()).strip().encode()
    except NotText as error:
        raise SettingsError(f"{path} {error}") from error
    except OSError as error:
        raise SettingsError(f"cannot read the secret {path}: {error.strerror}") from error
    if len(value) < minimum:
        raise SettingsError(f"the secret in {path} is shorter than {minimum} bytes: make a new one")
    return value


def read_key(path: Path, *, minimum: int = 16) -> str:
    """Return a secret that goes into a header. Raises SettingsError, also for other signs than the
    ones that may stand there."""
    key = read_secret(path, minimum=minimum)
    if not all(0x20 < byte < 0x7F for byte in key):
        raise SettingsError(f"{path} holds signs that no key has: write the key alone, on one line")
    return key.decode("ascii")


def write_secret(path: Path, value: str | None = None) -> None:
    """Write ``value``, or 256 fresh random bits in hex, to a new file only the owner can read.

    Raises SettingsError when the file is already there: a key is never overwritten by accident.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(f"{path} is already there; it was left as it is") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write((value or secrets.token_hex(32)) + "\n")


def _build(shape: type[T], table: object, *, where: str, base: Path) -> T:
    if not isinstance(table, dict):
        raise SettingsError(f"{where}: expected a table")
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(fields))
    if unknown:
        raise SettingsError(f"{where}: unknown key {unknown[0]!r}; known are {sorted(fields)}")
    hints = typing.get_type_hints(shape)
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], where=f"{where}: {name}", base=base)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingsError(f"{where}: the key {name!r} is missing")
    return shape(**values)


def _value(hint: object, value: object, *, where: str, base: Path) -> object:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        return _value(inner[0], value, where=where, base=base)
    if origin is typing.Literal:
        if value in typing.get_args(hint):
            return value
        raise SettingsError(f"{where}: must be one of {list(typing.get_args(hint))}")
    if origin is tuple and isinstance(value, list):
        (item, _) = typing.get_args(hint)
        return tuple(_value(item, part, where=where, base=base) for part in value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _build(hint, value, where=where, base=base)
    if hint is Path and isinstance(value, str):
        return base / value
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise SettingsError(f"{where}: expected {getattr(hint, '__name__', hint)}")
