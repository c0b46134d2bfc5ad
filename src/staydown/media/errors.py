"""What can be wrong with a picture or a video, each with a message for the person who chose it.

MediaError
├── NotAPicture              the bytes are no picture
│   └── UnsupportedPicture   a picture or a video of a kind that can't be opened here
├── NotAVideo                the bytes are no video
│   ├── UnsupportedVideo     a video of a kind that can't be opened here
│   │   └── UnknownCodec     its pictures are packed by a method that can't be unpacked here
│   └── NoFrames             sound, or nothing, where pictures should be
├── Truncated                the file breaks off, or is damaged
│   ├── TooDamaged           too little of it is left to list it
│   └── BrokenVideo          the same of a video, of which no picture could be had
│       └── EndMissing       its end is missing, and with it the list of its pictures
├── TooLarge                 more bytes than the limits allow
│   ├── TooManyPixels        more pixels than the limits allow
│   ├── DecompressionBomb    a small file that would unfold into a huge picture
│   └── VideoTooLong         more frames or more hours than the limits allow
├── DecodeTimedOut           it took longer than the limits allow
├── Busy                     not looked at: others were first, and its time ran out
├── CostsMore                the file takes longer than its header said (never leaves ``media``)
├── DecoderFailed            the decoder crashed or ran out of memory on this file
│   └── DecoderUnavailable   the decoder process can't be started at all
│       └── DecoderOpen      it can't be closed in here, and was to be
└── OurFault                 a mistake in our own code: the file may be fine
"""

from staydown.base.errors import StaydownError
from staydown.base.quietlog import CodeName


class MediaError(StaydownError):
    """One file could not be used. ``code`` is the word for machines; it never changes."""

    code = "failed"
    advice = "this file could not be used"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.advice)


class NotAPicture(MediaError):
    """The bytes are not those of a picture."""

    code = "not_a_picture"
    advice = "this is not a picture: choose a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF file"


class UnsupportedPicture(NotAPicture):
    """The bytes are those of a kind of picture or video that can't be opened here."""

    code = "unsupported"
    advice = (
        "this kind of file cannot be opened here: "
        "save the picture as JPEG or PNG and choose that file"
    )


class NotAVideo(MediaError):
    """The bytes are not those of a video."""

    code = "not_a_video"
    advice = (
        "this is not a video: choose an MP4, MOV, 3GP, WebM, MKV, AVI, MPEG, TS, Ogg, FLV, WMV, "
        "GIF or WebP file"
    )


class UnsupportedVideo(NotAVideo):
    """A video of a kind, or packed by a method, that is not opened here."""

    code = "unsupported_video"
    advice = "this kind of video cannot be opened here: save it as MP4 (H.264) and choose that file"


class UnknownCodec(UnsupportedVideo):
    """A video of a kind that is opened, whose pictures are packed by a method that isn't."""

    code = "unknown_codec"
    advice = (
        "the pictures in this video are packed by a method (codec) that can't be unpacked here: "
        "nothing of it was looked at. Save it as MP4 (H.264) and choose that file"
    )


class NoFrames(NotAVideo):
    """A file of the right kind that has no moving pictures in it: only sound, or nothing."""

    code = "no_frames"
    advice = "there are no pictures in this file, only sound or nothing at all"


class Truncated(MediaError):
    """The file begins like a picture, then breaks off or is damaged."""

    code = "truncated"
    advice = "the picture breaks off or is damaged: try to get the file again from where it came"


class TooDamaged(Truncated):
    """Some of the picture can be shown, and too little of it to list it.

    ``share``: of its rows, 0 to 1, those that could be read.
    """

    code = "too_damaged"
    advice = (
        "too much of this picture is missing for a fingerprint that finds its copies: try to get "
        "the file again from where it came"
    )

    def __init__(self, share: float) -> None:
        super().__init__(f"only {int(100 * share)} % of its rows could be read: {self.advice}")
        self.share = share


class BrokenVideo(Truncated):
    """The file begins like a video, then breaks off or is damaged."""

    code = "broken_video"
    advice = "the video breaks off or is damaged: try to get the file again from where it came"


