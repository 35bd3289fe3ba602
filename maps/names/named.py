"""What of OpenStreetMap has a name by which people call a place: tags in, what it is and how it is
called out. Reads no file.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from citybrain.localized_name import LocalizedName
from citybrain.places_file import NAME_CHARS_MAX, PlaceSort
from maps.schema import ROADS, Drawn, Tags

# what people go by, by key; the stations of a tram would be too many
LANDMARKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "aeroway": frozenset(("aerodrome", "terminal")),
        "amenity": frozenset(
            "arts_centre bus_station clinic college community_centre concert_hall courthouse"
            " exhibition_centre ferry_terminal fire_station hospital kindergarten library"
            " marketplace place_of_worship police post_office prison public_building school"
            " theatre townhall university".split()
        ),
        "building": frozenset(
            "cathedral church civic government hospital mosque public school stadium temple"
            " train_station university".split()
        ),
        "historic": frozenset(("castle", "city_gate", "fort", "monument")),
        "leisure": frozenset(
            "garden ice_rink marina nature_reserve park sports_centre stadium water_park".split()
        ),
        "man_made": frozenset(("bridge", "lighthouse", "pier", "tower")),
        "office": frozenset(("government",)),
        "place": frozenset(("square",)),
        "public_transport": frozenset(("station",)),
        "railway": frozenset(("halt", "station", "subway_entrance")),
        "shop": frozenset(("department_store", "mall")),
        "tourism": frozenset(("gallery", "museum", "theme_park", "zoo")),
    }
)
LANDMARK_KEYS = tuple(sorted(LANDMARKS))
CHINESE = ("zh-Hans", "zh", "zh-Hant")  # simplified characters first, as pages are in them


class Named(NamedTuple):
    """What is called so."""

    sort: PlaceSort
    name: LocalizedName


def named_line(tags: Tags, drawn: Drawn | None) -> tuple[Named, ...]:
    """A street that is drawn, and the bridge that it goes over."""
    found = []
    if drawn is not None and drawn.layer == ROADS and "highway" in tags:
        found.append((PlaceSort.STREET, name_of(tags)))
    if tags.get("bridge", "no") != "no":
        found.append((PlaceSort.LANDMARK, name_of(tags, "bridge:name")))
    return tuple(Named(sort, name) for sort, name in found if name is not None)


def named_landmark(tags: Tags, sort: PlaceSort) -> tuple[Named, ...]:
    """A landmark, which is a node or an area; a place for walking is a square."""
    is_one = any(tags.get(key) in values for key, values in LANDMARKS.items())
    is_square = tags.get("highway") == "pedestrian" and sort is PlaceSort.AREA
    name = name_of(tags) if is_one or is_square else None
    return () if name is None else (Named(sort, name),)


def name_of(tags: Mapping[str, object], key: str = "name") -> LocalizedName | None:
    """In the languages of the screens, where one is not known the local one; None: it has none."""
    local, english = _line(tags.get(key)), _line(tags.get(f"{key}:en"))
    chinese = next((found for one in CHINESE if (found := _line(tags.get(f"{key}:{one}")))), "")
    name = LocalizedName(en=english or local or chinese, zh=chinese or local or english)
    return name if name.en else None


def _line(text: object) -> str:
    """On one line, without control characters; "": it is no name, or longer than one."""
    found = " ".join(text.split()) if isinstance(text, str) else ""
    return found if len(found) <= NAME_CHARS_MAX and found.isprintable() else ""
