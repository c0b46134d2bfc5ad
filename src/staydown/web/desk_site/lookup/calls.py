"""HMA's calls, one method each: a request in, JSON out.

Parameters, JSON and status codes are HMA's (github.com/facebook/ThreatExchange,
hasher-matcher-actioner 1.1.7) but for what ``docs/guides/hma.md`` says.
"""

import io
import json
import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from staydown.base.canonical import JSONValue
from staydown.fingerprint.exact import exact
from staydown.fingerprint.kinds import EXACT, KINDS, MAIN, PDQ_LISTING_QUALITY
from staydown.fingerprint.registry import HASHERS, fingerprint_picture
from staydown.fingerprint.value import BadFingerprint, Fingerprint
from staydown.matching.cascade import examine
from staydown.media.form import Form
from staydown.review.api import Hit, Lookups
from staydown.web.desk_site.lookup.fetch import Fetcher
from staydown.web.desk_site.lookup.form import Content, read_form
from staydown.web.desk_site.lookup.request import Asked, Refused, listed, names
from staydown.web.desk_site.process import LIMITS, Gate

#: HMA's names of signal types, and what they are here.
TYPES = {row.hma: kind for kind, row in KINDS.items() if row.hma is not None}

#: HMA's names of kinds of content, and the signal types that are made of each.
CONTENT = {
    "photo": tuple(name for name, kind in TYPES.items() if kind in HASHERS),
    "video": tuple(name for name, kind in TYPES.items() if kind in EXACT),
}

#: The other way round, with the kinds that HMA has no name for.
_TYPE_OF = {kind: row.hma or kind.value for kind, row in KINDS.items()}

#: HMA's word for the distance of an exact match.
_EXACT = "-"

_COMPARE_BYTES = 64 * 1024

#: The fingerprint of each signal type of a file; None where the file is too plain for one.
_Made = Mapping[str, Fingerprint | None]


