"""The rim to libav: opens a source, reads its frames, converts a picture when somebody looks, and says libav's errors in our words.

Knows neither time nor the camera's thread.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
import av.error
import av.logging
from av.video.reformatter import Interpolation, VideoReformatter

from street_agent.capture.frame import Picture, Pixels
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError

av.logging.set_level(av.logging.FATAL)  # libav's own lines on stderr name no camera; ours do

OPEN_S, READ_S = 5.0, 3.0  # a network source that stays silent longer is opened anew
_LOGIN = re.compile(r"(?<=://)([^:/@]*):[^/]*@")
BROKEN_PACKETS_MAX = 50  # in a row, before the stream is opened anew
BRIEFLY = {
    "analyzeduration": "500000",
    "fpsprobesize": "1",
}  # look into a stream for half a second, not five: what comes meanwhile is late
RTSP = {"rtsp_transport": "tcp", "timeout": "3000000", **BRIEFLY}
HTTP = {"rw_timeout": "3000000", **BRIEFLY}
# how an address is opened: prefix -> (libav format, options)
HOW = MappingProxyType(
    {
        "rtsp://": (None, RTSP),
        "rtsps://": (None, RTSP),
        "http://": (None, HTTP),
        "https://": (None, HTTP),
        "/dev/video": ("v4l2", {}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One decoded frame with the stream's own time (seconds; None when the stream gives none)."""

    pts_s: float | None
    picture: Picture
    width: int
    height: int


class Stream:
    """An open source. `rate` is the frame rate that it declares (25 when it declares none)."""

    def __init__(self, container: Any, address: str) -> None:
        self._container, self._address = container, address
        if not container.streams.video:
            raise NotAVideoError(
                f"{shown(address)} holds no video stream. Name a video file or a camera's stream address."
            )
        self._video = container.streams.video[0]
        self._video.codec_context.thread_count = 1
        declared: Fraction | None = self._video.average_rate or self._video.guessed_rate
        self.rate = float(declared) if declared else 25.0
        self._darkroom = Darkroom()

    def shots(self) -> Iterator[Shot]:
        """Frames until the end of a file. Raises `CameraError` when the source breaks off."""
        broken = 0
        try:
            for packet in self._container.demux(self._video):
                if packet.size == 0 and not is_file(self._address):
                    break  # what the decoder still holds when a live source breaks off is old
                decoded, fault = _decode(packet)
                broken = 0 if fault is None else broken + 1
                if broken > BROKEN_PACKETS_MAX:
                    raise CameraError(
                        f"{shown(self._address)}: {broken} packets in a row cannot be decoded ({fault}). Check the camera's codec."
                    )
                yield from (self._shot(frame) for frame in decoded)
        except av.error.ExitError as error:  # libav's word for: our time limit ended the read
            raise silence(self._address) from error
        except av.error.FFmpegError as error:
            raise CameraError(
                f"{shown(self._address)} broke off: {error.strerror}. It is opened again."
            ) from error

    def _shot(self, frame: Any) -> Shot:
        pts_s = None if frame.pts is None else float(frame.pts * frame.time_base)
        return Shot(
            pts_s=pts_s,
            picture=AvPicture(frame, self._darkroom),
            width=frame.width,
            height=frame.height,
        )


def _decode(packet: Any) -> tuple[list[Any], str | None]:
    """The packet's frames, or why there are none: a damaged packet is no reason to hang up."""
    try:
        return packet.decode(), None
    except av.error.EOFError:
        return [], None
    except av.error.FFmpegError as error:
        return [], str(error.strerror)


@contextmanager
def open_stream(address: str) -> Iterator[Stream]:
    """Open `address` (rtsp://, http://, /dev/videoN or a file) and close it in the end. Raises `CameraError` with the cure."""
    container = _open(address)
    try:
        yield Stream(container, address)
    finally:
        container.close()


def is_file(address: str) -> bool:
    """Is this a recording (it ends, and is paced by us) and not a live source?"""
    return "://" not in address and not address.startswith("/dev/")


def shown(address: str) -> str:
    """The address as it may be written into a log: without the password in it."""
    return _LOGIN.sub(r"\1:***@", address)


def silence(address: str) -> CameraError:
    return CameraError(
        f"{shown(address)} sent nothing for {READ_S:g} s. It is opened again; check the camera's power and network."
    )


def _open(address: str) -> Any:
    if is_file(address) and not Path(address).is_file():
        raise SourceNotFoundError(
            f"there is no file {address} (looked in {Path(address).absolute().parent}). Correct the camera's `source`, or put the file there."
        )
    if address.startswith("/dev/") and not Path(address).exists():
        raise SourceNotFoundError(
            f"there is no device {address}. Plug the camera in; `ls /dev/video*` lists what is there."
        )
    form, options = next(
        (how for prefix, how in HOW.items() if address.startswith(prefix)), (None, {})
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
                f"{shown(address)} gave nothing that is a video, or fell silent. It is tried again; `ffprobe` shows what it sends."
            ) from error
        raise NotAVideoError(
            f"{address} is not a video that can be read ({error.strerror}). `ffprobe {address}` shows what it is."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        why = (
            "no answer in time"
            if isinstance(error, av.error.ExitError)
            else error.strerror or error
        )
        raise CameraError(
            f"{shown(address)} cannot be opened: {why}. Check address, login and network; it is tried again."
        ) from error


class Darkroom:
    """The scalers of one stream, one per output shape, so that libswscale keeps its tables. Shared by the stream's pictures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scalers: dict[tuple[int, int, str], VideoReformatter] = {}

    def develop(self, negative: Any, width: int, height: int, form: str) -> Pixels:
        with self._lock:
            scaler = self._scalers.get((width, height, form))
            if scaler is None:
                scaler = self._scalers[width, height, form] = VideoReformatter()
            scaled = scaler.reformat(
                negative,
                width=width,
                height=height,
                format=form,
                interpolation=Interpolation.AREA,
                threads=1,
            )
        pixels: Any = scaled.to_ndarray()
        return pixels


class AvPicture:
    """One decoded image in the decoder's own format; keeps the decoder's buffer alive while it lives."""

    __slots__ = ("_darkroom", "_negative")

    def __init__(self, negative: Any, darkroom: Darkroom) -> None:
        self._negative, self._darkroom = negative, darkroom

    def bgr(self, width: int, height: int) -> Pixels:
        return self._darkroom.develop(self._negative, width, height, "bgr24")

    def grey(self, width: int, height: int) -> Pixels:
        return self._darkroom.develop(self._negative, width, height, "gray")
