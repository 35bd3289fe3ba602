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

    __slots__ = ("_frame", "_scalers", "_turn")

    def __init__(self, frame: VideoFrame, scalers: ScalerCache, *, turn: int = 0) -> None:
        """`turn`: quarters clockwise by which it is turned when its pixels are read."""
        self._frame, self._scalers, self._turn = frame, scalers, turn

    def bgr(self, width: int, height: int) -> Pixels:
        return self._converted(width, height, "bgr24")

    def grey(self, width: int, height: int) -> Pixels:
        return self._converted(width, height, "gray")

    def _converted(self, width: int, height: int, form: str) -> Pixels:
        if self._turn % 2:
            width, height = height, width
        pixels = self._scalers.convert(self._frame, width, height, form)
        return np.rot90(pixels, -self._turn) if self._turn else pixels


class PictureMaker:
    """Pictures from arrays, scaled as those of a stream are."""

    def __init__(self) -> None:
        self._scalers = ScalerCache()

    def from_array(self, pixels: Pixels, *, turn: int = 0) -> Picture:
        """A copy of `pixels` [height, width, 3], blue first; turned so many quarters clockwise."""
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgr24")
        return AvPicture(frame, self._scalers, turn=turn)
