"""The host name in an address, as people type or paste it."""

from urllib.parse import urlsplit


def host_of(text: str) -> str | None:
    """Return the host name in "example.org/page" or "https://example.org/page", if there is one."""
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname
    except ValueError:
        return None
    if host is None or "." not in host or len(host) > 253 or any(sign.isspace() for sign in host):
        return None
    return host.rstrip(".") or None
