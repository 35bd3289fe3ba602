"""Fits a picture to a model's input, and boxes back to the picture. One buffer, filled in place; no
model and no decoder in here."""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct
from models.card import ModelInput
from street_agent.capture.frame import Frame


class PictureArea(Struct, frozen=True, kw_only=True):
    """Where a picture of one size lands in the input: its top left `width` x `height` pixels."""

    width: int
    height: int


def area_of(frame_width: int, frame_height: int, model_input: ModelInput) -> PictureArea:
    """Letterbox: the largest size of the picture's own shape that the input holds. Stretch: the
    whole input."""
    if model_input.fit == "stretch":
        return PictureArea(width=model_input.width, height=model_input.height)
    scale = min(model_input.width / frame_width, model_input.height / frame_height)
    return PictureArea(
        width=max(1, int(frame_width * scale)), height=max(1, int(frame_height * scale))
    )


class Preprocessor:
    """The input tensor of one model, float32 [1, 3, height, width], reused from frame to frame."""

    def __init__(self, model_input: ModelInput) -> None:
        self._model_input = model_input
        self.tensor: NDArray[np.float32] = np.zeros(
            (1, 3, model_input.height, model_input.width), np.float32
        )
        self._area: PictureArea | None = None
        self._shift = [np.float32(mean) for mean in model_input.mean]
        self._factor = [np.float32(1 / std) for std in model_input.std]
        self._is_plain = all(mean == 0 for mean in model_input.mean) and all(
            std == 1 for std in model_input.std
        )

    def fill(self, frame: Frame) -> PictureArea:
        """Write the frame into `tensor`; the area that it takes there."""
        area = area_of(frame.width, frame.height, self._model_input)
        if area != self._area:
            self._pad()
            self._area = area
        pixels = frame.picture.bgr(area.width, area.height)
        for channel in range(3):
            target = self.tensor[0, channel, : area.height, : area.width]
            if self._is_plain:
                np.copyto(target, pixels[:, :, channel])
            else:
                np.subtract(pixels[:, :, channel], self._shift[channel], out=target)
                np.multiply(target, self._factor[channel], out=target)
        return area

    def _pad(self) -> None:
        for channel in range(3):
            self.tensor[0, channel] = (
                np.float32(self._model_input.pad) - self._shift[channel]
            ) * self._factor[channel]


def to_shares(boxes: NDArray[np.float32], area: PictureArea) -> NDArray[np.float32]:
    """Boxes in input pixels [N, 4] as shares of the picture, cut off at its edges."""
    size = np.array([area.width, area.height, area.width, area.height], np.float32)
    shares: NDArray[np.float32] = np.clip(boxes / size, 0.0, 1.0)
    return shares
