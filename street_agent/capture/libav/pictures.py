"""Pixels of decoded frames, scaled when they are read."""

import threading

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from street_agent.capture.frame import Picture, Pixels


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
