"""The adapter to libav: opens a source, decodes its frames, converts a picture when its pixels are
read, and translates libav's errors. Knows neither time nor the camera's thread."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import av
import av.error
import av.logging
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from citybrain.structs import Struct
from street_agent.capture.frame import Picture, Pixels
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError

av.logging.set_level(av.logging.FATAL)  # libav's own lines on stderr name no camera; ours do

OPEN_S, READ_S = 5.0, 3.0  # a network source that stays silent longer is opened anew
_LOGIN = re.compile(r"(?<=://)([^:/@]*):[^/]*@")
BROKEN_PACKETS_MAX = 50  # in a row, before the stream is opened anew
# Probe a stream for half a second, not five: what comes meanwhile is late.
SHORT_PROBE = {"analyzeduration": "500000", "fpsprobesize": "1"}
RTSP = {"rtsp_transport": "tcp", "timeout": "3000000", **SHORT_PROBE}
HTTP = {"rw_timeout": "3000000", **SHORT_PROBE}
# How an address is opened: prefix -> (libav format, options).
OPEN_OPTIONS = MappingProxyType(
    {
        "rtsp://": (None, RTSP),
        "rtsps://": (None, RTSP),
        "http://": (None, HTTP),
        "https://": (None, HTTP),
        "/dev/video": ("v4l2", {}),
    }
)


class DecodedFrame(Struct, frozen=True, kw_only=True, eq=False):
    """One decoded frame with the stream's own time (seconds; None when the stream gives none)."""

    pts_s: float | None
    picture: Picture
    width: int
    height: int


class Stream:
    """An open source. `rate` is the frame rate that it declares (25 when it declares none)."""

    def __init__(self, container: InputContainer, address: str) -> None:
        self._container, self._address = container, address
        if not container.streams.video:
            raise NotAVideoError(
                f"{redacted(address)} holds no video stream. Name a video file or a camera's stream"
                " address."
            )
        self._video = container.streams.video[0]
        self._video.codec_context.thread_count = 1
        declared: Fraction | None = self._video.average_rate or self._video.guessed_rate
        self.rate = float(declared) if declared else 25.0
        self._scalers = ScalerCache()

    def frames(self) -> Iterator[DecodedFrame]:
        """Frames until the end of a file. Raises `CameraError` when the source breaks off."""
        broken = 0
        try:
            for packet in self._container.demux(self._video):
                if packet.size == 0 and not is_file(self._address):
                    break  # what the decoder still holds when a live source breaks off is old
                decoded, error_text = _decode(packet)
                broken = 0 if error_text is None else broken + 1
                if broken > BROKEN_PACKETS_MAX:
                    raise CameraError(
                        f"{redacted(self._address)}: {broken} packets in a row cannot be decoded"
                        f" ({error_text}). Check the camera's codec."
                    )
                yield from (self._decoded(frame) for frame in decoded)
        except av.error.ExitError as error:  # libav's name for: our time limit ended the read
            raise read_timeout(self._address) from error
        except av.error.FFmpegError as error:
            raise CameraError(
                f"{redacted(self._address)} broke off: {error.strerror}. It is opened again."
            ) from error

    def _decoded(self, frame: VideoFrame) -> DecodedFrame:
        pts, time_base = frame.pts, frame.time_base
        return DecodedFrame(
            pts_s=None if pts is None or time_base is None else float(pts * time_base),
            picture=AvPicture(frame, self._scalers),
            width=frame.width,
            height=frame.height,
        )


def _decode(packet: "Packet[VideoStream]") -> tuple[list[VideoFrame], str | None]:
    """The packet's frames, or why there are none: a damaged packet is no reason to disconnect."""
    try:
        return packet.decode(), None
    except av.error.EOFError:
        return [], None
    except av.error.FFmpegError as error:
        return [], str(error.strerror)