class Calls:
    """What the paths answer; thread-safe. Every method raises Refused, MediaError and what
    ``Lookups`` raises."""

    def __init__(self, gate: Gate, lookups: Lookups, fetcher: Fetcher) -> None:
        self._gate = gate
        self._lookups = lookups
        self._fetcher = fetcher
        self._fetches = threading.BoundedSemaphore(gate.fetches)

    def hash_url(self, asked: Asked) -> JSONValue:
        """``GET /h/hash?url=``: the fingerprints of a file elsewhere."""
        return _hexes(self._made(asked, self._fetched(asked, asked.text("url")), Form.FULL))

    def hash_form(self, asked: Asked) -> JSONValue:
        """``POST /h/hash``: the fingerprints of a file, as every peer makes them."""
        with self._room(asked):
            return _hexes(self._made(asked, read_form(asked, LIMITS.file_bytes), Form.FULL))

    def raw_lookup(self, asked: Asked) -> JSONValue:
        """``GET /m/raw_lookup``: every live entry near a fingerprint, disputed and plain ones
        too."""
        fingerprint = _signal(asked.text("signal_type"), asked.text("signal"))
        distances, banks = asked.flag("include_distance"), asked.banks()
        found = [] if fingerprint is None else self._lookups.near(fingerprint, asked.head)
        wanted = [hit for hit in found if banks is None or hit.bank in banks]
        return {"matches": [_match(hit) if distances else hit.number for hit in wanted]}

    def lookup(self, asked: Asked) -> JSONValue:
        """``GET /m/lookup``: what may be taken for a verdict, of a fingerprint or an address."""
        banks = asked.banks()
        asked.flag("bypass_coinflip")  # said for HMA's sake: there is no coin here
        selected = asked.parameters.get("signal_type")
        if asked.parameters.get("url"):
            found = self._content(asked, self._fetched(asked, asked.parameters["url"]), banks)
            return found if selected is None else found.get(selected, {})
        if not selected or "signal" not in asked.parameters:
            raise Refused(400, "send url, or both signal and signal_type")
        fingerprint = _signal(selected, asked.parameters["signal"])
        return (
            {}
            if fingerprint is None
            else _by_bank(self._lookups.near(fingerprint, asked.head), banks)
        )

    def lookup_form(self, asked: Asked) -> JSONValue:
        """``POST /m/lookup``: what may be taken for a verdict, of a file."""
        asked.flag("bypass_coinflip")
        with self._room(asked):
            return self._content(asked, read_form(asked, LIMITS.file_bytes), asked.banks())

    def compare(self, asked: Asked) -> JSONValue:
        """``POST /m/compare``: whether two fingerprints match, and how far they are apart."""
        try:
            pairs = json.loads(asked.body(_COMPARE_BYTES).decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not valid JSON") from None
        if not isinstance(pairs, dict):
            raise Refused(400, 'send {"pdq": [<hash>, <hash>]}')
        return {name: _compared(name, pair) for name, pair in pairs.items()}

    def _fetched(self, asked: Asked, url: str) -> Content:
        content_type = asked.parameters.get("content_type", "")
        if content_type:
            _types(content_type, None)  # said before anything is fetched
        if not self._fetches.acquire(blocking=False):
            raise Refused(
                503, "too many files to fetch at once: try again", headers={"Retry-After": "2"}
            )
        try:
            return self._fetcher.get(url, content_type, LIMITS.file_bytes)
        finally:
            self._fetches.release()

    def _room(self, asked: Asked) -> AbstractContextManager[None]:
        """Room for the body of a request. Raises Busy."""
        return self._gate.bodies.room(asked.key, asked.length(LIMITS.file_bytes))

    def _content(
        self, asked: Asked, content: Content, banks: frozenset[str] | None
    ) -> dict[str, JSONValue]:
        if asked.flag("views") and content.content_type == "photo":
            return self._seen(asked, content.data, banks)
        # The quick form differs by a few bits at most, and costs a fraction of the time.
        made = self._made(asked, content, Form.QUICK_GREY)
        return {
            name: {} if one is None else _by_bank(self._not_decided(one, content.data), banks)
            for name, one in made.items()
        }

    def _not_decided(self, one: Fingerprint, data: bytes) -> list[Hit]:
        """Return what a file comes close to, but where a person decided about this very file."""
        found = self._lookups.near(one)
        gone = self._lookups.let_go(data) if found else frozenset()
        return [hit for hit in found if hit.number not in gone]

    def _seen(
        self, asked: Asked, data: bytes, banks: frozenset[str] | None
    ) -> dict[str, JSONValue]:
        """Look a picture up as the upload gate does: with views, and copy codes where listed."""
        gate = self._gate
        with gate.worker.open(data, Form.QUICK_COLOUR, gate.caller(asked.key)) as file:
            hits = self._lookups.examined(
                lambda known, recall: examine(file, known, gate.live.limits, gate.model, recall),
                data,
            )
        kinds = dict.fromkeys([MAIN, *(hit.kind for hit in hits)])
        return {
            _TYPE_OF[kind]: _by_bank((hit for hit in hits if hit.kind is kind), banks)
            for kind in kinds
        }

    def _made(self, asked: Asked, content: Content, form: Form) -> _Made:
        made: dict[str, Fingerprint | None] = {}
        for name in _types(content.content_type, asked.parameters.get("types")):
            if TYPES[name] in EXACT:
                made[name] = exact(io.BytesIO(content.data), [TYPES[name]])[TYPES[name]]
                continue
            found = fingerprint_picture(
                content.data, self._gate.worker, TYPES[name], form, self._gate.caller(asked.key)
            )
            made[name] = found if (found.quality or 0) >= PDQ_LISTING_QUALITY else None
        return made


def _types(content_type: str, wanted: str | None) -> list[str]:
    """Return the signal types to make. Raises Refused."""
    if content_type not in CONTENT:
        raise Refused(400, f"no such content type: it is {listed(CONTENT)}")
    known = CONTENT[content_type]
    chosen = [*known] if wanted is None else list(dict.fromkeys(names(wanted)))
    if not chosen or set(chosen) - set(known):
        raise Refused(400, f"types of a {content_type} are: {listed(known)}")
    return chosen


def _signal(name: str, text: str) -> Fingerprint | None:
    """Read a fingerprint; None for the "" that stands for a plain picture. Raises Refused."""
    if name not in TYPES:
        raise Refused(400, f"no such signal type: it is {listed(TYPES)}")
    digits = text.strip().lower()
    if not digits and TYPES[name] is MAIN:
        return None
    try:
        return Fingerprint.parse(TYPES[name], digits)
    except BadFingerprint:
        raise Refused(400, f"invalid signal: not the hexadecimal digits of a {name}") from None


def _hexes(made: _Made) -> JSONValue:
    return {name: "" if one is None else one.hex for name, one in made.items()}


def _match(hit: Hit) -> JSONValue:
    distance = _EXACT if hit.kind in EXACT else str(hit.distance)
    return {"bank_content_id": hit.number, "distance": distance}


def _by_bank(hits: Iterable[Hit], banks: frozenset[str] | None) -> JSONValue:
    """Sort what may be taken for a verdict by bank."""
    found: dict[str, list[JSONValue]] = {}
    for hit in hits:
        if hit.acts and (banks is None or hit.bank in banks):
            found.setdefault(hit.bank, []).append(_match(hit))
    return dict(found.items())


def _compared(name: str, pair: object) -> JSONValue:
    if not isinstance(pair, list) or len(pair) != 2:
        raise Refused(400, "send two hashes of each signal type")
    left, right = (_signal(name, one if isinstance(one, str) else "?") for one in pair)
    if left is None or right is None:
        raise Refused(400, f"invalid signal: not the hexadecimal digits of a {name}")
    distance = left.distance(right)
    if left.spec.exact:
        return [distance == 0, {}]
    return [distance <= left.spec.hold, {"distance": distance}]
