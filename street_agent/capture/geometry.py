"""How a picture stands and how wide it is: what the stream says of its turn and its pixels, and
what the configuration says of a camera that says nothing. Pure.
"""

from citybrain.structs import Struct

# Of a pixel, width to height: beyond, a camera that says so is mistaken.
PIXEL_SHAPE_MIN, PIXEL_SHAPE_MAX = 0.25, 4.0
QUARTER_DEG = 90


class Geometry(Struct, frozen=True, kw_only=True):
    """What takes the place of what the stream says; None: the stream's word counts."""

    rotate_deg: int | None = None  # clockwise, by quarters, as the picture has to be turned
    aspect: float | None = None  # width to height of the picture as it is seen, after the turn


AS_SENT = Geometry()


class Shape(Struct, frozen=True, kw_only=True):
    """A picture as it is seen: its size in square pixels after `turn` quarters clockwise."""

    width: int
    height: int
    turn: int


def shape_of(
    geometry: Geometry, *, width: int, height: int, pixel_shape: float = 1.0, turn_deg: float = 0.0
) -> Shape:
    """The shape of a picture of `width` x `height` pixels, each `pixel_shape` times as wide as it
    is high; the stream says that it has to be turned by `turn_deg` clockwise."""
    asked_deg = turn_deg if geometry.rotate_deg is None else geometry.rotate_deg
    turn = round(asked_deg / QUARTER_DEG) % 4
    is_shape = PIXEL_SHAPE_MIN <= pixel_shape <= PIXEL_SHAPE_MAX
    seen = (round(width * pixel_shape) if is_shape else width, height)
    seen_width, seen_height = seen if turn % 2 == 0 else (seen[1], seen[0])
    if geometry.aspect is not None:
        seen_width = max(1, round(seen_height * geometry.aspect))
    return Shape(width=seen_width, height=seen_height, turn=turn)
