"""Write small films of usual kinds and the vPDQ lines that are made of them, to hold the lines.

``python -m tests.fingerprint.make_vpdq_vectors``. The films stay as they are: encoders change.
"""

import io
import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.video import fingerprint_video
from staydown.media.form import Form
from tests.media.videos import scene, with_matrix

FOLDER = Path(__file__).parents[1] / "vectors" / "vpdq"
_SIDES = 128, 96

#: By file name: container, codec, options, seconds, frames a second, frames between key frames.
FILMS: dict[str, tuple[str, str, dict[str, str], int, int, int]] = {
    "b_frames_and_sound.mp4": ("mp4", "libx264", {"bf": "3", "crf": "38"}, 14, 10, 250),
    "key_frames_each_second.mov": ("mov", "libx264", {"bf": "0", "crf": "38"}, 14, 10, 10),
    "short.mp4": ("mp4", "libx264", {"crf": "38"}, 4, 25, 50),
    "turned.mp4": ("mp4", "libx264", {"crf": "38"}, 2, 10, 50),
    "camera.3gp": ("3gp", "h263", {"qmin": "12"}, 4, 10, 12),
    "b_frames.avi": ("avi", "mpeg4", {"bf": "2", "qmin": "14"}, 4, 10, 12),
    "hevc.mkv": ("matroska", "libx265", {"x265-params": "log-level=none:crf=40"}, 6, 10, 30),
    "screen.webm": ("webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}, 14, 5, 30),
    "fragments.mp4": ("mp4", "libx264", {"crf": "38"}, 5, 10, 20),
}


def film(name: str) -> bytes:
    """The bytes of a film that shows another scene every second, two every third one."""
    form, codec, options, seconds, rate, gap = FILMS[name]
    file = io.BytesIO()
    moving = {"movflags": "frag_keyframe+empty_moov"} if name.startswith("fragments") else {}
    with av.open(file, "w", format=form, options=moving) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = (176, 144) if codec == "h263" else _SIDES
        stream.pix_fmt, stream.gop_size, stream.thread_count = "yuv420p", gap, 1
        stream.options = dict(options)
        tone: AudioStream | None = None
        if name.endswith("sound.mp4"):
            tone = container.add_stream("aac", rate=8000, layout="mono")
        for number in range(seconds * rate):
            seed = number // rate * 2 + (number % rate >= rate // 2 and number // rate % 3 == 2)
            pixels = scene(seed, stream.width, stream.height)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone is not None:
            wave = np.sin(np.arange(8000 * seconds) / 8).astype(np.float32)[None, :]
            heard = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            heard.rate, heard.pts, heard.time_base = 8000, 0, Fraction(1, 8000)
            container.mux(tone.encode(heard))
            container.mux(tone.encode(None))
    data = file.getvalue()
    return with_matrix(data, (0, 1, -1, 0)) if name.startswith("turned") else data


def main() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    lines: dict[str, object] = {}
    with picture_worker() as worker:
        for name in FILMS:
            path = FOLDER / name
            if not path.exists():
                path.write_bytes(film(name))
            with worker.open(path.read_bytes(), Form.FILE) as opened:
                found = fingerprint_video(opened, views=False)
            lines[name] = {"seconds": found.seconds, "lines": found.lines().splitlines()}
    (FOLDER / "lines.json").write_text(json.dumps(lines, indent=1) + "\n")


if __name__ == "__main__":
    main()
