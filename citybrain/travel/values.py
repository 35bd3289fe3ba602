"""Places, origins and travel times as arrays. Values only; `port` says who knows the times."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from citybrain.geo import Point
from citybrain.structs import Struct
from citybrain.travel.version import TravelVersion

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Places(Struct, frozen=True, kw_only=True):
    """Points as arrays of degrees, one element each."""

    lat: Floats
    lon: Floats

    def take(self, which: Ints) -> "Places":
        """The places at these positions, in this order."""
        return Places(lat=self.lat[which], lon=self.lon[which])


class Origins(Struct, frozen=True, kw_only=True):
    """Where units stand and how fast each is, in m/s."""

    places: Places
    speed_mps: Floats

    def take(self, which: Ints) -> "Origins":
        """The origins at these positions, in this order."""
        return Origins(places=self.places.take(which), speed_mps=self.speed_mps[which])


class Pairs(Struct, frozen=True, kw_only=True):
    """Which origin to which destination, by their positions: every place is looked up once, however
    many pairs it is in.
    """

    origin: Ints
    destination: Ints


class TravelMatrix(Struct, frozen=True, kw_only=True):
    """Seconds of the pairs that were asked for: sparse, in no order, no pair twice.

    `outside_s` has one element per destination: a lower bound on the seconds of every origin that
    has no pair with it here. Infinite: none of those is within the time that was asked for.
    """

    source: TravelVersion
    destination: Ints
    origin: Ints
    seconds: Floats
    outside_s: Floats

    # the generated comparison would ask an array whether it is true
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        return (
            self.source == other.source
            and np.array_equal(self.destination, other.destination)
            and np.array_equal(self.origin, other.origin)
            and np.array_equal(self.seconds, other.seconds)
            and np.array_equal(self.outside_s, other.outside_s)
        )

    def __hash__(self) -> int:
        return hash((self.source, len(self.seconds), len(self.outside_s)))

    def seconds_of(self, destinations: Ints, origins: Ints) -> Floats:
        """Pair by pair; infinite where the pair is not in the matrix."""
        if len(self.seconds) == 0:
            return np.full(len(destinations), np.inf)
        wide = int(max(self.origin.max(), origins.max(initial=0))) + 1
        keys = self.destination * wide + self.origin
        order = np.argsort(keys, kind="stable")
        wanted = destinations * wide + origins
        at = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
        found = order[at]
        return np.where(keys[found] == wanted, self.seconds[found], np.inf)


def places_of(points: Sequence[Point]) -> Places:
    """`points` as arrays."""
    return Places(
        lat=np.array([p.lat for p in points], dtype=np.float64),
        lon=np.array([p.lon for p in points], dtype=np.float64),
    )
