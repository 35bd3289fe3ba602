"""A still picture from a file, as a frame."""

from pathlib import Path

import av
import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from street_agent.capture.frame import Frame, Pixels
from street_agent.errors import StillError


class StillPicture:
    """`frame.Picture` of one decoded picture."""

    def __init__(self, decoded: av.VideoFrame) -> None:
        self._decoded = decoded

    def bgr(self, width: int, height: int) -> Pixels:
        return self._scaled(width, height, "bgr24")

    def grey(self, width: int, height: int) -> Pixels:
        return self._scaled(width, height, "gray8")

    def _scaled(self, width: int, height: int, form: str) -> Pixels:
        made = self._decoded.reformat(width=width, height=height, format=form, interpolation="AREA")
        return np.ascontiguousarray(made.to_ndarray(), np.uint8)


def open_still(path: Path, seq: int = 1) -> Frame:
    """The picture in the file. Raises `StillError`."""
    if not path.is_file():
        raise StillError(f"there is no picture {path}.")
    try:
        with av.open(str(path)) as container:
            decoded = next(container.decode(video=0), None)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise StillError(f"{path} is no picture that can be decoded ({error}).") from error
    if decoded is None:
        raise StillError(f"{path} holds no picture.")
    return Frame(
        source=SourceId("still"),
        seq=seq,
        captured_at=Timestamp(0),
        error_ms=0.0,
        width=decoded.width,
        height=decoded.height,
        discontinuity=True,
        picture=StillPicture(decoded),
    )
