"""The uploads of the benchmark: edited copies of listed pictures, and strangers."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Package, Role, Source, of_role
from benchmarks.edits import EDITS, Edit
from benchmarks.edits.kit import Props, load

#: Working size, in pixels, that a photograph is edited at, at most.
_LONGEST = 1600

#: What strangers have been through, beside being uploaded as they are.
STRANGE_EDITS = (
    "chat_app", "crop_half", "crop_shape", "mirrored", "story_blurred", "phone_feed",
    "phone_chat", "collage_grid", "web_page", "photographed_screen", "meme",
)  # fmt: skip

_BY_NAME = {edit.name: edit for edit in EDITS}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to ask about: which picture it was made of, and how. "as_is" for no edit at all.

    ``truth`` is the SHA-256 of the listed picture that should be found, "" for a stranger.
    """

    source: Source
    edit: str
    truth: str

    @property
    def name(self) -> str:
        """What it is called in the record."""
        return f"{self.edit}/{self.source.sha256}"

    def data(self, cache: Path, props: Props, seed: str) -> bytes:
        """Return the file's bytes."""
        if self.edit == "as_is":
            return as_file(self.source, cache)
        picture = load(self.source.place(cache), _LONGEST)
        return _BY_NAME[self.edit].apply(picture, f"{seed}/{self.source.sha256}", props)


def as_file(source: Source, cache: Path) -> bytes:
    """Return the picture as an upload or a listing has it: its own file, where it's a usual one."""
    place = source.place(cache)
    if place.suffix in {".jpg", ".jpeg", ".png", ".webp"}:
        return place.read_bytes()
    store = io.BytesIO()
    load(place, 4096).save(store, "PNG")
    return store.getvalue()


def props_of(packages: tuple[Package, ...], cache: Path) -> Props:
    """Return the surroundings and fonts: pictures that are never listed."""
    fonts = [one for one in of_role(packages, Role.FONT) if "Emoji" not in one.file]
    emoji = [one for one in of_role(packages, Role.FONT) if "Emoji" in one.file]
    others = [one.place(cache) for one in of_role(packages, Role.UNLISTED) if not one.scene]
    return Props(
        others, [one.place(cache) for one in fonts], emoji[0].place(cache) if emoji else None
    )


def uploads(
    packages: tuple[Package, ...], sample: int, edits: Sequence[Edit] = EDITS
) -> Iterator[Upload]:
    """Give ``sample`` edited copies per edit (0: all pictures), then at least 1,000 strangers.

    Which pictures an edit gets is spread evenly over the corpus, so that a sample of N sees as many
    different pictures as it can.
    """
    listed = of_role(packages, Role.LISTED)
    count = min(sample or len(listed), len(listed))
    for place, edit in enumerate(edits):
        for number in range(count):
            # Steps of the golden ratio visit each picture once and neighbours far apart.
            at = (place * count + number) * _golden(len(listed)) % len(listed)
            yield Upload(listed[at], edit.name, listed[at].sha256)
    strangers = of_role(packages, Role.UNLISTED)
    strange = min(len(STRANGE_EDITS), sample or len(STRANGE_EDITS))
    for source in (*strangers, *of_role(packages, Role.SCREEN)):
        yield Upload(source, "as_is", "")
    for place, source in enumerate(strangers):
        # All edits for pictures of a shared scene: they are the hardest to tell apart.
        few = strange if source.scene else min(strange, 5)
        for number in range(few):
            yield Upload(source, STRANGE_EDITS[(place + 2 * number) % len(STRANGE_EDITS)], "")


def _golden(length: int) -> int:
    """Return a step near the golden section of ``length`` that shares no divisor with it."""
    from math import gcd

    step = max(1, round(length * 0.618))
    while gcd(step, length) > 1:
        step += 1
    return step
