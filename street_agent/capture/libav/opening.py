"""Opens a source by its address, with libav's errors translated. Reads no frame."""

from pathlib import Path
from types import MappingProxyType

import av
import av.error
import av.logging
from av.container import InputContainer
from av.format import Flags

from street_agent.capture.libav.address import is_file, redacted
from street_agent.errors import CameraError, NotAVideoError, SourceNotFoundError

av.logging.set_level(av.logging.FATAL)  # libav's own lines on stderr name no camera; ours do

OPEN_S, READ_S = 5.0, 3.0  # a network source that stays silent longer is opened anew
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


def open_container(address: str) -> InputContainer:
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
