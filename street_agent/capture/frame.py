"""A frame as the rest of the agent sees it: when it was taken, and a picture that is converted only when somebody looks. Holds no decoder."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import Timestamp
from citybrain.ids import SourceId

Pixels = NDArray[np.uint8]


class Picture(Protocol):
    """A decoded image that stays in the decoder's own format until it is asked for."""

    def bgr(self, width: int, height: int) -> Pixels:
        """The whole image scaled to `[height, width, 3]`, blue first. Valid until the next call; copy what must last."""
        ...

    def grey(self, width: int, height: int) -> Pixels:
        """The whole image scaled to `[height, width]`, luma only. Valid until the next call; copy what must last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One image of one source.

    `captured_at` comes from the stream's own presentation time mapped to node time (see `timeline`), never from the moment a blocking read
    returned; `error_ms` bounds how far it may be off. `seq` counts the frames of the source since it was started, from 1.
    `cut` says that the time before this frame is not connected with it (first frame, reconnected, file started again): motion across it means nothing.
    """

    source: SourceId
    seq: int
    captured_at: Timestamp
    error_ms: float
    width: int
    height: int
    cut: bool
    picture: Picture
