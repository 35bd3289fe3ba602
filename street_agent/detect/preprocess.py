"""Fits a picture to a model's input, and boxes back to the picture. One buffer, filled in place; no
model and no decoder in here."""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct
from models.card import ModelInput
from street_agent.capture.frame import Frame


class PictureArea(Struct, frozen=True, kw_only=True):
    """Where a picture of one size lands in the input: `width` x `height` pixels from `left` and
    `top` on."""

    width: int
    height: int
    left: int = 0
    top: int = 0


def area_of(frame_width: int, frame_height: int, model_input: ModelInput) -> PictureArea:
    """Letterbox: the largest size of the picture's own shape that the input holds. Stretch: the
    whole input."""
    if model_input.fit == "stretch":
        return PictureArea(width=model_input.width, height=model_input.height)
    scale = min(model_input.width / frame_width, model_input.height / frame_height)
    width, height = max(1, int(frame_width * scale)), max(1, int(frame_height * scale))
    if model_input.fit == "letterbox":
        return PictureArea(width=width, height=height)
    left, top = (model_input.width - width) // 2, (model_input.height - height) // 2
    return PictureArea(width=width, height=height, left=left, top=top)


class Preprocessor:
    """The input tensor of one model, of the shape and type that its card says, reused from frame to
    frame."""

    def __init__(self, model_input: ModelInput) -> None:
        self._model_input = model_input
        self.tensor: NDArray[np.generic] = np.zeros(
            input_shape(model_input), np.dtype(model_input.type)
        )
        self._area: PictureArea | None = None
        self._shift = [np.float32(mean) for mean in model_input.mean]
        self._factor = [np.float32(1 / std) for std in model_input.std]
        self._is_plain = all(mean == 0 for mean in model_input.mean) and all(
            std == 1 for std in model_input.std
        )
        # [3, height, width], whatever the layout: the same memory
        is_planar = model_input.layout == "nchw"
        self._planes = self.tensor[0] if is_planar else np.moveaxis(self.tensor[0], -1, 0)

    def fill(self, frame: Frame) -> PictureArea:
        """Write the frame into `tensor`; the area that it takes there."""
        area = area_of(frame.width, frame.height, self._model_input)
        if area != self._area:
            self._pad()
            self._area = area
        pixels = frame.picture.bgr(area.width, area.height)
        rows = slice(area.top, area.top + area.height)
        columns = slice(area.left, area.left + area.width)
        is_red_first = self._model_input.channels == "rgb"
        for channel in range(3):
            target = self._planes[channel, rows, columns]
            plane = pixels[:, :, 2 - channel if is_red_first else channel]
            if self._is_plain:
                np.copyto(target, plane)
            elif target.dtype == np.float32:
                np.subtract(plane, self._shift[channel], out=target)
                np.multiply(target, self._factor[channel], out=target)
            else:
                target[...] = (plane - self._shift[channel]) * self._factor[channel]
        return area

    def _pad(self) -> None:
        for channel in range(3):
            self._planes[channel] = (
                np.float32(self._model_input.pad) - self._shift[channel]
            ) * self._factor[channel]


def input_shape(model_input: ModelInput) -> tuple[int, int, int, int]:
    """Of one picture, in the model's layout."""
    if model_input.layout == "nhwc":
        return (1, model_input.height, model_input.width, 3)
    return (1, 3, model_input.height, model_input.width)


def to_shares(boxes: NDArray[np.float32], area: PictureArea) -> NDArray[np.float32]:
    """Boxes in input pixels [N, 4] as shares of the picture, cut off at its edges."""
    corner = np.array([area.left, area.top, area.left, area.top], np.float32)
    size = np.array([area.width, area.height, area.width, area.height], np.float32)
    shares: NDArray[np.float32] = np.clip((boxes - corner) / size, 0.0, 1.0)
    return shares
