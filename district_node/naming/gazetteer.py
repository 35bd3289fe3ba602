"""The names beside a district's map, found by place: the street that is nearest, the landmark that
is nearest, the area around. Loaded when the node starts, and then never changed.
"""

import logging
import math
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.map_file import MapFileError
from citybrain.places_file import E6, NamedPlace, Path6, PlaceSort, places_beside, read_places
from citybrain.structs import Struct
from district_node.naming.segment_grid import METRES_E6, Cells, SegmentGrid

LANDMARK_AREA_M2 = 1_000_000.0  # a larger area is where one is, and no mark to go by
AREA_CELL_M = 1_000.0
AREA_SIDE_MAX_E6 = 1_000_000  # a wider area, one degree, is in no cell: it is always looked at
NAME_BYTES, AREA_BYTES = 200, 600  # that Python takes for a name in two languages, and an area

log = logging.getLogger(__name__)


class NamedMark(Struct, frozen=True, kw_only=True):
    """A named thing, how far it is, and its place that is nearest."""

    name: LocalizedName
    metres: float
    place: Point


class _Area(NamedTuple):
    name: LocalizedName
    rings: tuple["array[int]", ...]
    west: int
    south: int
    east: int
    north: int
    square_m: float

    def holds(self, x: int, y: int) -> bool:
        """Whether a place is inside: in an odd number of rings."""
        if not (self.west <= x <= self.east and self.south <= y <= self.north):
            return False
        return sum(_crossings(ring, x, y) for ring in self.rings) % 2 == 1


class Gazetteer:
    """Names by place."""

    def __init__(self, places: Iterable[NamedPlace], latitude: float) -> None:
        """`latitude`: of the district, by which the cells are about square."""
        self._cells, self._area_cells = Cells(latitude), Cells(latitude, AREA_CELL_M)
        self._streets, self._landmarks = SegmentGrid(self._cells), SegmentGrid(self._cells)
        self._names: list[LocalizedName] = []
        self._areas: list[_Area] = []
        self._areas_of: dict[int, array[int]] = {}
        self._wide: list[_Area] = []
        for place in places:
            self._add(place)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        rings = sum(AREA_BYTES + 4 * len(ring) for area in self._areas for ring in area.rings)
        grids = self._streets.size_bytes + self._landmarks.size_bytes
        return grids + rings + NAME_BYTES * len(self._names)

    def street(self, place: Point, within_m: float) -> NamedMark | None:
        """The nearest street."""
        return self._nearest(self._streets, place, within_m)

    def landmark(self, place: Point, within_m: float) -> NamedMark | None:
        """The landmark around the place, of several the smallest; else the nearest one."""
        around = self._around(place)
        if around is not None and around.square_m <= LANDMARK_AREA_M2:
            return NamedMark(name=around.name, metres=0.0, place=place)
        return self._nearest(self._landmarks, place, within_m)

    def area(self, place: Point) -> LocalizedName | None:
        """The smallest area around the place."""
        around = self._around(place)
        return None if around is None else around.name

    def _add(self, place: NamedPlace) -> None:
        owner = len(self._names)
        self._names.append(place.name)
        grid = self._streets if place.sort is PlaceSort.STREET else self._landmarks
        if place.sort is PlaceSort.AREA:
            area = _area_of(place)
            self._index(area)
            if area.square_m > LANDMARK_AREA_M2:
                return
        for path in place.paths:
            ring = path + path[:2] if place.sort is PlaceSort.AREA else path
            grid.add(owner, ring)

    def _index(self, area: _Area) -> None:
        if max(area.east - area.west, area.north - area.south) > AREA_SIDE_MAX_E6:
            self._wide.append(area)
            return
        number = len(self._areas)
        self._areas.append(area)
        for cell in self._area_cells.within(area.west, area.south, area.east, area.north):
            self._areas_of.setdefault(cell, array("I")).append(number)

    def _nearest(self, grid: SegmentGrid, place: Point, within_m: float) -> NamedMark | None:
        found = grid.nearest(*_e6(place), within_m)
        if found is None:
            return None
        at = Point(lat=found.y / E6, lon=found.x / E6)
        return NamedMark(name=self._names[found.owner], metres=found.metres, place=at)

    def _around(self, place: Point) -> _Area | None:
        x, y = _e6(place)
        near = [self._areas[number] for number in self._areas_of.get(self._area_cells.of(x, y), ())]
        inside = (one for one in (*near, *self._wide) if one.holds(x, y))
        return min(inside, key=_by_size, default=None)


def load_gazetteer(map_file: Path | None, latitude: float) -> Gazetteer | None:
    """The names beside the map; None, and a word in the log, where there are none to be had: no
    node needs them."""
    if map_file is None:
        return None
    path = places_beside(map_file)
    try:
        found = Gazetteer(read_places(path), latitude)
    except MapFileError as error:
        log.warning("places are called by assets alone: %s", error)
        return None
    log.info("%d names of places beside the map, some %d kB", len(found), found.size_bytes // 1_000)
    return found


def _area_of(place: NamedPlace) -> _Area:
    xs = [x for path in place.paths for x in path[::2]]
    ys = [y for path in place.paths for y in path[1::2]]
    return _Area(
        name=place.name,
        rings=tuple(array("i", path) for path in place.paths),
        west=min(xs),
        south=min(ys),
        east=max(xs),
        north=max(ys),
        square_m=_square_m(place.paths),
    )


def _square_m(rings: tuple[Path6, ...]) -> float:
    """The largest ring's area: that of an area without its holes."""
    return max(abs(_twice(ring)) / 2 for ring in rings)


def _twice(ring: Path6) -> float:
    """Twice the area in square metres, by the sum over the corners (Gauss's formula)."""
    east = METRES_E6 * math.cos(math.radians(ring[1] / E6))
    total, at = 0, len(ring) - 2
    for then in range(0, len(ring), 2):
        total += ring[at] * ring[then + 1] - ring[then] * ring[at + 1]
        at = then
    return total * east * METRES_E6


def _crossings(ring: "array[int]", x: int, y: int) -> int:
    """How often a ray to the east crosses the ring."""
    crossed, at = 0, len(ring) - 2
    for then in range(0, len(ring), 2):
        y_a, y_b = ring[at + 1], ring[then + 1]
        if (y_a > y) != (y_b > y):
            crossed += x < ring[at] + (y - y_a) * (ring[then] - ring[at]) / (y_b - y_a)
        at = then
    return crossed


def _by_size(area: _Area) -> float:
    return area.square_m


def _e6(place: Point) -> tuple[int, int]:
    return round(place.lon * E6), round(place.lat * E6)