@contextmanager
def open_stream(address: str) -> Iterator[Stream]:
    """Open `address` (rtsp://, http://, /dev/videoN or a file) and close it in the end. Raises
    `CameraError` with the cure."""
    container = _open(address)
    try:
        yield Stream(container, address)
    finally:
        container.close()


def is_file(address: str) -> bool:
    """Is this a recording (it ends, and is paced by us) and not a live source?"""
    return "://" not in address and not address.startswith("/dev/")


def redacted(address: str) -> str:
    """The address as it may be written into a log: without the password in it."""
    return _LOGIN.sub(r"\1:***@", address)


def read_timeout(address: str) -> CameraError:
    """The error of a source that sent nothing for `READ_S`."""
    return CameraError(
        f"{redacted(address)} sent nothing for {READ_S:g} s. It is opened again; check the camera's"
        " power and network."
    )


def _open(address: str) -> InputContainer:
    if is_file(address) and not Path(address).is_file():
        raise SourceNotFoundError(
            f"there is no file {address} (looked in {Path(address).absolute().parent}). Correct the"
            " camera's `source`, or put the file there."
        )
    if address.startswith("/dev/") and not Path(address).exists():
        raise SourceNotFoundError(
            f"there is no device {address}. Plug the camera in; `ls /dev/video*` lists the devices."
        )
    form, options = next(
        (how for prefix, how in OPEN_OPTIONS.items() if address.startswith(prefix)), (None, {})
    )
    try:
        return av.open(
            address,
            format=form,
            options=dict(options),
            timeout=None if is_file(address) else (OPEN_S, READ_S),
        )
    except av.error.InvalidDataError as error:
        if not is_file(address):  # a stream that breaks off while it is opened looks like this too
            raise CameraError(
                f"{redacted(address)} gave nothing that is a video, or fell silent. It is tried"
                " again; `ffprobe` shows what it sends."
            ) from error
        raise NotAVideoError(
            f"{address} is not a video that can be read ({error.strerror}). `ffprobe {address}`"
            " shows what it is."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        why = (
            "no answer in time"
            if isinstance(error, av.error.ExitError)
            else error.strerror or error
        )
        raise CameraError(
            f"{redacted(address)} cannot be opened: {why}. Check address, login and network; it is"
            " tried again."
        ) from error


class ScalerCache:
    """The scalers of one stream, one per output shape, so that libswscale keeps its tables. Shared
    by the stream's pictures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scalers: dict[tuple[int, int, str], VideoReformatter] = {}

    def convert(self, frame: VideoFrame, width: int, height: int, form: str) -> Pixels:
        """The pixels of the decoder's `frame`, scaled; `form` is libav's name of a pixel format."""
        with self._lock:
            scaler = self._scalers.get((width, height, form))
            if scaler is None:
                scaler = self._scalers[width, height, form] = VideoReformatter()
            scaled = scaler.reformat(
                frame,
                width=width,
                height=height,
                format=form,
                interpolation=Interpolation.AREA,
                threads=1,
            )
        return np.asarray(scaled.to_ndarray(), np.uint8)


class AvPicture:
    """One decoded image in the decoder's own format; keeps the decoder's buffer alive while it
    lives."""

    __slots__ = ("_frame", "_scalers")

    def __init__(self, frame: VideoFrame, scalers: ScalerCache) -> None:
        self._frame, self._scalers = frame, scalers

    def bgr(self, width: int, height: int) -> Pixels:
        return self._scalers.convert(self._frame, width, height, "bgr24")

    def grey(self, width: int, height: int) -> Pixels:
        return self._scalers.convert(self._frame, width, height, "gray")


class PictureMaker:
    """Pictures from arrays, scaled as those of a stream are."""

    def __init__(self) -> None:
        self._scalers = ScalerCache()

    def from_array(self, pixels: Pixels) -> Picture:
        """A copy of `pixels` [height, width, 3], blue first."""
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgr24")
        return AvPicture(frame, self._scalers)
