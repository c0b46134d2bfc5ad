"""What alignments and sightings in videos come to, in words and for JSON."""

from collections.abc import Sequence

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import MAIN, VPDQ
from staydown.matching.reasons import distance_words, view_words
from staydown.matching.video import Segment, Sighting
from staydown.media.film_damage import FilmDamage

#: The word for a file that could be looked at in part only.
DAMAGED = "damaged"


def clock(seconds: float) -> str:
    """Write a time in a video: ``1:02.5``, or ``1:00:02.5`` beyond the hour."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{rest // 10:02}.{rest % 10}"


def segment_words(segments: Sequence[Segment]) -> str:
    """Say what the longest of ``segments`` shows, and how many more there are."""
    one = segments[0]
    said = [
        f"{clock(one.query_start)}–{clock(one.query_end)} matches "
        f"{clock(one.reference_start)}–{clock(one.reference_end)} {view_words(one.view)}",
        f"{one.frames} frames agree, {one.share:.0%} of those compared",
        f"at the nearest, {distance_words(one.kind, one.distance)}",
    ]
    return "; ".join(said + _more(len(segments)))


def sighting_words(sightings: Sequence[Sighting], *, in_query: bool) -> str:
    """Say where a picture is seen: in the file looked at, or in the reference."""
    one = sightings[0]
    where = "shows the picture" if in_query else "is seen in the video"
    said = [
        f"{where} at {clock(one.seconds)}, {view_words(one.view)}",
        distance_words(one.kind, one.distance),
    ]
    return "; ".join(said + _more(len({sighting.seconds for sighting in sightings})))


def damage_words(damage: FilmDamage) -> str:
    """Say what of a film couldn't be looked at."""
    if damage.of > damage.seen:
        return f"{DAMAGED}: {damage.seen:.1f} of {damage.of:.1f} seconds could be seen"
    places = "place" if damage.passed_over == 1 else "places"
    return f"{DAMAGED}: {damage.passed_over} {places} in it could not be seen"


def film_damage_record(damage: FilmDamage | None) -> dict[str, object]:
    """Return the same for JSON: nothing where a film is whole."""
    if damage is None:
        return {}
    seen = {"seen_seconds": damage.seen, "of_seconds": damage.of}
    return {DAMAGED: True, **seen, "passed_over": damage.passed_over}


def segment_record(one: Segment) -> dict[str, object]:
    """Return a segment for JSON; times in seconds, shares from 0 to 1."""
    return {
        "start": one.query_start,
        "end": one.query_end,
        "ref_start": one.reference_start,
        "ref_end": one.reference_end,
        "speed": one.speed,
        "frames": one.frames,
        "share": round(one.share, 3),
        "ref_share": round(one.reference_share, 3),
        "kind": kind_word(one.kind),
        "distance": one.distance,
        "view": one.view.label,
    }


def sighting_record(one: Sighting, *, in_query: bool) -> dict[str, object]:
    """Return a sighting for JSON: a segment of one moment, in one of the two files."""
    prefix = "" if in_query else "ref_"
    return {
        f"{prefix}start": round(one.seconds, 3),
        f"{prefix}end": round(one.seconds, 3),
        "kind": one.kind.value,
        "distance": one.distance,
        "view": one.view.label,
    }


def kind_word(kind: Kind) -> str:
    """Frames compared by PDQ are what others know as vPDQ."""
    return VPDQ if kind is MAIN else kind.value


def _more(count: int) -> list[str]:
    if count < 2:
        return []
    return [f"and in {count - 1} more {'place' if count == 2 else 'places'}"]
