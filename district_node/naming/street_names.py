"""What people call a place where the district has a map: the street, and how far and where from the
nearest landmark. Screens' words: no core may see them, or a replay by another map would decide
otherwise.
"""

import math

from citybrain.geo import Point, distance_m
from citybrain.localized_name import LocalizedName
from district_node.inputs import Setup
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.place_names import AT_M, Landmark, PlaceNames, around

STREET_M = 100.0  # a street from further away is another one
MARK_M = 1_000.0  # as far as a landmark tells where on a street one is
MARK_AT_M = 20.0  # nearer one stands at it: about what a position is exact to


class StreetNames(PlaceNames):
    """The names of places around `setup`'s assets and what `gazetteer` knows."""

    def __init__(self, setup: Setup, gazetteer: Gazetteer) -> None:
        super().__init__(setup)
        self._gazetteer = gazetteer

    def _named(self, place: Point) -> LocalizedName:
        asset = self.nearest_asset(place)
        if asset is not None and distance_m(asset.place, place) <= AT_M:
            return asset.name
        street = self._gazetteer.street(place, STREET_M)
        where = self._where(place, asset)
        return where if street is None else _both(street.name, where)

    def _where(self, place: Point, asset: Landmark | None) -> LocalizedName:
        """By the nearest landmark or asset, else the area around, else as without a map."""
        metres = math.inf if asset is None else distance_m(asset.place, place)
        mark = self._gazetteer.landmark(place, min(MARK_M, metres))
        if mark is not None:
            seen_from = Landmark(name=mark.name, place=mark.place)
            return around(seen_from, place, mark.metres, MARK_AT_M)
        if metres > MARK_M and (area := self._gazetteer.area(place)) is not None:
            return area
        fallback = asset or self.centre
        return around(fallback, place, distance_m(fallback.place, place))


def _both(street: LocalizedName, where: LocalizedName) -> LocalizedName:
    """The street first; once, where a square has the street's name."""
    en = where.en if street.en == where.en else f"{street.en}, {where.en}"
    zh = where.zh if street.zh == where.zh else f"{street.zh}，{where.zh}"
    return LocalizedName(en=en, zh=zh)
