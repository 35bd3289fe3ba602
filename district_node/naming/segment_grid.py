"""Lines and points in a grid of cells, in which the nearest one is found without a look at the
rest. Coordinates are millionths of a degree; distances are those of a plane at the place that is
asked about, exact to a thousandth within some kilometres.
"""

import math
from array import array
from collections.abc import Iterator
from typing import NamedTuple

METRES_E6 = 0.111195  # a millionth of a degree of latitude
CELL_M = 150.0
CELL_BYTES = 200  # that Python takes for a cell
COS_MIN = 0.05  # so that a cell has a width at the poles, too
ROW = 1_000_000  # numbers of cells from one row to the next: more than there are columns


class Nearest(NamedTuple):
    """Whose line it is, how far away, and the place on it (longitude, latitude)."""

    owner: int
    metres: float
    x: float
    y: float


class Cells:
    """The cells of a grid, about square around one latitude, by number: row by row."""

    def __init__(self, latitude: float, metres: float = CELL_M) -> None:
        self.metres, self._cos = metres, max(math.cos(math.radians(latitude)), COS_MIN)
        self.high = round(metres / METRES_E6)
        self.wide = round(metres / (METRES_E6 * self._cos))

    def of(self, x: int, y: int) -> int:
        """The cell of a place."""
        return y // self.high * ROW + x // self.wide

    def within(self, west: int, south: int, east: int, north: int) -> Iterator[int]:
        """The cells of a rectangle."""
        for row in range(south // self.high, north // self.high + 1):
            for column in range(west // self.wide, east // self.wide + 1):
                yield row * ROW + column

    def along(self, x: int, y: int, to_x: int, to_y: int) -> Iterator[int]:
        """The cells that a line touches: in each row, those between where it enters and leaves."""
        if y > to_y:
            x, y, to_x, to_y = to_x, to_y, x, y
        enters = float(x)
        for row in range(y // self.high, to_y // self.high + 1):
            top = min((row + 1) * self.high, to_y)
            leaves = x + (to_x - x) * (top - y) / (to_y - y) if to_y > y else float(to_x)
            low, high = (enters, leaves) if enters <= leaves else (leaves, enters)
            for column in range(int(low // self.wide), int(high // self.wide) + 1):
                yield row * ROW + column
            enters = leaves

    def least(self, east: float) -> float:
        """The least width or height of a cell where a millionth of a degree to the east has so many
        metres."""
        return self.metres * min(1.0, east / (METRES_E6 * self._cos))


class SegmentGrid:
    """Add paths, then ask for the nearest. It takes 12 bytes a corner, 4 a segment and cell, and
    some 200 a cell."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._x, self._y, self._owners = array("i"), array("i"), array("I")
        self._by_cell: dict[int, array[int]] = {}

    def add(self, owner: int, path: tuple[int, ...]) -> None:
        """A path of longitude and latitude in turn; one place is a point."""
        corners = path if len(path) > 2 else path * 2
        first, xs, ys = len(self._x), corners[::2], corners[1::2]
        self._x.extend(xs)
        self._y.extend(ys)
        self._owners.extend([owner] * len(xs))
        for at in range(len(xs) - 1):
            for cell in self._cells.along(xs[at], ys[at], xs[at + 1], ys[at + 1]):
                segments = self._by_cell.get(cell)
                if segments is None:
                    segments = self._by_cell[cell] = array("I")
                segments.append(first + at)

    def nearest(self, x: int, y: int, within_m: float) -> Nearest | None:
        """What is nearest to a place, of equals the first that was added."""
        east = METRES_E6 * max(math.cos(math.radians(y / 1e6)), COS_MIN)
        least = self._cells.least(east)
        middle = self._cells.of(x, y)
        found = _Search(x, y, east, within_m)
        for ring in range(int(within_m / least) + 2):
            if (ring - 1) * least > found.metres:
                break
            for cell in _ring(middle, ring):
                if segments := self._by_cell.get(cell):
                    self._look(segments, found)
        return found.best()

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        segments = sum(len(one) for one in self._by_cell.values())
        return 12 * len(self._x) + 4 * segments + CELL_BYTES * len(self._by_cell)

    def _look(self, segments: "array[int]", found: "_Search") -> None:
        """Written for speed: it runs a hundred times for a name."""
        xs, ys, x, y, east = self._x, self._y, found.x, found.y, found.east
        least = found.metres_2
        for segment in segments:
            from_x, from_y = (xs[segment] - x) * east, (ys[segment] - y) * METRES_E6
            over_x = (xs[segment + 1] - x) * east - from_x
            over_y = (ys[segment + 1] - y) * METRES_E6 - from_y
            along = -(from_x * over_x + from_y * over_y)
            if along > 0.0:
                length_2 = over_x * over_x + over_y * over_y
                share = along / length_2 if along < length_2 else 1.0
                from_x += share * over_x
                from_y += share * over_y
            metres_2 = from_x * from_x + from_y * from_y
            if metres_2 <= least:
                owner = self._owners[segment]
                if metres_2 < least or not 0 <= found.owner < owner:
                    found.put(owner, metres_2, from_x, from_y)
                    least = metres_2


class _Search:
    """The nearest so far."""

    def __init__(self, x: int, y: int, east: float, within_m: float) -> None:
        self.x, self.y, self.east = x, y, east
        self.owner, self.metres, self.metres_2 = -1, within_m, within_m * within_m
        self._at = (0.0, 0.0)

    def put(self, owner: int, metres_2: float, at_x: float, at_y: float) -> None:
        self.owner, self.metres, self.metres_2 = owner, math.sqrt(metres_2), metres_2
        self._at = (at_x, at_y)

    def best(self) -> Nearest | None:
        if self.owner < 0:
            return None
        at_x, at_y = self._at
        x, y = self.x + at_x / self.east, self.y + at_y / METRES_E6
        return Nearest(self.owner, self.metres, x, y)


def _ring(middle: int, ring: int) -> Iterator[int]:
    """The cells that are `ring` columns or rows away."""
    if not ring:
        yield middle
        return
    for across in range(-ring, ring + 1):
        yield middle - ring * ROW + across
        yield middle + ring * ROW + across
    for up in range(-ring + 1, ring):
        yield middle + up * ROW - ring
        yield middle + up * ROW + ring
