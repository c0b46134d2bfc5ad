"""Whose account is at the other end of a connection within this machine."""

import os
import socket
import sys
from pathlib import Path

#: Where Linux lists the machine's connections, with the account of each end.
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))

_ROOT = 0


def of_other_account(peer: tuple[str, int], own: tuple[str, int]) -> bool:
    """Whether the end ``peer`` of a connection to ``own`` (IPv4 address and port each) belongs to
    another account than this process's, or root's.

    An end that isn't listed, or was given up, counts as another's. False wherever it can't be
    known: on systems that keep no such list, and in the Linux of Windows, where the browser runs
    outside of it.
    """
    if not _TABLES[0].exists() or "microsoft" in os.uname().release.lower():
        return False
    near, far = _listed(*peer), _listed(*own)
    return not any(
        # An end that was given up (closed, not yet gone) has root's number, and no inode.
        line[1].endswith(near) and line[2].endswith(far) and line[9] != "0"
        and int(line[7]) in (_ROOT, os.getuid())
        for table in _TABLES if table.exists()
        for line in map(str.split, table.read_text(encoding="ascii").splitlines()[1:])
    )  # fmt: skip


def _listed(address: str, port: int) -> str:
    """An end as it is listed; also the end of the same one in the table of IPv6."""
    number = int.from_bytes(socket.inet_aton(address), sys.byteorder)
    return f"{number:08X}:{port:04X}"
