"""A web address in plain ASCII: the same address, which no program can put in another order."""

from urllib.parse import quote, urlsplit, urlunsplit

from staydown.notices.contacts.addresses import host_in_ascii
from staydown.notices.field_limits import MAX_URL

#: What stands in an address as itself, or is encoded already (RFC 3986, 3.3 to 3.5).
_KEPT = "/%:@!$&'()*+,;=~?"


def plain_address(url: str) -> str:
    """Return a web address with its host in Punycode and all else in percent-encoded UTF-8.

    "" where the host has no such form, or where it is longer than an address of a letter may be.
    """
    parts = urlsplit(url)
    name = parts.hostname or ""
    # Browsers go by IDNA 2008. Python's own codec drops joiners and turns ß into ss: another host.
    host = f"[{name}]" if ":" in name else host_in_ascii(name)
    if not host:
        return ""
    port = f":{parts.port}" if parts.port is not None else ""
    rest = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    plain = urlunsplit((parts.scheme, f"{host}{port}", *rest))
    return plain if len(plain) <= MAX_URL else ""
