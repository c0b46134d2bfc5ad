"""Why an upload matched, in plain words for the person who decides."""

from staydown.base.face import Colour, Face, Ground
from staydown.base.vocabulary import Cut, EntryState, GateAnswer, Kind, Turn
from staydown.fingerprint.kinds import KINDS, MAIN
from staydown.fingerprint.value import View
from staydown.matching.rules import (
    Evidence,
    Finding,
    Recalled,
    entry_quality_fine,
    query_quality_fine,
)

_CUTS = {
    Cut.WHOLE: "",
    Cut.TRIMMED: "trimming its border",
    Cut.CUT_OUT: "cutting it out of a larger picture",
    Cut.LEVELLED: "levelling it",
    Cut.SQUARED: "straightening a photograph of it",
}

_TURNS = {
    Turn.NONE: "",
    Turn.TURNED_90: "turning it 90° clockwise",
    Turn.TURNED_180: "turning it upside down",
    Turn.TURNED_270: "turning it 90° anticlockwise",
    Turn.MIRRORED: "mirroring it",
    Turn.MIRRORED_90: "mirroring it and turning it 90° clockwise",
    Turn.MIRRORED_180: "mirroring it and turning it upside down",
    Turn.MIRRORED_270: "mirroring it and turning it 90° anticlockwise",
}

_GROUNDS = {
    Ground.WHITE: "",
    Ground.BLACK: "as shown over black",
    Ground.GREY: "as shown over grey",
    Ground.NONE: "as shown without transparency",
}

_COLOURS = {
    Colour.STORED: "",
    Colour.PROFILE: "by its colour profile",
    Colour.GAMMA: "by its gamma",
    Colour.CODE: "by its colour code",
}

#: What of a file wasn't looked at (``looked_at.LookedAt``).
LEFT_OUT_WORDS = {
    "frames": "it has more frames than are examined",
    "broken": "a frame could not be read",
    "profile": "its colour profile is too large",
}

_RECALLED = {
    Recalled.SAME_FILE: "a person decided that this very file is not NCII",
    Recalled.SAME_FILE_ELSEWHERE: (
        "a person decided that this very file is not NCII, before it was compared with this entry"
    ),
    Recalled.NEAR_BY_BOTH: (
        "a person decided that a picture alike by PDQ and by copy code is not NCII"
    ),
    Recalled.NEAR_BY_PDQ: (
        "alike by PDQ alone to a picture decided not to be NCII, which isn't enough"
    ),
}


def view_words(view: View) -> str:
    """Say what was undone: "after cutting it out of a larger picture and mirroring it".

    For the picture as it came: "as it is".
    """
    undone = [words for words in (_CUTS[view.cut], _TURNS[view.turn]) if words]
    return f"after {', then '.join(undone)}" if undone else "as it is"


def face_words(face: Face) -> str:
    """Say which picture of a file is meant: "in frame 4"; empty for the first one."""
    said = [f"in frame {face.frame}"] if face.frame > 1 else []
    said += [words for words in (_GROUNDS[face.ground], _COLOURS[face.colour]) if words]
    return ", ".join(said)


def is_of_a_face(reason: str) -> bool:
    """Say whether a reason is about another picture of a file than the first one as stored."""
    others = (*_GROUNDS.values(), *_COLOURS.values(), "in frame ")
    return any(reason.startswith(f"matches {words}") for words in others if words)


def distance_words(kind: Kind, distance: int) -> str:
    """Say how far apart two fingerprints are: "12 of 256 bits differ"."""
    if KINDS[kind].exact:
        return "the same file, byte for byte" if distance == 0 else "another file"
    name = "" if kind is MAIN else f"{KINDS[kind].label}: "
    return f"{name}{_apart(kind, distance)}"


def _apart(kind: Kind, distance: int) -> str:
    return f"{distance:,} of {KINDS[kind].bits:,} bits differ"


def reason(finding: Finding) -> str:
    """Say why an upload matches: what was undone, how alike, and what speaks against it."""
    one = finding.evidence
    said = [_matches(one), distance_words(one.kind, one.distance)]
    said += _beyond(finding)
    said += _weaknesses(one, finding)
    said += [_RECALLED[finding.recalled]] if finding.recalled in _RECALLED else []
    return "; ".join(said)


def _matches(one: Evidence) -> str:
    face = face_words(one.face)
    if one.view == View() and face:
        return f"matches {face}"
    return f"matches {face}, {view_words(one.view)}" if face else f"matches {view_words(one.view)}"


def _beyond(finding: Finding) -> list[str]:
    """What a match beyond the limit needed, or lacks."""
    one, limit, other = finding.evidence, finding.limit, finding.witness
    if one.distance <= limit.hold:
        return []
    if other is not None and finding.answer is GateAnswer.HELD:
        name, apart = KINDS[other.kind].label, _apart(other.kind, other.distance)
        return [f"the {name} says the same, {view_words(other.view)} ({apart})"]
    return [f"more than {limit.hold}: not enough to hold it back alone"]


def _weaknesses(one: Evidence, finding: Finding) -> list[str]:
    weak = []
    if one.state is EntryState.DISPUTED:
        weak.append("the entry is disputed")
    if not entry_quality_fine(one):
        weak.append("the listed picture is very plain")
    if not query_quality_fine(one, finding.limit):
        weak.append("the upload is very plain, or its quality was not given")
    return weak
