"""Ask the public registries about a host, and keep what they answer in one file.

This is the one place that goes out, and asking tells somebody: the resolver and the registries of
the name and of its addresses learn that this machine asked about it. Callers say so first.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from staydown.base.clock import Clock, SystemClock
from staydown.net.deadline import Deadline
from staydown.net.errors import NetError
from staydown.net.guard import Address, Resolver, is_public, system_resolver
from staydown.net.message import Request, Transport
from staydown.net.names import LOOK_UP_SECONDS, within
from staydown.notices.contacts.addresses import host_in_ascii
from staydown.notices.contacts.answers import FORMAT
from staydown.notices.contacts.bootstrap import (
    Registries,
    read_registries,
    server_of_address,
    server_of_domain,
)
from staydown.notices.contacts.errors import BadAnswer, NotAHost
from staydown.notices.contacts.reading import read_json, registration_of
from staydown.notices.contacts.registrations import About, Registration

#: IANA's lists of registries (RFC 9224).
LISTS = {
    "dns": "https://data.iana.org/rdap/dns.json",
    "ipv4": "https://data.iana.org/rdap/ipv4.json",
    "ipv6": "https://data.iana.org/rdap/ipv6.json",
}
MAX_LIST_BYTES = 2 * 1024 * 1024
MAX_ANSWER_BYTES = 1024 * 1024
MAX_ADDRESSES = 4
MAX_REDIRECTS = 3
#: "example.org" first, then "www.example.org", for names under "co.uk" and the like.
MAX_LABELS = 5

_ACCEPT = {"Accept": "application/rdap+json, application/json"}
_HOST = re.compile(
    r"\A(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


class _NoSuchThing(NetError):
    """The registry holds no such name."""


#: Stands for "nobody holds this name", as None stands for "no answer".
_NOT_THERE = Registration(About.DOMAIN)


def host_of(text: str) -> str:
    """Return the host name in what somebody typed or pasted: "Example.org", "https://…/…".

    Raises NotAHost for anything else, and for a bare address or a name of a local network.
    """
    name = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    name = re.split(r"[/?#]", name, maxsplit=1)[0].rpartition("@")[2]
    name = name.partition(":")[0].rstrip(".")
    name = host_in_ascii(name) or ""
    if not _HOST.fullmatch(name) or name.endswith((".local", ".internal", ".onion", ".test")):
        raise NotAHost("this is not the name of a site on the Internet: it looks like example.org")
    return name


def ask(
    host: str,
    transport: Transport,
    *,
    clock: Clock | None = None,
    resolve: Resolver = system_resolver,
) -> bytes:
    """Ask the registries about ``host`` and return the saved answers as a file (JSON).

    What isn't answered is noted with the reason and never stops the rest. Raises NotAHost.
    """
    asking = _Asking(host_of(host), transport, clock or SystemClock())
    asking.about_domain()
    asking.about_addresses(resolve)
    return asking.saved()


@dataclass
class _Asking:
    """One round of questions, and what came of it."""

    host: str
    transport: Transport
    clock: Clock
    lists: dict[str, Registries | None] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    registries: list[dict[str, str]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    unanswered: list[dict[str, str]] = field(default_factory=list)

    def about_domain(self) -> None:
        """Ask about the registered name that the host belongs to, and then its registrar."""
        registries = self._list("dns")
        if registries is None:
            return
        found = server_of_domain(registries, self.host)
        if found is None:
            self._missed(self.host, "no registry of this ending is known to answer")
            return
        self._note("dns", found)
        labels = self.host.split(".")
        most = min(len(labels), MAX_LABELS)
        for count in range(2, most + 1):
            name = ".".join(labels[-count:])
            answer = self._ask(name, f"{found[1]}domain/{name}", is_last=count == most)
            if answer is _NOT_THERE:
                continue
            if answer is not None:
                self._ask_registrar(name, answer)
            return

    def about_addresses(self, resolve: Resolver) -> None:
        """Ask about the networks that the host's addresses lie in."""
        try:
            found = within(Deadline(LOOK_UP_SECONDS), resolve)(self.host, 443)
        except NetError as error:
            self._missed(self.host, str(error))
            return
        public = list(dict.fromkeys(address for address in found if is_public(address)))
        self.addresses = [str(address) for address in public]
        for address in public[:MAX_ADDRESSES]:
            self._about_address(address)

    def _about_address(self, address: Address) -> None:
        which = f"ipv{address.version}"
        registries = self._list(which)
        if registries is None:
            return
        found = server_of_address(registries, address)
        if found is None:
            self._missed(str(address), "no registry of this address is known to answer")
            return
        self._note(which, found)
        self._ask(str(address), f"{found[1]}ip/{address}")

    def _ask_registrar(self, name: str, answer: Registration) -> None:
        """Follow the registry to the registrar's own answer; it often names more."""
        for link in answer.links:
            is_answer = link.type.startswith("application/rdap+json")
            if link.rel == "related" and is_answer and link.href.startswith("https://"):
                if link.href != self.answers[-1]["server"]:  # some lead to themselves
                    self._ask(name, link.href)
                return

    def _list(self, which: str) -> Registries | None:
        """Fetch one of IANA's lists, once."""
        if which not in self.lists:
            self.lists[which] = None
            try:
                body, _ = self._fetch(LISTS[which], MAX_LIST_BYTES)
                self.lists[which] = read_registries(body)
            except (NetError, BadAnswer) as error:
                self._missed(f"IANA's list ({which})", str(error))
        return self.lists[which]

    def _ask(self, about: str, url: str, *, is_last: bool = True) -> Registration | None:
        """Ask one question; keep the answer, or why there is none.

        Before the last try, a name that nobody holds gives ``_NOT_THERE`` and is not kept: only
        then is a longer name told to the registry.
        """
        try:
            body, server = self._fetch(url, MAX_ANSWER_BYTES)
            came = read_json(body)
            answer = registration_of(came)
        except (NetError, BadAnswer) as error:
            if isinstance(error, _NoSuchThing) and not is_last:
                return _NOT_THERE
            self._missed(about, str(error))
            return None
        if not is_last and not _is_registered(answer):
            return _NOT_THERE
        self.answers.append(
            {
                "about": about,
                "server": server,
                "asked": self.clock.now().isoformat(),
                "answer": came,
            }
        )
        return answer

    def _fetch(self, url: str, limit: int) -> tuple[bytes, str]:
        """Return a body and where it came from at last. Raises a NetError."""
        for _ in range(MAX_REDIRECTS + 1):
            response = self.transport.send(Request("GET", url, _ACCEPT, limit=limit))
            if response.status in (301, 302, 303, 307, 308):
                url = _led_to(url, response.headers.get("location", ""))
                if not url.startswith("https://"):
                    raise NetError("the registry sent us on to an address without https")
                continue
            if response.status == 404:
                raise _NoSuchThing("the registry knows nothing of it")
            if response.status != 200:
                raise NetError(f"the registry answered with code {response.status}")
            return response.body, url
        raise NetError("the registry sent us on too many times")

    def _note(self, which: str, found: tuple[str, str]) -> None:
        registries = self.lists[which]
        published = registries.publication if registries else ""
        entry = {
            "list_at": LISTS[which],
            "published": published,
            "entry": found[0],
            "server": found[1],
        }
        if entry not in self.registries:
            self.registries.append(entry)

    def _missed(self, about: str, why: str) -> None:
        self.unanswered.append({"about": about, "why": why})

    def saved(self) -> bytes:
        """Return everything as the file that ``read_answers`` reads."""
        table = {
            "format": FORMAT,
            "host": self.host,
            "asked": self.clock.now().isoformat(),
            "addresses": self.addresses[:32],
            "registries": self.registries,
            "answers": self.answers,
            "unanswered": self.unanswered,
        }
        return json.dumps(table, ensure_ascii=False, indent=1).encode() + b"\n"


def _led_to(url: str, location: str) -> str:
    """Return where a redirect leads. Raises NetError where that can't be read."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise NetError("the registry sent us on to something that is no address") from None


def _is_registered(answer: Registration) -> bool:
    """Whether an answer is about a name that somebody registered: it names a registrar or holder.

    A registry may also answer for "co.uk" itself, which nobody holds.
    """
    roles = {role for entity in answer.entities for role in entity.roles}
    return bool(roles & {"registrar", "registrant"})
