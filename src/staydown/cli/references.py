"""The files that others are matched against, held in memory for one command."""

from dataclasses import dataclass, field
from pathlib import Path

from staydown.base.vocabulary import EntryState, Kind
from staydown.cli.fingerprinting import Made, Maker
from staydown.fingerprint.kinds import VPDQ
from staydown.fingerprint.registry import kinds_made
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.video import VideoFingerprint
from staydown.matching.in_memory import Known, MemoryMatcher

#: The one bank that the matcher is told of: the files themselves.
BANK = "files"


def reference_maker(model: Path | None) -> Maker:
    """Return what makes of a reference what a bank would list: full size, no views."""
    kinds = [*kinds_made(model), VPDQ, Kind.SHA256]
    return Maker(kinds, exact=True, model=model, media_only=True)


@dataclass(slots=True)
class References:
    """Fingerprints of every reference; a number stands for each file."""

    matcher: MemoryMatcher = field(default_factory=MemoryMatcher)
    names: list[bytes] = field(default_factory=list)
    pictures: list[tuple[int, tuple[Fingerprint, ...]]] = field(default_factory=list)
    videos: list[tuple[int, VideoFingerprint]] = field(default_factory=list)

    def add(self, made: Made) -> None:
        """Take in what came of one file."""
        number = len(self.names)
        self.names.append(made.name)
        self.matcher.update(
            Known(BANK, f"{number} {one.kind.value}", EntryState.LISTED, one, str(number))
            for one in made.fingerprints
        )
        seen = tuple(one for one in made.fingerprints if not one.spec.exact)
        if seen:
            self.pictures.append((number, seen))
        if made.video is not None:
            self.videos.append((number, made.video))

    def name(self, picture: str) -> bytes:
        """Return the file that an evidence's ``picture`` stands for."""
        return self.names[int(picture)]
