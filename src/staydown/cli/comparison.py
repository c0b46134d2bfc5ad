"""How far two files are apart, looked at in every way there is; nothing is left out early."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from staydown.base.vocabulary import EntryState, GateAnswer, Kind, Turn
from staydown.cli.fingerprinting import video_of
from staydown.cli.in_videos import (
    kind_word,
    segment_record,
    segment_words,
    sighting_record,
    sighting_words,
)
from staydown.cli.media_file import MediaFile
from staydown.cli.plain import is_plain
from staydown.cli.references import BANK
from staydown.fingerprint.face_tasks import see_faces
from staydown.fingerprint.kinds import KINDS, MAIN
from staydown.fingerprint.picture_tasks import Part, see_codes, see_parts, see_whole
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.video import VideoFingerprint
from staydown.matching.cascade import MOST_SEARCHED
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.matching.limits import DEFAULT
from staydown.matching.reasons import face_words, reason, view_words
from staydown.matching.rules import Finding, judge
from staydown.matching.video import align, find_still
from staydown.media.film_damage import FilmDamage
from staydown.media.form import Form
from staydown.media.worker import PictureWorker

_FIRST, _SECOND = "the first", "the second"

#: Turns that copy codes are made of; the network sees through mirroring by itself.
_TURNS = (Turn.NONE, Turn.TURNED_90, Turn.TURNED_180, Turn.TURNED_270)


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: which kind, what was done to which file, how many bits differ.

    ``hold`` and ``flag`` are the limits that apply, None where rules of another sort decide.
    """

    kind: str
    words: str
    distance: int
    bits: int
    hold: int | None = None
    flag: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two files say of each other; ``reason`` is empty where they don't match.

    ``damaged``: one of them is a video that could be seen in part only.
    """

    action: GateAnswer
    reason: str
    rows: tuple[Row, ...]
    quality: tuple[int | None, int | None] = (None, None)
    segments: tuple[dict[str, object], ...] = ()
    #: Whether each is too plain to be told from others.
    plain: tuple[bool, bool] = (False, False)
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """Every look at one picture: its parts (the whole first), and copy codes of some of them."""

    parts: Sequence[Part]
    codes: Sequence[Query]

    @property
    def listed(self) -> list[Fingerprint]:
        """What a bank would list of it."""
        whole = self.parts[0].turns[Turn.NONE]
        codes = [one.fingerprint for one in self.codes if one.part == 0]
        return [whole, *codes[:1]]

    def queries(self) -> list[Query]:
        """Everything that it would be looked up by."""
        return [*(query for part in self.parts for query in part.queries()), *self.codes]


def same_bytes(first: MediaFile, second: MediaFile) -> Comparison | None:
    """Return what is to say when both are the same file, else None. Raises OSError."""
    kinds = [Kind.SHA256]
    if first.exact(kinds) != second.exact(kinds):
        return None
    row = Row(Kind.SHA256.value, "the bytes of both files", 0, KINDS[Kind.SHA256].bits, 0, 0)
    return Comparison(GateAnswer.HELD, "the same file, byte for byte", (row,))


def look(file: MediaFile, worker: PictureWorker, model: Path | None) -> Looks | VideoFingerprint:
    """Look at ``file`` in every way. Raises MediaError, OSError.

    A GIF or WebP that moves is a video.
    """
    if file.video and (video := video_of(file, worker, model, views=True)) is not None:
        return video
    with file.open(worker, Form.FULL) as opened:
        parts = [see_whole(opened), *see_parts(opened)]
        others = see_faces(opened).wholes
        if model is None:
            return Looks([*parts, *others], ())
        wanted = [(part, turn) for part in parts for turn in _TURNS]
        wanted += [(part, Turn.NONE) for part in others[:MOST_SEARCHED]]
        parts += others
        codes = see_codes(opened, str(model), wanted)
    pairs = zip(wanted, codes, strict=True)
    return Looks(parts, [part.copy_query(turn, code) for (part, turn), code in pairs])


def compare(first: Looks | VideoFingerprint, second: Looks | VideoFingerprint) -> Comparison:
    """Compare two pictures or videos, in both directions."""
    found = _compared(first, second)
    damaged = any(damage_of(one) is not None for one in (first, second))
    return replace(found, plain=(_is_plain(first), _is_plain(second)), damaged=damaged)


def damage_of(looks: Looks | VideoFingerprint) -> FilmDamage | None:
    """Return what of a video couldn't be looked at."""
    return None if isinstance(looks, Looks) else looks.damage


def _is_plain(seen: Looks | VideoFingerprint) -> bool:
    if isinstance(seen, Looks):
        return is_plain(seen.parts[0].turns[Turn.NONE])
    return bool(seen.frames) and all(is_plain(frame.pdq) for frame in seen.frames)