class EndMissing(BrokenVideo):
    """An MP4 whose list of pictures, written last, is missing: no player shows any of it."""

    code = "end_missing"
    advice = (
        "the end of this video is missing, and with it the list of where its pictures are, so none "
        "of it can be shown: get the whole file again from where it came"
    )


class TooLarge(MediaError):
    """The file has more bytes than the limits allow."""

    code = "too_large"
    advice = "the file is larger than is allowed here: make it smaller and try again"


class TooManyPixels(TooLarge):
    """The picture has more pixels than the limits allow, however few bytes they take."""

    code = "too_many_pixels"
    advice = (
        "the picture has more pixels than can be opened here: save a smaller copy of it "
        "(under 100 million pixels, such as 10,000 by 10,000) and try again"
    )


class DecompressionBomb(TooLarge):
    """A small file that would unfold into far more than a picture of its kind ever has."""

    code = "decompression_bomb"
    advice = "the file is made to unfold into far more than a picture has: it was not opened"


class VideoTooLong(TooLarge):
    """The video goes on for longer than the limits allow."""

    code = "video_too_long"
    advice = "the video is longer than is allowed here: cut it into parts and try each"


class DecodeTimedOut(MediaError):
    """Opening the file took longer than the limits allow."""

    code = "timed_out"
    advice = "opening the file took too long: save it anew (as JPEG, or as MP4) and try again"


class Busy(MediaError):
    """Nobody has looked at the file: others came first for too long. It may be offered again.

    ``costly``: it takes long to open, so it waited among those that do. ``retry_after``: in how
    many whole seconds to come back.
    """

    code = "busy"
    advice = "too many files at once: this one hasn't been looked at, send it again"

    def __init__(self, *, costly: bool = False, retry_after: int = 1) -> None:
        super().__init__()
        self.costly = costly
        self.retry_after = retry_after
        if costly:
            self.code = "busy_costly"


class CostsMore(MediaError):
    """The decoder process has stopped before a file that takes longer than its header said."""

    code = "costs_more"


class DecoderFailed(MediaError):
    """The decoder crashed, or needed more memory than it may have, on this file."""

    code = "decoder_failed"
    advice = "the decoder gave up on this file: save it anew (as JPEG, or as MP4) and try again"


class DecoderUnavailable(DecoderFailed):
    """The decoder process does not start: the fault is of the installation, not of the file."""

    code = "decoder_unavailable"
    advice = "the picture decoder does not start: check the installation of staydown"


class DecoderOpen(DecoderUnavailable):
    """The decoder process can't be closed in on this machine, and the settings ask for it."""

    code = "decoder_open"
    advice = (
        "this machine can't keep the picture decoder apart from everything else, and the settings "
        "ask for that (require_sandbox): run staydown desk doctor to see what is missing"
    )


class OurFault(MediaError):
    """Our own code, or a library of a version that it wasn't written for, went wrong on this file.

    ``kind`` is the type of the error and ``place`` the line, as ``media/frames.py:166``: what is
    needed to mend it, and nothing of the file. Both may have come from a decoder that was taken
    over, so what has another form is left out.
    """

    code = "our_fault"
    advice = (
        "Staydown made a mistake of its own on this file. The file may be fine, and nothing in it "
        "was changed. Please report this to the people who run or develop Staydown"
    )

    def __init__(self, kind: object = "", place: object = "") -> None:
        self.kind, self.place = _name_in_code(kind), _name_in_code(place)
        super().__init__(f"{self.advice} ({self.kind}, {self.place})")


def _name_in_code(told: object) -> CodeName:
    try:
        return CodeName(told if isinstance(told, str) else "")
    except ValueError:
        return CodeName("unknown")


#: The errors that the child process may report, by the word it sends.
BY_CODE: dict[str, type[MediaError]] = {
    error.code: error
    for error in (
        NotAPicture,
        UnsupportedPicture,
        NotAVideo,
        UnsupportedVideo,
        UnknownCodec,
        NoFrames,
        Truncated,
        BrokenVideo,
        EndMissing,
        TooLarge,
        TooManyPixels,
        DecompressionBomb,
        VideoTooLong,
        CostsMore,
        DecoderFailed,
        OurFault,
    )
}
