"""A frame as the rest of the agent sees it: when it was taken, and a picture that is converted only
when its pixels are read. Holds no decoder."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.structs import Struct

Pixels = NDArray[np.uint8]


class Picture(Protocol):
    """A decoded image that stays in the decoder's own format until its pixels are read."""

    def bgr(self, width: int, height: int) -> Pixels:
        """The whole image scaled to `[height, width, 3]`, blue first. Valid until the next call;
        copy what must last."""
        ...

    def grey(self, width: int, height: int) -> Pixels:
        """The whole image scaled to `[height, width]`, luma only. Valid until the next call; copy
        what must last."""
        ...


class Frame(Struct, frozen=True, kw_only=True, eq=False):
    """One image of one source.

    `captured_at` comes from the stream's own presentation time mapped to node time (see
    `timeline`), never from the moment a blocking read returned; `error_ms` bounds how far it may be
    off. `seq` counts the frames of the source since it was started, from 1. `width` and `height`
    are those of the picture as it is seen: turned upright, in square pixels. `discontinuity`: the
    time before this frame is not connected with it (first frame, reconnected, file started again),
    or the picture has another shape, so that motion across it means nothing.
    """

    source: SourceId
    seq: int
    captured_at: Timestamp
    error_ms: float
    width: int
    height: int
    discontinuity: bool
    picture: Picture
