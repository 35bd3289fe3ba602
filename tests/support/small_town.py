"""A town small enough to know by heart, as an extract of OpenStreetMap that osmium writes: streets,
houses, a lake with an island, a park, names in three languages, and a coast where one is wanted.
"""

from collections.abc import Sequence
from pathlib import Path

import osmium

WEST, SOUTH, EAST, NORTH = 104.02, 30.60, 104.14, 30.70
Place = tuple[float, float]  # longitude, latitude
# streets by name: their places
RIVER_STREET = ((104.05, 30.66), (104.06, 30.66), (104.07, 30.665))
RIVER_STREET_ON = ((104.07, 30.665), (104.08, 30.67))
HIGH_ROAD = ((104.03, 30.63), (104.13, 30.64))
HOUSE = ((104.0605, 30.6605), (104.0610, 30.6605), (104.0610, 30.6610), (104.0605, 30.6610))
LAKE = ((104.09, 30.65), (104.10, 30.65), (104.10, 30.66), (104.09, 30.66))
ISLAND = ((104.094, 30.654), (104.096, 30.654), (104.096, 30.656), (104.094, 30.656))
PARK = ((104.04, 30.65), (104.045, 30.65), (104.045, 30.655), (104.04, 30.655))
CENTRE = (104.06, 30.66)
HIGH_NAMES = {"name": "High Road", "name:zh": "高路"}
NAMES = {"name": "滨江路", "name:en": "River Street", "name:zh-Hans": "滨江路"}


class TownWriter:
    """Writes an extract; ids are counted up, nodes, ways and relations each in their order."""

    def __init__(self, path: Path, *, box: bool = True) -> None:
        header = osmium.io.Header()
        if box:
            corners = (osmium.osm.Location(WEST, SOUTH), osmium.osm.Location(EAST, NORTH))
            header.add_box(osmium.osm.Box(*corners))
        self._file = osmium.SimpleWriter(str(path), header=header)
        self._nodes: dict[Place, int] = {}
        self._ways: list[tuple[list[int], dict[str, str]]] = []
        self._relations: list[tuple[list[tuple[str, int, str]], dict[str, str]]] = []
        self._named: list[tuple[Place, dict[str, str]]] = []

    def node(self, at: Place, tags: dict[str, str]) -> None:
        self._named.append((at, tags))

    def way(self, places: Sequence[Place], tags: dict[str, str]) -> int:
        self._ways.append(([self._node(place) for place in places], tags))
        return len(self._ways)

    def area(self, places: Sequence[Place], tags: dict[str, str]) -> int:
        return self.way([*places, places[0]], tags)

    def relation(self, members: Sequence[tuple[str, int, str]], tags: dict[str, str]) -> None:
        self._relations.append((list(members), tags))

    def close(self, *, lost: frozenset[Place] = frozenset()) -> None:
        """Write all of it; the nodes at `lost` are not in the extract."""
        make = osmium.osm.mutable
        for place, number in self._nodes.items():
            if place not in lost:
                self._file.add_node(make.Node(id=number, location=place))
        for number, (place, tags) in enumerate(self._named, len(self._nodes) + 1):
            self._file.add_node(make.Node(id=number, location=place, tags=tags))
        for number, (nodes, tags) in enumerate(self._ways, 1):
            self._file.add_way(make.Way(id=number, nodes=nodes, tags=tags))
        for number, (members, tags) in enumerate(self._relations, 1):
            self._file.add_relation(make.Relation(id=number, members=members, tags=tags))
        self._file.close()

    def _node(self, place: Place) -> int:
        return self._nodes.setdefault(place, len(self._nodes) + 1)


def write_town(path: Path) -> Path:
    """The whole town at `path`."""
    town = TownWriter(path)
    town.way(RIVER_STREET, {"highway": "residential", **NAMES})
    town.way(RIVER_STREET_ON, {"highway": "residential", **NAMES})
    town.way(HIGH_ROAD, {"highway": "primary", "ref": "G5", **HIGH_NAMES})
    town.area(HOUSE, {"building": "yes"})
    lake, island = town.area(LAKE, {}), town.area(ISLAND, {})
    rings = [("w", lake, "outer"), ("w", island, "inner")]
    town.relation(rings, {"type": "multipolygon", "natural": "water", "name": "Lake"})
    town.area(PARK, {"leisure": "park"})
    town.node(CENTRE, {**NAMES, "name": "滨江", "place": "town", "population": "120000"})
    town.close()
    return path
