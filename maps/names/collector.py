"""Gathers what has a name while an extract is read, adds landmarks of other files, and writes the
names beside the map. Streets and outlines are thinned by two metres: nobody is called by less.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import shapely

from citybrain.localized_name import LocalizedName
from citybrain.places_file import (
    E6,
    PLACE_NAME_CORNERS,
    PLACE_NAMES,
    STEP_MAX,
    NamedPlace,
    Path6,
    PlaceSort,
    write_places,
)
from maps.extract.features import Found
from maps.names.named import Named

THINNING = 2e-5  # degrees, 2.2 m
STRETCH = STEP_MAX / E6 / 2  # between corners: what is longer gets corners between
SEEN = {PlaceSort.STREET: 2, PlaceSort.LANDMARK: 1, PlaceSort.AREA: 3}  # corners at least


class NameCollector:
    """The names of one map. Of more than a district takes in none are kept, and it says so."""

    def __init__(self) -> None:
        self._paths: dict[tuple[PlaceSort, LocalizedName], list[Path6]] = {}  # streets
        self._others: set[NamedPlace] = set()
        self._corners = 0

    def add(self, found: Iterable[Found]) -> None:
        """What was read of an extract and has a name."""
        having = [one for one in found if one.named and one.shape is not None]
        shapes = shapely.from_wkb(np.array([one.shape for one in having], dtype=object))
        for one, shape in zip(having, shapes, strict=True):
            for named in one.named:
                self.put(named, shape)

    def put(self, named: Named, shape: shapely.Geometry) -> None:
        """A named thing that has this shape, in degrees."""
        if self.is_over:
            return
        paths = tuple(sorted(_paths(named.sort, shape)))
        self._corners += sum(len(one) // 2 for one in paths)
        if named.sort is PlaceSort.STREET:
            self._paths.setdefault(named, []).extend(paths)
        elif paths:
            self._others.add(NamedPlace(sort=named.sort, name=named.name, paths=paths))

    @property
    def is_over(self) -> bool:
        """Whether there are more than a district takes in."""
        return self._corners > PLACE_NAME_CORNERS.value or len(self) > PLACE_NAMES.value

    def __len__(self) -> int:
        return len(self._paths) + len(self._others)

    def write(self, path: Path, attribution: str) -> None:
        """All of them, the pieces of a street together."""
        streets = (
            NamedPlace(sort=sort, name=name, paths=tuple(sorted(set(paths))))
            for (sort, name), paths in self._paths.items()
            if paths
        )
        write_places(path, (*streets, *self._others), attribution=attribution)


def _paths(sort: PlaceSort, shape: shapely.Geometry) -> Iterator[Path6]:
    if sort is PlaceSort.LANDMARK:
        shape = _middle(shape)
    else:
        shape = shapely.segmentize(shapely.simplify(shape, THINNING), STRETCH)
    for part in shapely.get_parts(shape):
        lines = shapely.get_rings(part) if sort is PlaceSort.AREA else (part,)
        for line in lines:
            places = np.rint(shapely.get_coordinates(line) * E6).astype(np.int64)
            corners = places[:-1] if sort is PlaceSort.AREA else places
            if len(corners) >= SEEN[sort]:
                yield tuple(corners.ravel().tolist())


def _middle(shape: shapely.Geometry) -> shapely.Geometry:
    """A place of the shape: of a line, half way along."""
    if shape.geom_type == "LineString":
        return shapely.line_interpolate_point(shape, 0.5, normalized=True)
    return shapely.point_on_surface(shape)
