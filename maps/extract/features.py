"""What an extract holds that is drawn: osmium reads it, puts areas of ways and multipolygons
together, and gives each thing as WKB in degrees. The only importer of osmium.

Memory: osmium keeps 16 bytes for each node and the ways of multipolygons while it reads; a city
of two million inhabitants has five to fifteen million nodes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import osmium
import shapely

from citybrain.map_file import MapBounds
from citybrain.places_file import PlaceSort
from maps.errors import ExtractError
from maps.extract.pbf_blocks import DOWNLOAD, check_blocks
from maps.names.named import LANDMARK_KEYS, Named, named_landmark, named_line
from maps.schema import AREA_KEYS, KEYS, UNDRAWN, Drawn, area_of, line_of, place_of

LOCATIONS = "sparse_mem_array"  # a city has few of the world's node ids
TIME = "osmosis_replication_timestamp"
NOT_DRAWN = Drawn(layer=UNDRAWN, min_zoom=0, properties=())
AREAS = osmium.filter.KeyFilter(*AREA_KEYS, *LANDMARK_KEYS)
WANTED = osmium.filter.KeyFilter(*KEYS, *LANDMARK_KEYS)


class ExtractHeader(NamedTuple):
    """What an extract says of itself."""

    bounds: MapBounds
    time: str  # ISO 8601, of its newest edit; "": it does not say


class Found(NamedTuple):
    """One thing that is drawn or has a name; `shape` None: it lacks the places of its nodes."""

    drawn: Drawn
    shape: bytes | None  # WKB, in degrees
    is_area: bool = False
    named: tuple[Named, ...] = ()  # what people call so


def read_header(path: Path) -> ExtractHeader:
    """What the extract covers and how old it is. Raises `ExtractError`."""
    if not check_blocks(path):
        raise ExtractError(f"{path} holds nothing: only the head of an extract. {DOWNLOAD}")
    try:
        reader = osmium.io.Reader(str(path))
        head = reader.header()
        reader.close()
        box, time = head.box(), head.get(TIME) or ""
        bounds = _extent(path) if not box.valid() else _degrees(box)
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    return ExtractHeader(bounds, time)


def read_features(path: Path) -> Iterator[Found]:
    """Everything that is drawn or has a name, in the order of the file: first points and lines,
    then areas. Raises `ExtractError`."""
    processor = (
        osmium.FileProcessor(str(path))
        .with_locations(LOCATIONS)
        .with_areas(AREAS)
        .with_filter(WANTED)
    )
    shapes = osmium.geom.WKBFactory()
    try:
        for one in processor:
            found = _found(one, shapes)
            if found is not None:
                yield found
    except RuntimeError as error:
        raise _unreadable(path, error) from error


def _found(one: object, shapes: "osmium.geom.WKBFactory") -> Found | None:
    match one:
        case osmium.osm.Area():
            drawn, named = area_of(tags := _tags(one)), named_landmark(tags, PlaceSort.AREA)
            if drawn is not None or named:
                return Found(drawn or NOT_DRAWN, _area(one, shapes), is_area=True, named=named)
        case osmium.osm.Way():
            drawn = line_of(tags := _tags(one))
            named = named_line(tags, drawn)
            if drawn is not None or named:
                return Found(drawn or NOT_DRAWN, _line(one, shapes), named=named)
        case osmium.osm.Node():
            drawn, named = place_of(tags := _tags(one)), named_landmark(tags, PlaceSort.LANDMARK)
            if drawn is not None or named:
                shape = bytes.fromhex(shapes.create_point(one))
                return Found(drawn or NOT_DRAWN, shape, named=named)
    return None


def _tags(one: "osmium.osm.Area | osmium.osm.Way | osmium.osm.Node") -> Mapping[str, str]:
    return dict(one.tags)


def _area(area: osmium.osm.Area, shapes: "osmium.geom.WKBFactory") -> bytes | None:
    try:
        return bytes.fromhex(shapes.create_multipolygon(area))
    except (RuntimeError, osmium.InvalidLocationError):  # rings that osmium could not close
        return None


def _line(way: osmium.osm.Way, shapes: "osmium.geom.WKBFactory") -> bytes | None:
    try:
        return bytes.fromhex(shapes.create_linestring(way))
    except (RuntimeError, osmium.InvalidLocationError):  # one place, or a node without one
        return _pieces(way)


def _pieces(way: osmium.osm.Way) -> bytes | None:
    """The pieces whose nodes are in the extract: some hold ways whole, others cut at the border."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            pieces[-1].append((node.lon, node.lat))
        elif pieces[-1]:
            pieces.append([])
    lines = [shapely.LineString(piece) for piece in pieces if len(piece) > 1]
    if not lines:
        return None
    whole = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    return bytes(shapely.to_wkb(whole))


def _degrees(box: osmium.osm.Box) -> MapBounds:
    low, high = box.bottom_left, box.top_right
    return MapBounds(west=low.lon, south=low.lat, east=high.lon, north=high.lat)


def _extent(path: Path) -> MapBounds:
    """Where the nodes of an extract lie that does not say what it covers."""
    box = osmium.osm.Box(osmium.osm.Location(), osmium.osm.Location())
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        assert isinstance(node, osmium.osm.Node)
        box.extend(node.location)
    if not box.valid():
        raise ExtractError(f"{path} holds nothing: there is no node in it. {DOWNLOAD}")
    return _degrees(box)


def _unreadable(path: Path, error: RuntimeError) -> ExtractError:
    return ExtractError(
        f"{path} cannot be read as .osm.pbf: {error}. It was damaged on its way, or is of another"
        " format: download it again."
    )
