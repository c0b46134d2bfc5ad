"""Films as recorders, editors, broken downloads and mischief leave them, made of sound ones."""

import io
import re
import struct
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from staydown.media.picture import Pixels
from tests.media.videos import scene, scenes, video

#: Time stamps of a packet, in ticks: when it is shown and decoded.
Times = tuple[int | None, int | None]


def streamed(
    frames: list[Pixels],
    container: str,
    codec: str,
    rate: int = 10,
    *,
    gap: int = 10,
    options: dict[str, str] | None = None,
    moving: dict[str, str] | None = None,
    pix_fmt: str = "yuv420p",
) -> bytes:
    """A film in any container, packed by any codec."""
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=moving or {}) as written:
        stream = written.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.gop_size, stream.thread_count = pix_fmt, gap, 1
        stream.options = dict(options or {})
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    return file.getvalue()


def stamped(
    data: bytes,
    container: str,
    times: Callable[[int, Times], Times] = lambda _, told: told,
    *,
    moving: dict[str, str] | None = None,
    keep: Callable[[int], bool] = lambda _: True,
) -> bytes:
    """The same packets in another container, with other time stamps; ``keep``: which of them."""
    file = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as read:
        source = read.streams.video[0]
        with av.open(file, "w", format=container, options=moving or {}) as written:
            stream = written.add_stream_from_template(source)
            assert stream.time_base is None or stream.time_base > 0
            for number, packet in enumerate(read.demux(source)):
                if not packet.size or not keep(number):
                    continue
                shown, decoded = times(number, (packet.pts, packet.dts))
                packet.pts, packet.dts = shown, decoded
                packet.stream = stream
                written.mux_one(packet)
    return file.getvalue()


def with_block_times(mkv: bytes, times: Callable[[int, int], int]) -> bytes:
    """A Matroska film whose blocks tell other times, in milliseconds from their cluster's."""
    data = bytearray(mkv)
    for number, at in enumerate(_blocks(mkv)):
        (told,) = struct.unpack_from(">h", mkv, at)
        struct.pack_into(">h", data, at, max(-32768, min(32767, times(number, told))))
    return bytes(data)


def _blocks(mkv: bytes) -> list[int]:
    """Where the time stamps of the blocks of the first stream stand."""
    blocks = rb"\xa3(?:[\x80-\xff]|[\x40-\x7f].|[\x20-\x3f]..|[\x10-\x1f]...)\x81"
    found = [one.end() for one in re.finditer(blocks, mkv, re.DOTALL)]
    return [at for at in found if not mkv[at + 2] & 0x7E]


def with_mkv_length(mkv: bytes, milliseconds: float) -> bytes:
    """A Matroska film whose header tells another length."""
    at = mkv.index(b"\x44\x89\x88") + 3
    return mkv[:at] + struct.pack(">d", milliseconds) + mkv[at + 8 :]


def with_mp4_length(mp4: bytes, ticks: int) -> bytes:
    """An MP4 film whose three headers tell another length."""
    data = bytearray(mp4)
    for box, skipped in ((b"mvhd", 16), (b"mdhd", 16), (b"tkhd", 20)):
        struct.pack_into(">I", data, mp4.index(box) + 4 + 4 + skipped - 4, ticks)
    return bytes(data)


def with_avi_numbers(avi: bytes, microseconds: int, frames: int, scale: int, rate: int) -> bytes:
    """An AVI film whose headers tell another rate and number of frames."""
    data = bytearray(avi)
    struct.pack_into("<I", data, avi.index(b"avih") + 8, microseconds)
    struct.pack_into("<I", data, avi.index(b"avih") + 8 + 16, frames)
    at = avi.index(b"strh") + 8
    struct.pack_into("<II", data, at + 20, scale, rate)
    struct.pack_into("<I", data, at + 32, frames)
    return bytes(data)


