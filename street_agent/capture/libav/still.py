"""A still picture from a file, as a frame."""

from pathlib import Path

import av
import av.error

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame
from street_agent.capture.geometry import AS_SENT, shape_of
from street_agent.capture.libav.pictures import AvPicture, ScalerCache
from street_agent.errors import StillError


def open_still(path: Path, seq: int = 1) -> Frame:
    """The picture in the file, upright and in its own shape. Raises `StillError`."""
    if not path.is_file():
        raise StillError(f"there is no picture {path}.")
    try:
        with av.open(str(path)) as container:
            decoded = next(container.decode(video=0), None)
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise StillError(f"{path} is no picture that can be decoded ({error}).") from error
    if decoded is None:
        raise StillError(f"{path} holds no picture.")
    turn_deg = float(-decoded.rotation)  # libav says it counter-clockwise
    shape = shape_of(AS_SENT, width=decoded.width, height=decoded.height, turn_deg=turn_deg)
    return Frame(
        source=SourceId("still"),
        seq=seq,
        captured_at=Timestamp(0),
        error_ms=0.0,
        width=shape.width,
        height=shape.height,
        discontinuity=True,
        picture=AvPicture(decoded, ScalerCache(), turn=shape.turn),
    )
