"""What one file may cost."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. A decoder needs about 10 bytes of memory for a pixel."""

    #: Width times height, as the header says.
    pixels: int = 100_000_000
    #: The same of a JPEG that its decoder can make smaller as it goes: the largest cameras of
    #: phones take 200 megapixels.
    scaled_pixels: int = 256_000_000
    #: Size of the file in bytes.
    file_bytes: int = 64 * MIB
    #: Size of a video file that is read from disk in bytes.
    video_bytes: int = 4096 * MIB
    #: Address space of the child process in bytes.
    memory: int = 2048 * MIB
    #: Seconds on the wall clock, and of processor time, for one file.
    seconds: float = 60.0
    #: Seconds that a child process may take to start and to warm up.
    start_seconds: float = 120.0
    #: Size of an answer of the child in bytes.
    answer_bytes: int = MIB
