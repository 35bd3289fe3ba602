"""Videos as cameras really send them, odd in one way each, encoded on the spot: a street with grain
in which something bright moves, so that a picture tells which one it is.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, FPS = 192, 108, 25
MARK = 12  # pixels: the width of what moves
PACKET = 188  # bytes of a packet of a transport stream
H264 = {"preset": "ultrafast", "tune": "zerolatency", "bf": "0"}
H265 = {"preset": "ultrafast", "x265-params": "log-level=none:bframes=2"}
_STREET = np.kron(
    np.random.default_rng(7).integers(40, 180, (9, 16), dtype=np.uint8), np.ones((12, 12), np.uint8)
)


def street(i: int) -> np.ndarray:
    """Picture `i`, grey: the mark is at `mark_at(i)`."""
    grain = np.random.default_rng(i).integers(-6, 7, (HEIGHT, WIDTH))
    picture = np.clip(_STREET.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    picture[40:70, mark_at(i) : mark_at(i) + MARK] = 255
    return picture


def mark_at(i: int) -> int:
    """The left edge of what moves, in pixels: another one in each of 60 pictures."""
    return (i * 3) % (WIDTH - MARK)


def mark_of(grey: np.ndarray) -> int:
    """Where what moves is seen in a picture [108, 192]; -1: nowhere, or smeared."""
    band = grey[42:68].mean(axis=0)
    bright = np.flatnonzero(band > 225)
    is_mark = len(bright) > 0 and abs(len(bright) - MARK) <= 4 and np.ptp(bright) < MARK + 4
    return int(bright[0]) if is_mark else -1


def encode(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    gop: int = 10,
    fps: int = FPS,
    rotation: int | None = None,
    pixel_shape: Fraction | None = None,
    times: Callable[[int], int] = lambda i: i,
) -> Path:
    """Pictures of one size. `rotation` (degrees counterclockwise) and `pixel_shape` as metadata;
    `times`: of frame i, in frames."""
    pictures = list(pictures)
    codec_options = options or {"libx264": H264, "libx265": H265}.get(codec, {})
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps, options=codec_options)
        stream.height, stream.width = pictures[0].shape
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size, stream.bit_rate = gop, 2_000_000
        if pixel_shape is not None:
            stream.codec_context.sample_aspect_ratio = pixel_shape
        if rotation is not None:
            stream.set_display_rotation(rotation)
        for i, grey in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = times(i), Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def reshaped(folder: Path, count: int) -> Path:
    """A transport stream whose pictures are half as wide from its middle on."""
    pictures, half = [street(i) for i in range(count)], count // 2
    narrow = [one[:, : WIDTH // 2] for one in pictures[half:]]
    whole = encode(folder / "wide.ts", pictures[:half]).read_bytes()
    whole += encode(folder / "narrow.ts", narrow, times=lambda i: i + half).read_bytes()
    path = folder / "reshaped.ts"
    path.write_bytes(whole)
    return path


def cover_art(path: Path, cover: bytes) -> Path:
    """A song with its cover: sound, and one JPEG that players show beside it."""
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=44_100, layout="mono")
        for i in range(40):
            tone = np.zeros((1, 1_152), np.float32)
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44_100, i * 1_152
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    picture = b"\x00image/jpeg\x00\x03\x00" + cover  # ID3v2.3: encoding, type, front cover
    frame_header = b"APIC" + len(picture).to_bytes(4, "big") + b"\x00\x00"
    size = len(frame_header) + len(picture)
    synchsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\x00\x00" + synchsafe + frame_header + picture + path.read_bytes())
    return path


def lose_packets(path: Path, share: float, *, begin: float = 0.0, end: float = 1.0) -> Path:
    """A copy of a transport stream in which that share of the packets between two places of the
    file was lost, as on a bad radio link; its first packets, which say what it is, are kept."""
    chance, whole = np.random.default_rng(1), path.read_bytes()
    packets = [whole[at : at + PACKET] for at in range(0, len(whole), PACKET)]
    low, high = max(8, round(begin * len(packets))), round(end * len(packets))
    kept = [
        packet
        for i, packet in enumerate(packets)
        if not (low <= i < high and chance.random() < share)
    ]
    lossy = path.with_name(f"lossy-{share}-{begin}-{path.name}")
    lossy.write_bytes(b"".join(kept))
    return lossy


def flip_bytes(path: Path, count: int) -> Path:
    """A copy with that many bytes wrong, as from a worn card."""
    chance, content = np.random.default_rng(3), bytearray(path.read_bytes())
    for _ in range(count):
        content[chance.integers(len(content) // 10, len(content) * 9 // 10)] ^= 0xFF
    worn = path.with_name(f"worn-{path.name}")
    worn.write_bytes(content)
    return worn


def jpegs(count: int) -> list[bytes]:
    """Pictures 0 to `count` - 1 as JPEGs."""
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    codec.time_base, codec.bit_rate = Fraction(1, FPS), 8_000_000
    found = []
    for i in range(count):
        frame = av.VideoFrame.from_ndarray(street(i), format="gray").reformat(format="yuvj420p")
        frame.pts = i
        found += [bytes(packet) for packet in codec.encode(frame)]
    return found + [bytes(packet) for packet in codec.encode(None)]
