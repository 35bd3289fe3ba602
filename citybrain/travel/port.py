"""The port of travel times: what the district's dispatch, the city's planner and its checker ask.

Every adapter, and whoever writes one, keeps these rules; `tests/contract/test_travel_times.py` has
a test for each.

- The same question gets the same answer: from the arguments and from the data that `version` names
  alone. An answer that changes is another version. No clock, no I/O, no chance while answering.
- Seconds are whole milliseconds and not negative. Infinite: there is no way, or the origin has no
  speed. Never NaN. From A to B may take longer than from B to A, and at another time of day.
- `nearest` and `seconds` agree on every pair, exactly.
- What `nearest` leaves out takes at least the bound that it gives, or longer than `within_s`.
- With `k` at or above the number of origins nothing within `within_s` is left out.
- An adapter can be pickled: the twins of the districts hold one each.
"""

from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.travel.values import Floats, Origins, Pairs, Places, TravelMatrix
from citybrain.travel.version import TravelVersion


class NearestOrigins(Protocol):
    """Origins held ready, to be asked often."""

    def nearest(
        self, destinations: Places, at: Timestamp, *, k: int, within_s: float
    ) -> TravelMatrix:
        """For every destination at least `k` origins that are there within `within_s` seconds when
        they leave at `at` (all, where there are fewer), and a bound on the others. The soonest ones
        as nearly as comes cheap: the better they are chosen, the higher the bound.
        """
        ...


class TravelTimes(Protocol):
    """Who knows how long it takes."""

    @property
    def version(self) -> TravelVersion:
        """The adapter's name, and the version of its answers."""
        ...

    def seconds(
        self, origins: Origins, destinations: Places, pairs: Pairs, at: Timestamp
    ) -> Floats:
        """Of each of `pairs`: from its origin to its destination, leaving at `at`."""
        ...

    def index(self, origins: Origins) -> NearestOrigins:
        """`origins`, to be asked which of them are nearest; a matrix names them by position."""
        ...
