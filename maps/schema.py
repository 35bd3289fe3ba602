"""What of OpenStreetMap is drawn, and as what: tags in, a layer of the Protomaps basemap schema
(version 4) with its kind and the first zoom that shows it out. Reads no file.

The schema: https://docs.protomaps.com/basemaps/layers. Zooms are those of tiles; a page shows a
tile's content from one zoom further on, because its tiles are 512 pixels wide.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from citybrain.structs import Struct

EARTH, WATER, LANDUSE, BUILDINGS, ROADS, PLACES = (
    *("earth", "water", "landuse", "buildings", "roads", "places"),
)
LAYERS: Final = (EARTH, WATER, LANDUSE, BUILDINGS, ROADS, PLACES)
# no layers of a tile: what the sea is made of, and what has a name and is not drawn
COASTLINE: Final = "coastline"
UNDRAWN: Final = "undrawn"
Properties = tuple[tuple[str, str | int], ...]
Tags = Mapping[str, str]

BUILDING_ZOOM = 13
AREA_ZOOM_MIN = 2  # of a sea or a forest as large as it may be


class Drawn(Struct, frozen=True, kw_only=True):
    """How one thing is drawn. An area's `min_zoom` is the least; its size may ask for more."""

    layer: str
    min_zoom: int
    properties: Properties


# highway=…: kind and first zoom
HIGHWAYS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "motorway": ("highway", 3),
        "trunk": ("major_road", 5),
        "primary": ("major_road", 7),
        "secondary": ("major_road", 9),
        "tertiary": ("major_road", 10),
        **dict.fromkeys(
            ("unclassified", "residential", "living_street", "road"), ("minor_road", 12)
        ),
        **dict.fromkeys(("service", "busway", "raceway"), ("minor_road", 13)),
        **dict.fromkeys(("pedestrian", "cycleway", "track"), ("path", 13)),
        **dict.fromkeys(("footway", "path", "bridleway", "steps"), ("path", 14)),
    }
)
RAILS: Mapping[str, int] = MappingProxyType(
    {"rail": 9, "light_rail": 12, "narrow_gauge": 12, "monorail": 12, "tram": 13}
)
WATERWAYS: Mapping[str, int] = MappingProxyType(
    {"river": 8, "canal": 10, "stream": 13, "drain": 14, "ditch": 14}
)
PLACE_KINDS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "city": ("locality", 3),
        "town": ("locality", 7),
        "village": ("locality", 10),
        "hamlet": ("locality", 12),
        "suburb": ("neighbourhood", 11),
        "quarter": ("neighbourhood", 12),
        "neighbourhood": ("neighbourhood", 13),
    }
)
# areas: key, value and the kind that the schema has for it
WATER_AREAS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("natural", "water"): "water",
        ("natural", "bay"): "bay",
        ("waterway", "riverbank"): "river",
        ("waterway", "dock"): "water",
        ("landuse", "reservoir"): "lake",
        ("landuse", "basin"): "basin",
        ("leisure", "swimming_pool"): "swimming_pool",
    }
)
LANDUSES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{("leisure", kind): kind for kind in ("park", "garden", "nature_reserve", "playground")},
        **{("leisure", kind): kind for kind in ("golf_course", "pitch", "stadium")},
        **{("landuse", kind): kind for kind in ("forest", "cemetery", "grass", "meadow")},
        **{("landuse", kind): kind for kind in ("allotments", "village_green", "industrial")},
        **{("landuse", kind): kind for kind in ("railway", "military", "residential")},
        ("landuse", "recreation_ground"): "park",
        **{("natural", kind): kind for kind in ("wood", "scrub", "grassland", "beach", "sand")},
        **{("amenity", kind): kind for kind in ("hospital", "school", "university", "college")},
        ("amenity", "grave_yard"): "cemetery",
        ("aeroway", "aerodrome"): "aerodrome",
        ("tourism", "zoo"): "zoo",
        ("man_made", "pier"): "pier",
        ("highway", "pedestrian"): "pedestrian",
        ("place", "square"): "pedestrian",
    }
)
# what the drawing script paints under another name of the schema
PAINTED_AS: Mapping[str, str] = MappingProxyType(
    {"garden": "park", "meadow": "grassland", "pitch": "grass"}
)
AREA_KEYS = tuple(sorted({key for key, _ in (*WATER_AREAS, *LANDUSES)} | {"building"}))
KEYS = tuple(sorted({*AREA_KEYS, "highway", "railway", "waterway", "route", "building:part"}))


