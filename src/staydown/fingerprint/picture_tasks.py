"""What the decoder process is asked about one picture, and how its answers are read.

The tasks (``first_look``, ``views_look``, ``copy_look``) run in the child, which keeps the pixels
between them; the functions that ask (``see_whole``, ``see_parts``, ``see_codes``) run in the
parent, which never sees a pixel and believes nothing that it has not checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from staydown.base.canonical import JSONValue
from staydown.base.face import FIRST, Face
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import BadFingerprint, Fingerprint, View
from staydown.fingerprint.views.region import Region
from staydown.media.errors import DecoderFailed
from staydown.media.pipe import FIRST_FACE
from staydown.media.worker import OpenFile

if TYPE_CHECKING:
    from staydown.media.picture import Pixels

#: More regions than the view search ever gives are the answer of a decoder that was taken over.
_MOST_PARTS = 16

#: Corners pass between the processes in whole numbers of this fraction of a pixel.
_FRACTIONS = 256
_FARTHEST = 1 << 40

#: Quarter turns, clockwise, of each turn; the mirroring comes first.
_QUARTERS = {
    Turn.NONE: 0,
    Turn.TURNED_90: 1,
    Turn.TURNED_180: 2,
    Turn.TURNED_270: 3,
    Turn.MIRRORED: 0,
    Turn.MIRRORED_90: 1,
    Turn.MIRRORED_180: 2,
    Turn.MIRRORED_270: 3,
}


@dataclass(frozen=True, slots=True)
class Part:
    """The whole picture (``number`` 0, no region) or a part of it, and its PDQ under every turn."""

    number: int
    region: Region | None
    turns: Mapping[Turn, Fingerprint] = field(repr=False)
    #: Of which picture of the file, and its number in the decoder process.
    face: Face = FIRST
    shown: int = FIRST_FACE

    @property
    def cut(self) -> Cut:
        """What was cut away to get it."""
        return Cut.WHOLE if self.region is None else self.region.cut

    @property
    def quality(self) -> int:
        """The PDQ quality of its pixels, 0 to 100."""
        return self.turns[Turn.NONE].quality or 0

    def queries(self) -> list[Query]:
        """Return the eight PDQ queries of this part."""
        return [
            Query(fingerprint, View(self.cut, turn), self.number, self.quality, self.face)
            for turn, fingerprint in self.turns.items()
        ]

    def copy_query(self, turn: Turn, code: Fingerprint) -> Query:
        """Return the query of a copy code that was made of this part under ``turn``."""
        return Query(code, View(self.cut, turn), self.number, self.quality, self.face)


# --------------------------------------------------------------------------- asking


def see_whole(file: OpenFile) -> Part:
    """Return the whole picture with its eight PDQs. Raises a MediaError."""
    return Part(0, None, read_turns(file.run(first_look)))


def see_parts(file: OpenFile, whole: Part | None = None) -> list[Part]:
    """Search for parts that may be the whole of another picture. Raises a MediaError.

    Those that the search is surest of come first; the whole picture is not among them. ``whole``:
    which picture of the file is searched, where it isn't the first.
    """
    shown = FIRST_FACE if whole is None else whole.shown
    answer = file.run_on(shown, views_look)
    if not isinstance(answer, list) or len(answer) > _MOST_PARTS:
        raise DecoderFailed
    parts = [_part(number, item) for number, item in enumerate(answer, 1 + part_number(shown))]
    return parts if whole is None else [replace(one, face=whole.face, shown=shown) for one in parts]


def part_number(shown: int) -> int:
    """Return the number, among the parts of a file, of the whole of a picture in it."""
    return shown * (_MOST_PARTS + 1)


def see_codes(file: OpenFile, model: str, wanted: Sequence[tuple[Part, Turn]]) -> list[Fingerprint]:
    """Return the copy code of each wanted part under its turn, in order. Raises a MediaError.

    ``model`` is the path of the network's file (``fingerprint.model.find_model``).
    """
    made: dict[int, Fingerprint] = {}
    for shown in dict.fromkeys(part.shown for part, _ in wanted):
        places = [place for place, (part, _) in enumerate(wanted) if part.shown == shown]
        codes = _codes(file, model, [wanted[place] for place in places], shown)
        made.update(zip(places, codes, strict=True))
    return [made[place] for place in range(len(wanted))]


def _codes(
    file: OpenFile, model: str, wanted: Sequence[tuple[Part, Turn]], shown: int
) -> list[Fingerprint]:
    places: list[JSONValue] = [
        {"region": None if part.region is None else _plain(part.region), "turn": turn.value}
        for part, turn in wanted
    ]
    answer = file.run_on(shown, copy_look, model=model, places=places)
    if not isinstance(answer, list) or len(answer) != len(wanted):
        raise DecoderFailed
    return [_fingerprint(Kind.COPY1, item, None) for item in answer]


# --------------------------------------------------------------------------- tasks of the child


def first_look(pixels: "Pixels") -> JSONValue:
    """The PDQ of the whole picture under every turn."""
    return all_turns(pixels)


def views_look(pixels: "Pixels") -> JSONValue:
    """Every region that the view search finds, with its PDQ under every turn."""
    from staydown.fingerprint.views.cut import cut
    from staydown.fingerprint.views.search import find

    coloured = _coloured(pixels)
    answer: list[JSONValue] = []
    for region in find(coloured):
        plain = _plain(region)  # cut out as the parent will ask for it again
        answer.append({"region": plain, "pdq": all_turns(cut(coloured, _region(plain)))})
    return answer


def copy_look(pixels: "Pixels", model: str, places: list[dict[str, Any]]) -> JSONValue:
    """The copy code of each place, as hexadecimal digits: a region (or none) and a turn."""
    from staydown.fingerprint.copy import copy_codes, prepare
    from staydown.fingerprint.views.cut import cut

    coloured = _coloured(pixels)
    pictures = []  # small ones: several parts of a large picture would not fit into memory
    for place in places:
        region = place["region"]
        part = coloured if region is None else cut(coloured, _region(region))
        pictures.append(turned(prepare(part), Turn(place["turn"])))
    return [code.hex for code in copy_codes(pictures, model)]


def turned(pixels: "Pixels", turn: Turn) -> "Pixels":
    """Return the picture mirrored left to right where ``turn`` says so, then turned clockwise."""
    import numpy as np

    if turn.value.startswith("mirrored"):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, -_QUARTERS[turn]))


def _coloured(pixels: "Pixels") -> "Pixels":
    import numpy as np

    return pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)


def all_turns(pixels: "Pixels") -> JSONValue:
    from staydown.fingerprint.pdq import pdq_turns

    found = pdq_turns(pixels)
    return {
        "quality": found[Turn.NONE].quality,
        "bits": {turn.value: fingerprint.hex for turn, fingerprint in found.items()},
    }


def _plain(region: Region) -> JSONValue:
    """A region in whole numbers: corners in fractions of a pixel, the score in thousandths."""
    corners: list[JSONValue] = [
        [round(x * _FRACTIONS), round(y * _FRACTIONS)] for x, y in region.corners
    ]
    return {"cut": region.cut.value, "corners": corners, "score": round(1000 * region.score)}


# --------------------------------------------------------------------------- reading answers


def _part(number: int, item: JSONValue) -> Part:
    if not isinstance(item, Mapping):
        raise DecoderFailed
    return Part(number, _region(item.get("region")), read_turns(item.get("pdq")))


def read_turns(answer: JSONValue) -> dict[Turn, Fingerprint]:
    bits = answer.get("bits") if isinstance(answer, Mapping) else None
    if not isinstance(answer, Mapping) or not isinstance(bits, Mapping) or set(bits) != set(Turn):
        raise DecoderFailed
    quality = answer.get("quality")
    if type(quality) is not int:
        raise DecoderFailed
    return {turn: _fingerprint(Kind.PDQ, bits[turn.value], quality) for turn in Turn}


def _fingerprint(kind: Kind, text: JSONValue, quality: int | None) -> Fingerprint:
    try:
        if isinstance(text, str):
            return Fingerprint.parse(kind, text, quality)
    except BadFingerprint:  # only a decoder that was taken over answers so
        pass
    raise DecoderFailed


def _region(value: JSONValue) -> Region:
    if not isinstance(value, Mapping):
        raise DecoderFailed
    corners, score, cut = value.get("corners"), value.get("score"), value.get("cut")
    if not isinstance(corners, list) or len(corners) != 4 or cut not in tuple(Cut):
        raise DecoderFailed
    upper_left, upper_right, lower_right, lower_left = map(_point, corners)
    places = (upper_left, upper_right, lower_right, lower_left)
    return Region(Cut(str(cut)), places, _whole(score) / 1000)


def _point(value: JSONValue) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise DecoderFailed
    return _whole(value[0]) / _FRACTIONS, _whole(value[1]) / _FRACTIONS


def _whole(value: JSONValue) -> int:
    if type(value) is not int or abs(value) > _FARTHEST:
        raise DecoderFailed
    return value
