"""Fits a picture to a model's input, and boxes back to the picture. One buffer, filled in place; no model and no decoder in here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.card import Input
from street_agent.capture.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Where a picture of one size lands in the input: its top left `width` x `height` pixels."""

    width: int
    height: int


def fit_of(frame_width: int, frame_height: int, want: Input) -> Fit:
    """Letterbox: the largest size of the picture's own shape that the input holds. Stretch: the whole input."""
    if want.fit == "stretch":
        return Fit(width=want.width, height=want.height)
    scale = min(want.width / frame_width, want.height / frame_height)
    return Fit(width=max(1, int(frame_width * scale)), height=max(1, int(frame_height * scale)))


class Fitting:
    """The input tensor of one model, float32 [1, 3, height, width], reused from frame to frame."""

    def __init__(self, want: Input) -> None:
        self._want = want
        self.tensor: NDArray[np.float32] = np.zeros((1, 3, want.height, want.width), np.float32)
        self._fit: Fit | None = None
        self._shift = [np.float32(mean) for mean in want.mean]
        self._factor = [np.float32(1 / std) for std in want.std]
        self._is_plain = all(mean == 0 for mean in want.mean) and all(std == 1 for std in want.std)

    def fill(self, frame: Frame) -> Fit:
        """Write the frame into `tensor`; says where it landed."""
        fit = fit_of(frame.width, frame.height, self._want)
        if fit != self._fit:
            self._pad()
            self._fit = fit
        pixels = frame.picture.bgr(fit.width, fit.height)
        for channel in range(3):
            target = self.tensor[0, channel, : fit.height, : fit.width]
            if self._is_plain:
                np.copyto(target, pixels[:, :, channel])
            else:
                np.subtract(pixels[:, :, channel], self._shift[channel], out=target)
                np.multiply(target, self._factor[channel], out=target)
        return fit

    def _pad(self) -> None:
        for channel in range(3):
            self.tensor[0, channel] = (
                np.float32(self._want.pad) - self._shift[channel]
            ) * self._factor[channel]


def to_shares(boxes: NDArray[np.float32], fit: Fit) -> NDArray[np.float32]:
    """Boxes in input pixels [N, 4] as shares of the picture, cut off at its edges."""
    size = np.array([fit.width, fit.height, fit.width, fit.height], np.float32)
    shares: NDArray[np.float32] = np.clip(boxes / size, 0.0, 1.0)
    return shares