def line_of(tags: Tags) -> Drawn | None:
    """How a way is drawn as a line; None: it is not."""
    if tags.get("natural") == "coastline":
        return Drawn(layer=COASTLINE, min_zoom=0, properties=())
    if tags.get("area") == "yes":
        return None
    highway = tags.get("highway", "")
    if highway:
        return _highway(highway, tags)
    if (rail := RAILS.get(tags.get("railway", ""))) is not None:
        zoom = max(rail, 13) if "service" in tags else rail
        return _road("rail", tags["railway"], zoom, tags)
    if tags.get("man_made") == "pier":
        return _road("path", "pier", 13, tags)
    if tags.get("route") == "ferry":
        return _road("ferry", "ferry", 11, tags)
    if (water := WATERWAYS.get(tags.get("waterway", ""))) is not None:
        if tags.get("tunnel", "no") != "no":
            return None
        kind = (("kind", tags["waterway"]),)
        return Drawn(layer=WATER, min_zoom=water, properties=(*kind, *_names(tags)))
    return None


def area_of(tags: Tags) -> Drawn | None:
    """How an area is drawn; None: it is not."""
    if tags.get("building", "no") != "no":
        return Drawn(layer=BUILDINGS, min_zoom=BUILDING_ZOOM, properties=(("kind", "building"),))
    if tags.get("location") == "underground" or tags.get("tunnel", "no") != "no":
        return None
    for layer, kinds in ((WATER, WATER_AREAS), (LANDUSE, LANDUSES)):
        for (key, value), kind in kinds.items():
            if tags.get(key) == value and (key != "highway" or _is_said_area(tags)):
                shown = PAINTED_AS.get(kind, kind)
                return Drawn(layer=layer, min_zoom=AREA_ZOOM_MIN, properties=(("kind", shown),))
    return None


def place_of(tags: Tags) -> Drawn | None:
    """How a node that names a place is drawn; None: it is not."""
    place, names = tags.get("place", ""), _names(tags)
    if place not in PLACE_KINDS or not names:
        return None
    kind, zoom = PLACE_KINDS[place]
    population = tags.get("population", "")
    people = int(population) if population.isascii() and population.isdigit() else 0
    properties: Properties = (
        ("kind", kind),
        ("kind_detail", place),
        ("min_zoom", zoom),
        ("population_rank", population_rank(people)),
        *names,
    )
    return Drawn(layer=PLACES, min_zoom=zoom, properties=properties)


def population_rank(people: int) -> int:
    """The schema's rank of a place, from 0 (under 200 people) to 17 (over a billion)."""
    steps = (200, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
    more = (1_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000, 1_000_000_000)
    return sum(people >= step for step in (*steps, *more))


def _is_said_area(tags: Tags) -> bool:
    """A way that ends where it began is a street going round, unless it says that it is not."""
    return tags.get("area") == "yes" or tags.get("type") == "multipolygon"


def _highway(highway: str, tags: Tags) -> Drawn | None:
    detail = highway.removesuffix("_link")
    if detail not in HIGHWAYS:
        return None
    kind, zoom = HIGHWAYS[detail]
    is_parking_aisle = detail == "service" and "service" in tags
    if detail == "footway" and tags.get("footway") in ("sidewalk", "crossing"):
        return None  # beside a street that is drawn
    if tags.get("indoor", "no") != "no" or tags.get("level", "0") not in ("0", ""):
        return None
    return _road(kind, detail, zoom + is_parking_aisle, tags, is_link=highway != detail)


def _road(kind: str, detail: str, zoom: int, tags: Tags, *, is_link: bool = False) -> Drawn:
    marks = (
        ("is_bridge", tags.get("bridge", "no") != "no"),
        ("is_tunnel", tags.get("tunnel", "no") != "no"),
        ("is_link", is_link),
    )
    ref = (("ref", tags["ref"]),) if tags.get("ref") and kind != "rail" else ()
    properties: Properties = (
        ("kind", kind),
        ("kind_detail", detail),
        ("min_zoom", zoom),
        *((name, True) for name, is_so in marks if is_so),
        *ref,
        *(_names(tags) if kind != "rail" else ()),
    )
    return Drawn(layer=ROADS, min_zoom=zoom, properties=properties)


def _names(tags: Tags) -> Properties:
    """name, name:en, and name:zh: simplified characters first, for pages in Chinese are in them."""
    chinese = next((tags[k] for k in ("name:zh-Hans", "name:zh", "name:zh-Hant") if k in tags), "")
    found = (
        ("name", tags.get("name", "")),
        ("name:en", tags.get("name:en", "")),
        ("name:zh", chinese),
    )
    return tuple((key, text) for key, text in found if text)
