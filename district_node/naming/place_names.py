"""What people call a place: the nearest thing of the city that the district knows by name, or how
far and where from it. Pure; a screen's words, on which no decision depends.
"""

from citybrain.geo import Point, bearing_deg, compass_point, distance_m
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.structs import Struct
from district_node.inputs import Setup

AT_M = 60.0  # nobody on the street calls that a distance
NEAR_M = 5_000.0  # from further away a thing names no place
METRES_A_DEGREE = 111_195.0
PLACES_KEPT = 20_000  # some 2 MB of names; then they are made anew
IN_CHINESE = {
    "north": "北",
    "north-east": "东北",
    "east": "东",
    "south-east": "东南",
    "south": "南",
    "south-west": "西南",
    "west": "西",
    "north-west": "西北",
}


class Landmark(Struct, frozen=True, kw_only=True):
    """Something that has a name and a place."""

    name: LocalizedName
    place: Point


def bilingual(name: LocalizedName) -> str:
    """Both languages in one text, as names of units and districts are written: screens show the
    half of theirs."""
    return name.en if name.en == name.zh else f"{name.en} / {name.zh}"


class PlaceNames:
    """The names of places around `setup`'s assets; with none near, around its centre."""

    def __init__(self, setup: Setup) -> None:
        self._assets = setup.assets
        centre = LocalizedName(en=f"the centre of {setup.name.en}", zh=f"{setup.name.zh}中心")
        self.centre = Landmark(name=centre, place=setup.centre)
        self._known: dict[Point, LocalizedName] = {}

    def of(self, place: Point) -> LocalizedName:
        """In the languages of the screens: "Gauge at Mill Bridge", "350 m north of it"."""
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= PLACES_KEPT:
                self._known.clear()
            known = self._known[place] = self._named(place)
        return known

    def nearest_asset(self, place: Point) -> Landmark | None:
        """The nearest asset; None: none is near."""
        nearest: Asset | None = None
        metres = NEAR_M
        for one in self._assets:
            if abs(one.place.lat - place.lat) * METRES_A_DEGREE > metres:
                continue  # further north or south than the nearest so far
            away = distance_m(one.place, place)
            if away < metres:
                nearest, metres = one, away
        return None if nearest is None else Landmark(name=nearest.name, place=nearest.place)

    def _named(self, place: Point) -> LocalizedName:
        mark = self.nearest_asset(place) or self.centre
        return around(mark, place, distance_m(mark.place, place))


def around(mark: Landmark, place: Point, metres: float, at_m: float = AT_M) -> LocalizedName:
    """How far and where from `mark` the place is; its name alone up to `at_m`."""
    if metres <= at_m:
        return mark.name
    english = compass_point(bearing_deg(mark.place, place))
    far_en, far_zh = _distance(metres)
    return LocalizedName(
        en=f"{far_en} {english} of {mark.name.en}",
        zh=f"{mark.name.zh}{IN_CHINESE[english]}{far_zh}",
    )


def _distance(metres: float) -> tuple[str, str]:
    if metres < 950:
        tens = round(metres / 10) * 10
        return f"{tens} m", f"{tens}米"
    return f"{metres / 1_000:.1f} km", f"{metres / 1_000:.1f}公里"
