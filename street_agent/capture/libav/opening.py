"""Opens a source by its address, with libav's errors translated. Reads no frame."""

from pathlib import Path
from types import MappingProxyType

import av
import av.error
import av.logging
from av.container import InputContainer
from av.format import Flags

from street_agent.capture.libav.address import is_file, is_http, picture_format, redacted
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError

av.logging.set_level(av.logging.FATAL)  # libav's own lines on stderr name no camera; ours do

OPEN_S, READ_S = 5.0, 3.0  # a network source that stays silent longer is opened anew
# Probe a stream for half a second, not five: what comes meanwhile is late.
SHORT_PROBE = {"analyzeduration": "500000", "fpsprobesize": "1"}
RTSP = {"rtsp_transport": "tcp", "timeout": "3000000", **SHORT_PROBE}
HTTP = {"rw_timeout": "3000000", **SHORT_PROBE}
JPEGS = {**HTTP, "analyzeduration": "50000"}  # the first picture says all
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


def open_container(address: str) -> InputContainer:
    """The open source. Raises `CameraError` with the cure."""
    _check_it_is_there(address)
    form, options = _how(address)
    try:
        return _open(address, form, options)
    except av.error.InvalidDataError as error:
        if is_file(address):
            raise NotAVideoError(
                f"{address} is not a video that can be read ({error.strerror}). `ffprobe {address}`"
                " shows what it is."
            ) from error
        jpegs = _open_jpegs(address)
        if jpegs is not None:
            return jpegs
        # a stream that breaks off while it is opened looks like this too
        raise CameraError(
            f"{redacted(address)} gave nothing that is a video, or fell silent. It is tried"
            " again; `ffprobe` shows what it sends."
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


def _check_it_is_there(address: str) -> None:
    if is_file(address) and not Path(address).is_file():
        raise SourceNotFoundError(
            f"there is no file {address} (looked in {Path(address).absolute().parent}). Correct the"
            " camera's `source`, or put the file there."
        )
    if address.startswith("/dev/") and not Path(address).exists():
        raise SourceNotFoundError(
            f"there is no device {address}. Plug the camera in; `ls /dev/video*` lists the devices."
        )


def _how(address: str) -> tuple[str | None, dict[str, str]]:
    if picture_format(address) is not None:
        return picture_format(address), dict(JPEGS)
    found = (how for prefix, how in OPEN_OPTIONS.items() if address.startswith(prefix))
    form, options = next(found, (None, {}))
    return form, dict(options)


def _open(address: str, form: str | None, options: dict[str, str]) -> InputContainer:
    timeout = None if is_file(address) else (OPEN_S, READ_S)
    return av.open(address, format=form, options=options, timeout=timeout)


def _open_jpegs(address: str) -> InputContainer | None:
    """Cameras that send JPEGs over HTTP, but not as libav wants them (the first part without its
    boundary, a line before it): the pictures are found by their own marks. None: there are none."""
    if not is_http(address):
        return None
    try:
        container = _open(address, "mjpeg", dict(JPEGS))
    except (av.error.FFmpegError, OSError):
        return None
    if container.streams.video and container.streams.video[0].codec_context.width:
        return container
    container.close()
    return None


def is_untimed(container: InputContainer) -> bool:
    """Does its format carry no times? A stream of JPEGs, a bare H.264 stream, a single picture."""
    form = container.format
    return form.name.endswith("_pipe") or bool(Flags(form.flags) & Flags.no_timestamps)


def read_timeout(address: str) -> CameraError:
    """The error of a source that sent nothing for `READ_S`."""
    return CameraError(
        f"{redacted(address)} sent nothing for {READ_S:g} s. It is opened again; check the camera's"
        " power and network."
    )
