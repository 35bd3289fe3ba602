"""Measures a tiny grey image: how bright, how varied, how sharp, how different from the one before.
Arithmetic only; what it means is decided by `visibility`."""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct
from street_agent.capture.frame import Pixels

WIDTH, HEIGHT = 160, 90  # enough to show a blurred lens, little enough for 0.2 ms
BLOCKS_X, BLOCKS_Y = 16, 9


class PictureStatistics(Struct, frozen=True, kw_only=True, eq=False):
    """Statistics of one image, in grey levels (0..255)."""

    mean: float
    spread: float  # standard deviation
    sharpness: float  # mean absolute Laplacian
    change: float | None  # mean absolute difference from the image before; None: there was none
    # [9 * 16] block means, centred and of unit length: the scene's layout whatever the light.
    layout: NDArray[np.float32]


def measure(grey: Pixels, before: Pixels | None) -> PictureStatistics:
    """The statistics of `grey` ([90, 160]); `before` is the image measured before, of the same
    shape."""
    picture = grey.astype(np.int16)
    inner = picture[1:-1, 1:-1]
    laplacian = (
        4 * inner - picture[:-2, 1:-1] - picture[2:, 1:-1] - picture[1:-1, :-2] - picture[1:-1, 2:]
    )
    return PictureStatistics(
        mean=float(picture.mean()),
        spread=float(picture.std()),
        sharpness=float(np.abs(laplacian).mean()),
        change=None if before is None else float(np.abs(picture - before).mean()),
        layout=_layout(picture),
    )


def similarity(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """How much two layouts agree (cosine): 1 the same scene, 0 nothing in common, below 0 the
    contrary."""
    return float(a @ b)


def _layout(picture: NDArray[np.int16]) -> NDArray[np.float32]:
    blocks = (
        picture.reshape(BLOCKS_Y, HEIGHT // BLOCKS_Y, BLOCKS_X, WIDTH // BLOCKS_X)
        .mean(axis=(1, 3), dtype=np.float32)
        .ravel()
    )
    blocks -= blocks.mean()
    length = float(np.linalg.norm(blocks))
    return blocks / length if length > 1.0 else np.zeros_like(blocks)
