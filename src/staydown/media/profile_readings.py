"""The ways in which programs read one colour profile, each as a profile of its own. Pure.

A profile (ICC.1:2010) may hold a table for each intent, and curves beside them. Some programs take
the table of the intent that it names, some the first, some the curves alone; some give up on more
tags than they know. Whoever made the profile decides what each of them shows.
"""

import struct

#: Tags that are walked over; programs that follow every one of a profile know a few dozen.
_MOST_TAGS = 4096
#: Tags up to which LittleCMS opens a profile.
_USUAL_TAGS = 100

_HEADER_BYTES = 128
_TABLES = {b"A2B0": 0, b"A2B1": 1, b"A2B2": 2}
_CURVES = (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC")
_BESIDE = (b"wtpt", b"chad")

#: What a program that knows them takes before all others.
_NEWER = frozenset({b"D2B0", b"D2B1", b"D2B2", b"D2B3"})


def readings(profile: bytes) -> list[bytes]:
    """Return the profile, and one for each other way in which programs read it."""
    try:
        tags, said = _tags(profile)
    except struct.error:  # it breaks off
        return [profile]
    ways = [(name, intent) for name, intent in _TABLES.items() if name in tags]
    has_curves = b"kTRC" in tags or (b"rTRC" in tags and b"rXYZ" in tags)
    odd = said > _USUAL_TAGS or said != len(tags) or bool(_NEWER & tags.keys())
    if not odd and len(ways) + has_curves < 2:
        return [profile]
    made: dict[tuple[bytes, ...], bytes] = {}
    for name, intent in ways:
        made.setdefault((tags[name],), _made(profile, tags, (name,), intent))
    if has_curves:
        made[tuple(tags.get(name, b"") for name in _CURVES)] = _made(profile, tags, _CURVES, 0)
    return [profile, *made.values()]


def _tags(profile: bytes) -> tuple[dict[bytes, bytes], int]:
    """Return the first tag of each name, and how many tags there are."""
    (count,) = struct.unpack_from(">I", profile, _HEADER_BYTES)
    found: dict[bytes, bytes] = {}
    for place in range(min(count, _MOST_TAGS)):
        name, at, size = struct.unpack_from(">4sII", profile, _HEADER_BYTES + 4 + 12 * place)
        if name in _TABLES or name in _CURVES or name in _BESIDE or name in _NEWER:
            found.setdefault(name, profile[at : at + size])
        else:
            found.setdefault(name, b"")
    return found, count


def _made(profile: bytes, tags: dict[bytes, bytes], names: tuple[bytes, ...], intent: int) -> bytes:
    kept = [(name, tags[name]) for name in (*_BESIDE, *names) if name in tags]
    start, body, table = _HEADER_BYTES + 4 + 12 * len(kept), b"", b""
    for name, data in kept:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = bytearray(profile[:_HEADER_BYTES])
    struct.pack_into(">I", head, 0, start + len(body))
    struct.pack_into(">I", head, 64, intent)
    return bytes(head) + struct.pack(">I", len(kept)) + table + body