def _compared(first: Looks | VideoFingerprint, second: Looks | VideoFingerprint) -> Comparison:
    if isinstance(first, Looks):
        if isinstance(second, Looks):
            return _pictures(first, second)
        return _still(first, second, in_query=False)
    if isinstance(second, Looks):
        return _still(second, first, in_query=True)
    return _videos(first, second)


# --------------------------------------------------------------------------- two pictures


def _pictures(first: Looks, second: Looks) -> Comparison:
    one, other = _judged(first, second), _judged(second, first)
    rows = dict.fromkeys([*_rows(first, second, _FIRST), *_rows(second, first, _SECOND)])
    quality = first.parts[0].quality, second.parts[0].quality
    found = [(_FIRST, one), (_SECOND, other)]
    for answer in (GateAnswer.HELD, GateAnswer.FLAGGED):
        for whose, finding in found:
            if finding is not None and finding.answer is answer:
                return Comparison(answer, f"{whose} {reason(finding)}", tuple(rows), quality)
    return Comparison(GateAnswer.ALLOWED, "", tuple(rows), quality)


def _judged(query: Looks, listed: Looks) -> Finding | None:
    """What the rules say of one picture if a bank listed the other."""
    matcher = MemoryMatcher()
    matcher.update(
        Known(BANK, one.kind.value, EntryState.LISTED, one, "0") for one in listed.listed
    )
    copied = {(one.part, one.view.turn) for one in query.codes}
    findings = judge(matcher.evidence(query.queries()), DEFAULT, copied)
    return findings[0] if findings else None


def _rows(query: Looks, listed: Looks, whose: str) -> Iterator[Row]:
    """Of each kind: the pictures as they are, then the nearest of all other views."""
    for reference in listed.listed:
        queries = [one for one in query.queries() if one.fingerprint.kind is reference.kind]
        plain, views = queries[0], queries[1:]
        yield _row(plain, reference, "both as they are")
        if views:
            nearest = min(views, key=lambda one: one.fingerprint.distance(reference))
            shown = ", ".join(filter(None, (face_words(nearest.face), view_words(nearest.view))))
            words = f"{whose} {shown}"
            words += f", the nearest of {len(views)} views" if len(views) > 1 else ""
            yield _row(nearest, reference, words)


def _row(one: Query, reference: Fingerprint, words: str) -> Row:
    limit = DEFAULT.of(BANK, reference.kind, one.view.cut)
    distance = one.fingerprint.distance(reference)
    if (one.quality or 0) < limit.quality:
        words += " (too plain to act on)"
    kind = reference.kind
    return Row(kind.value, words, distance, KINDS[kind].bits, limit.hold, limit.flag)


# --------------------------------------------------------------------------- with a video


def _videos(first: VideoFingerprint, second: VideoFingerprint) -> Comparison:
    segments = align(first, second)
    rows = _frame_rows(
        (frame.pdq for frame in first.frames), second, "the nearest frames, both as they are"
    )
    if not segments:
        return Comparison(GateAnswer.ALLOWED, "", rows)
    found = Row(
        kind_word(segments[0].kind),
        f"the nearest frames that agree in time, {_FIRST} {view_words(segments[0].view)}",
        segments[0].distance,
        KINDS[segments[0].kind].bits,
    )
    records = tuple(map(segment_record, segments))
    return Comparison(GateAnswer.HELD, segment_words(segments), (found, *rows), segments=records)


def _still(looks: Looks, video: VideoFingerprint, *, in_query: bool) -> Comparison:
    found = find_still([(one.fingerprint, one.view) for one in looks.queries()], video)
    rows = _frame_rows(
        [looks.parts[0].turns[Turn.NONE]], video, "the picture and the nearest frame, as they are"
    )
    if not found:
        return Comparison(GateAnswer.ALLOWED, "", rows)
    seen = Row(
        found[0].kind.value,
        f"the picture {view_words(found[0].view)} and the nearest frame",
        found[0].distance,
        KINDS[found[0].kind].bits,
    )
    records = tuple(sighting_record(one, in_query=in_query) for one in found)
    said = sighting_words(found, in_query=in_query)
    return Comparison(GateAnswer.HELD, said, tuple(dict.fromkeys((seen, *rows))), segments=records)


def _frame_rows(
    fingerprints: Iterable[Fingerprint], video: VideoFingerprint, words: str
) -> tuple[Row, ...]:
    known = [frame.pdq for frame in video.frames]
    distance = min(
        (one.distance(other) for one in fingerprints for other in known), default=KINDS[MAIN].bits
    )
    return (Row(MAIN.value, words, distance, KINDS[MAIN].bits),)