def with_sound(frames: list[Pixels], rate: int, sound_seconds: int, container: str) -> bytes:
    """A film and a tone of another length."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as written:
        stream = written.add_stream("libx264", rate=rate)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        tone: AudioStream = written.add_stream("aac", rate=8000, layout="mono")
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
        wave = np.sin(np.arange(8000 * sound_seconds) / 8).astype(np.float32)[None, :]
        heard = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        heard.rate, heard.pts, heard.time_base = 8000, 0, Fraction(1, 8000)
        written.mux(tone.encode(heard))
        written.mux(tone.encode(None))
    return file.getvalue()


def two_streams(first: list[Pixels], second: list[Pixels], container: str = "matroska") -> bytes:
    """A file with two streams of pictures."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as written:
        streams = []
        for frames in (first, second):
            stream = written.add_stream("libx264", rate=10)
            assert isinstance(stream, VideoStream)
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt, stream.thread_count = "yuv420p", 1
            streams.append(stream)
        packets = []
        for stream, frames in zip(streams, (first, second), strict=True):
            for pixels in frames:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
                packets += stream.encode(frame)
            packets += stream.encode(None)
        for packet in sorted(packets, key=lambda one: float((one.dts or 0) * one.time_base)):
            written.mux(packet)
    return file.getvalue()


def with_cover(frames: list[Pixels], cover: Pixels) -> bytes:
    """An MP4 film with a cover, whose stream comes first in the file."""
    sound = video(frames)
    at = sound.index(b"moov") - 4
    size = int.from_bytes(sound[at : at + 4])
    picture = io.BytesIO()
    Image.fromarray(cover).save(picture, "JPEG")

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + name + body

    data = box(b"data", struct.pack(">II", 13, 0) + picture.getvalue())
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    extra = box(b"udta", box(b"meta", bytes(4) + handler + box(b"ilst", box(b"covr", data))))
    moov = struct.pack(">I", size + len(extra)) + sound[at + 4 : at + size] + extra
    assert at > sound.index(b"mdat")  # what is listed lies before, and stays where it is
    return sound[:at] + moov + sound[at + size :]


def packets_of(ts: bytes, size: int) -> bytes:
    """A transport stream of packets of 188 bytes as recorders store it: 192 or 204."""
    packets = [ts[at : at + 188] for at in range(0, len(ts), 188)]
    if size == 192:
        return b"".join(struct.pack(">I", n * 1000) + packet for n, packet in enumerate(packets))
    return b"".join(packet + bytes(size - 188) for packet in packets)


def film(seconds: int = 4, rate: int = 10) -> list[Pixels]:
    """A film that shows another scene every second."""
    return scenes(0, seconds, rate)


def decoy(seconds: int = 1) -> list[Pixels]:
    """Pictures of nothing."""
    return [scene(99)] * 10 * seconds


def moov_first(mp4: bytes) -> bytes:
    """The same MP4 with the list of its pictures in front, as sites deliver it."""
    at = mp4.index(b"moov") - 4
    pictures = mp4.index(b"mdat") - 4
    size = int.from_bytes(mp4[at : at + 4])
    moov = bytearray(mp4[at : at + size])
    places = moov.index(b"stco") + 8
    (count,) = struct.unpack_from(">I", moov, places)
    for entry in range(places + 4, places + 4 + 4 * count, 4):
        struct.pack_into(">I", moov, entry, struct.unpack_from(">I", moov, entry)[0] + size)
    return mp4[:pictures] + bytes(moov) + mp4[pictures:at] + mp4[at + size :]


def with_block_flags(mkv: bytes, flags: int) -> bytes:
    """A Matroska film all of whose blocks have the same flags: 128 says that it is a key frame."""
    data = bytearray(mkv)
    for at in _blocks(mkv):
        data[at + 2] = flags
    return bytes(data)


def with_edit(mp4: bytes, start_seconds: float, seconds: float) -> bytes:
    """An MP4 whose list of edits lets players show a part only."""
    data = bytearray(mp4)
    at = data.index(b"elst") + 4
    (ticks,) = struct.unpack_from(">I", data, data.index(b"mdhd") + 4 + 12)
    (whole,) = struct.unpack_from(">I", data, data.index(b"mvhd") + 4 + 12)
    struct.pack_into(">II", data, at + 8, round(seconds * whole), round(start_seconds * ticks))
    return bytes(data)
