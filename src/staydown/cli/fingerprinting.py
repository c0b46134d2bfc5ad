"""The fingerprints of one file on this machine, whatever it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from staydown.cli.file_tree import Found
from staydown.cli.in_videos import DAMAGED, damage_words
from staydown.cli.media_file import MediaFile, fault_of, look_at
from staydown.fingerprint.kinds import BY_NETWORK, EXACT, VPDQ
from staydown.fingerprint.moments import Moment, moves, other_moments
from staydown.fingerprint.registry import HASHERS, fingerprint_to_list
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.video import VideoFingerprint, fingerprint_video
from staydown.media.errors import MediaError, NoFrames, NotAPicture, NotAVideo, UnsupportedPicture
from staydown.media.form import Form
from staydown.media.opened import NO_DAMAGE, Damage
from staydown.media.worker import PictureWorker

#: Every kind that can be asked for, in the order in which they are printed.
NAMES = (*(kind.value for kind in HASHERS), VPDQ, *(kind.value for kind in EXACT))


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one file: its fingerprints, and what is wrong (a word and a sentence).

    A damaged video has both: the fingerprint is that of what could be seen. ``damage``: what was
    missing of a picture whose fingerprints were made all the same.
    ``passed_over``: it was met in a folder, and the kinds asked for can't be made of it.
    """

    name: bytes
    fingerprints: tuple[Fingerprint, ...] = ()
    video: VideoFingerprint | None = None
    damage: Damage = NO_DAMAGE
    #: Further pictures of the file, where they were asked for.
    others: tuple[Moment, ...] = ()
    #: It has further ones, and they weren't.
    first_alone: bool = False
    code: str = ""
    fault: str = ""
    passed_over: bool = False


class Maker:
    """Makes the kinds that were asked for. ``exact`` decodes pictures at full size.

    With ``media_only``, nothing is made of files that are neither pictures nor videos: MD5 and
    SHA-256 could be. ``every_frame``: of a file with several pictures, also those that differ from
    the first.
    """

    def __init__(
        self,
        kinds: Sequence[str],
        *,
        exact: bool = False,
        model: Path | None = None,
        media_only: bool = False,
        every_frame: bool = False,
    ) -> None:
        self.model = model
        self._every_frame = every_frame
        self._media_only = media_only
        self._of_videos = VPDQ in kinds
        self._of_pictures = [kind for kind in HASHERS if kind.value in kinds]
        self._of_bytes = [kind for kind in EXACT if kind.value in kinds]
        coloured = not set(self._of_pictures).isdisjoint(BY_NETWORK)
        quick = Form.QUICK_COLOUR if coloured else Form.QUICK_GREY
        self._form = Form.FULL if exact else quick
        self._moments = Form.FULL if exact else Form.QUICK_COLOUR

    def make(self, found: Found, worker: PictureWorker) -> Made:
        """Return what comes of a file; a fault is part of it, not raised."""
        if found.fault is not None or not found.regular:
            code, fault = ("", "") if found.fault is None else fault_of(found.fault)
            return Made(found.name, code=code, fault=fault, passed_over=not fault)
        try:
            file = look_at(found.name, worker.limits)
            as_picture = file.picture and bool(self._of_pictures)
            as_video = file.video and self._of_videos
            as_bytes = bool(self._of_bytes) and not self._media_only
            made = Made(found.name)
            if as_picture or as_video or as_bytes:
                made = self._made(file, worker, as_picture=as_picture, as_video=as_video)
            if made.fingerprints or made.video is not None or made.fault:
                return made
            if found.inside:
                return Made(found.name, passed_over=True)
            raise self._nothing(file)
        except IsADirectoryError as error:
            code, fault = fault_of(error)
            return Made(found.name, code=code, fault=f"{fault} (take it with --recursive)")
        except (MediaError, OSError) as error:
            code, fault = fault_of(error)
            return Made(found.name, code=code, fault=fault)

    def _made(
        self, file: MediaFile, worker: PictureWorker, *, as_picture: bool, as_video: bool
    ) -> Made:
        exact = file.exact(self._of_bytes)  # a broken file has them too
        fingerprints: tuple[Fingerprint, ...] = ()
        video, damage = None, NO_DAMAGE
        others: tuple[Moment, ...] = ()
        data = b""
        try:
            if as_picture:
                data = file.read(worker.limits)
                of_picture = fingerprint_to_list(
                    data, worker, self._of_pictures, form=self._form, model=self.model
                )
                fingerprints, damage = of_picture.fingerprints, of_picture.damage
                if self._every_frame:
                    others = other_moments(
                        data, worker, self._of_pictures, form=self._moments, model=self.model
                    )
            if as_video:
                video = video_of(file, worker, self.model, views=False)
        except MediaError as error:
            code, fault = fault_of(error)
            return Made(file.name, (*fingerprints, *exact), code=code, fault=fault)
        alone = bool(fingerprints) and not self._every_frame and video is None and moves(data)
        made = Made(file.name, (*fingerprints, *exact), video, damage, others, alone)
        if video is not None and video.damage is not None:
            return replace(made, code=DAMAGED, fault=damage_words(video.damage))
        return made

    def _nothing(self, file: MediaFile) -> MediaError:
        """Say why none of the kinds can be made of a file that was named."""
        if file.video and not file.picture:
            return UnsupportedPicture("this is a video: ask for its fingerprint with --kinds vpdq")
        if file.picture:
            return UnsupportedPicture("this is a picture: ask for its fingerprint with --kinds pdq")
        return NotAPicture() if self._of_pictures else NotAVideo()


def video_of(
    file: MediaFile, worker: PictureWorker, model: Path | None, *, views: bool
) -> VideoFingerprint | None:
    """Return the fingerprint of a video; None for a GIF or WebP that stands still.

    Raises MediaError, OSError.
    """
    try:
        with file.open(worker, Form.FILE) as opened:
            return fingerprint_video(opened, model, views=views)
    except NoFrames:
        if file.picture:
            return None
        raise
